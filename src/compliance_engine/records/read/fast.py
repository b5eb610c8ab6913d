"""The fast reader: DuckDB reads the file itself, and is believed only if its rows are as many as counted before."""

from pathlib import Path

import duckdb

from compliance_engine.records.read.report import CELL_LIMIT
from compliance_engine.records.read.sql import identifier, plain_csv

_GLOB = frozenset("*?[]{}")


def read_fast(
    connection: duckdb.DuckDBPyConnection, text: Path, table: str, delimiter: str, header_line: int, columns: int,
    rows: int,
) -> bool:  # fmt: skip
    """Read a plain UTF-8 CSV file into a table; False if DuckDB refuses or disagrees.

    Args:
        connection: must not be inside a transaction, which an error of DuckDB would spoil.
        text: the file.
        table: name of the table to create or replace.
        delimiter: character between cells.
        header_line: lines to skip.
        columns: cells in each row.
        rows: rows that must come out.
    """
    if not _is_plain_name(text):
        return False
    name = identifier(table)
    names = [f"c{index}" for index in range(columns)]
    source = plain_csv(text, names, delimiter, header_line)
    too_long = " OR ".join(f"strlen({column}) > {CELL_LIMIT}" for column in names)
    try:
        # DuckDB's messages quote the line that it stumbled over, with all that is in it: they are not passed on.
        if connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {source}").fetchone() != (rows,):
            return False
        if text.stat().st_size <= CELL_LIMIT:
            return True
        return connection.execute(f"SELECT count(*) FROM {name} WHERE {too_long}").fetchone() == (0,)
    except duckdb.Error:
        return False


def _is_plain_name(path: Path) -> bool:
    """Whether DuckDB will take the path for this one file: no wildcards, and characters that have a UTF-8 form."""
    name = str(path)
    return _GLOB.isdisjoint(name) and name == name.encode(errors="replace").decode()
