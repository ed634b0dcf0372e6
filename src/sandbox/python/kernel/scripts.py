"""`python script.py` from a cell or from subprocess: this Python runs it, in a `__main__` of its own."""

import io
import os
import runpy
import shlex
import sys
import traceback
import types
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Iterator

from . import tracebacks

NAMES = {"python", "python3", "python3.14", "py"}
OPERATORS = set("|&;<>()`\n")
ONE_WORD = {"-u", "-B", "-O", "-OO", "-s", "-S", "-E", "-I", "-q", "-b", "-P"}


def is_python(program: str) -> bool:
    return program == sys.executable or os.path.basename(program) in NAMES


def python_arguments(command: str) -> list[str] | None:
    """The arguments of a plain `python …` command; None for all others, which are the shell's."""
    first = command.split(None, 1)[0] if command.strip() else ""
    if not is_python(first):
        return None
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return None
    if any(set(word) <= OPERATORS for word in words if word) or "$" in command or "`" in command:
        return None
    return shlex.split(command)[1:]


def run_python(arguments: list[str], stdin: str | None = None) -> int:
    """Run as the python program would, printing to sys.stdout and sys.stderr. Gives the exit code."""
    rest = _without_flags(arguments)
    if rest and rest[0] in ("-V", "--version"):
        print("Python " + sys.version.split()[0])
        return 0
    if rest[:2] == ["-m", "pip"]:
        from . import pip

        return pip.run_sync(rest[2:])
    if not rest or rest[0] == "-":
        if stdin is None:
            print("python: a cell cannot open a prompt; give it a script or -c", file=sys.stderr)
            return 2
        rest, stdin = ["-c", stdin, *rest[1:]], ""
    with _process(stdin):
        return _exit_code(lambda: _start(rest))


def run_captured(arguments: list[str]) -> tuple[int, str]:
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        code = run_python(arguments)
    return code, text.getvalue()


def _without_flags(arguments: list[str]) -> list[str]:
    rest = list(arguments)
    while rest and (rest[0] in ONE_WORD or rest[0] in ("-W", "-X")):
        del rest[: 2 if rest[0] in ("-W", "-X") else 1]
    return rest


@contextmanager
def _process(stdin: str | None) -> Iterator[None]:
    """What a process of its own would have kept to itself."""
    before = sys.argv, list(sys.path), dict(os.environ), os.getcwd(), sys.stdin, sys.modules["__main__"]
    sys.stdin = io.StringIO(stdin or "")
    try:
        yield
    finally:
        sys.argv, sys.path[:], environ, cwd, sys.stdin, sys.modules["__main__"] = before
        os.environ.clear()
        os.environ.update(environ)
        os.chdir(cwd)


def _start(rest: list[str]) -> None:
    if rest[0] == "-c":
        sys.argv = ["-c", *rest[2:]]
        sys.path.insert(0, "")
        module = types.ModuleType("__main__")
        module.__dict__["__builtins__"] = __builtins__
        sys.modules["__main__"] = module
        exec(
            compile(rest[1] if len(rest) > 1 else "", "<string>", "exec", dont_inherit=True), module.__dict__
        )
    elif rest[0] == "-m":
        sys.argv = ["-m", *rest[2:]]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(rest[1], run_name="__main__", alter_sys=True)
    else:
        if not os.path.exists(rest[0]):
            path = os.path.abspath(rest[0])
            print(f"python: can't open file {path!r}: [Errno 2] No such file or directory", file=sys.stderr)
            raise SystemExit(2)
        sys.argv = rest
        sys.path.insert(0, os.path.dirname(os.path.abspath(rest[0])))
        runpy.run_path(rest[0], run_name="__main__")


def _exit_code(start: Any) -> int:
    try:
        start()
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        print(error.code, file=sys.stderr)
        return 1
    except Exception as error:
        print(plain_traceback(error), end="", file=sys.stderr)
        return 1
    return 0


def plain_traceback(error: BaseException) -> str:
    """As the python program prints it, from the script's first frame on."""
    told = traceback.TracebackException.from_exception(error)
    told.stack[:] = [one for one in told.stack if not _is_ours(one.filename)]
    return "".join(told.format())


def _is_ours(filename: str) -> bool:
    return filename.startswith(tracebacks.HIDDEN) or filename == "<frozen runpy>"
