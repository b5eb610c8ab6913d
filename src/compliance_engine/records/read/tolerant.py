"""The tolerant reader: takes any text, keeps the rows that are whole and reports the others.

Good rows go through a clean CSV file on disk into DuckDB, so memory stays small whatever the size of the file.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from compliance_engine.records.read.clean import load_clean, write_clean
from compliance_engine.records.read.encoding import Utf8Text
from compliance_engine.records.read.report import Fault, RowReport
from compliance_engine.records.read.rows import records


def read_tolerantly(
    connection: duckdb.DuckDBPyConnection, text: Utf8Text, table: str, delimiter: str, columns: int, clean: Path,
    report: RowReport,
) -> int:  # fmt: skip
    """Read what can be read of a CSV file into a table and give the number of rows in it.

    Args:
        connection: where the table is created or replaced.
        text: the file.
        table: name of the table.
        delimiter: character between cells.
        columns: cells in the header.
        clean: where to put the clean copy.
        report: takes the rows that are left out.

    Raises:
        duckdb.Error: DuckDB cannot hold the rows. Its message may quote them.
    """
    rows, longest = write_clean(_good_rows(text, delimiter, columns, report), clean)
    load_clean(connection, clean, table, columns, rows, longest)
    return rows


def _good_rows(text: Utf8Text, delimiter: str, columns: int, report: RowReport) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        for line, cells in records(file, delimiter):
            if number == 0 and cells == []:
                continue
            number += 1
            if number == 1 or cells == []:
                continue
            if isinstance(cells, Fault):
                report.fault(number, line, cells)
            elif len(cells) != columns:
                report.ragged(number, line, len(cells), columns)
            elif text.has_nul and any("\0" in cell for cell in cells):
                report.fault(number, line, Fault.NUL)
            else:
                yield number, cells
