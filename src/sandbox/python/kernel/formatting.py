"""From a value to its MIME bundle: every `_repr_*_` it has, and text/plain."""

import base64
import inspect
import sys
from typing import Any

from .pretty import pretty

METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "application/pdf": "_repr_pdf_",
    "image/jpeg": "_repr_jpeg_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
    "application/javascript": "_repr_javascript_",
}
BINARY = {"image/png", "image/jpeg", "application/pdf"}
Bundle = dict[str, Any]
#: Printers that a person registers with get_ipython().display_formatter, by MIME type and class.
registered: dict[str, dict[type, Any]] = {}


def bundle_of(value: Any, include: Any = None, exclude: Any = None) -> tuple[Bundle, Bundle]:
    """Data and metadata. A method that fails is a warning on stderr, never an error of the cell."""
    data, metadata = _split(_try(value, "_repr_mimebundle_", include=include, exclude=exclude))
    data, metadata = dict(data or {}), dict(metadata or {})
    for mime, method in METHODS.items():
        if mime not in data and _wanted(mime, include, exclude):
            _add(value, mime, method, data, metadata)
    if "text/plain" not in data and _wanted("text/plain", include, exclude):
        data["text/plain"] = plain(value)
    return {mime: _encoded(mime, item) for mime, item in data.items()}, metadata


def plain(value: Any) -> str:
    custom = _registered("text/plain", value)
    try:
        if custom is not None and (text := _by_custom(custom, value)) is not None:
            return text
        return pretty(value)
    except Exception as error:
        _warn(value, "__repr__", error)
        return f"<{type(value).__module__}.{type(value).__qualname__} at {id(value):#x}>"


def method_of(value: Any, name: str) -> Any:
    """A display method, unless the value is a class or answers to any name at all."""
    if inspect.isclass(value):
        return None
    try:
        if getattr(value, "_ipython_canary_method_should_not_exist_", None) is not None:
            return None
        method = getattr(value, name, None)
    except Exception:  # a __getattr__ that raises: the value has no such method
        return None
    return method if callable(method) else None


def _wanted(mime: str, include: Any, exclude: Any) -> bool:
    return (not include or mime in include) and not (exclude and mime in exclude)


def _add(value: Any, mime: str, method: str, data: Bundle, metadata: Bundle) -> None:
    custom = _registered(mime, value)
    if custom is not None:
        item, more = _split(_guarded(value, mime, lambda: custom(value)))
    else:
        item, more = _split(_try(value, method))
    if item is None:
        return
    if mime != "application/json" and not isinstance(item, (str, bytes)):
        _warn(value, method, TypeError(f"it returned {type(item).__name__}, not text"))
        return
    data[mime] = item
    if more:
        metadata[mime] = more


def _split(result: Any) -> tuple[Any, Any]:
    if isinstance(result, tuple) and len(result) == 2:
        return result
    return result, None


def _try(value: Any, name: str, **options: Any) -> Any:
    method = method_of(value, name)
    return None if method is None else _guarded(value, name, lambda: method(**options))


def _guarded(value: Any, name: str, call: Any) -> Any:
    try:
        return call()
    except NotImplementedError:
        return None
    except Exception as error:
        _warn(value, name, error)
        return None


def _warn(value: Any, name: str, error: Exception) -> None:
    print(
        f"Warning: {name} of {type(value).__qualname__} failed: {type(error).__name__}: {error}",
        file=sys.stderr,
    )


def _encoded(mime: str, item: Any) -> Any:
    if isinstance(item, (bytes, bytearray)):
        return (
            base64.b64encode(item).decode("ascii")
            if mime in BINARY
            else bytes(item).decode("utf-8", "replace")
        )
    return item


def _registered(mime: str, value: Any) -> Any:
    kinds = registered.get(mime)
    if not kinds:
        return None
    return next((kinds[cls] for cls in type(value).__mro__ if cls in kinds), None)


def _by_custom(custom: Any, value: Any) -> str | None:
    """Printers for text/plain take `(value, printer, cycle)`; all others the value alone."""
    from .pretty import Printer

    printer = Printer()
    custom(value, printer, False)
    return printer.result()
