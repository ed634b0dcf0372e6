"""%time, %timeit and %prun, in IPython's words."""

import math
import sys
import time
import timeit
from typing import Any

from . import cells, source
from .magics import UsageError, cell_magic, line_magic, options_of

UNITS = ("s", "ms", "μs", "ns")


def format_time(seconds: float, precision: int = 3) -> str:
    if seconds >= 60:
        left, parts = seconds, []
        for suffix, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
            value = int(left / length)
            if value > 0:
                left %= length
                parts.append(f"{value}{suffix}")
            if left < 1:
                break
        return " ".join(parts)
    order = min(-int(math.floor(math.log10(seconds)) // 3), 3) if seconds > 0 else 3
    return f"{seconds * 1000**order:.{precision}g} {UNITS[order]}"


class _Clock:
    """Tells the time its block took, also when it ends in an error."""

    def __enter__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def __exit__(self, *_: Any) -> None:
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        print(f"CPU times: user {format_time(cpu)}, sys: {format_time(0)}, total: {format_time(cpu)}")
        print(f"Wall time: {format_time(wall)}")


@line_magic("time")
async def time_line(shell: Any, line: str) -> Any:
    return await cells.run_python(source.to_python(line), "<timed eval>", shell.user_ns, _Clock())


@cell_magic("time")
async def time_cell(shell: Any, line: str, body: str, offset: int) -> Any:
    if line:
        raise UsageError("Can't use statement directly after '%%time'!")
    name = cells.cell_name(shell.execution_count)
    text = "\n" * offset + source.to_python(body)
    return await cells.run_python(text, name, shell.user_ns, _Clock())


class TimeitResult:
    """What `%timeit -o` gives: loops, repeat, best, worst, all_runs, average, stdev."""

    def __init__(self, loops: int, runs: list[float], precision: int) -> None:
        self.loops, self.repeat, self.all_runs, self._precision = loops, len(runs), runs, precision
        self.timings = [run / loops for run in runs]
        self.best, self.worst = min(self.timings), max(self.timings)
        self.compile_time = 0.0

    @property
    def average(self) -> float:
        return math.fsum(self.timings) / len(self.timings)

    @property
    def stdev(self) -> float:
        mean = self.average
        return (math.fsum([(value - mean) ** 2 for value in self.timings]) / len(self.timings)) ** 0.5

    def __str__(self) -> str:
        mean, spread = format_time(self.average, self._precision), format_time(self.stdev, self._precision)
        runs = f"{self.repeat} run{'' if self.repeat == 1 else 's'}"
        loops = f"{self.loops:,} loop{'' if self.loops == 1 else 's'}"
        return f"{mean} ± {spread} per loop (mean ± std. dev. of {runs}, {loops} each)"

    def _repr_pretty_(self, p: Any, cycle: bool) -> None:
        p.text(f"<TimeitResult : {self}>")


def _timeit(shell: Any, line: str, body: str | None) -> Any:
    options, code = options_of(line, "qotcv", "nrp")
    statement, setup = (code, "pass") if body is None else (body, code or "pass")
    if not statement.strip():
        return None
    timer = timeit.Timer(
        source.to_python(statement), source.to_python(setup), time.perf_counter, shell.user_ns
    )
    try:
        loops = int(options.get("n", 0)) or _loops(timer)
        runs = timer.repeat(int(options.get("r", 7)), loops)
    except ValueError as error:
        raise UsageError(f"%timeit: {error}") from None
    result = TimeitResult(loops, runs, int(options.get("p", 3)))
    if "q" not in options:
        if result.worst > 4 * result.best > 0 and result.worst > 1e-6:
            print(
                f"The slowest run took {result.worst / result.best:0.2f} times longer than the fastest. "
                "This could mean that an intermediate result is being cached."
            )
        print(result)
    return result if "o" in options else None


def _loops(timer: timeit.Timer) -> int:
    for power in range(10):
        if timer.timeit(10**power) >= 0.2:
            return 10**power
    return 10**9


@line_magic("timeit")
def timeit_line(shell: Any, line: str) -> Any:
    return _timeit(shell, line, None)


@cell_magic("timeit")
def timeit_cell(shell: Any, line: str, body: str, offset: int) -> Any:
    return _timeit(shell, line, body)


@line_magic("prun")
def prun(shell: Any, line: str) -> None:
    import cProfile
    import pstats

    options, code = options_of(line, "qr", "ls")
    profile = cProfile.Profile()
    try:
        profile.runctx(source.to_python(code), shell.user_ns, shell.user_ns)
    finally:
        report = pstats.Stats(profile, stream=sys.stdout).strip_dirs().sort_stats(options.get("s", "time"))
        report.print_stats(*([int(options["l"])] if options.get("l", "").isdigit() else []))


@cell_magic("prun")
def prun_cell(shell: Any, line: str, body: str, offset: int) -> None:
    prun(shell, f"{line} {body}" if line else body)
