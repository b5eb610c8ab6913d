"""Bring rows that a reader made into DuckDB through a clean file on disk, so memory stays small."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from compliance_engine.records.read.sql import clean_csv, identifier

_BYTES_PER_CHARACTER = 4


def write_clean(rows: Iterable[tuple[int, Sequence[str]]], clean: Path) -> tuple[int, int]:
    """Write rows, all cells in quotes and the record number last; count them and the longest one."""
    count = longest = 0
    with clean.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
        for number, cells in rows:
            count += 1
            longest = max(longest, write([*cells, number]))
    return count, longest


def load_clean(
    connection: duckdb.DuckDBPyConnection, clean: Path, table: str, columns: int, rows: int, longest: int
) -> None:
    """Make a table of `c0`, `c1`, … and `_record` from a clean file.

    Raises:
        duckdb.Error: DuckDB cannot hold the rows. Its message may quote them.
    """
    name = identifier(table)
    names = [f"c{index}" for index in range(columns)]
    if rows == 0:
        types = "".join(f"{column} VARCHAR, " for column in names)
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({types}_record BIGINT)")
        return
    source = clean_csv(clean, [*names, "_record"], longest * _BYTES_PER_CHARACTER)
    replaced = f"SELECT * REPLACE (CAST(_record AS BIGINT) AS _record) FROM {source}"
    made = connection.execute(f"CREATE OR REPLACE TABLE {name} AS {replaced}").fetchone()
    if made != (rows,):
        raise duckdb.Error("another number of rows came back than were written")
