"""Compiles a cell and runs it: statements, then the last expression, whose value is the cell's."""

import __future__

import ast
import inspect
import linecache
import re
import sys
import types
from typing import Any

from . import source, stack, state, streams

FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag

ASYNC_MAGICS = {"pip", "time"}
PIP = re.compile(r"^\s*(?:pip[\d.]*|(?:\S*/)?python[\d.]*\s+-m\s+pip|uv\s+pip)\s")


class Compiler:
    """Keeps `from __future__` imports in force from cell to cell, as an interpreter does."""

    def __init__(self) -> None:
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def parse(self, text: str, filename: str) -> ast.Module:
        return compile(text, filename, "exec", self.flags | ast.PyCF_ONLY_AST, dont_inherit=True)

    def code(self, tree: ast.AST, filename: str, mode: str) -> types.CodeType:
        code = compile(tree, filename, mode, self.flags, dont_inherit=True)
        self.flags |= code.co_flags & FUTURE_FLAGS
        return code


def cell_name(count: int) -> str:
    return f"Cell In[{count}]"


def remember_source(filename: str, text: str) -> None:
    """So that tracebacks, warnings and inspect.getsource find the cell's lines."""
    lines = [line + "\n" for line in text.splitlines()]
    linecache.cache[filename] = (len(text), None, lines, filename)


class Timer:
    """Nothing to measure; %%time has one that does."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: Any) -> None:
        return None


async def run_python(text: str, filename: str, namespace: dict[str, Any], timer: Any = None) -> Any:
    """Run code and give the value of its last line when that is an expression, else None."""
    steps = _compiled(text, filename)
    value = None
    with timer or Timer():
        for code, is_value in steps:
            result = eval(code, namespace)
            if code.co_flags & inspect.CO_COROUTINE:
                result = await result
            value = result if is_value else None
    return value


def _compiled(text: str, filename: str) -> list[tuple[types.CodeType, bool]]:
    """All parts are compiled before the first one runs: an error of syntax has no effects."""
    compiler = state.shell.compile
    tree = _Awaiting().visit(compiler.parse(text, filename))
    ast.fix_missing_locations(tree)
    body = tree.body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    steps = []
    if body:
        steps.append((compiler.code(ast.Module(body, []), filename, "exec"), False))
    if last is not None:
        steps.append((compiler.code(ast.Expression(last.value), filename, "eval"), True))
    return steps


class _Awaiting(ast.NodeTransformer):
    """Installing takes the network, so `%pip` and `!pip` at the top of a cell are awaited."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ClassDef = visit_Lambda

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = _ipython_method(node)
        first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if name == "run_line_magic" and first in ASYNC_MAGICS:
            return _awaited(node, "run_line_magic_async")
        if name in ("system", "getoutput") and isinstance(first, str) and PIP.match(first):
            return _awaited(node, name + "_async")
        return node


def _ipython_method(node: ast.Call) -> str:
    function = node.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Call):
        return ""
    called = function.value.func
    return function.attr if isinstance(called, ast.Name) and called.id == "get_ipython" else ""


def _awaited(node: ast.Call, name: str) -> ast.AST:
    assert isinstance(node.func, ast.Attribute)
    node.func.attr = name
    return ast.copy_location(ast.Await(node), node)


async def run_cell_text(text: str, count: int) -> None:
    """Everything a cell does but the books around it. Errors come out as they are."""
    shell = state.shell
    filename = cell_name(count)
    remember_source(filename, text)
    cell = source.read_cell(shell.automagic(text))
    if cell.magic:
        result = await shell.run_cell_magic_async(cell.magic, cell.line, cell.code, cell.offset)
    else:
        result = await run_python(cell.code, filename, shell.user_ns)
    if not source.ends_quietly(text):
        sys.displayhook(result)


class Interruptible:
    """Awaits a coroutine. An interrupt, which can only cancel a task, reaches its code as KeyboardInterrupt."""

    def __init__(self, coroutine: Any) -> None:
        self._coroutine = coroutine
        self.interrupted = False

    def __await__(self) -> "Interruptible":
        return self

    def __iter__(self) -> "Interruptible":
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        stack.protect()
        return self._pause(self._coroutine.send(value))

    def throw(self, *error: Any) -> Any:
        if self.interrupted:
            self.interrupted = False
            error = (KeyboardInterrupt(),)
        return self._pause(self._coroutine.throw(*error))

    def close(self) -> None:
        self._coroutine.close()

    def _pause(self, value: Any) -> Any:
        """The code waits: what it printed so far must be seen now."""
        streams.flush_all()
        return value
