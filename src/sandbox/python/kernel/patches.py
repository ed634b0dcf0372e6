"""Parts of the standard library that a browser cannot do as they are."""

import builtins
import concurrent.futures
import concurrent.futures.thread
import ctypes
import getpass
import sys
import threading
import time
from typing import Any

from . import state, streams

SLICE = 0.05
NO_THREADS = (
    "can't start new thread: Python in a browser has one thread. Call the function directly, or use asyncio."
)
_start_thread = threading.Thread.start


def sleep(seconds: float) -> None:
    """time.sleep in slices, so that Stop works in the middle."""
    if not any(hasattr(seconds, name) for name in ("__index__", "__float__")):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
    left = float(seconds)
    if left < 0:
        raise ValueError("sleep length must be non-negative")
    streams.flush_all()
    end = time.monotonic() + left
    while left > 0:
        state.host.wait(min(left, SLICE))
        _check_interrupt()
        left = end - time.monotonic()


def _check_interrupt() -> None:
    """Python looks at the interrupt buffer only now and then; after a wait it must look at once."""
    if ctypes.pythonapi.PyErr_CheckSignals() < 0:
        raise KeyboardInterrupt


def no_input(prompt: object = "", /) -> str:
    raise EOFError("a notebook cell cannot ask for input here: put the value into the code")


def no_password(prompt: str = "Password: ", stream: Any = None, **_: Any) -> str:
    raise EOFError("a notebook cell cannot ask for a password here: read it from a file or from os.environ")


def start_thread(self: threading.Thread) -> None:
    try:
        _start_thread(self)
    except RuntimeError as error:
        if "thread" not in str(error) or "once" in str(error):
            raise
        raise RuntimeError(NO_THREADS) from None


class ThreadPoolExecutor(concurrent.futures.Executor):
    """There are no threads: each task runs when it is submitted, and its Future is done by then."""

    def __init__(
        self,
        max_workers: Any = None,
        thread_name_prefix: str = "",
        initializer: Any = None,
        initargs: Any = (),
        **_: Any,
    ) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._max_workers = max_workers or 1
        self._closed = False
        if initializer is not None:
            initializer(*initargs)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> concurrent.futures.Future:
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: concurrent.futures.Future = concurrent.futures.Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._closed = True


class ProcessPoolExecutor(ThreadPoolExecutor):
    """There are no processes either: the same as ThreadPoolExecutor here."""

    def __init__(self, max_workers: Any = None, mp_context: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(max_workers, "", *args, **kwargs)


def install() -> None:
    time.sleep = sleep
    builtins.input = no_input
    getpass.getpass = no_password
    threading.Thread.start = start_thread
    concurrent.futures.ThreadPoolExecutor = ThreadPoolExecutor
    concurrent.futures.ProcessPoolExecutor = ProcessPoolExecutor
    concurrent.futures.thread.ThreadPoolExecutor = ThreadPoolExecutor
    sys.unraisablehook = _unraisable


def _unraisable(problem: Any) -> None:
    """Errors in __del__ and callbacks, told as Python does but without frames of ours."""
    from .scripts import plain_traceback

    where = f" in: {problem.object!r}" if problem.object is not None else ""
    print(f"{problem.err_msg or 'Exception ignored'}{where}", file=sys.stderr)
    if problem.exc_value is not None:
        print(plain_traceback(problem.exc_value), end="", file=sys.stderr)
