"""The lines of a frame that a traceback shows: the statement that runs and two on either side."""

import ast
import linecache
import re
import types
from typing import Any

from .source import to_python

CELL = re.compile(r"^Cell In\[\d+\]$")
CONTEXT = 2
#: A longer statement beside the one that runs is shown by its first lines and its last.
PIECE = 6


def lines_around(code: types.CodeType, current: int) -> list[str]:
    lines = linecache.getlines(code.co_filename)
    if not 0 < current <= len(lines):
        return []
    pieces = _pieces(lines, code)
    at = next((index for index, (start, end) in enumerate(pieces) if start <= current < end), None)
    if at is None:
        pieces, at = [(current, current + 1)], 0
    shown = []
    for start, end in pieces[max(0, at - CONTEXT) : at + CONTEXT + 1]:
        numbers = [number for number in range(start, end) if lines[number - 1].strip()]
        long = len(numbers) > PIECE and not start <= current < end
        shown += [*numbers[:3], 0, numbers[-1]] if long else numbers
    space = _common_indent([lines[number - 1] for number in shown if number])
    return [_numbered(number, current, lines, space) for number in shown]


def _numbered(number: int, current: int, lines: list[str], space: int) -> str:
    if not number:
        return "   (...)\n"
    text = lines[number - 1][space:].rstrip("\n") or ""
    mark = f"{'-' * max(0, 5 - len(str(number)))}> {number}" if number == current else f"{number:>7}"
    return f"{mark} {text}\n"


def _common_indent(lines: list[str]) -> int:
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return min(indents, default=0)


def _pieces(lines: list[str], code: types.CodeType) -> list[tuple[int, int]]:
    """The statements around, as ranges of lines; of the function that runs, or of the whole module."""
    try:
        tree = _parsed("".join(lines), code.co_filename)
    except SyntaxError, ValueError, RecursionError, MemoryError:
        return [(number, number + 1) for number in range(1, len(lines) + 1)]
    scope: Any = tree
    if code.co_name != "<module>":
        scope = _scope(tree, code) or tree
    ranges: list[tuple[int, int]] = []
    _add_pieces([scope] if scope is not tree else tree.body, ranges)
    return ranges


def _parsed(text: str, filename: str) -> ast.Module:
    if CELL.match(filename):
        text = to_python(text)
    return compile(
        text, filename, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
    )


def _scope(tree: ast.AST, code: types.CodeType) -> ast.AST | None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and node.name == code.co_name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if code.co_firstlineno in (first, node.lineno):
                return node
    return None


def _add_pieces(body: list[Any], ranges: list[tuple[int, int]]) -> None:
    for node in body:
        start = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        inner = [part for part in _bodies(node) if part and part[0].lineno > node.lineno]
        if not inner:
            ranges.append((start, node.end_lineno + 1))
            continue
        for part in inner:
            first = min([part[0].lineno, *(one.lineno for one in getattr(part[0], "decorator_list", []))])
            ranges.append((start, max(first, start + 1)))
            _add_pieces(part, ranges)
            start = ranges[-1][1]


def _bodies(node: ast.AST) -> list[list[Any]]:
    parts = [getattr(node, "body", []), getattr(node, "orelse", []), getattr(node, "finalbody", [])]
    handlers = [[handler] for handler in getattr(node, "handlers", [])]
    cases = [case.body for case in getattr(node, "cases", [])]
    return [part for part in [parts[0], *handlers, *cases, parts[1], parts[2]] if isinstance(part, list)]
