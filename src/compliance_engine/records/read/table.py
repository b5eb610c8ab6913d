"""What a reader hands on: a table of raw text and the account of its rows."""

from dataclasses import dataclass, field
from typing import Literal

from compliance_engine.records.read.lines import Shifts
from compliance_engine.records.read.sql import identifier

Reader = Literal["duckdb", "tolerant", "jsonl", "parquet", "xlsx"]


@dataclass(frozen=True)
class RawTable:
    """One source file, read as text into one DuckDB table.

    Select from `rows`: it has `_record` (BIGINT, unique and rising: the number of the record in the file, where the
    header is record 1 and a blank line takes a number too, so it is the row number that a spreadsheet shows; in a
    format without a header the first row is record 1) and one VARCHAR column per column of the file, `c0`, `c1` and
    so on in file order. Cells are exactly the text of the file, or how a CSV file would write them; an empty cell is
    `''`, never NULL.

    Attributes:
        file: the path as it was given.
        sha256: hash of the bytes of the file, in hexadecimal.
        table: name of the DuckDB table.
        columns: names in the header, without byte order mark and surrounding space. Names that occur twice or are
            empty are kept (a problem says so), so look a name up only if it is unique.
        format: of the file, as told: `csv`, `tsv`, `jsonl`, each perhaps with `.gz`, `parquet`, `xlsx sheet NAME`.
        encoding: how the bytes were read, such as `utf-8` or `cp1252`; empty if the format leaves no choice.
        delimiter: the character between cells; empty if the format has none.
        header_line: line of the file on which the header starts, from 1.
        rows_read: rows below the header that are in the table.
        rows_reported: rows below the header that were left out and told of in problems.
        shifts: where the lines of a text are not the numbers of its records.
        reader: who read it: DuckDB, the slower reader that survives broken rows, or that of another format.
    """

    file: str
    sha256: str
    table: str
    columns: tuple[str, ...]
    format: str
    encoding: str
    delimiter: str
    header_line: int
    rows_read: int
    rows_reported: int
    reader: Reader
    shifts: Shifts = field(default_factory=Shifts)

    @property
    def has_typed_cells(self) -> bool:
        """Whether days and numbers are types of their own in the file, and texts are texts."""
        return self.reader in ("parquet", "xlsx")

    @property
    def rows(self) -> str:
        """What to select from, in SQL.

        DuckDB leaves no record out, and the row ids of a table just made are its rows in the order of the file.
        CSV has no file_row_number, and a numbered column would have to be written for every row.
        """
        if self.reader != "duckdb":
            return identifier(self.table)
        return f"(SELECT *, rowid + 2 AS _record FROM {identifier(self.table)})"
