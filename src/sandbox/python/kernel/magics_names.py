"""Magics about the notebook itself: its names, its history, its settings."""

import re
import types
from typing import Any

from . import display, tracebacks
from .magics import UsageError, line_magic

MODES = {"plain": "Plain", "context": "Context", "verbose": "Verbose", "minimal": "Minimal", "docs": "Docs"}
NO_PROMPT = "A cell cannot stop for a debugger here: print values, or look at %tb after an error."


def _names(shell: Any, line: str) -> list[str]:
    """The person's own names, of the given types only when there are any."""
    wanted = set(line.split())
    names = [name for name in shell.user_ns if not shell.is_own(name)]
    if wanted:
        names = [name for name in names if type(shell.user_ns[name]).__name__ in wanted]
    return sorted(names)


@line_magic("who_ls")
def who_ls(shell: Any, line: str) -> list[str]:
    return _names(shell, line)


@line_magic("who")
def who(shell: Any, line: str) -> None:
    names = _names(shell, line)
    if not names:
        print("No variables match your requested type." if line else "Interactive namespace is empty.")
        return
    for index, name in enumerate(names, 1):
        print(name, end="\t" if index % 9 else "\t\n")
        print(end=" " if index % 9 else "")
    print()


@line_magic("whos")
def whos(shell: Any, line: str) -> None:
    names = _names(shell, line)
    if not names:
        print("No variables match your requested type." if line else "Interactive namespace is empty.")
        return
    kinds = [type(shell.user_ns[name]).__name__ for name in names]
    first = max(len("Variable"), *(len(name) for name in names)) + 3
    second = max(len("Type"), *(len(kind) for kind in kinds)) + 4
    print(f"{'Variable':<{first}}{'Type':<{second}}Data/Info\n{'-' * (first + second + len('Data/Info'))}")
    for name, kind in zip(names, kinds):
        print(f"{name:<{first}}{kind:<{second}}{_info(shell.user_ns[name])}")


def _info(value: Any) -> str:
    if isinstance(value, (dict, list, tuple)):
        return f"n={len(value)}"
    if type(value).__name__ == "ndarray":
        shape = "x".join(str(size) for size in value.shape)
        return f"{shape}: {value.size} elems, type `{value.dtype}`, {value.nbytes} bytes"
    try:
        text = str(value).replace("\n", "\\n")
    except Exception as error:  # a broken __str__ is no reason to show no table
        return f"<{type(error).__name__}>"
    return text if len(text) < 50 else f"{text[:25]}<...>{text[-25:]}"


@line_magic("reset")
def reset(shell: Any, line: str) -> None:
    if "-f" not in line.split() and "--force" not in line.split():
        raise UsageError("%reset would ask first, which a cell cannot: use %reset -f")
    for name in [name for name in shell.user_ns if not (name.startswith("__") and name.endswith("__"))]:
        del shell.user_ns[name]
    shell.results.clear()
    shell.fill_namespace()


@line_magic("reset_selective")
def reset_selective(shell: Any, line: str) -> None:
    words = line.split()
    pattern = next((word for word in words if word != "-f"), "")
    if "-f" not in words or not pattern:
        raise UsageError(
            "%reset_selective would ask first, which a cell cannot: use %reset_selective -f pattern"
        )
    for name in _names(shell, ""):
        if re.search(pattern, name):
            del shell.user_ns[name]


@line_magic("xdel")
def xdel(shell: Any, line: str) -> None:
    if line not in shell.user_ns:
        raise UsageError(f"name {line!r} is not defined")
    shell.user_ns.pop(line)


def cells_of(shell: Any, words: list[str]) -> list[tuple[int, str]]:
    """The cells of ranges as `1 3-5`; all but the running one when there are none."""
    last = len(shell.history) - 1
    numbers: list[int] = []
    for word in words or [f"1-{last - 1}"]:
        start, dash, end = word.partition("-")
        if not start.isdigit() or (end and not end.isdigit()):
            raise UsageError(f"{word!r} is not the number of a cell, nor a range as 1-3")
        numbers += range(int(start), (int(end) if end else last if dash else int(start)) + 1)
    return [(number, shell.history[number]) for number in numbers if 0 < number <= last]


@line_magic("history", "hist")
def history(shell: Any, line: str) -> None:
    words = line.split()
    options = {letter for word in words if word.startswith("-") for letter in word[1:]}
    for number, code in cells_of(shell, [word for word in words if not word.startswith("-")]):
        if not code:
            continue
        print(f"{number:4d}: {code}" if "n" in options else code)
        if "o" in options and number in shell.results:
            print(repr(shell.results[number]))


@line_magic("lsmagic")
def lsmagic(shell: Any, line: str) -> Any:
    return _MagicList(sorted(shell.magics.line), sorted(shell.magics.cell))


class _MagicList:
    def __init__(self, line: list[str], cell: list[str]) -> None:
        self._line, self._cell = line, cell

    def __repr__(self) -> str:
        line, cell = (
            "  ".join(f"%{name}" for name in self._line),
            "  ".join(f"%%{name}" for name in self._cell),
        )
        automagic = "Automagic is ON, % prefix IS NOT needed for line magics."
        return f"Available line magics:\n{line}\n\nAvailable cell magics:\n{cell}\n\n{automagic}"


@line_magic("xmode")
def xmode(shell: Any, line: str) -> None:
    mode = MODES.get(line.strip().lower())
    if line and mode is None:
        raise UsageError(f"Unrecognized mode {line!r}. It is one of {', '.join(MODES.values())}.")
    modes = list(MODES.values())
    shell.xmode = mode or modes[(modes.index(shell.xmode) + 1) % len(modes)]
    print(f"Exception reporting mode: {shell.xmode}")


@line_magic("tb")
def tb(shell: Any, line: str) -> None:
    if shell.last_error is None:
        print("No traceback available to show.")
        return
    display.show_error(*tracebacks.describe(shell.last_error))


@line_magic("debug", "pdb")
def debug(shell: Any, line: str) -> None:
    raise UsageError(NO_PROMPT)


@line_magic(
    "matplotlib", "config", "colors", "automagic", "autocall", "autosave", "gui", "precision", "logstop"
)
def quiet(shell: Any, line: str) -> None:
    """Settings of programs around a notebook that are fixed here."""


@line_magic("pylab")
def pylab(shell: Any, line: str) -> None:
    exec(
        "import numpy\nimport matplotlib\nfrom matplotlib import pyplot as plt\nimport numpy as np",
        shell.user_ns,
    )
    exec("from pylab import *\nfrom numpy import *", shell.user_ns)


@line_magic("load_ext", "reload_ext")
def load_ext(shell: Any, line: str) -> None:
    import importlib

    if line in ("autoreload", ""):
        return
    try:
        module = importlib.import_module(line)
    except ModuleNotFoundError:
        raise UsageError(f"The extension {line!r} is not installed.") from None
    if isinstance(getattr(module, "load_ipython_extension", None), types.FunctionType):
        module.load_ipython_extension(shell)
    else:
        print(f"The {line} module is not an IPython extension.")


@line_magic("unload_ext")
def unload_ext(shell: Any, line: str) -> None:
    print(f"The extension {line!r} stays loaded until Python is restarted.")
