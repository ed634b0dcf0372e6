"""Audio and Video of IPython.display: put into the page whole."""

import base64
import html
import mimetypes
import os
import struct
from typing import Any

from .rich import DisplayObject


class _Media(DisplayObject):
    """Sound and film, put into the page whole."""

    _read_flags = "rb"

    def _source(self, fallback: str) -> str:
        mime = getattr(self, "mimetype", None) or mimetypes.guess_type(self.filename or "")[0] or fallback
        data = self.data if isinstance(self.data, str) else base64.b64encode(self.data).decode("ascii")
        return f"data:{mime};base64,{data}"


class Video(_Media):
    def __init__(self, data: Any = None, url: Any = None, filename: Any = None, **options: Any) -> None:
        if isinstance(data, str) and not data.startswith(("http://", "https://")):
            data, filename = None, data
        self.mimetype = options.get("mimetype")
        self.width, self.height = options.get("width"), options.get("height")
        self.html_attributes = options.get("html_attributes", "controls")
        super().__init__(data, url, filename)

    def _repr_html_(self) -> str:
        size = "".join(f' {key}="{getattr(self, key)}"' for key in ("width", "height") if getattr(self, key))
        return f'<video {self.html_attributes} {size}>\n <source src="{self._source("video/mp4")}">\n</video>'


class Audio(_Media):
    def __init__(
        self, data: Any = None, filename: Any = None, url: Any = None, rate: Any = None, **options: Any
    ) -> None:
        if isinstance(data, str) and not data.startswith(("http://", "https://")):
            data, filename = None, data
        self.autoplay = options.get("autoplay", False)
        self.mimetype = None
        if data is not None and not isinstance(data, (bytes, str, os.PathLike)):
            if rate is None:
                raise ValueError(
                    "rate must be specified when data is a numpy array or list of audio samples."
                )
            data, self.mimetype = _wave(data, rate, options.get("normalize", True)), "audio/wav"
        super().__init__(data, url, filename)

    def _repr_html_(self) -> str:
        autoplay = 'autoplay="autoplay"' if self.autoplay else ""
        source = self._source("audio/wav")
        kind = html.escape(source[5 : source.index(";")])
        return f'<audio controls="controls" {autoplay}>\n  <source src="{source}" type="{kind}" />\n</audio>'


def _wave(samples: Any, rate: int, normalize: bool) -> bytes:
    """16-bit PCM of samples (a list, or an array of channels x time)."""
    rows = samples.tolist() if hasattr(samples, "tolist") else list(samples)
    channels = rows if rows and isinstance(rows[0], (list, tuple)) else [rows]
    peak = max((abs(value) for channel in channels for value in channel), default=0) or 1
    if not normalize and peak > 1:
        raise ValueError("Audio data must be between -1 and 1 when normalize=False.")
    scale = 32767 / (peak if normalize else 1)
    frames = [int(value * scale) for moment in zip(*channels) for value in moment]
    body = struct.pack(f"<{len(frames)}h", *frames)
    count, block = len(channels), 2 * len(channels)
    shape = struct.pack("<IHHIIHH", 16, 1, count, rate, rate * block, block, 16)
    riff = struct.pack("<4sI4s4s", b"RIFF", 36 + len(body), b"WAVE", b"fmt ")
    return riff + shape + struct.pack("<4sI", b"data", len(body)) + body
