"""subprocess, os.system and os.popen: commands run in the host's shell, on the same files."""

import io
import os
import shlex
import subprocess
import sys
import time
from typing import Any

from . import commands, scripts
from .process_io import CapturedText, Input, decoded, fed, read_all, write_to

PIPE, STDOUT, DEVNULL = subprocess.PIPE, subprocess.STDOUT, subprocess.DEVNULL
NOT_FOUND = 127


class Popen:
    """A command that has run when its result is asked for; there are no processes beside Python."""

    def __init__(self, args: Any, bufsize: int = -1, executable: Any = None, stdin: Any = None, stdout: Any = None,
                 stderr: Any = None, preexec_fn: Any = None, close_fds: bool = True, shell: bool = False,
                 cwd: Any = None, env: Any = None, universal_newlines: Any = None, startupinfo: Any = None,
                 creationflags: int = 0, restore_signals: bool = True, start_new_session: bool = False,
                 pass_fds: Any = (), *, text: Any = None, encoding: Any = None, errors: Any = None,
                 **_: Any) -> None:  # fmt: skip
        self.args = args
        self.pid = 0
        self.returncode: int | None = None
        self.text_mode = bool(text or universal_newlines or encoding or errors)
        self.encoding, self.errors = encoding or "utf-8", errors or "strict"
        self._cwd = os.path.abspath(os.fsdecode(cwd)) if cwd is not None else os.getcwd()
        self._env, self._shell = env, shell
        self._wants = (stdin, stdout, stderr)
        if not os.path.isdir(self._cwd):
            raise FileNotFoundError(2, "No such file or directory", self._cwd)
        self.stdin = Input(self) if stdin == PIPE else None
        self.stdout = self.stderr = None
        if self.stdin is None:
            self.run(read_all(stdin))

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:
        if self.returncode is None:
            self.run(self.as_bytes(input) if input is not None else self.stdin.taken())
        took = self._seconds
        out = self.stdout.read() if self.stdout is not None else None
        err = self.stderr.read() if self.stderr is not None else None
        if timeout is not None and took > timeout:
            raise subprocess.TimeoutExpired(self.args, timeout, out, err)
        return out, err

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self.run(self.stdin.taken())
        if timeout is not None and self._seconds > timeout:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode

    def poll(self) -> int | None:
        return self.returncode

    def kill(self) -> None:
        """It has ended already."""

    terminate = kill

    def send_signal(self, sig: int) -> None:
        """It has ended already."""

    def __enter__(self) -> "Popen":
        return self

    def __exit__(self, *_: Any) -> None:
        self.wait()

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def __repr__(self) -> str:
        return f"<Popen: returncode: {self.returncode} args: {self.args!r}>"

    def as_bytes(self, value: Any) -> bytes:
        return value.encode(self.encoding, self.errors) if isinstance(value, str) else bytes(value)

    def run(self, stdin: bytes) -> None:
        began = time.monotonic()
        out, err, code = _execute(self, stdin)
        self._seconds = time.monotonic() - began
        self.returncode = code
        _, want_out, want_err = self._wants
        if want_err == STDOUT:
            out, err = out + err, b""
        self.stdout = self._deliver(out, want_out, sys.stdout)
        self.stderr = None if want_err == STDOUT else self._deliver(err, want_err, sys.stderr)

    def _deliver(self, data: bytes, want: Any, default: Any) -> Any:
        if want == PIPE:
            return io.StringIO(decoded(data, self)) if self.text_mode else io.BytesIO(data)
        if want is None:
            default.write(data.decode("utf-8", "replace"))
        elif isinstance(want, int) and want >= 0:
            os.write(want, data)
        elif want != DEVNULL:
            write_to(want, data)
        return None

    def _command(self) -> str:
        if isinstance(self.args, (str, bytes, os.PathLike)):
            text = os.fsdecode(self.args)
            return text if self._shell else shlex.quote(text)
        words = [os.fsdecode(word) for word in self.args]
        return words[0] if self._shell else shlex.join(words)


def _execute(process: Popen, stdin: bytes) -> tuple[bytes, bytes, int]:
    """Captured stdout and stderr, and the exit code. What goes to the screen is not captured but streamed."""
    command = process._command()
    arguments = scripts.python_arguments(command)
    if arguments is not None:
        return _python(process, arguments, stdin)
    wrapped = _environment(process._env) + fed(command, stdin)
    if all(want is None for want in process._wants[1:]):
        before = os.getcwd()
        os.chdir(process._cwd)
        try:
            return b"", b"", _checked(process, commands.system(wrapped), "")
        finally:
            os.chdir(before)
    if process._wants[2] == STDOUT:
        wrapped = f"{{ {wrapped}\n}} 2>&1"
    result = commands.run(wrapped, True, process._cwd)
    code = _checked(process, int(result.exit_code), result.stderr)
    return (
        result.stdout.encode("utf-8", "surrogateescape"),
        result.stderr.encode("utf-8", "surrogateescape"),
        code,
    )


def _python(process: Popen, arguments: list[str], stdin: bytes) -> tuple[bytes, bytes, int]:
    from contextlib import redirect_stderr, redirect_stdout

    out, err = CapturedText(), CapturedText()
    before = dict(os.environ), os.getcwd()
    os.chdir(process._cwd)
    if process._env is not None:
        os.environ.clear()
        os.environ.update(process._env)
    try:
        with redirect_stdout(out), redirect_stderr(out if process._wants[2] == STDOUT else err):
            code = scripts.run_python(arguments, stdin.decode("utf-8", "replace"))
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        os.chdir(before[1])
    return out.data(), err.data(), code


def _checked(process: Popen, code: int, stderr: str) -> int:
    """A program that is not there is an exception, as when a process cannot be started."""
    if code == NOT_FOUND and not process._shell:
        program = shlex.split(process._command())[0]
        if commands.run(f"command -v {shlex.quote(program)} >/dev/null 2>&1", True).exit_code:
            raise FileNotFoundError(2, "No such file or directory", program)
    return code


def _environment(env: Any) -> str:
    if env is None:
        return ""
    wanted = {os.fsdecode(key): os.fsdecode(value) for key, value in dict(env).items()}
    wanted = {key: value for key, value in wanted.items() if commands.NAME.match(key)}
    gone = [key for key in os.environ if key not in wanted and key != "PATH" and commands.NAME.match(key)]
    lines = [f"export {k}={shlex.quote(v)}\n" for k, v in wanted.items() if os.environ.get(k) != v]
    lines += [f"unset {key}\n" for key in gone]
    return "".join(lines)


def system(command: str) -> int:
    """os.system gives a wait status: the exit code in the second byte."""
    arguments = scripts.python_arguments(os.fsdecode(command))
    code = commands.system(os.fsdecode(command)) if arguments is None else scripts.run_python(arguments)
    return code << 8


class _Pipe(io.StringIO):
    """os.popen's file; close() gives the exit status."""

    def __init__(self, process: Popen) -> None:
        super().__init__(process.stdout.read())
        self._code = process.returncode

    def close(self) -> Any:
        super().close()
        return self._code << 8 if self._code else None


def popen(cmd: str, mode: str = "r", buffering: int = -1) -> Any:
    if mode == "w":
        return Popen(cmd, shell=True, stdin=PIPE, text=True).stdin
    return _Pipe(Popen(cmd, shell=True, stdout=PIPE, text=True))


def install() -> None:
    subprocess.Popen = Popen
    os.system = system
    os.popen = popen
