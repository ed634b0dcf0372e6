"""Turns a cell's text into Python: `%magic`, `!command`, `name?` lines become calls, line by line.

The real tokenizer reads the lines through us. It asks for a line when it is at the start of a statement, or
inside a string, brackets or a continued line; only at a start can a line be anything else than Python. A line
that we rewrite is a `pass` to the tokenizer, so that shell words never trouble it. Line numbers stay.
"""

import ast
import re
import tokenize
from dataclasses import dataclass

CELL_MAGIC = re.compile(r"^%%([A-Za-z_]\w*)(.*)$", re.S)
LINE_MAGIC = re.compile(r"^%{1,2}([A-Za-z_]\w*)(?:\s+(.*)|\s*)$", re.S)
HELP_BEFORE = re.compile(r"^(\?\??)\s*([%\w*][\w.*\[\]%-]*)\s*$")
HELP_AFTER = re.compile(r"^(%{0,2}(?!\d)[\w*]+(?:\.[\w*]+|\[-?[0-9]+\])*)\s?(\?\??)$")
ASSIGN = re.compile(r"=\s*(?:(%)(?=[A-Za-z_])|(!))")
PROMPT = re.compile(r"^(?:>>>|In \[\d+\]:|\s*\.\.\.:|\.\.\.)(?: |$)")


@dataclass
class Cell:
    """Python code, or a cell magic with its line and body."""

    code: str
    magic: str = ""
    line: str = ""
    #: Lines before the body in the cell, so that its line numbers are the cell's.
    offset: int = 0


def read_cell(text: str) -> Cell:
    lines = text.replace("\r\n", "\n").split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return Cell("")
    lines = _without_prompts(_dedented(lines, first), first)
    match = CELL_MAGIC.match(lines[first])
    if match and not lines[first].rstrip().endswith("?"):
        return Cell("\n".join(lines[first + 1 :]), match[1], match[2].strip(), first + 1)
    return Cell(to_python("\n".join(lines)))


def to_python(text: str) -> str:
    if not re.search(r"[%!?]", text):
        return text
    feeder = _Feeder(text.split("\n"))
    feeder.run()
    return "\n".join(feeder.lines)


def _dedented(lines: list[str], first: int) -> list[str]:
    """A cell pasted from an indented block: its first line's indent goes from every line."""
    indent = re.match(r"[ \t]*", lines[first])
    space = indent[0] if indent else ""
    if not space:
        return lines
    return [line.removeprefix(space) for line in lines]


def _without_prompts(lines: list[str], first: int) -> list[str]:
    if not re.match(r"^(>>> |>>>$|In \[\d+\]:)", lines[first]):
        return lines
    return [PROMPT.sub("", line) for line in lines]


class _Feeder:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self._next = 0
        self._depth = 0
        self._at_start = True

    def run(self) -> None:
        try:
            for token in tokenize.generate_tokens(self._read):
                self._follow(token)
        except tokenize.TokenError, SyntaxError:
            # Not Python from here on: the compiler will say so with the right words.
            return

    def _follow(self, token: tokenize.TokenInfo) -> None:
        if token.type in (tokenize.NEWLINE, tokenize.NL):
            self._at_start = True
        elif token.type == tokenize.OP:
            if token.string in ("(", "[", "{"):
                self._depth += 1
            elif token.string in (")", "]", "}"):
                self._depth = max(0, self._depth - 1)

    def _read(self) -> str:
        if self._next >= len(self.lines):
            return ""
        index = self._next
        self._next += 1
        fresh = self._at_start and self._depth == 0
        self._at_start = False
        line = self.lines[index]
        if fresh and (new := self._rewrite(index)) is not None:
            self.lines[index] = new
            indent = line[: len(line) - len(line.lstrip())]
            return f"{indent}pass\n"
        return line + "\n"

    def _rewrite(self, index: int) -> str | None:
        """The Python for a line that starts a statement. Takes its continuation lines with it."""
        line = self.lines[index]
        end = index + 1
        while line.endswith("\\") and end < len(self.lines):
            line = line[:-1] + self.lines[end]
            end += 1
        new = rewrite_line(line)
        if new is not None:
            for taken in range(index + 1, end):
                self.lines[taken] = ""
            self._next = end
        return new


def rewrite_line(line: str) -> str | None:
    indent = line[: len(line) - len(line.lstrip())]
    text = line.strip()
    call = call_for(text)
    if call is None:
        call = _assignment(text)
    return None if call is None else indent + call


def call_for(text: str) -> str | None:
    match = HELP_AFTER.match(text) or None
    if match:
        return _help(match[1], match[2])
    if text.startswith("!!"):
        return f"get_ipython().getoutput({text[2:].strip()!r})"
    if text.startswith("!"):
        return f"get_ipython().system({text[1:].strip()!r})"
    match = HELP_BEFORE.match(text)
    if match:
        return _help(match[2], match[1])
    match = LINE_MAGIC.match(text)
    if match:
        name = text[: 2 if text.startswith("%%") else 1][1:] + match[1]
        return f"get_ipython().run_line_magic({name!r}, {(match[2] or '').strip()!r})"
    return None


def _help(name: str, marks: str) -> str:
    magic = "psearch" if "*" in name else "pinfo2" if marks == "??" else "pinfo"
    return f"get_ipython().run_line_magic({magic!r}, {name!r})"


def _assignment(text: str) -> str | None:
    """`a, b = %magic` and `files = !ls`."""
    for match in ASSIGN.finditer(text):
        target = text[: match.start()].rstrip()
        if not _is_target(target):
            continue
        rest = text[match.end() :]
        if match[2]:
            return f"{target} = get_ipython().getoutput({rest.removeprefix('!').strip()!r})"
        name, _, line = rest.partition(" ")
        return f"{target} = get_ipython().run_line_magic({name!r}, {line.strip()!r})"
    return None


def _is_target(text: str) -> bool:
    try:
        body = ast.parse(f"{text} = 0").body
    except SyntaxError, ValueError:
        return False
    return len(body) == 1 and isinstance(body[0], (ast.Assign, ast.AnnAssign))


def ends_quietly(text: str) -> bool:
    """True when the last statement ends in `;`, whatever comments follow."""
    last = ""
    skip = (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.ENDMARKER,
        tokenize.DEDENT,
        tokenize.INDENT,
    )
    lines = iter(text.splitlines(True))
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type not in skip:
                last = token.string
    except tokenize.TokenError, SyntaxError:
        return text.rstrip().endswith(";")
    return last == ";"
