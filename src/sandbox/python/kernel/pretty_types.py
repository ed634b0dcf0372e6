"""How each built-in type is pretty-printed; `for_type` adds others, as in IPython.lib.pretty."""

import collections
import os
import re
import types
from inspect import signature
from typing import Any, Callable

from .pretty import Printer

Print = Callable[[Any, Printer, bool], None]


def find_printer(obj: Any) -> Print:
    """The nearest of the object's classes decides: a registered printer, `_repr_pretty_` or a `__repr__`."""
    for cls in type(obj).__mro__:
        known = PRINTERS.get(cls)
        if known is not None:
            return known
        by_name = NAMED.get((getattr(cls, "__module__", None), cls.__name__))
        if by_name is not None:
            PRINTERS[cls] = by_name
            return by_name
        own = cls.__dict__
        if "_repr_pretty_" in own and callable(own["_repr_pretty_"]):
            return cls._repr_pretty_
        if cls is not object and callable(own.get("__repr__")):
            return by_repr
    return plain_object


def for_type(kind: type, function: Print | None) -> Print | None:
    before = PRINTERS.get(kind)
    if function is not None:
        PRINTERS[kind] = function
    return before


def for_type_by_name(module: str, name: str, function: Print | None) -> Print | None:
    before = NAMED.get((module, name))
    if function is not None:
        NAMED[(module, name)] = function
    return before


def by_repr(obj: Any, p: Printer, cycle: bool) -> None:
    with p.group():
        for index, line in enumerate(repr(obj).splitlines()):
            if index:
                p.break_()
            p.text(line)


def plain_object(obj: Any, p: Printer, cycle: bool) -> None:
    if type(obj).__repr__ is not object.__repr__:
        by_repr(obj, p, cycle)
        return
    with p.group(1, "<", ">"):
        p.pretty(type(obj))
        p.text(f" at {id(obj):#x}")
        if cycle:
            p.text(" ...")


def _sequence(start: str, end: str) -> Print:
    def inner(obj: Any, p: Printer, cycle: bool) -> None:
        if cycle:
            p.text(f"{start}...{end}")
            return
        p.begin_group(len(start), start)
        for index, value in p.items(obj):
            if index:
                p.text(",")
                p.breakable()
            p.pretty(value)
        if len(obj) == 1 and isinstance(obj, tuple):
            p.text(",")
        p.end_group(len(start), end)

    return inner


def _in_order(values: Any) -> list[Any]:
    try:
        return sorted(values)
    except Exception:  # things that cannot be compared: by their names, else as they come
        try:
            return sorted(values, key=lambda value: (type(value).__name__, str(value)))
        except Exception:
            return list(values)


def _set(start: str, end: str) -> Print:
    def inner(obj: Any, p: Printer, cycle: bool) -> None:
        if cycle:
            p.text(f"{start}...{end}")
            return
        if not obj:
            p.text(type(obj).__name__ + "()")
            return
        p.begin_group(len(start), start)
        for index, value in p.items(_in_order(obj) if len(obj) < p.max_seq_length else obj):
            if index:
                p.text(",")
                p.breakable()
            p.pretty(value)
        p.end_group(len(start), end)

    return inner


def _mapping(start: str, end: str) -> Print:
    def inner(obj: Any, p: Printer, cycle: bool) -> None:
        if cycle:
            p.text("{...}")
            return
        p.begin_group(len(start), start)
        for index, key in p.items(obj.keys()):
            if index:
                p.text(",")
                p.breakable()
            p.pretty(key)
            p.text(": ")
            p.pretty(obj[key])
        p.end_group(len(start), end)

    return inner


class CallExpression:
    """Prints as the call that would make a value: `name(1, key=2)`."""

    def __init__(__self, __name: str, *args: Any, **kwargs: Any) -> None:
        __self.name, __self.args, __self.kwargs = __name, args, kwargs

    def _repr_pretty_(self, p: Printer, cycle: bool) -> None:
        start = self.name + "("
        first = True
        with p.group(len(start), start, ")"):
            for key, value in [*(("", arg) for arg in self.args), *self.kwargs.items()]:
                if not first:
                    p.text(",")
                    p.breakable()
                first = False
                prefix = f"{key}=" if key else ""
                p.text(prefix)
                with p.group(len(prefix)):
                    p.pretty(value)


class RawText:
    def __init__(self, value: str) -> None:
        self.value = value

    def _repr_pretty_(self, p: Printer, cycle: bool) -> None:
        p.text(self.value)


def _call(arguments: Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]], name: str = "") -> Print:
    def inner(obj: Any, p: Printer, cycle: bool) -> None:
        args, kwargs = ((RawText("..."),), {}) if cycle else arguments(obj)
        p.pretty(CallExpression(name or type(obj).__name__, *args, **kwargs))

    return inner


def _type(obj: type, p: Printer, cycle: bool) -> None:
    if type(obj).__repr__ is not type.__repr__:
        by_repr(obj, p, cycle)
        return
    module = getattr(obj, "__module__", None)
    name = obj.__qualname__ if isinstance(getattr(obj, "__qualname__", None), str) else obj.__name__
    p.text(name if module in (None, "builtins") else f"{module}.{name}")


def _function(obj: Any, p: Printer, cycle: bool) -> None:
    name = getattr(obj, "__qualname__", obj.__name__)
    if obj.__module__ and obj.__module__ != "builtins":
        name = f"{obj.__module__}.{name}"
    try:
        name += str(signature(obj))
    except ValueError, TypeError, NameError:  # built-ins without one, annotations that do not resolve
        pass
    p.text(f"<function {name}>")


def _exception(obj: BaseException, p: Printer, cycle: bool) -> None:
    kind = type(obj)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    p.pretty(CallExpression(name, *getattr(obj, "args", ())))


FLAGS = ("IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "VERBOSE", "DEBUG")


def _pattern(obj: re.Pattern, p: Printer, cycle: bool) -> None:
    raw = repr(obj.pattern)
    args = [RawText("r" + raw.replace("\\\\", "\\") if isinstance(obj.pattern, str) else raw)]
    flags = [f"re.{flag}" for flag in FLAGS if obj.flags & getattr(re, flag)]
    if flags:
        args.append(RawText("|".join(flags)))
    p.pretty(CallExpression("re.compile", *args))


def _super(obj: Any, p: Printer, cycle: bool) -> None:
    with p.group(8, "<super: ", ">"):
        p.pretty(obj.__thisclass__)
        p.text(",")
        p.breakable()
        p.pretty(obj.__self__)


PRINTERS: dict[type, Print] = {
    tuple: _sequence("(", ")"),
    list: _sequence("[", "]"),
    dict: _mapping("{", "}"),
    set: _set("{", "}"),
    frozenset: _set("frozenset({", "})"),
    super: _super,
    re.Pattern: _pattern,
    type: _type,
    types.FunctionType: _function,
    types.BuiltinFunctionType: _function,
    types.SimpleNamespace: _call(lambda obj: ((), dict(obj.__dict__)), "namespace"),
    types.MappingProxyType: _mapping("mappingproxy({", "})"),
    type(os.environ): _mapping("environ{", "}"),
    BaseException: _exception,
    collections.defaultdict: _call(lambda obj: ((obj.default_factory, dict(obj)), {})),
    collections.OrderedDict: _call(lambda obj: ((list(obj.items()),) if obj else (), {})),
    collections.Counter: _call(lambda obj: ((dict(obj),) if obj else (), {})),
    collections.deque: _call(
        lambda obj: ((list(obj),), {} if obj.maxlen is None else {"maxlen": obj.maxlen})
    ),
    collections.UserList: _call(lambda obj: ((obj.data,), {})),
}
NAMED: dict[tuple[str | None, str], Print] = {}
