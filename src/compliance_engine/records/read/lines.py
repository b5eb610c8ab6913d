"""On which line of a text a record begins, where that is not the record's number: cells may hold line ends."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

from compliance_engine.records.read.rows import records
from compliance_engine.records.read.source import CHUNK


@dataclass(frozen=True)
class Shifts:
    """From record `records[n]` on, until the next one listed, lines are `further[n]` ahead of records."""

    records: array[int] = field(default_factory=lambda: array("q"))
    further: array[int] = field(default_factory=lambda: array("q"))


def line_shifts(text: Path, delimiter: str, known: int, header_line: int) -> Shifts:
    """Find where lines and records of a CSV text part; nothing is parsed if there are as many of one as of the other.

    Args:
        text: the file in UTF-8.
        delimiter: character between cells.
        known: records that are read or reported, the header among them.
        header_line: line on which the header starts.
    """
    shifts = Shifts()
    if header_line == 1 and _lines(text) == known:
        return shifts
    number = ahead = 0
    with text.open(encoding="utf-8-sig", newline="") as file:
        for line, cells in records(file, delimiter):
            if number == 0 and cells == []:
                continue
            number += 1
            if line - number != ahead:
                ahead = line - number
                shifts.records.append(number)
                shifts.further.append(ahead)
    return shifts


def _lines(text: Path) -> int:
    """Count lines; a line end that falls between two blocks may count twice, so never too few."""
    ends, last = 0, b"\n"
    with text.open("rb") as file:
        while block := file.read(CHUNK):
            ends += block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")
            last = block[-1:]
    return ends + (last not in b"\r\n")
