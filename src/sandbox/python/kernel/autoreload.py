"""%autoreload: modules of the workspace that have changed are loaded again before a cell.

Functions and classes that other modules took by `from m import f` get the new code too.
"""

import importlib
import os
import sys
import types
from typing import Any

from . import modules, state
from .magics import UsageError, line_magic

_mode = "0"
_seen: dict[str, int] = {}


@line_magic("autoreload")
def autoreload(shell: Any, line: str) -> None:
    global _mode
    words = {"": "now", "now": "now", "off": "0", "0": "0", "explicit": "1", "1": "1", "all": "2", "2": "2",
             "complete": "2", "3": "2"}  # fmt: skip
    asked = (line.split() or [""])[0].lower()
    if asked not in words:
        raise UsageError(f'%autoreload: unrecognized mode "{asked}"; it is now, 0, 1, 2 or 3')
    if words[asked] == "now":
        _reload_changed()
        return
    _mode = words[asked]
    _look(set(_local_modules()))


@line_magic("aimport")
def aimport(shell: Any, line: str) -> None:
    for name in (part.strip() for part in line.split(",")):
        if name and not name.startswith("-"):
            importlib.import_module(name)
            top = name.partition(".")[0]
            shell.user_ns[top] = sys.modules[top]


def before_cell() -> None:
    if _mode != "0":
        _reload_changed()


def _local_modules() -> dict[str, str]:
    """Imported modules whose file lies in the workspace."""
    inside = state.mount.rstrip("/") + "/"
    found = {}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if name != "__main__" and isinstance(path, str) and os.path.abspath(path).startswith(inside):
            found[name] = os.path.abspath(path)
    return found


def _look(names: set[str]) -> list[str]:
    """Notes how the files of modules are now; gives those that changed since the last look."""
    changed = []
    for name, path in _local_modules().items():
        if name in names and os.path.exists(path):
            now = os.stat(path).st_mtime_ns
            if _seen.get(name, now) != now:
                changed.append(name)
            _seen[name] = now
    return changed


def _reload_changed() -> None:
    for name in _look(set(_local_modules())):
        modules.guarded(lambda: _reload(sys.modules[name]), f"%autoreload of {name} failed")


def _reload(module: types.ModuleType) -> None:
    before = dict(module.__dict__)
    importlib.reload(module)
    for name, old in before.items():
        new = module.__dict__.get(name)
        if new is not old and getattr(old, "__module__", None) == module.__name__:
            _update(old, new)


def _update(old: Any, new: Any) -> None:
    if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
        if old.__code__.co_freevars == new.__code__.co_freevars:
            for name in ("__code__", "__defaults__", "__kwdefaults__", "__doc__", "__dict__"):
                setattr(old, name, getattr(new, name))
    elif isinstance(old, type) and isinstance(new, type):
        _update_class(old, new)


def _update_class(old: type, new: type) -> None:
    """Objects made before get the new methods."""
    for name, value in list(new.__dict__.items()):
        if name in ("__dict__", "__weakref__", "__doc__", "__module__", "__slots__"):
            continue
        current = old.__dict__.get(name)
        if isinstance(current, types.FunctionType) and isinstance(value, types.FunctionType):
            _update(current, value)
        else:
            setattr(old, name, value)
    for name in set(old.__dict__) - set(new.__dict__):
        if isinstance(old.__dict__[name], (types.FunctionType, property, classmethod, staticmethod)):
            delattr(old, name)
