"""The table of magics: what is registered under which name, and how one is called."""

import inspect
from typing import Any, Callable

#: Magics whose argument is Python, not text to put values into.
NO_EXPANSION = {"time", "timeit", "prun", "pinfo", "pinfo2", "psearch", "pdoc", "psource", "capture"}
#: These need the network, so they wait, which code inside a function cannot.
NEEDS_AWAIT = {"pip"}

LINE: dict[str, Callable[..., Any]] = {}
CELL: dict[str, Callable[..., Any]] = {}


class UsageError(Exception):
    """A magic used wrongly. Told in one line, without a traceback."""


def line_magic(*names: str) -> Callable[[Any], Any]:
    """Registers `function(shell, line)`."""
    return lambda function: [LINE.__setitem__(name, function) for name in names] and function


def cell_magic(*names: str) -> Callable[[Any], Any]:
    """Registers `function(shell, line, body, offset)`; it may be async."""
    return lambda function: [CELL.__setitem__(name, function) for name in names] and function


class Magics:
    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self.line: dict[str, Any] = {name: _bound(function, shell) for name, function in LINE.items()}
        self.cell: dict[str, Any] = {name: _bound(function, shell) for name, function in CELL.items()}

    def add(self, kind: str, name: str, function: Any) -> None:
        """A magic of the person's own: `function(line)` or `function(line, cell)`."""
        if kind in ("line", "line_cell"):
            self.line[name] = function
        if kind in ("cell", "line_cell"):
            self.cell[name] = _of_person(function)

    def add_class(self, instance: Any) -> None:
        for kind, names in getattr(instance, "magics", {}).items():
            for name, method in names.items():
                self.add(kind, name, getattr(instance, method) if isinstance(method, str) else method)

    def run_line(self, name: str, line: str) -> Any:
        if name in NEEDS_AWAIT:
            from . import pip

            pip.must_wait()
        return settle(self._find_line(name)(line), f"%{name}")

    async def run_line_async(self, name: str, line: str) -> Any:
        result = self._find_line(name)(line)
        return await result if inspect.isawaitable(result) else result

    def run_cell(self, name: str, line: str, body: str) -> Any:
        return settle(self._find_cell(name)(line, body, 1), f"%%{name}")

    async def run_cell_async(self, name: str, line: str, body: str, offset: int) -> Any:
        result = self._find_cell(name)(line, body, offset)
        return await result if inspect.isawaitable(result) else result

    def _find_line(self, name: str) -> Any:
        found = self.line.get(name)
        if found is None:
            hint = (
                f" (But cell magic `%%{name}` exists, did you mean that instead?)"
                if name in self.cell
                else ""
            )
            raise UsageError(f"Line magic function `%{name}` not found{hint}.")
        return found

    def _find_cell(self, name: str) -> Any:
        found = self.cell.get(name)
        if found is None:
            hint = (
                f" (But line magic `%{name}` exists, did you mean that instead?)" if name in self.line else ""
            )
            raise UsageError(f"Cell magic `%%{name}` not found{hint}.")
        return found


def settle(result: Any, name: str) -> Any:
    """The value of a call made where nothing can be awaited."""
    if not inspect.iscoroutine(result):
        return result
    from pyodide.ffi import can_run_sync, run_sync

    if can_run_sync():
        return run_sync(result)
    try:
        result.send(None)
    except StopIteration as stop:
        return stop.value
    result.close()
    raise UsageError(f"{name} has to wait here, which it can only at the top of a cell")


def _bound(function: Any, shell: Any) -> Any:
    return lambda *args: function(shell, *args)


def _of_person(function: Any) -> Any:
    return lambda line, body, offset: function(line, body if body.endswith("\n") else body + "\n")


def table(shell: Any) -> Magics:
    from . import magics_cells, magics_files, magics_names, timing  # noqa: F401  they register themselves

    return Magics(shell)


def options_of(line: str, flags: str = "", valued: str = "") -> tuple[dict[str, str], str]:
    """Short options at the start of a line (`-n 3 -q rest`); the rest is left untouched."""
    found: dict[str, str] = {}
    rest = line.strip()
    while rest.startswith("-") and len(rest) > 1 and rest[1] in flags + valued:
        letter, rest = rest[1], rest[2:]
        if letter in flags:
            if rest and not rest[0].isspace():
                rest = "-" + rest
            found[letter] = ""
        else:
            value, _, rest = rest.lstrip(" =").partition(" ")
            found[letter] = value
        rest = rest.lstrip()
    return found, rest
