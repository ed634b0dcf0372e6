"""`from IPython.display import …` without IPython: modules of its names that give ours.

The finder is the last one asked, so the real package wins as soon as it is installed.
"""

import sys
import types
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from . import capture, commands, display, magics, pretty, pretty_types, rich, rich_media, state

VERSION = (9, 12, 0)
RICH = (
    "DisplayObject",
    "TextDisplayObject",
    "Pretty",
    "HTML",
    "Markdown",
    "Latex",
    "Math",
    "SVG",
    "Javascript",
)
RICH += ("JSON", "GeoJSON", "Image", "FileLink", "FileLinks", "IFrame")
SHOW = ("display", "update_display", "clear_output", "publish_display_data", "DisplayHandle")


def _get_ipython() -> Any:
    return state.shell


def _displayer(mime: str) -> Any:
    """display_html and the like: the values themselves, or raw text with raw=True."""

    def show(*objs: Any, raw: bool = False, metadata: Any = None, **kwargs: Any) -> None:
        for obj in objs:
            if raw:
                display.publish_display_data({mime: obj}, {mime: metadata} if metadata else None)
            else:
                display.display(obj, include=["text/plain", mime], metadata=metadata, **kwargs)

    return show


def _display_names() -> dict[str, Any]:
    names = {name: getattr(rich, name) for name in RICH} | {name: getattr(display, name) for name in SHOW}
    names |= {"Audio": rich_media.Audio, "Video": rich_media.Video}
    for mime, short in (("text/html", "html"), ("text/markdown", "markdown"), ("image/svg+xml", "svg"),
                        ("image/png", "png"), ("image/jpeg", "jpeg"), ("text/latex", "latex"),
                        ("application/json", "json"), ("application/javascript", "javascript"),
                        ("text/plain", "pretty")):  # fmt: skip
        names[f"display_{short}"] = _displayer(mime)
    return names | {"set_matplotlib_formats": _quiet, "set_matplotlib_close": _quiet}


def _quiet(*args: Any, **kwargs: Any) -> None:
    """Settings of figures: they are PNG here."""


def _magic_decorator(kind: str) -> Any:
    """register_line_magic and the like: with or without a name."""

    def decorate(argument: Any) -> Any:
        if callable(argument):
            state.shell.register_magic_function(argument, kind)
            return argument
        return lambda function: state.shell.register_magic_function(function, kind, argument) or function

    return decorate


def _method_decorator(kind: str) -> Any:
    """line_magic and the like, for methods of a Magics class."""

    def decorate(argument: Any) -> Any:
        def mark(function: Any, name: str | None = None) -> Any:
            function._okcvm_magic = (kind, name or function.__name__)
            return function

        return mark(argument) if callable(argument) else lambda function: mark(function, argument)

    return decorate


class MagicsClass:
    """The base of a person's own class of magics."""

    def __init__(self, shell: Any = None, **kwargs: Any) -> None:
        self.shell = shell
        self.magics: dict[str, dict[str, Any]] = {"line": {}, "cell": {}, "line_cell": {}}
        for name in dir(type(self)):
            mark = getattr(getattr(type(self), name, None), "_okcvm_magic", None)
            if mark is not None:
                self.magics[mark[0]][mark[1]] = getattr(self, name)


def _contents() -> dict[str, dict[str, Any]]:
    shown = _display_names()
    decorators = {f"register_{kind}_magic": _magic_decorator(kind) for kind in ("line", "cell", "line_cell")}
    methods = {f"{kind}_magic": _method_decorator(kind) for kind in ("line", "cell", "line_cell")}
    own = {
        "magics_class": lambda cls: cls,
        "Magics": MagicsClass,
        "needs_local_scope": lambda function: function,
    }
    top = {"get_ipython": _get_ipython, "display": shown["display"], "version_info": VERSION}
    return {
        "IPython": {**top, "__version__": ".".join(map(str, VERSION)), "embed": _quiet},
        "IPython.display": shown,
        "IPython.core": {},
        "IPython.core.display": shown,
        "IPython.core.display_functions": shown,
        "IPython.core.getipython": {"get_ipython": _get_ipython},
        "IPython.core.magic": {**decorators, **methods, **own},
        "IPython.core.error": {"UsageError": magics.UsageError},
        "IPython.core.interactiveshell": {"InteractiveShell": type(state.shell)},
        "IPython.lib": {},
        "IPython.lib.display": shown,
        "IPython.lib.pretty": {
            "pretty": pretty.pretty, "pprint": pretty.pprint, "PrettyPrinter": pretty.Printer,
            "for_type": pretty_types.for_type, "for_type_by_name": pretty_types.for_type_by_name,
        },
        "IPython.utils": {},
        "IPython.utils.capture": {"capture_output": capture.capture_output, "CapturedIO": capture.CapturedIO},
        "IPython.utils.text": {"SList": commands.SList},
    }  # fmt: skip


class _Names(Loader):
    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__.update(self._names)


class Finder(MetaPathFinder):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        names = _contents().get(fullname) if fullname.partition(".")[0] == "IPython" else None
        if names is None:
            return None
        inner = fullname in ("IPython", "IPython.core", "IPython.lib", "IPython.utils")
        return ModuleSpec(fullname, _Names(names), origin="notebook", is_package=inner)


_finder = Finder()


def install() -> None:
    if _finder not in sys.meta_path:
        sys.meta_path.append(_finder)


def step_aside() -> None:
    """After an installation: forget our modules when the real package has come."""
    ours = [name for name, module in sys.modules.items() if _is_ours(name, module)]
    if not ours:
        return
    for finder in sys.meta_path:
        found = finder.find_spec("IPython", None) if finder is not _finder else None
        if found is not None:
            for name in ours:
                del sys.modules[name]
            return


def _is_ours(name: str, module: Any) -> bool:
    return name.partition(".")[0] == "IPython" and getattr(module.__spec__, "origin", "") == "notebook"
