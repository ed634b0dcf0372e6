"""The notebook's kernel: what Jupyter does around Python, for Pyodide in a Worker.

Everything is imported here, so that a memory snapshot holds it; nothing of JavaScript is touched before start().
"""

import builtins
import os
import random
import sys
from typing import Any

from . import autoreload, cells, display, figures, help, ipython_names, modules, patches, pictures  # noqa: F401
from . import imports, processes, stack, state, streams, tracebacks
from .magics import UsageError
from .shell import ZMQInteractiveShell
from .shell_parts import CellInfo, CellResult

__all__ = ["find_imports", "interrupt", "run_cell", "start"]

_waiting: Any = None
_task: Any = None

state.shell = ZMQInteractiveShell()


def start(host: Any, mount: str) -> None:
    """Begin with a host (JavaScript) and the workspace's folder. After a snapshot's restore too."""
    state.host, state.mount = host, mount
    random.seed()
    os.chdir(mount)
    os.environ.setdefault("MPLBACKEND", "agg")
    os.environ["PWD"] = mount
    sys.path[:] = ["", *(entry for entry in sys.path if entry not in ("", mount))]
    sys.argv = ["ipykernel_launcher.py"]
    sys.executable = "/usr/bin/python3"
    sys.displayhook = display.displayhook
    sys.modules["__main__"] = state.shell.user_module
    builtins.get_ipython = state.shell.get_ipython
    builtins.display = display.display
    streams.install()
    ipython_names.install()
    modules.install()
    patches.install()
    processes.install()
    stack.install()
    state.shell.user_ns["_dh"] = [mount]
    state.base_environ = dict(os.environ)


async def run_cell(code: str, count: int) -> str:
    """Run a cell; all that it shows goes to the host. Gives "ok" or "error"."""
    import asyncio

    global _task, _waiting
    state.running = True
    waiting = _waiting = cells.Interruptible(_cell(code, count))
    _task = asyncio.ensure_future(_outcome(waiting))
    try:
        return await _task
    except BaseException as error:  # an interrupt between two steps of ours
        _report(error)
        return "error"
    finally:
        _task = _waiting = None
        state.running = False
        streams.flush_all()


def interrupt() -> None:
    """The waiting cell gets KeyboardInterrupt. For a cell that runs, Pyodide's interrupt buffer does it."""
    if _task is not None and not _task.done():
        _waiting.interrupted = True
        _task.cancel()


def find_imports(code: str) -> list[str]:
    return imports.find_imports(code)


async def _outcome(waiting: cells.Interruptible) -> str:
    try:
        error = await waiting
    except BaseException as problem:
        error = problem
    if error is None:
        return "ok"
    _report(error)
    return "error"


async def _cell(code: str, count: int) -> BaseException | None:
    """The books around a cell; gives the error it ended with."""
    shell = state.shell
    error: BaseException | None = None
    info = CellInfo(code)
    result = CellResult(info)
    try:
        shell.begin(code, count)
        result.execution_count = count
        shell.events.trigger("pre_execute")
        shell.events.trigger("pre_run_cell", info)
        autoreload.before_cell()
        stack.protect()
        await cells.run_cell_text(code, count)
    except BaseException as problem:
        error = problem
        # The error is told before what the cell leaves behind (its figures), as Jupyter does.
        _report(problem)
        result.error_in_exec = problem
    state.captures.clear()
    streams.install()
    figures.after_cell()
    result.result = shell.results.get(count)
    shell.events.trigger("post_execute")
    shell.events.trigger("post_run_cell", result)
    return _Told() if error is not None else None


class _Told(Exception):
    """Stands for an error that has been shown already."""


def _report(error: BaseException) -> None:
    if isinstance(error, _Told):
        return
    state.captures.clear()
    streams.install()
    if isinstance(error, UsageError):
        print(f"UsageError: {error}", file=sys.stderr)
        return
    state.shell.last_error = sys.last_exc = error
    if isinstance(error, SystemExit):
        lines = ["An exception has occurred, use %tb to see the full traceback.\n", f"SystemExit: {error}"]
        display.show_error("SystemExit", str(error), lines)
        return
    display.show_error(*tracebacks.describe(error))
