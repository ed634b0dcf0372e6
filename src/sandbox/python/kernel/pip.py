"""`%pip`, `!pip` and `python -m pip`: the host finds and loads packages."""

import importlib
import importlib.metadata
import json
import os
import re
import shlex
import sys
from typing import Any

from . import state, streams
from .magics import UsageError, line_magic

#: A pip command at the start of a shell line, whatever its output is sent to.
COMMAND = re.compile(
    r"^\s*(?:pip[\d.]*|(?:\S*/)?python[\d.]*\s+-m\s+pip|uv\s+pip)\s+(?P<rest>(?:'[^']*'|\"[^\"]*\"|[^|;&>'\"])*?)"
    r"(?:\s*(?:2>&1|&>\s*\S+|2?>\s*\S+|\|\s*(?:tail|head|grep|cat)\b[^|;&]*))*\s*$"
)
AT_THE_TOP = "pip has to wait for the network, which it can only at the top of a cell: use %pip install there"


async def run(words: list[str]) -> int:
    """A pip command given as words. Gives its exit code; failures are told on stderr."""
    action = next((word for word in words if not word.startswith("-")), "")
    rest = words[words.index(action) + 1 :] if action else []
    if action == "install":
        return await _install(rest)
    if action in ("list", "freeze"):
        _list(action)
        return 0
    if action == "show":
        return _show([word for word in rest if not word.startswith("-")])
    if action in ("uninstall", "download", "wheel", "cache", "config", "check"):
        print(f"ERROR: pip {action} is not available here", file=sys.stderr)
        return 1
    if "--version" in words or "-V" in words:
        print(f"pip of the notebook (python {sys.version.split()[0]})")
        return 0
    print("ERROR: pip knows install, list, freeze and show here", file=sys.stderr)
    return 1


async def run_command(command: str) -> int:
    match = COMMAND.match(command)
    if match is None:
        print("ERROR: put pip on a line of its own, without && or ;", file=sys.stderr)
        return 1
    return await run(shlex.split(match["rest"]))


def run_sync(words: list[str]) -> int:
    """From code that cannot await (subprocess): works where the browser can suspend Python."""
    from pyodide.ffi import can_run_sync
    from pyodide.ffi import run_sync as wait_for

    if can_run_sync():
        return wait_for(run(words))
    if "install" in words:
        print(f"ERROR: {AT_THE_TOP}", file=sys.stderr)
        return 1
    try:
        run(words).send(None)
    except StopIteration as stop:
        return stop.value
    return 1


def must_wait() -> None:
    from pyodide.ffi import can_run_sync

    if not can_run_sync():
        raise UsageError(AT_THE_TOP)


async def _install(words: list[str]) -> int:
    streams.flush_all()
    try:
        text = await state.host.install(json.dumps(words), os.getcwd())
    except Exception as error:  # a JavaScript error: which package, and why not
        message = getattr(error, "message", None) or str(error)
        print(f"ERROR: {message.removeprefix('Error: ')}", file=sys.stderr)
        return 1
    if text:
        print(str(text).rstrip("\n"))
    importlib.invalidate_caches()
    from . import ipython_names

    ipython_names.step_aside()
    return 0


def _installed() -> list[tuple[str, str]]:
    known = {dist.name: dist.version for dist in importlib.metadata.distributions() if dist.name}
    return sorted(known.items(), key=lambda item: item[0].lower())


def _list(action: str) -> None:
    packages = _installed()
    if action == "freeze":
        print("".join(f"{name}=={version}\n" for name, version in packages), end="")
        return
    width = max([7, *(len(name) for name, _ in packages)])
    right = max([7, *(len(version) for _, version in packages)])
    print(f"{'Package':<{width}} Version\n{'-' * width} {'-' * right}")
    for name, version in packages:
        print(f"{name:<{width}} {version}")


def _show(names: list[str]) -> int:
    code = 0
    for name in names:
        try:
            about: Any = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            print(f"WARNING: Package(s) not found: {name}", file=sys.stderr)
            code = 1
            continue
        for field in ("Name", "Version", "Summary", "Home-page", "Author", "License"):
            print(f"{field}: {about.get(field) or ''}")
    return code


@line_magic("pip", "uv")
async def pip_magic(shell: Any, line: str) -> None:
    words = shlex.split(line.split(" #")[0])
    shell.user_ns["_exit_code"] = await run(words[1:] if words[:1] == ["pip"] else words)


@line_magic("conda", "mamba", "micromamba")
def conda_magic(shell: Any, line: str) -> None:
    raise UsageError("conda packages do not run in a browser: use %pip install instead.")
