"""Read a Parquet file: typed cells become the text that a CSV file of the same table would have.

The first row is record 1. Days and moments are written with the year in front, moments with a zone in UTC, numbers as
plain decimals. A column of bytes, maps or lists of objects is not read, and that is said.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from duckdb.sqltypes import DuckDBPyType

from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.report import CELL_LIMIT, SHOWN, Fault, RowReport, file_problem
from compliance_engine.records.read.sql import identifier, literal

_WHOLE = 9_007_199_254_740_992
"""Whole numbers up to here are exact in a double."""


def read_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, content: Path, table: str
) -> tuple[tuple[tuple[str, ...], int, int], list[Problem]]:
    """Read a file into a table; gives the names of the columns, the rows read and the rows reported.

    Args:
        path: the file as the user knows it.
        content: the same under a name without wildcards.

    Raises:
        duckdb.Error: this is no whole Parquet file. Its message may quote cells.
    """
    source = f"read_parquet([{literal(str(content))}], binary_as_string = true, hive_partitioning = false)"
    found = connection.execute(f"SELECT * FROM {source} LIMIT 0").description
    columns = [pair for name, kind, *_ in found for pair in _cells(name, identifier(name), kind)]
    names = tuple("" if sql is None else name for name, sql in columns)
    problems = [
        file_problem(path, "nested-list", f"column {place} holds {_WHAT}; it is not read", level=Level.WARNING)
        for place, (_, sql) in enumerate(columns, start=1)
        if sql is None
    ]
    cells = "".join(f"{sql or literal('')} AS c{place}, " for place, (_, sql) in enumerate(columns))
    numbered = source.replace("hive_partitioning", "file_row_number = true, hive_partitioning")
    name = identifier(table)
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} AS SELECT {cells}CAST(file_row_number + 1 AS BIGINT) AS _record "
        f"FROM {numbered}"
    )
    (promised,) = connection.execute(
        f"SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata([{literal(str(content))}])"
    ).fetchone() or (0,)
    report = RowReport(path)
    _leave_out(connection, name, len(columns), report)
    (rows,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
    if rows + report.count != promised:
        raise duckdb.Error("the file holds another number of rows than it says")
    return (names, rows, report.count), [*report.problems(), *problems]


_WHAT = "bytes, maps, or lists of objects"


def _cells(name: str, sql: str, kind: DuckDBPyType) -> list[tuple[str, str | None]]:
    """The columns that a column becomes, each with the SQL of its text; None where it cannot be text."""
    name = name.strip("\ufeff \t\r\n\xa0")
    if kind.id == "struct":
        parts = []
        for key, inner in kind.children:
            if isinstance(inner, DuckDBPyType):
                parts += _cells(f"{name}.{key}", f"struct_extract({sql}, {literal(key)})", inner)
        return parts
    text = _text(sql, kind)
    return [(name, None if text is None else f"coalesce({text}, '')")]


def _text(sql: str, kind: DuckDBPyType) -> str | None:
    match kind.id:
        case "varchar" | "enum":
            return f"CAST({sql} AS VARCHAR)"
        case "float" | "double":
            whole = f"{sql} = trunc({sql}) AND abs({sql}) <= {_WHOLE}"
            return f"CASE WHEN {whole} THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) ELSE CAST({sql} AS VARCHAR) END"
        case "timestamp with time zone":
            return f"CAST(make_timestamp(epoch_us({sql})) AS VARCHAR) || 'Z'"
        case "boolean":
            return f"CASE WHEN {sql} THEN 'true' WHEN NOT {sql} THEN 'false' END"
        case "blob" | "map" | "list" | "array" | "union" | "interval" | "variant" | "geometry":
            return None
    return f"CAST({sql} AS VARCHAR)"


def _leave_out(connection: duckdb.DuckDBPyConnection, name: str, columns: int, report: RowReport) -> None:
    """Take rows away that no other reader would take: with zero characters or endless cells."""
    if not columns:
        return
    nul = " OR ".join(f"contains(c{place}, chr(0))" for place in range(columns))
    bad = nul + "".join(f" OR length(c{place}) > {CELL_LIMIT}" for place in range(columns))
    found = connection.execute(f"SELECT _record, {nul} FROM {name} WHERE {bad} ORDER BY _record").fetchmany(SHOWN)
    if not found:
        return
    for record, has_nul in found:
        report.fault(record, record, Fault.NUL if has_nul else Fault.LONG_CELL)
    (gone,) = connection.execute(f"DELETE FROM {name} WHERE {bad}").fetchone() or (0,)
    report.count = gone
