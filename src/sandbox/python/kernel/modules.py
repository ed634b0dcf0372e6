"""Runs a function right after a module is imported for the first time, to fit it to a notebook."""

import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from typing import Any, Callable

HOOKS: dict[str, Callable[[Any], None]] = {}


def after_import(name: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Registers `function(module)`. When it fails a warning is printed, and the import goes on."""
    return lambda function: HOOKS.__setitem__(name, function) or function


class _Wrapped(Loader):
    def __init__(self, loader: Any, hook: Callable[[Any], None]) -> None:
        self._loader, self._hook = loader, hook

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        guarded(lambda: self._hook(module), f"{module.__name__} is only partly fitted to the notebook")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _Watcher(MetaPathFinder):
    def __init__(self) -> None:
        self._busy: set[str] = set()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        hook = HOOKS.get(fullname)
        if hook is None or fullname in self._busy:
            return None
        self._busy.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._busy.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Wrapped(spec.loader, hook)
        return spec


_watcher = _Watcher()


def install() -> None:
    if _watcher not in sys.meta_path:
        sys.meta_path.insert(0, _watcher)


def guarded(action: Callable[[], Any], words: str) -> Any:
    """Runs what must not break a cell; a failure is a warning."""
    try:
        return action()
    except Exception as error:
        print(f"Warning: {words}: {type(error).__name__}: {error}", file=sys.stderr)
        return None
