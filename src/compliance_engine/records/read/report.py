"""Problems of source files. They name file, line, record and counts, and never repeat a cell: cells hold SSNs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from compliance_engine.problems import Level, Position, Problem

CELL_LIMIT = 1_000_000
"""Characters that a cell may have."""
LINE_LIMIT = 16_000_000
"""Characters that a line may have; keeps one endless line out of memory."""
SHOWN = 50
"""Bad rows of a file that get a problem of their own; the others are counted in one more."""


class Fault(Enum):
    """Why a row cannot be taken: its code and what is said about it."""

    UNCLOSED_QUOTE = ("unclosed-quote", "a quoted cell begins here and its closing quote is missing")
    BROKEN_QUOTES = ("broken-quotes", "text follows the closing quote of a cell (a quote inside is written twice)")
    LONG_CELL = ("cell-too-long", f"a cell has more than {CELL_LIMIT:,} characters, or its closing quote is missing")
    LONG_LINE = ("line-too-long", f"the line has more than {LINE_LIMIT:,} characters")
    NUL = ("nul-byte", "the row contains zero bytes")
    NOT_AN_OBJECT = ("bad-json", "the line is not a JSON object")
    DUPLICATE_KEY = ("duplicate-key", "the object has a name twice; which value is meant cannot be told")
    ERROR_VALUE = ("error-value", "a cell holds an error of the spreadsheet, such as #N/A or #REF!")
    NO_VALUE = (
        "formula-without-value",
        "a formula has no stored value; open and save the file in a spreadsheet program",
    )


@dataclass
class RowReport:
    """Collects what is wrong with the rows of one file: all are counted, the first few are shown.

    part: the sheet of a workbook, as messages begin with it.
    """

    path: Path
    part: str = ""
    count: int = 0
    shown: list[Problem] = field(default_factory=list)

    def fault(self, record: int, line: int, fault: Fault) -> None:
        """Report a row that could not be split into cells."""
        code, text = fault.value
        self._add(code, record, line, text)

    def ragged(self, record: int, line: int, cells: int, expected: int) -> None:
        """Report a row that has another number of cells than the header."""
        self._add("ragged-row", record, line, f"the row has {_cells(cells)} where the header has {expected}")

    def moved(self, record: int, line: int, by: int) -> None:
        """Report a row whose cells stand beside the columns that they belong to, to the left where `by` is negative."""
        side = "left" if by < 0 else "right"
        columns = "one column" if abs(by) == 1 else f"{abs(by)} columns"
        self._add("shifted-row", record, line, f"its cells, or the last of them, stand {columns} too far to the {side}")

    def problems(self) -> Iterable[Problem]:
        """Give the rows shown and, if there are more, one problem that counts the rest."""
        yield from self.shown
        if (rest := self.count - len(self.shown)) > 0:
            message = f"{self.part}{rest:,} more {'row was' if rest == 1 else 'rows were'} left out for such reasons"
            yield file_problem(self.path, "more-bad-rows", message)

    def _add(self, code: str, record: int, line: int, text: str) -> None:
        self.count += 1
        if len(self.shown) < SHOWN:
            message = f"{self.part}record {record} is left out: {text}"
            self.shown.append(Problem(code, message, Position(str(self.path), line, 1)))


def file_problem(
    path: Path,
    code: str,
    message: str,
    *,
    line: int = 1,
    column: int = 1,
    level: Level = Level.ERROR,
    help_: str | None = None,
) -> Problem:
    """Make a problem of a file, placed at its beginning unless told otherwise."""
    return Problem(code, message, Position(str(path), line, column), level, help=help_)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
