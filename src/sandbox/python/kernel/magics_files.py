"""Magics about folders, files, the environment and scripts."""

import os
import runpy
import shlex
import sys
from typing import Any

from . import commands, source
from .magics import UsageError, line_magic

ALIASES = {
    "ls": "ls", "ll": "ls -l", "mkdir": "mkdir", "rmdir": "rmdir", "rm": "rm", "cp": "cp", "mv": "mv",
    "cat": "cat", "less": "cat", "more": "cat", "man": "man",
}  # fmt: skip


def _alias(command: str) -> Any:
    def run(shell: Any, line: str) -> None:
        shell.user_ns["_exit_code"] = commands.system(f"{command} {line}".strip())

    return run


for _name, _command in ALIASES.items():
    line_magic(_name)(_alias(_command))


@line_magic("cd")
def cd(shell: Any, line: str) -> None:
    words = [word for word in shlex.split(line) if word != "-q"]
    visited = shell.user_ns.setdefault("_dh", [])
    target = words[0] if words else "~"
    before = os.getcwd()
    if target == "-":
        if len(visited) < 2:
            raise UsageError("No previous directory in history to change to.")
        target = visited[-2]
    try:
        os.chdir(os.path.expanduser(target))
    except OSError as error:
        print(error)
        return
    if not visited:
        visited.append(before)
    visited.append(os.getcwd())
    if "-q" not in line.split():
        print(os.getcwd())


@line_magic("pwd")
def pwd(shell: Any, line: str) -> str:
    return os.getcwd()


@line_magic("env", "set_env")
def env(shell: Any, line: str) -> Any:
    if not line:
        return dict(os.environ)
    name, mark, value = line.partition("=")
    if not mark:
        name, _, value = line.partition(" ")
        if not value:
            if name not in os.environ:
                raise UsageError(f"Environment does not have key: {name}")
            return os.environ[name]
    if " " in name.strip():
        raise UsageError(f"refusing to set env var with whitespace: {name.strip()!r}")
    os.environ[name.strip()] = value.strip()
    print(f"env: {name.strip()}={value.strip()}")
    return None


@line_magic("sx", "system", "!")
def sx(shell: Any, line: str) -> Any:
    return shell.getoutput(line, depth=1) if line else None


@line_magic("run")
def run(shell: Any, line: str) -> None:
    """Run a script in a fresh namespace, then take over its names. -i: in the notebook's own; -m: a module."""
    words = shlex.split(line)
    inside = module = False
    while words and words[0].startswith("-"):
        inside, module = inside or words[0] == "-i", module or words[0] == "-m"
        words.pop(0)
    if not words:
        raise UsageError("you must provide at least a filename.")
    path = words[0] if module else _script(words[0])
    if path.endswith(".ipynb"):
        raise UsageError("%run runs scripts; a notebook has to be opened as one")
    argv, sys_path, main = sys.argv, list(sys.path), sys.modules["__main__"]
    sys.argv = [path, *words[1:]]
    try:
        shell.user_ns.update(_run(shell, path, module, inside))
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = argv, sys_path, main


def _run(shell: Any, path: str, module: bool, inside: bool) -> dict[str, Any]:
    if module:
        found = runpy.run_module(path, run_name="__main__", alter_sys=True)
    elif inside or path.endswith(".ipy"):
        with open(path, encoding="utf-8") as file:
            code = source.to_python(file.read()) if path.endswith(".ipy") else file.read()
        exec(compile(code, path, "exec", dont_inherit=True), shell.user_ns)
        return {}
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        found = runpy.run_path(path, run_name="__main__")
    return {
        name: value for name, value in found.items() if not (name.startswith("__") and name.endswith("__"))
    }


def _script(name: str) -> str:
    path = os.path.expanduser(name)
    if not os.path.exists(path) and os.path.exists(path + ".py"):
        return path + ".py"
    if not os.path.exists(path):
        raise UsageError(f"File `{name}` not found.")
    return path


@line_magic("load")
def load(shell: Any, line: str) -> None:
    """A running cell cannot be edited, so the file's text is printed."""
    with open(os.path.expanduser(line.strip()), encoding="utf-8") as file:
        print(file.read(), end="")


@line_magic("save")
def save(shell: Any, line: str) -> None:
    """%save [-a] name.py 1 3-5: the text of cells to a file."""
    from .magics_names import cells_of

    words = shlex.split(line)
    append = "-a" in words
    words = [word for word in words if not word.startswith("-")]
    if not words:
        raise UsageError("%save needs a file name and the numbers of cells")
    path = words[0] if words[0].endswith((".py", ".ipy")) else words[0] + ".py"
    text = "\n".join(code for _, code in cells_of(shell, words[1:]))
    with open(path, "a" if append else "w", encoding="utf-8") as file:
        file.write(source.to_python(text) + "\n")
    print(f"The following commands were written to file `{path}`:\n{text}")
