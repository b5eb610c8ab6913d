"""Run something several times and say how long it took: wall and CPU seconds, and the peak of memory."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

ROOT = Path(__file__).resolve().parents[1]
Measure = Literal["wall", "cpu", "peak"]
COMPLIANCE = (sys.executable, "-c", "from compliance_engine.cli.main import main; main()")
"""What the console script does, with the interpreter that runs the benchmark."""


class BrokenRunError(RuntimeError):
    """A process that was to be measured did not do its work."""

    def __init__(self, command: Sequence[str], code: int, said: str) -> None:
        super().__init__(f"{' '.join(command)} ended with {code}: {said.strip()[-2000:]}")


@dataclass(frozen=True)
class Sample:
    """One run: seconds on the wall, seconds of CPU on all cores, peak of resident memory in MB, and what it said of itself."""

    wall: float
    cpu: float
    peak: float
    said: Mapping[str, Any] = field(default_factory=dict)
    printed: str = ""


def process(command: Sequence[str], *, good: Sequence[int] = (0,), folder: Path = ROOT) -> Sample:
    """Run a process to its end and measure it from outside.

    Args:
        good: exit codes that mean it did its work.
        folder: where it runs.
    """
    # Memory is counted from before the new program replaces this one, so this process must stay small.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, cwd=folder, env=_surroundings())
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode not in good:
            raise BrokenRunError(command, child.returncode, err.read().decode(errors="replace"))
        return Sample(
            wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed=out.read().decode(errors="replace")
        )


def part(module: str, *arguments: object) -> Sample:
    """Run one module of this package as a process; where it measures a stretch of itself, that is the sample.

    Such a module prints one line of JSON with `wall` and `cpu`. The peak of memory is always that of the whole process.
    """
    sample = process((sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)))
    said = json.loads(sample.printed)
    return Sample(said.get("wall", sample.wall), said.get("cpu", sample.cpu), sample.peak, said)


class Stretch:
    """Wall and CPU seconds of this process from entering to leaving."""

    def __enter__(self) -> Self:
        self._began, self._used = time.perf_counter(), _cpu()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._began, _cpu() - self._used


@dataclass(frozen=True)
class Figure:
    """Several samples of one thing."""

    samples: tuple[Sample, ...]

    def best(self, what: Measure) -> float:
        """The least of all."""
        return min(self._all(what))

    def median(self, what: Measure) -> float:
        """The one in the middle."""
        return statistics.median(self._all(what))

    def _all(self, what: Measure) -> list[float]:
        return [{"wall": sample.wall, "cpu": sample.cpu, "peak": sample.peak}[what] for sample in self.samples]


def tell(**said: object) -> None:
    """Print what the process that measures is to know."""
    print(json.dumps(said))


def _surroundings() -> dict[str, str]:
    """The environment, but compiled modules are kept, as they are of an installed program: else every run compiles."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
