"""text/plain of any value, laid out as IPython does: long containers one item a line, 79 wide."""

from collections import deque
from contextlib import contextmanager
from typing import Any, Callable

MAX_WIDTH = 79
MAX_ITEMS = 1000


class _Group:
    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.breaks: deque[_Break] = deque()
        self.broken = False


class _Break:
    def __init__(self, text: str, indent: int, group: _Group) -> None:
        self.text = text
        self.indent = indent
        self.group = group
        group.breaks.append(self)


class Printer:
    """Oppen's algorithm. The methods are those that a `_repr_pretty_(self, p, cycle)` may use."""

    def __init__(self, max_width: int = MAX_WIDTH, verbose: bool = False) -> None:
        self.max_width = max_width
        self.max_seq_length = MAX_ITEMS
        self.verbose = verbose
        self.indentation = 0
        self.stack: list[int] = []
        self._out: list[str] = []
        self._width = 0
        self._buffer: deque[str | _Break] = deque()
        self._buffered = 0
        root = _Group(0)
        self._open = [root]
        self._groups: list[list[_Group]] = [[root]]

    def result(self) -> str:
        self.flush()
        return "".join(self._out)

    def text(self, obj: str) -> None:
        text = str(obj)
        if not self._buffer:
            self._out.append(text)
            self._width += len(text)
            return
        self._buffer.append(text)
        self._buffered += len(text)
        self._fit()

    def breakable(self, sep: str = " ") -> None:
        group = self._open[-1]
        if group.broken:
            self._newline(self.indentation)
            return
        self._buffer.append(_Break(sep, self.indentation, group))
        self._buffered += len(sep)
        self._fit()

    def break_(self) -> None:
        """A line's end, whatever fits."""
        group = self._outermost()
        if group is not None:
            self._break_group(group)
        self._newline(self.indentation)

    def begin_group(self, indent: int = 0, open: str = "") -> None:
        if open:
            self.text(open)
        group = _Group(self._open[-1].depth + 1)
        self._open.append(group)
        while len(self._groups) <= group.depth:
            self._groups.append([])
        self._groups[group.depth].append(group)
        self.indentation += indent

    def end_group(self, dedent: int = 0, close: str = "") -> None:
        self.indentation -= dedent
        group = self._open.pop()
        if not group.breaks and group in self._groups[group.depth]:
            self._groups[group.depth].remove(group)
        if close:
            self.text(close)

    @contextmanager
    def group(self, indent: int = 0, open: str = "", close: str = ""):
        self.begin_group(indent, open)
        try:
            yield
        finally:
            self.end_group(indent, close)

    @contextmanager
    def indent(self, indent: int):
        self.indentation += indent
        try:
            yield
        finally:
            self.indentation -= indent

    def flush(self) -> None:
        while self._buffer:
            self._put(self._buffer.popleft())
        self._buffered = 0

    def pretty(self, obj: Any) -> None:
        cycle = id(obj) in self.stack
        self.stack.append(id(obj))
        self.begin_group()
        try:
            printer_of(obj)(obj, self, cycle)
        finally:
            self.end_group()
            self.stack.pop()

    def items(self, values: Any):
        """The first thousand values with their number; says so when there are more."""
        for index, value in enumerate(values):
            if index >= self.max_seq_length:
                self.text(",")
                self.breakable()
                self.text("...")
                return
            yield index, value

    def _newline(self, indent: int) -> None:
        self.flush()
        self._out.append("\n" + " " * indent)
        self._width = indent

    def _put(self, item: str | _Break) -> None:
        if isinstance(item, str):
            self._out.append(item)
            self._width += len(item)
            return
        item.group.breaks.popleft()
        if item.group.broken:
            self._out.append("\n" + " " * item.indent)
            self._width = item.indent
            return
        if not item.group.breaks and item.group in self._groups[item.group.depth]:
            self._groups[item.group.depth].remove(item.group)
        self._out.append(item.text)
        self._width += len(item.text)

    def _fit(self) -> None:
        while self.max_width < self._width + self._buffered:
            group = self._outermost()
            if group is None:
                return
            self._break_group(group)

    def _outermost(self) -> _Group | None:
        for level in self._groups:
            for group in reversed(level):
                if group.breaks:
                    level.remove(group)
                    group.broken = True
                    return group
            for group in level:
                group.broken = True
            level.clear()
        return None

    def _break_group(self, group: _Group) -> None:
        while group.breaks:
            self._shift()
        while self._buffer and isinstance(self._buffer[0], str):
            self._shift()

    def _shift(self) -> None:
        item = self._buffer.popleft()
        self._buffered -= len(item if isinstance(item, str) else item.text)
        self._put(item)


def printer_of(obj: Any) -> Callable[[Any, Printer, bool], None]:
    from .pretty_types import find_printer

    return find_printer(obj)


def pretty(obj: Any, verbose: bool = False, max_width: int = MAX_WIDTH) -> str:
    printer = Printer(max_width, verbose)
    printer.pretty(obj)
    return printer.result()


def pprint(obj: Any, verbose: bool = False, max_width: int = MAX_WIDTH) -> None:
    print(pretty(obj, verbose, max_width))
