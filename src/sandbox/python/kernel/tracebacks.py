"""Errors as Jupyter prints them: `Cell In[n], line k`, the lines around, no frames of the kernel."""

import inspect
import linecache
import os
import re
import traceback
import types

from . import state
from .source_lines import CELL, lines_around

WIDTH = 75
MAX_FRAMES = 60
#: Frames of these are ours, not the person's.
HIDDEN = (os.path.dirname(os.path.abspath(__file__)) + "/",)
HIDDEN_INSIDE = ("/_pyodide/", "/pyodide/webloop.py", "/pyodide/_core")
#: Frames of JavaScript, which Pyodide puts among Python's.
SCRIPT = re.compile(r"^(?:file|https?|blob|wasm|node):")
CAUSE = "The above exception was the direct cause of the following exception:"
CONTEXT_WORDS = "During handling of the above exception, another exception occurred:"


def describe(error: BaseException) -> tuple[str, str, list[str]]:
    """ename, evalue and traceback of an nbformat error output."""
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and _is_of_cell(error):
        return kind, _message(error), [syntax_error(error)]
    parts: list[str] = []
    for index, (one, words) in enumerate(_chain(error)):
        if index:
            parts += ["", words, ""]
        parts += _one(one)
    return kind, _message(error), ["-" * WIDTH, *parts]


def _is_of_cell(error: SyntaxError) -> bool:
    """Not for a SyntaxError that the cell's own code caused by compile(), eval() or an import."""
    frames = _frames(error.__traceback__)
    return not frames and bool(CELL.match(error.filename or ""))


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failure:  # an exception with a broken __str__
        return f"<str() failed: {type(failure).__name__}>"


def _chain(error: BaseException) -> list[tuple[BaseException, str]]:
    """The exception and those before it, oldest first, each with the words that lead to it."""
    found: list[tuple[BaseException, str]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if current.__cause__ is not None:
            found.append((current, CAUSE))
            current = current.__cause__
        elif current.__context__ is not None and not current.__suppress_context__:
            found.append((current, CONTEXT_WORDS))
            current = current.__context__
        else:
            found.append((current, ""))
            current = None
    return found[::-1]


def _one(error: BaseException) -> list[str]:
    kind = type(error).__name__
    head = kind + "Traceback (most recent call last)".rjust(WIDTH - len(kind))
    frames = _frames(error.__traceback__)
    minimal = state.shell is not None and state.shell.xmode == "Minimal"
    parts = [] if minimal or not frames else [head, *_stack(frames)]
    if isinstance(error, SyntaxError):
        return [*parts, syntax_error(error)]
    return [*parts, _group(error) if isinstance(error, BaseExceptionGroup) else _last_line(error)]


def _last_line(error: BaseException) -> str:
    """`Kind: message`, with Python's own suggestions ("Did you mean …") and notes."""
    told = traceback.TracebackException(type(error), error, error.__traceback__, limit=0, lookup_lines=False)
    text = "".join(told.format_exception_only()).rstrip("\n")
    kind, full = type(error).__name__, f"{type(error).__module__}.{type(error).__qualname__}"
    if text.startswith(full):
        text = kind + text[len(full) :]
    return f"{kind}: " if text == kind else text


def _group(error: BaseExceptionGroup) -> str:
    """The group's own line, then each exception in it, indented."""
    lines = [f"{type(error).__name__}: {_message(error)}"]
    for number, one in enumerate(error.exceptions, 1):
        lines.append(f"  {number}. " + describe(one)[2][-1].replace("\n", "\n     "))
    return "\n".join(lines)


def syntax_error(error: SyntaxError) -> str:
    lines = [f"  {_place(error.filename or '<unknown>', error.lineno or 0)}"]
    text = error.text or linecache.getline(error.filename or "", error.lineno or 0)
    if text:
        shown = text.strip("\n")
        stripped = shown.lstrip()
        lines.append("    " + stripped.rstrip())
        lines.append("    " + _caret(error, len(shown) - len(stripped), stripped))
    lines.append(f"{type(error).__name__}: {error.msg}")
    return "\n".join(lines)


def _caret(error: SyntaxError, cut: int, text: str) -> str:
    start = max((error.offset or 1) - 1 - cut, 0)
    end = (error.end_offset or 0) - 1 - cut
    same_line = error.end_lineno in (None, error.lineno)
    width = end - start if same_line and end > start else 1
    return " " * start + "^" * max(1, min(width, len(text) - start if start < len(text) else 1))


Frame = tuple[types.FrameType, int]


def _frames(tb: types.TracebackType | None) -> list[Frame]:
    frames: list[Frame] = []
    while tb is not None:
        name = tb.tb_frame.f_code.co_filename
        if not _is_hidden(name):
            frames.append((tb.tb_frame, tb.tb_lineno or 0))
        tb = tb.tb_next
    return frames


def _is_hidden(name: str) -> bool:
    return name.startswith(HIDDEN) or any(part in name for part in HIDDEN_INSIDE) or bool(SCRIPT.match(name))


def _stack(frames: list[Frame]) -> list[str]:
    """Each frame; a run of the same place many times over (endless recursion) is told once."""
    parts: list[str] = []
    index = 0
    while index < len(frames):
        period = _repeats(frames, index)
        if period is None:
            parts.append(_frame(*frames[index]))
            index += 1
            continue
        step, times = period
        parts += [_frame(*frame) for frame in frames[index : index + step]]
        parts.append(_skipped(frames[index : index + step], times - 1))
        index += step * times
    if len(parts) > MAX_FRAMES:
        half = MAX_FRAMES // 2
        parts = [*parts[:half], f"    [... skipping {len(parts) - 2 * half} frames]\n", *parts[-half:]]
    return parts


def _key(frame: Frame) -> tuple[types.CodeType, int]:
    return frame[0].f_code, frame[1]


def _repeats(frames: list[Frame], start: int) -> tuple[int, int] | None:
    for step in range(1, 5):
        first = [_key(frame) for frame in frames[start : start + step]]
        times = 1
        while [_key(f) for f in frames[start + step * times : start + step * (times + 1)]] == first:
            times += 1
        if times > 3:
            return step, times
    return None


def _skipped(frames: list[Frame], times: int) -> str:
    places = ", ".join(f"{frame.f_code.co_qualname} at line {line} ({times} times)" for frame, line in frames)
    return f"    [... skipping similar frames: {places}]\n"


def _place(filename: str, line: int) -> str:
    if CELL.match(filename):
        return f"{filename}, line {line}"
    return f"File {_short(filename)}:{line}"


def _short(filename: str) -> str:
    inside = filename.removeprefix(state.mount.rstrip("/") + "/")
    return inside if inside != filename else filename


def _frame(frame: types.FrameType, line: int) -> str:
    code = frame.f_code
    call = "" if code.co_name == "<module>" else f", in {code.co_qualname}{_arguments(frame)}"
    return f"{_place(code.co_filename, line)}{call}\n" + "".join(lines_around(code, line))


def _arguments(frame: types.FrameType) -> str:
    if frame.f_code.co_name.startswith("<"):
        return "(.0)" if frame.f_code.co_varnames[:1] == (".0",) else "()"
    args, varargs, keywords, _ = inspect.getargvalues(frame)
    names = [*args, *([f"*{varargs}"] if varargs else []), *([f"**{keywords}"] if keywords else [])]
    return f"({', '.join(names)})"
