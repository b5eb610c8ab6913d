"""The one table: a row for each thing measured, and what it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.measure import Figure

_PACKAGES = ("duckdb", "click", "lark", "pydantic", "durable-rules", "zen-engine", "numpy", "pyarrow")
_HEAD = "| what | wall s, best / median | CPU s, best / median | peak MB | runs | |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """One thing measured; without a figure the note says why, or is itself the answer."""

    what: str
    figure: Figure | None
    note: str = ""

    def __str__(self) -> str:
        """The row in Markdown."""
        if self.figure is None:
            return f"| {self.what} | | | | | {self.note} |"
        seconds = (f"{_short(self.figure.best(w))} / {_short(self.figure.median(w))}" for w in ("wall", "cpu"))
        peak = f"{self.figure.median('peak'):,.0f}"
        return f"| {self.what} | {' | '.join(seconds)} | {peak} | {len(self.figure.samples)} | {self.note} |"


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def page(groups: Sequence[Group], on: str | None, load: Sequence[float]) -> str:
    """The whole result in Markdown.

    Args:
        on: the day of measuring, if it is told.
        load: processes that wanted to run, on average, before and after: more than the cores have spoilt the figures.
    """
    day = f" on {on}" if on else ""
    busy = " before and ".join(f"{number:.1f}" for number in load)
    lines = ["# Measured" + day, "", f"{_machine()}. {_versions()}.", f"Load of the machine: {busy} after.", "", _HEAD]
    for group in groups:
        lines += [f"| **{group.title}** | | | | | |", *map(str, group.rows)]
    return "\n".join(lines) + "\n"


def _short(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 0.1 else f"{seconds:.2f}" if seconds < 100 else f"{seconds:.0f}"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


def _versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
