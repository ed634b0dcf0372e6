"""`!command`: the host's shell, with Python values put into the command, in the same files."""

import os
import re
import shlex
import string
import sys
from typing import Any

from . import state, streams

NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
#: `$name` outside single quotes; `$$name` is left to the shell.
DOLLAR = re.compile(r"(.*?)\$(\$?[\w.]+)(?=([^']*'[^']*')*[^']*$)")


class SList(list):
    """The lines of a command's output; also one text (`.n`), one line (`.s`) or paths (`.p`)."""

    @property
    def l(self) -> list[str]:
        return self

    list = get_list = l

    @property
    def n(self) -> str:
        return "\n".join(self)

    nlstr = get_nlstr = n

    @property
    def s(self) -> str:
        return " ".join(self)

    spstr = get_spstr = s

    @property
    def p(self) -> "list[Any]":
        from pathlib import Path

        return [Path(line) for line in self if os.path.exists(line)]

    paths = get_paths = p

    def grep(self, pattern: Any, prune: bool = False, field: int | None = None) -> "SList":
        """The lines that match a pattern (or a function); with prune those that do not."""
        test = pattern if callable(pattern) else lambda text: re.search(pattern, text, re.IGNORECASE)

        def target(line: str) -> str:
            if field is None:
                return line
            parts = line.split()
            return parts[field] if -len(parts) <= field < len(parts) else ""

        return SList([line for line in self if bool(test(target(line))) != prune])

    def fields(self, *fields: int) -> "SList":
        """The given fields (split at blanks) of each line."""
        if not fields:
            return SList([line.split() for line in self])
        rows = [line.split() for line in self]
        return SList([" ".join(row[f] for f in fields if -len(row) <= f < len(row)) for row in rows])

    def sort(self, field: int | None = None, nums: bool = False) -> "SList":
        def key(line: str) -> Any:
            parts = line.split()
            text = line if field is None else (parts[field] if field < len(parts) else "")
            digits = re.sub(r"\D", "", text)
            return (int(digits) if digits else 0) if nums else text

        return SList(sorted(self, key=key))


class _Formatter(string.Formatter):
    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return eval(field_name, dict(kwargs)), 0

    def parse(self, format_string: str) -> Any:
        for literal, field, spec, conversion in super().parse(format_string):
            text, position = "", 0
            for match in DOLLAR.finditer(literal):
                before, name = match.group(1, 2)
                position = match.end()
                if name.startswith("$"):
                    text += before + name
                    continue
                yield text + before, name, "", None
                text = ""
            yield text + literal[position:], field, spec, conversion


def expand(command: str, namespace: dict[str, Any]) -> str:
    """`$name` and `{expression}` replaced by their values. When one of them is none of ours, the command stays."""
    try:
        return _Formatter().vformat(command, (), namespace)
    except Exception:  # `$HOME`, awk's `{print $1}`: text for the shell
        return command


def run(command: str, capture: bool, cwd: str | None = None) -> Any:
    """Run in the host's shell; `exit_code`, and `stdout`, `stderr` when captured."""
    streams.flush_all()
    return state.host.shell(environment() + command, cwd or os.getcwd(), capture)


def environment() -> str:
    """Lines that tell the shell what has changed in os.environ since the kernel's start."""
    changed = {k: v for k, v in os.environ.items() if state.base_environ.get(k) != v and NAME.match(k)}
    lines = [f"export {key}={shlex.quote(value)}\n" for key, value in changed.items()]
    lines += [f"unset {key}\n" for key in state.base_environ if key not in os.environ and NAME.match(key)]
    return "".join(lines)


def system(command: str) -> int:
    """Run and show. Inside %%capture or redirect_stdout the output goes where print goes."""
    if streams.to_host():
        return int(run(command, False).exit_code)
    result = run(command, True)
    sys.stdout.write(result.stdout)
    sys.stderr.write(result.stderr)
    return int(result.exit_code)


def getoutput(command: str) -> tuple[str, int]:
    """What the command wrote, errors among it, as a terminal would show it."""
    result = run(f"{{ {command}\n}} 2>&1", True)
    return result.stdout + result.stderr, int(result.exit_code)
