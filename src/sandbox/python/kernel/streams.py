"""sys.stdout and sys.stderr: buffered text on its way to the host."""

import codecs
import io
import sys
import time

from . import state

FLUSH_CHARS = 8192
FLUSH_SECONDS = 0.05
#: One message to the host is never larger, so that a huge print stays interruptible.
CHUNK_CHARS = 1 << 18


class _Bytes(io.RawIOBase):
    """The `.buffer` of a stream: bytes decoded as UTF-8, also when a character comes in two writes."""

    def __init__(self, stream: "OutStream") -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        view = bytes(data)
        self._stream.write(self._decoder.decode(view))
        return len(view)

    def flush(self) -> None:
        self._stream.flush()


class OutStream(io.TextIOBase):
    """Collects text and gives it to the host now and then, so that print in a loop is quick."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str) -> None:
        self._name = name
        self._parts: list[str] = []
        self._size = 0
        self._last = 0.0
        self._other: OutStream | None = None
        self._buffer = _Bytes(self)

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    @property
    def buffer(self) -> _Bytes:
        return self._buffer

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise io.UnsupportedOperation("a cell's output has no file descriptor")

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not text:
            return 0
        other = self._other
        if other is not None and other._size:
            other.flush()
        self._parts.append(text)
        self._size += len(text)
        if self._size >= FLUSH_CHARS or not state.running:
            self.flush()
        elif "\n" in text and time.monotonic() - self._last > FLUSH_SECONDS:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if not self._parts or state.host is None:
            return
        parts, self._parts, self._size = self._parts, [], 0
        self._last = time.monotonic()
        text = "".join(parts)
        for start in range(0, len(text), CHUNK_CHARS):
            state.host.stream(self._name, _sound(text[start : start + CHUNK_CHARS]))

    def close(self) -> None:
        """Programs that close sys.stdout do not silence the next cell."""
        self.flush()


def _sound(text: str) -> str:
    """Text without lone surrogates, which cannot leave Python."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


out = OutStream("stdout")
err = OutStream("stderr")
out._other, err._other = err, out


def flush_all() -> None:
    out.flush()
    err.flush()


def install() -> None:
    sys.stdout = sys.__stdout__ = out
    sys.stderr = sys.__stderr__ = err


def to_host() -> bool:
    """False while something (%%capture, redirect_stdout) catches what a cell prints."""
    return sys.stdout is out and sys.stderr is err
