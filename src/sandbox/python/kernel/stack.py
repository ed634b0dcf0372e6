"""Deep recursion ends as RecursionError, not as the end of Python.

A recursion through C (a `__repr__` that calls repr, nested lists) uses the browser's own stack, about a megabyte,
whose overflow is fatal. Python watches another stack, of its own memory, which is larger. Measured in Pyodide 314:
the browser's overflows when 116 kB (Node) to 213 kB (Chromium) of Python's are in use at the least, so Python is
told that it has less than that. Recursion of Python functions alone uses neither, and is bounded by its limit.
"""

import ctypes
import sys
from typing import Any

STACK_BYTES = 120 * 1024
MAX_LIMIT = 60_000

_set_limit = sys.setrecursionlimit
_api: Any = None


def set_limit(limit: int, /) -> None:
    _set_limit(min(limit, MAX_LIMIT) if isinstance(limit, int) else limit)


def _prepared() -> Any:
    api = ctypes.pythonapi
    api.PyThreadState_Get.restype = ctypes.c_void_p
    api.emscripten_stack_get_base.restype = ctypes.c_void_p
    api.PyUnstable_ThreadState_SetStackProtection.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_size_t,
    ]
    return api


def protect() -> None:
    """For this entry into Python: with stack switching each one has a thread state of its own."""
    global _api
    try:
        _api = _api or _prepared()
        start = _api.emscripten_stack_get_base() - STACK_BYTES
        _api.PyUnstable_ThreadState_SetStackProtection(_api.PyThreadState_Get(), start, STACK_BYTES)
    except AttributeError:
        # Another build of Python, without these: its own guard stays.
        return


def install() -> None:
    sys.setrecursionlimit = set_limit
    protect()
