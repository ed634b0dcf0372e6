"""`name?`, `name??` and `%psearch`: what a thing is, in text."""

import fnmatch
import inspect
import re
from typing import Any

from .magics import line_magic
from .pretty import pretty

PART = re.compile(r"^(\w+)((?:\.\w+|\[-?\d+\])*)$")


def find(shell: Any, name: str) -> Any:
    """The value of `a.b[0].c`, without running code of the person's beyond attribute access."""
    match = PART.match(name)
    if match is None:
        raise LookupError(name)
    first = match[1]
    builtins = shell.user_ns["__builtin__"].__dict__
    if first not in shell.user_ns and first not in builtins:
        raise LookupError(name)
    value = shell.user_ns[first] if first in shell.user_ns else builtins[first]
    for attribute, index in re.findall(r"\.(\w+)|\[(-?\d+)\]", match[2]):
        try:
            value = getattr(value, attribute) if attribute else value[int(index)]
        except Exception as error:
            raise LookupError(name) from error
    return value


@line_magic("pinfo")
def pinfo(shell: Any, line: str) -> None:
    _tell(shell, line, False)


@line_magic("pinfo2")
def pinfo2(shell: Any, line: str) -> None:
    _tell(shell, line, True)


@line_magic("pdoc")
def pdoc(shell: Any, line: str) -> None:
    _fields(
        {"Class docstring" if inspect.isclass(find(shell, line)) else "Docstring": _doc(find(shell, line))}
    )


@line_magic("psource")
def psource(shell: Any, line: str) -> None:
    print(_source(find(shell, line)) or f"No source found for {line}")


@line_magic("psearch")
def psearch(shell: Any, line: str) -> None:
    owner, dot, pattern = line.rpartition(".")
    names = dir(find(shell, owner)) if dot else {*shell.user_ns, *shell.user_ns["__builtin__"].__dict__}
    found = [name for name in names if fnmatch.fnmatchcase(name, pattern)]
    shown = sorted(name for name in found if pattern.startswith("_") or not name.startswith("_"))
    print("\n".join(f"{owner}{dot}{name}" for name in shown))


def _tell(shell: Any, name: str, with_source: bool) -> None:
    if name.startswith("%"):
        _tell_magic(shell, name)
        return
    try:
        value = find(shell, name)
    except LookupError:
        print(f"Object `{name}` not found.")
        return
    _fields(_about(value, name.rpartition(".")[2], with_source))


def _tell_magic(shell: Any, name: str) -> None:
    bare = name.lstrip("%")
    from .magics import CELL, LINE

    function = (CELL if name.startswith("%%") else LINE).get(bare)
    if function is None:
        print(f"Object `{name}` not found.")
        return
    _fields({"Docstring": _doc(function), "Type": "Magic function"})


def _about(value: Any, name: str, with_source: bool) -> dict[str, str]:
    fields: dict[str, str] = {}
    is_class, callable_ = inspect.isclass(value), callable(value)
    if callable_:
        fields["Init signature" if is_class else "Signature"] = _signature(value, name)
    text = _source(value) if with_source else ""
    if not callable_ or not (is_class or inspect.isroutine(value)):
        fields["Type"] = type(value).__name__
        fields["String form"] = _string_form(value)
        if hasattr(value, "__len__") and not is_class:
            fields["Length"] = _length(value)
    if text:
        fields["Source"] = text
    else:
        fields["Docstring"] = _doc(value)
    fields["File"] = _file(value)
    if callable_:
        fields["Type"] = type(value).__name__
    return {key: item for key, item in fields.items() if item}


def _string_form(value: Any) -> str:
    text = pretty(value) if isinstance(value, (list, dict, tuple, set)) else str(value)
    return text if len(text) <= 200 else f"{text[:97]} <...> {text[-97:]}"


def _length(value: Any) -> str:
    try:
        return str(len(value))
    except Exception:  # __len__ of something that has none yet
        return ""


def _signature(value: Any, name: str) -> str:
    try:
        return f"{name}{inspect.signature(value)}"
    except ValueError, TypeError, NameError:
        return ""


def _doc(value: Any) -> str:
    return inspect.getdoc(value) or "<no docstring>"


def _source(value: Any) -> str:
    target = (
        value
        if inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value)
        else type(value)
    )
    try:
        return inspect.getsource(target).rstrip("\n")
    except OSError, TypeError:
        return ""


def _file(value: Any) -> str:
    target = (
        value
        if inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value)
        else type(value)
    )
    try:
        return inspect.getfile(inspect.unwrap(target))
    except TypeError:
        return ""


def _fields(fields: dict[str, str]) -> None:
    width = max(len(key) for key in fields) + 2
    for key, value in fields.items():
        lines = value.split("\n")
        print(f"{key + ':':<{width}}{value}" if len(lines) == 1 else f"{key}:\n{value}")
