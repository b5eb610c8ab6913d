"""What a reader hands on: a table of raw text and the account of its rows."""

from dataclasses import dataclass
from typing import Literal

from compliance_engine.records.read.sql import identifier

Reader = Literal["duckdb", "tolerant"]


@dataclass(frozen=True)
class RawTable:
    """One source file, read as text into one DuckDB table.

    Select from `rows`: it has `_record` (BIGINT, unique and rising: the number of the record in the file, where the
    header is record 1 and a blank line takes a number too, so it is the row number that a spreadsheet shows) and one
    VARCHAR column per column of the file, `c0`, `c1` and so on in file order. Cells are exactly the text of the
    file; an empty cell is `''`, never NULL.

    Attributes:
        file: the path as it was given.
        sha256: hash of the bytes of the file, in hexadecimal.
        table: name of the DuckDB table.
        columns: names in the header, without byte order mark and surrounding space. Names that occur twice or are
            empty are kept (a problem says so), so look a name up only if it is unique.
        encoding: how the bytes were read, such as `utf-8` or `cp1252`.
        delimiter: the character between cells.
        header_line: line of the file on which the header starts, from 1.
        rows_read: rows below the header that are in the table.
        rows_reported: rows below the header that were left out and told of in problems.
        reader: who read it: DuckDB, or the slower reader that survives broken rows.
    """

    file: str
    sha256: str
    table: str
    columns: tuple[str, ...]
    encoding: str
    delimiter: str
    header_line: int
    rows_read: int
    rows_reported: int
    reader: Reader

    @property
    def rows(self) -> str:
        """What to select from, in SQL.

        DuckDB leaves no record out, and the row ids of a table just made are its rows in the order of the file.
        CSV has no file_row_number, and a numbered column would have to be written for every row.
        """
        if self.reader == "tolerant":
            return identifier(self.table)
        return f"(SELECT *, rowid + 2 AS _record FROM {identifier(self.table)})"
