"""Split lines into records and go on after a broken one.

A record is what CSV (RFC 4180) says it is. Where quoting breaks, only the line on which the record began is given up
and reading starts again on the next line: one forgotten quote costs one row, not the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from compliance_engine.records.read.report import CELL_LIMIT, LINE_LIMIT, Fault

Record = tuple[int, list[str] | Fault]
"""The line on which a record begins, and its cells; no cells at all stand for a blank line."""


class _EndlessLineError(Exception):
    """A line longer than the limit; it has been passed over."""


class _Lines:
    """Lines of a text, with those of the current record kept so that they can be read again."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str | None] = deque()
        self._taken: list[str | None] = []
        self.number = 0
        self.at_end = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if line == "":
            self.at_end = True
            raise StopIteration
        self._taken.append(line)
        self.number += 1
        if line is None:
            raise _EndlessLineError
        return line

    def begin_record(self) -> None:
        """Forget the lines of the last record."""
        self._taken.clear()

    def give_back_all_but_first(self) -> None:
        """Read the lines after the first of the current record once more."""
        rest = self._taken[1:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)
        self.at_end = False

    def characters_taken(self) -> int:
        """Count the characters of the lines of the current record."""
        return sum(len(line or "") for line in self._taken)

    def _read(self) -> str | None:
        """Read a line: empty at the end of the text, None if it is too long to keep."""
        line = self._text.readline(LINE_LIMIT)
        if len(line) < LINE_LIMIT or line.endswith(("\n", "\r")):
            return line
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(LINE_LIMIT)
        return None


def records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Give every record of a text, blank lines included. Open the text with `newline=""`."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    limit_before = csv.field_size_limit(CELL_LIMIT)  # one number for the whole process: it is put back below
    try:
        while True:
            lines.begin_record()
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _EndlessLineError:
                yield start, Fault.LONG_LINE if lines.number == start else Fault.LONG_CELL
                lines.give_back_all_but_first()
            except csv.Error:
                yield start, _fault(lines)
                lines.give_back_all_but_first()
            else:
                yield start, cells
    finally:
        csv.field_size_limit(limit_before)


def _fault(lines: _Lines) -> Fault:
    """Say what broke, judged by what was taken: messages of the csv module are not looked at."""
    if lines.at_end:
        return Fault.UNCLOSED_QUOTE
    return Fault.LONG_CELL if lines.characters_taken() > CELL_LIMIT else Fault.BROKEN_QUOTES
