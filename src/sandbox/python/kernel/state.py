"""What the parts of the kernel share while it runs. Filled by start(), empty in a memory snapshot."""

from typing import Any

host: Any = None
mount: str = "/"
shell: Any = None
#: The environment as it was at the start; later changes are passed on to shell commands.
base_environ: dict[str, str] = {}
#: True while a cell runs; output of background tasks goes out at once when none does.
running: bool = False
#: The lists of outputs that %%capture and friends collect, innermost last.
captures: list[list[dict[str, Any]]] = []
