"""What goes into a command and comes out of it."""

import base64
import io
import shlex
from typing import Any


class Input(io.RawIOBase):
    """stdin=PIPE: kept until the command runs, at communicate() or when closed."""

    def __init__(self, process: Any) -> None:
        self._process, self._data = process, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._data += self._process.as_bytes(data)
        return len(data)

    def taken(self) -> bytes:
        return bytes(self._data)

    def close(self) -> None:
        super().close()
        if self._process.returncode is None:
            self._process.run(self.taken())


def decoded(data: bytes, process: Any) -> str:
    return data.decode(process.encoding, process.errors).replace("\r\n", "\n")


def read_all(stdin: Any) -> bytes:
    if stdin is None or isinstance(stdin, int):
        return b""
    data = stdin.read()
    return data.encode() if isinstance(data, str) else data


def write_to(file: Any, data: bytes) -> None:
    if isinstance(file, io.TextIOBase):
        file.write(data.decode("utf-8", "replace"))
    else:
        file.write(data)
    file.flush()


class CapturedText(io.TextIOWrapper):
    """A text stream that also takes bytes, as a process's stdout does."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def data(self) -> bytes:
        self.flush()
        return self.buffer.getvalue()


def fed(command: str, stdin: bytes) -> str:
    if not stdin:
        return command
    text = stdin.decode("utf-8", "replace")
    if b"\0" not in stdin and text.encode() == stdin:
        return f"printf %s {shlex.quote(text)} | {{ {command}\n}}"
    return f"printf %s {base64.b64encode(stdin).decode()} | base64 -d | {{ {command}\n}}"
