"""What a cell shows: display(), update_display(), clear_output() and the value of its last line."""

import json
import math
import os
import sys
from typing import Any

from . import state, streams
from .formatting import Bundle, bundle_of, method_of


def publish_display_data(
    data: Bundle,
    metadata: Bundle | None = None,
    source: str | None = None,
    *,
    transient: Any = None,
    **kwargs: Any,
) -> None:
    output = {
        "output_type": "update_display_data" if kwargs.get("update") else "display_data",
        "data": data,
        "metadata": metadata or {},
    }
    if transient:
        output["transient"] = transient
    emit(output)


def emit(output: dict[str, Any]) -> None:
    """One nbformat output to the host, or to the %%capture around it."""
    if state.captures:
        state.captures[-1].append(output)
        return
    streams.flush_all()
    state.host.output(_as_json(output))


def display(
    *objs: Any,
    include: Any = None,
    exclude: Any = None,
    metadata: Any = None,
    transient: Any = None,
    display_id: Any = None,
    raw: bool = False,
    clear: bool = False,
    **kwargs: Any,
) -> "DisplayHandle | None":
    """Show values in the cell's output, each in its richest form."""
    update = bool(kwargs.pop("update", False))
    if update and display_id is None:
        raise TypeError("display_id required for update_display")
    transient = dict(transient or {})
    if display_id is not None:
        transient["display_id"] = os.urandom(16).hex() if display_id is True else display_id
    if clear:
        clear_output(wait=True)
    for obj in objs:
        if raw:
            publish_display_data(obj, metadata, transient=transient, update=update)
        else:
            _display_one(obj, (include, exclude), metadata, {"transient": transient, "update": update})
    return DisplayHandle(transient["display_id"]) if display_id is not None else None


def _display_one(obj: Any, filters: tuple[Any, Any], metadata: Any, options: dict[str, Any]) -> None:
    own = method_of(obj, "_ipython_display_")
    if own is not None:
        own()
        return
    data, found = bundle_of(obj, *filters)
    publish_display_data(data, {**found, **(metadata or {})}, **options)


def update_display(obj: Any, *, display_id: Any, **kwargs: Any) -> None:
    display(obj, display_id=display_id, update=True, **kwargs)


def clear_output(wait: bool = False) -> None:
    emit({"output_type": "clear_output", "wait": bool(wait)})


class DisplayHandle:
    """A shown output that can be changed later."""

    def __init__(self, display_id: str | None = None) -> None:
        self.display_id = display_id or os.urandom(16).hex()

    def __repr__(self) -> str:
        return f"<DisplayHandle display_id={self.display_id}>"

    def display(self, obj: Any, **kwargs: Any) -> None:
        display(obj, display_id=self.display_id, **kwargs)

    def update(self, obj: Any, **kwargs: Any) -> None:
        update_display(obj, display_id=self.display_id, **kwargs)


def displayhook(value: Any) -> None:
    """The value of a cell's last line: kept as `_` and in `Out`, and shown."""
    if value is None:
        return
    shell = state.shell
    own = method_of(value, "_ipython_display_")
    if own is not None:
        shell.keep_result(value)
        own()
        return
    data, metadata = bundle_of(value)
    shell.keep_result(value)
    count = shell.execution_count
    emit({"output_type": "execute_result", "execution_count": count, "data": data, "metadata": metadata})


def _as_json(output: dict[str, Any]) -> str:
    try:
        return json.dumps(output, allow_nan=False, default=_plain)
    except ValueError:
        return json.dumps(_without_nan(output), default=_plain)


def _plain(value: Any) -> Any:
    """Numbers of numpy and the like inside a JSON bundle."""
    item = getattr(value, "item", None) or getattr(value, "tolist", None)
    return item() if callable(item) else str(value)


def _without_nan(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value


def show_error(kind: str, message: str, lines: list[str]) -> None:
    sys.stdout.flush()
    emit({"output_type": "error", "ename": kind, "evalue": message, "traceback": lines})
