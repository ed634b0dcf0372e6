"""Cell magics: other languages, files, captured output, and ways to show a cell's text."""

import os
import shlex
import subprocess
import sys
from typing import Any

from . import cells, commands, display, rich, scripts, source
from .capture import capture_output
from .magics import UsageError, cell_magic

SHELLS = {"bash", "sh", "/bin/bash", "/bin/sh", "/usr/bin/bash", "/usr/bin/env"}
PYTHONS = {"python", "python3"}


def _body(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


@cell_magic("writefile", "file")
def writefile(shell: Any, line: str, body: str, offset: int) -> None:
    words = shlex.split(line)
    append = any(word in ("-a", "--append") for word in words)
    names = [word for word in words if word not in ("-a", "--append")]
    if len(names) != 1:
        raise UsageError("%%writefile needs the name of one file")
    path = os.path.expanduser(names[0])
    print(f"{'Appending to' if append else 'Overwriting' if os.path.exists(path) else 'Writing'} {path}")
    with open(path, "a" if append else "w", encoding="utf-8") as file:
        file.write(_body(body))


@cell_magic("capture")
async def capture(shell: Any, line: str, body: str, offset: int) -> None:
    words = line.split()
    kept = {"stdout": True, "stderr": True, "display": True}
    for word in words:
        if word.removeprefix("--no-") in kept:
            kept[word.removeprefix("--no-")] = False
    names = [word for word in words if not word.startswith("--")]
    name = cells.cell_name(shell.execution_count)
    with capture_output(**kept) as caught:
        try:
            value = await cells.run_python("\n" * offset + source.to_python(body), name, shell.user_ns)
            if not source.ends_quietly(body):
                sys.displayhook(value)
        finally:
            if names:
                shell.user_ns[names[0]] = caught


@cell_magic("bash", "sh")
def bash(shell: Any, line: str, body: str, offset: int) -> None:
    _script(shell, "bash", shlex.split(line), _body(body))


@cell_magic("python", "python3")
def python(shell: Any, line: str, body: str, offset: int) -> None:
    _script(shell, "python", shlex.split(line), _body(body))


@cell_magic("script")
def script(shell: Any, line: str, body: str, offset: int) -> None:
    words = shlex.split(line)
    programs = [word for word in words if not word.startswith("-")]
    if not programs:
        raise UsageError("%%script needs the name of a program")
    _script(shell, programs[0], [word for word in words if word.startswith("-")], _body(body))


@cell_magic("!", "sx", "system")
def lines_of(shell: Any, line: str, body: str, offset: int) -> Any:
    return shell.getoutput(f"{line}\n{body}" if line else body, depth=1)


def _script(shell: Any, program: str, words: list[str], body: str) -> None:
    out_name, err_name = _option(words, "--out"), _option(words, "--err")
    quiet = "--no-raise-error" in words
    with capture_output(bool(out_name), bool(err_name), False) as caught:
        code = _run(program, body)
    if out_name:
        shell.user_ns[out_name] = caught.stdout
    if err_name:
        shell.user_ns[err_name] = caught.stderr
    if code and not quiet:
        raise subprocess.CalledProcessError(code, body.encode())


def _run(program: str, body: str) -> int:
    if program in SHELLS:
        return commands.system(body)
    if os.path.basename(program) in PYTHONS:
        return scripts.run_python(["-c", body])
    return commands.system(f"{program} <<'OKCVM_SCRIPT'\n{body}OKCVM_SCRIPT")


def _option(words: list[str], name: str) -> str:
    for index, word in enumerate(words):
        if word == name and index + 1 < len(words):
            return words[index + 1]
        if word.startswith(name + "="):
            return word[len(name) + 1 :]
    return ""


@cell_magic("html", "HTML")
def html(shell: Any, line: str, body: str, offset: int) -> None:
    display.display(rich.HTML(body))


@cell_magic("markdown")
def markdown(shell: Any, line: str, body: str, offset: int) -> None:
    display.display(rich.Markdown(body))


@cell_magic("latex")
def latex(shell: Any, line: str, body: str, offset: int) -> None:
    display.display(rich.Latex(body))


@cell_magic("svg", "SVG")
def svg(shell: Any, line: str, body: str, offset: int) -> None:
    display.display(rich.SVG(body))


@cell_magic("javascript", "js")
def javascript(shell: Any, line: str, body: str, offset: int) -> None:
    display.display(rich.Javascript(body))
