"""Decide which character stands between the cells, or say that it cannot be told.

A delimiter counts only if it splits the header and the rows into the same number of cells, two or more. A single
column is believed only of a header line that holds no delimiter at all. Nothing is guessed: a file split wrongly
looks like a table and is none.
"""

import io
from dataclasses import dataclass
from pathlib import Path

from compliance_engine.problems import Problem
from compliance_engine.records.read.report import Fault, file_problem
from compliance_engine.records.read.rows import records

CANDIDATES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE = 1 << 18
"""Characters of the file that vote."""
_ROWS = 1000
_HELP = "state the delimiter in the source profile"


@dataclass(frozen=True)
class _Split:
    """What a delimiter makes of the sample: cells in the header and, row by row, below it (0 for a broken row)."""

    delimiter: str
    header: int
    rows: tuple[int, ...]

    @property
    def alike(self) -> int:
        return self.rows.count(self.header)

    @property
    def possible(self) -> bool:
        """Two cells or more in the header, and as many in half of the rows: some rows are broken in any file."""
        return self.header >= 2 and self.alike * 2 >= len(self.rows)


def find_delimiter(path: Path, text: Path) -> tuple[str | None, list[Problem]]:
    """Let the beginning of a file vote on its delimiter.

    Args:
        path: the file as the user knows it.
        text: its UTF-8 text.
    """
    with text.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(_SAMPLE)
        is_whole = not file.read(1)
    first_line = next((line for line in io.StringIO(sample, newline="") if line.strip("\r\n")), None)
    if first_line is None:
        return None, [file_problem(path, "empty-file", "the file has only blank lines: no header and no rows")]
    splits = [_split(sample, is_whole, delimiter) for delimiter in CANDIDATES if delimiter in sample]
    possible = [split for split in splits if split.possible]
    if len(possible) > 1:
        possible = [split for split in possible if split.alike == len(split.rows)] or possible
    if len(possible) == 1:
        return possible[0].delimiter, []
    if possible:
        names = " or ".join(CANDIDATES[split.delimiter] for split in possible)
        return None, [_unclear(path, f"header and rows agree on more than one delimiter: {names}")]
    return _single_column(path, first_line, splits)


def _single_column(path: Path, first_line: str, splits: list[_Split]) -> tuple[str | None, list[Problem]]:
    if any(delimiter in first_line for delimiter in CANDIDATES):
        found = "; ".join(
            f"{CANDIDATES[split.delimiter]}: {split.header} in the header, {_most_common(split.rows)} in most rows"
            for split in splits
            if split.header >= 2
        )
        detail = f" ({found})" if found else ""
        return None, [_unclear(path, f"no delimiter splits header and rows into the same number of cells{detail}")]
    for split in splits:
        if split.rows and _most_common(split.rows) >= 2:
            count, name = _most_common(split.rows), CANDIDATES[split.delimiter]
            message = f"the first line is one cell but most rows hold {count}, split by {name}; is it a title?"
            return None, [_unclear(path, message)]
    return ",", []


def _split(sample: str, is_whole: bool, delimiter: str) -> _Split:
    if '"' not in sample and "\r" not in sample:  # then every line is a record
        counts = [line.count(delimiter) + 1 for line in sample.split("\n") if line]
        if not is_whole and len(counts) > 1:
            del counts[-1]
        return _Split(delimiter, counts[0], tuple(counts[1 : _ROWS + 1]))
    found = [cells for _, cells in records(io.StringIO(sample, newline=""), delimiter) if cells != []]
    if not is_whole and len(found) > 1:
        # The end of the sample cuts a record: the last one, or the one whose closing quote lies beyond.
        del found[found.index(Fault.UNCLOSED_QUOTE) if Fault.UNCLOSED_QUOTE in found[1:] else -1 :]
    counts = [0 if isinstance(cells, Fault) else len(cells) for cells in found[: _ROWS + 1]]
    return _Split(delimiter, counts[0], tuple(counts[1:]))


def _most_common(counts: tuple[int, ...]) -> int:
    return max(sorted(set(counts)), key=counts.count, default=0)


def _unclear(path: Path, message: str) -> Problem:
    return file_problem(path, "unclear-delimiter", message, help_=_HELP)
