"""The stages of a verb: shown while they last on a terminal, and timed."""

from __future__ import annotations

import os
import time

import click

_CLEAR = "\r\x1b[K"


class Stages:
    """Says which stage a verb is in and remembers how long each took.

    A terminal that cannot clear a line (`TERM=dumb`) is told nothing.
    """

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and os.environ.get("TERM") != "dumb"
        self._times: dict[str, float] = {}
        self._within: dict[str, float] = {}
        self._stage: str | None = None
        self._since = time.perf_counter()

    def begin(self, stage: str) -> None:
        """End the stage before, if any, and begin another; what follows a colon tells its progress."""
        self.end()
        self._stage = stage
        if self._shown:
            click.echo(f"{_CLEAR}{stage} …", nl=False, err=True)

    def end(self) -> None:
        """End the stage."""
        now = time.perf_counter()
        if self._stage is not None:
            name, _, within = self._stage.partition(": ")
            self._times[name] = self._times.get(name, 0) + now - self._since
            if within:
                self._within[within] = self._within.get(within, 0) + now - self._since
            if self._shown:
                click.echo(_CLEAR, nl=False, err=True)
        self._stage, self._since = None, now

    def slowest(self, most: int) -> list[str]:
        """Seconds of the parts of stages that took longest, in all stages together."""
        rows = sorted(self._within.items(), key=lambda row: (-row[1], row[0]))[:most]
        return [f"{seconds:8.2f} s    {part}" for part, seconds in rows]

    def table(self) -> str:
        """Seconds by stage, and all together."""
        rows = [*self._times.items(), ("all", sum(self._times.values()))]
        return "\n".join(f"{seconds:8.2f} s  {stage}" for stage, seconds in rows)
