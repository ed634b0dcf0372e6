"""What get_ipython() gives: the namespace, the history, magics and commands."""

import builtins
import re
import sys
import types
from typing import Any

from . import cells, commands, display, magics, pip, scripts, tracebacks
from .shell_parts import CellInfo, CellResult, DisplayFormatter, DisplayPublisher, Events, Exit


class ZMQInteractiveShell:
    """Named as Jupyter's, because libraries look at the name to know that they are in a notebook."""

    def __init__(self) -> None:
        self.compile = cells.Compiler()
        self.events = Events()
        self.config: dict[str, Any] = {}
        self.display_formatter = DisplayFormatter()
        self.display_pub = DisplayPublisher()
        self.xmode = "Context"
        self.colors = "NoColor"
        self.kernel = None
        self.execution_count = 1
        self.last_error: BaseException | None = None
        self.magics = magics.table(self)
        self._values: list[Any] = ["", "", ""]
        self.user_module = types.ModuleType("__main__")
        self.user_module.__dict__.update(__builtin__=builtins, __builtins__=builtins)
        self.user_module.__doc__ = "Automatically created module for the notebook"
        self.history: list[str] = [""]
        self.results: dict[int, Any] = {}
        self.fill_namespace()

    @property
    def user_ns(self) -> dict[str, Any]:
        return self.user_module.__dict__

    user_global_ns = user_ns

    def fill_namespace(self) -> None:
        names = {"In": self.history, "Out": self.results, "_ih": self.history, "_oh": self.results, "_dh": []}
        blanks = {name: "" for name in ("_", "__", "___", "_i", "_ii", "_iii")}
        actions = {"get_ipython": self.get_ipython, "exit": Exit("exit"), "quit": Exit("quit")}
        self.user_ns.update({**names, **blanks, **actions})
        self._values = ["", "", ""]
        self.own_names = {*names, *blanks, *actions}

    def get_ipython(self) -> "ZMQInteractiveShell":
        return self

    def is_own(self, name: str) -> bool:
        """True for the names that are the notebook's, not the person's."""
        return name.startswith("_") or name in self.own_names

    def begin(self, text: str, count: int) -> None:
        self.execution_count = count
        ns = self.user_ns
        ns["_iii"], ns["_ii"], ns["_i"] = ns.get("_ii", ""), ns.get("_i", ""), self.history[-1]
        while len(self.history) < count:
            self.history.append("")
        del self.history[count:]
        self.history.append(text)
        ns[f"_i{count}"] = text
        # So that a warning that an earlier cell gave at the same line is told again.
        ns.pop("__warningregistry__", None)

    def keep_result(self, value: Any) -> None:
        if value is self.results:
            return
        names = ("_", "__", "___")
        if all(self.user_ns.get(name) is old for name, old in zip(names, self._values)):
            self._values = [value, *self._values[:2]]
            self.user_ns.update(zip(names, self._values))
        self.results[self.execution_count] = value
        self.user_ns[f"_{self.execution_count}"] = value

    def automagic(self, text: str) -> str:
        """`ls` or `pip install x` alone in a cell is the magic of that name, unless it is Python."""
        match = re.match(r"^([A-Za-z_]\w*)(?:\s+([^=\s(,.\[].*))?$", text.strip())
        if not match or match[1] not in self.magics.line or "\n" in text.strip():
            return text
        if match[1] in self.user_ns or hasattr(builtins, match[1]):
            return text
        if match[2] is not None:
            try:
                compile(text.strip(), "<test>", "exec", self.compile.flags, dont_inherit=True)
                return text
            except SyntaxError:
                pass
        return "%" + text.strip()

    def run_line_magic(self, name: str, line: str, _stack_depth: int = 1) -> Any:
        return self.magics.run_line(name, self._expanded(name, line, _stack_depth + 1))

    async def run_line_magic_async(self, name: str, line: str) -> Any:
        return await self.magics.run_line_async(name, self._expanded(name, line, 2))

    def magic(self, text: str) -> Any:
        name, _, line = text.lstrip("%").partition(" ")
        return self.run_line_magic(name, line.strip(), 2)

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        return self.magics.run_cell(name, line, cell)

    async def run_cell_magic_async(self, name: str, line: str, body: str, offset: int) -> Any:
        return await self.magics.run_cell_async(name, self._expanded(name, line, 2), body, offset)

    def _expanded(self, name: str, line: str, depth: int) -> str:
        """Magics whose argument is Python see it as it is."""
        return line if name in magics.NO_EXPANSION else self.var_expand(line, depth)

    def var_expand(self, text: str, depth: int = 0) -> str:
        """`$name` and `{expression}` with the values of whoever is `depth` calls up."""
        if "$" not in text and "{" not in text:
            return text
        frame = sys._getframe(depth + 1)
        return commands.expand(text, {**self.user_ns, **frame.f_locals})

    def system(self, command: str) -> None:
        command = self.var_expand(command, 1)
        self.user_ns["_exit_code"] = self._own_command(command, commands.system)

    async def system_async(self, command: str) -> None:
        self.user_ns["_exit_code"] = await pip.run_command(self.var_expand(command, 1))

    def getoutput(self, command: str, split: bool = True, depth: int = 0) -> Any:
        text, code = self._own_command(self.var_expand(command, depth + 1), commands.getoutput)
        self.user_ns["_exit_code"] = code
        return commands.SList(text.splitlines()) if split else text

    async def getoutput_async(self, command: str) -> Any:
        from .capture import capture_output

        with capture_output() as caught:
            self.user_ns["_exit_code"] = await pip.run_command(self.var_expand(command, 1))
        return commands.SList((caught.stdout + caught.stderr).splitlines())

    system_raw = system_piped = system

    def _own_command(self, command: str, otherwise: Any) -> Any:
        """`python script.py` is this Python; the host's shell has none."""
        arguments = scripts.python_arguments(command)
        if arguments is None:
            return otherwise(command)
        if otherwise is commands.system:
            return scripts.run_python(arguments)
        code, out = scripts.run_captured(arguments)
        return out, code

    def run_cell(self, text: str, store_history: bool = False, silent: bool = False, **_: Any) -> CellResult:
        """Runs Python from within Python; code that awaits needs a cell of its own."""
        result = CellResult(CellInfo(text))
        coroutine = cells.run_cell_text(text, self.execution_count)
        try:
            coroutine.send(None)
            coroutine.close()
            result.error_in_exec = RuntimeError("run_cell cannot await: put the code into a cell of its own")
        except StopIteration:
            pass
        except Exception as error:
            result.error_in_exec = error
        if result.error_in_exec is not None:
            self.showtraceback(error=result.error_in_exec)
        return result

    def ex(self, text: str) -> None:
        exec(text, self.user_ns)

    def ev(self, text: str) -> Any:
        return eval(text, self.user_ns)

    def push(self, variables: dict[str, Any], interactive: bool = True) -> None:
        self.user_ns.update(variables)

    def showtraceback(
        self, exc_tuple: Any = None, *_: Any, error: BaseException | None = None, **__: Any
    ) -> None:
        found = error or (exc_tuple[1] if exc_tuple else sys.exc_info()[1])
        if found is not None:
            display.show_error(*tracebacks.describe(found))

    def register_magic_function(
        self, function: Any, magic_kind: str = "line", magic_name: str | None = None
    ) -> None:
        self.magics.add(magic_kind, magic_name or function.__name__, function)

    def register_magics(self, *objects: Any) -> None:
        for one in objects:
            self.magics.add_class(one(self) if isinstance(one, type) else one)

    def find_line_magic(self, name: str) -> Any:
        return self.magics.line.get(name)

    def find_cell_magic(self, name: str) -> Any:
        return self.magics.cell.get(name)

    def enable_gui(self, gui: Any = None) -> None:
        """A notebook has no windows."""

    def enable_matplotlib(self, gui: Any = None) -> None:
        """Figures are always shown in the cell."""

    def atexit_operations(self) -> None:
        """Nothing is kept outside the workspace."""
