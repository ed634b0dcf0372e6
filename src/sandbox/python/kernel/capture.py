"""%%capture: what a cell prints and shows, kept in a value."""

import io
import sys
from typing import Any

from . import state


class RichOutput:
    """One captured output; shows again what was shown."""

    def __init__(
        self, data: Any = None, metadata: Any = None, transient: Any = None, update: bool = False
    ) -> None:
        self.data, self.metadata = data or {}, metadata or {}
        self.transient, self.update = transient or {}, update

    def display(self) -> None:
        from .display import publish_display_data

        publish_display_data(self.data, self.metadata, transient=self.transient, update=self.update)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return self.data, self.metadata

    def __repr__(self) -> str:
        return self.data.get("text/plain", object.__repr__(self))


class CapturedIO:
    def __init__(self, stdout: Any, stderr: Any, outputs: Any) -> None:
        self._stdout, self._stderr, self._outputs = stdout, stderr, outputs

    @property
    def stdout(self) -> str:
        return self._stdout.getvalue() if self._stdout else ""

    @property
    def stderr(self) -> str:
        return self._stderr.getvalue() if self._stderr else ""

    @property
    def outputs(self) -> list[RichOutput]:
        return [_rich(output) for output in self._outputs or [] if "data" in output]

    def __str__(self) -> str:
        return self.stdout

    def show(self) -> None:
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)
        for output in self.outputs:
            output.display()

    __call__ = show


def _rich(output: dict[str, Any]) -> RichOutput:
    update = output["output_type"] == "update_display_data"
    return RichOutput(output["data"], output.get("metadata"), output.get("transient"), update)


class capture_output:
    """`with capture_output() as caught:` as in IPython.utils.capture."""

    def __init__(self, stdout: bool = True, stderr: bool = True, display: bool = True) -> None:
        self._wanted = (stdout, stderr, display)

    def __enter__(self) -> CapturedIO:
        stdout, stderr, display = self._wanted
        self._before = (sys.stdout, sys.stderr)
        out = err = outputs = None
        if stdout:
            out = sys.stdout = io.StringIO()
        if stderr:
            err = sys.stderr = io.StringIO()
        if display:
            outputs = []
            state.captures.append(outputs)
        self._outputs = outputs
        return CapturedIO(out, err, outputs)

    def __exit__(self, *_: Any) -> None:
        sys.stdout, sys.stderr = self._before
        if self._outputs is not None:
            state.captures[:] = [one for one in state.captures if one is not self._outputs]
