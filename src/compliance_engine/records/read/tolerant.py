"""The tolerant reader: takes any text, keeps the rows that are whole and reports the others.

Good rows go through a clean CSV file on disk into DuckDB, so memory stays small whatever the size of the file.
"""

import csv
from pathlib import Path

import duckdb

from compliance_engine.records.read.encoding import Utf8Text
from compliance_engine.records.read.report import Fault, RowReport
from compliance_engine.records.read.rows import records
from compliance_engine.records.read.sql import clean_csv, identifier

_BYTES_PER_CHARACTER = 4


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
    rows, longest = _write_clean(text, delimiter, columns, clean, report)
    name = identifier(table)
    names = [f"c{index}" for index in range(columns)]
    if rows == 0:
        types = ", ".join(f"{column} VARCHAR" for column in names)
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({types}, _record BIGINT)")
        return 0
    source = clean_csv(clean, [*names, "_record"], longest * _BYTES_PER_CHARACTER)
    replaced = f"SELECT * REPLACE (CAST(_record AS BIGINT) AS _record) FROM {source}"
    made = connection.execute(f"CREATE OR REPLACE TABLE {name} AS {replaced}").fetchone()
    if made != (rows,):
        raise duckdb.Error("another number of rows came back than were written")
    return rows


def _write_clean(text: Utf8Text, delimiter: str, columns: int, clean: Path, report: RowReport) -> tuple[int, int]:
    """Copy the good rows, all cells in quotes and the record number last; count them and the longest one."""
    rows = longest = number = 0
    with (
        text.path.open(encoding="utf-8-sig", newline="") as file,
        clean.open("w", encoding="utf-8", newline="") as out,
    ):
        write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
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
                rows += 1
                longest = max(longest, write([*cells, number]))
    return rows, longest
