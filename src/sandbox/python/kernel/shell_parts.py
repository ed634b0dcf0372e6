"""The parts of get_ipython(): events, formatters, what callbacks are given."""

import sys
from typing import Any

from . import display, formatting


class Exit:
    """`exit` and `quit`: a notebook's Python is not left, it is restarted."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        why = "Python ends with the conversation. Restart it to clear all variables."
        return f"{self._name} does nothing here: {why}"

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        print(repr(self))


class Events:
    """Callbacks around cells, as `get_ipython().events`."""

    NAMES = ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell", "shell_initialized")

    def __init__(self) -> None:
        self.callbacks: dict[str, list[Any]] = {name: [] for name in self.NAMES}

    def register(self, event: str, function: Any) -> None:
        if function not in self.callbacks[event]:
            self.callbacks[event].append(function)

    def unregister(self, event: str, function: Any) -> None:
        self.callbacks[event].remove(function)

    def trigger(self, event: str, *args: Any) -> None:
        for function in list(self.callbacks[event]):
            try:
                function(*args)
            except Exception as error:
                print(f"Error in callback {function!r} (for {event}): {error!r}", file=sys.stderr)


class CellInfo:
    """The argument of pre_run_cell callbacks."""

    def __init__(self, text: str) -> None:
        self.raw_cell = text
        self.store_history, self.silent, self.cell_id = True, False, None


class CellResult:
    """The argument of post_run_cell callbacks, and what run_cell gives."""

    def __init__(self, info: CellInfo) -> None:
        self.info = info
        self.execution_count: int | None = None
        self.error_in_exec: BaseException | None = None
        self.error_before_exec: BaseException | None = None
        self.result: Any = None

    @property
    def success(self) -> bool:
        return self.error_in_exec is None

    def raise_error(self) -> None:
        if self.error_in_exec is not None:
            raise self.error_in_exec


class TypePrinters:
    """`display_formatter.formatters[mime].for_type(cls, function)`."""

    def __init__(self, mime: str) -> None:
        self._kinds = formatting.registered.setdefault(mime, {})
        self.enabled = True

    def for_type(self, kind: type, function: Any = None) -> Any:
        before = self._kinds.get(kind)
        if function is not None:
            self._kinds[kind] = function
        return before

    def pop(self, kind: type, default: Any = None) -> Any:
        return self._kinds.pop(kind, default)


class DisplayFormatter:
    def __init__(self) -> None:
        self.formatters = {mime: TypePrinters(mime) for mime in ("text/plain", *formatting.METHODS)}
        self.active_types = list(self.formatters)

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> Any:
        return formatting.bundle_of(obj, include, exclude)


class DisplayPublisher:
    def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:
        display.publish_display_data(data, metadata, **options)

    def clear_output(self, wait: bool = False) -> None:
        display.clear_output(wait)
