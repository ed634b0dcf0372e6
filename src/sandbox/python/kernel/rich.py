"""The values of IPython.display: HTML, Markdown, Image and the others."""

import base64
import html
import json
import os
import struct
from typing import Any


class DisplayObject:
    """Content given as data, or read from a file. An address on the web is not fetched."""

    _read_flags = "r"
    mime = "text/plain"
    method = ""

    def __init__(
        self, data: Any = None, url: str | None = None, filename: Any = None, metadata: Any = None
    ) -> None:
        if isinstance(data, os.PathLike):
            data, filename = None, os.fspath(data)
        if (
            isinstance(data, str)
            and url is None
            and filename is None
            and data.startswith(("http://", "https://"))
        ):
            data, url = None, data
        if url is not None:
            kind = type(self).__name__
            raise ValueError(f"{kind} cannot fetch {url}: download it to a file first and pass filename=")
        self.data = data
        self.url = None
        self.filename = None if filename is None else os.fspath(filename)
        self.metadata = dict(metadata or {})
        self.reload()

    def reload(self) -> None:
        if self.filename is None:
            return
        options = {} if "b" in self._read_flags else {"encoding": "utf-8"}
        with open(self.filename, self._read_flags, **options) as file:
            self.data = file.read()

    def _data_and_metadata(self) -> Any:
        return (self.data, dict(self.metadata)) if self.metadata else self.data

    def __repr__(self) -> str:
        return f"<IPython.core.display.{type(self).__name__} object>"


class TextDisplayObject(DisplayObject):
    def __init__(
        self, data: Any = None, url: str | None = None, filename: Any = None, metadata: Any = None
    ) -> None:
        super().__init__(data, url, filename, metadata)
        if self.data is not None and not isinstance(self.data, str):
            raise TypeError(f"{type(self).__name__} expects text, not {self.data!r}")


class Pretty(TextDisplayObject):
    def _repr_pretty_(self, p: Any, cycle: bool) -> None:
        p.text(self.data)


class HTML(TextDisplayObject):
    def _repr_html_(self) -> Any:
        return self._data_and_metadata()

    __html__ = _repr_html_


class Markdown(TextDisplayObject):
    def _repr_markdown_(self) -> Any:
        return self._data_and_metadata()


class Latex(TextDisplayObject):
    def _repr_latex_(self) -> Any:
        return self._data_and_metadata()


class Math(TextDisplayObject):
    def _repr_latex_(self) -> Any:
        text = "$\\displaystyle %s$" % self.data.strip("$")
        return (text, dict(self.metadata)) if self.metadata else text


class SVG(TextDisplayObject):
    def _repr_svg_(self) -> Any:
        text = self.data.decode("utf-8") if isinstance(self.data, bytes) else self.data
        start = text.find("<svg")
        return text[start:] if start > 0 else text


class Javascript(TextDisplayObject):
    def __init__(self, data: Any = None, url: Any = None, filename: Any = None, **libraries: Any) -> None:
        super().__init__(data, url, filename)

    def _repr_javascript_(self) -> str:
        return self.data


class JSON(DisplayObject):
    def __init__(self, data: Any = None, url: Any = None, filename: Any = None, **options: Any) -> None:
        self.options = {"expanded": options.pop("expanded", False), "root": options.pop("root", "root")}
        super().__init__(data, url, filename, options.pop("metadata", None))
        if isinstance(self.data, str):
            self.data = json.loads(self.data)
        if self.data is not None and not isinstance(self.data, (dict, list)):
            raise TypeError(f"JSON expects a dict or a list, not {self.data!r}")

    def _repr_json_(self) -> Any:
        return self.data, {**self.options, **self.metadata}


class GeoJSON(JSON):
    pass


class Image(DisplayObject):
    """A picture from bytes or a file; its size may be given in CSS pixels."""

    _read_flags = "rb"

    def __init__(
        self, data: Any = None, url: Any = None, filename: Any = None, format: Any = None, **options: Any
    ) -> None:
        self.width, self.height = options.get("width"), options.get("height")
        self.alt, self.unconfined = options.get("alt"), options.get("unconfined", False)
        if isinstance(data, str) and not data.startswith(("http://", "https://")):
            data, filename = None, data
        super().__init__(data, url, filename, options.get("metadata"))
        self.format = str(format).lower().replace("jpg", "jpeg") if format else _picture_format(self.data)
        if self.format not in {"png", "jpeg", "gif", "webp", "svg", "bmp"}:
            raise ValueError(f"Cannot embed the {self.format!r} image format")
        if options.get("retina") and self.format == "png":
            width, height = struct.unpack(">II", self.data[16:24])
            self.width, self.height = width // 2, height // 2

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        mime = "image/svg+xml" if self.format == "svg" else f"image/{self.format}"
        data = (
            self.data.decode("utf-8") if self.format == "svg" else base64.b64encode(self.data).decode("ascii")
        )
        size = {key: getattr(self, key) for key in ("width", "height", "alt") if getattr(self, key)}
        if self.unconfined:
            size["unconfined"] = True
        metadata = {**size, **self.metadata}
        return {mime: data}, ({mime: metadata} if metadata else {})


def _picture_format(data: Any) -> str:
    if not isinstance(data, (bytes, bytearray)):
        raise ValueError("Image needs bytes or the name of a file")
    head = bytes(data[:256])
    if head.startswith(b"\x89PNG"):
        return "png"
    if head.startswith(b"\xff\xd8"):
        return "jpeg"
    if head.startswith(b"GIF8"):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"BM"):
        return "bmp"
    return "svg" if b"<svg" in head or head.lstrip().startswith(b"<?xml") else "unknown"


class FileLink:
    """A file of the workspace, shown by its path."""

    def __init__(self, path: Any, **options: Any) -> None:
        self.path = os.fspath(path)

    def __repr__(self) -> str:
        return (
            os.path.abspath(self.path) if os.path.exists(self.path) else f"Path ({self.path}) doesn't exist."
        )


class FileLinks(FileLink):
    def __repr__(self) -> str:
        found = sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(self.path) for name in names
        )
        return "\n".join(found)


class IFrame:
    def __init__(self, src: str, width: Any, height: Any, extras: Any = None, **kwargs: Any) -> None:
        self.src, self.width, self.height = src, width, height

    def _repr_html_(self) -> str:
        src = html.escape(self.src, quote=True)
        size = f'width="{self.width}" height="{self.height}"'
        return f'<iframe {size} src="{src}" frameborder="0" allowfullscreen></iframe>'
