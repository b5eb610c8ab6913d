"""Read a CSV or TSV file, in whatever state, into a table of raw text.

Rows read + rows reported = rows in the file, always. DuckDB reads files that are plain from end to end; every other
file goes to the tolerant reader, which reports each row that it leaves out. What cannot be told (which delimiter,
which encoding) is a problem and never a guess. No problem repeats text of the file.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from compliance_engine.leftovers import scratch_folder
from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.delimiter import find_delimiter
from compliance_engine.records.read.encoding import Utf8Text, as_utf8
from compliance_engine.records.read.fast import read_fast
from compliance_engine.records.read.header import Header, read_header
from compliance_engine.records.read.lines import line_shifts
from compliance_engine.records.read.report import RowReport, file_problem
from compliance_engine.records.read.source import Source, open_source, unreadable
from compliance_engine.records.read.sql import identifier
from compliance_engine.records.read.structure import count_plain_rows
from compliance_engine.records.read.table import RawTable, Reader
from compliance_engine.records.read.tolerant import read_tolerantly


@dataclass(frozen=True)
class _Job:
    """Where one file comes from and goes to."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    table: str
    folder: Path


def read_csv(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    table: str,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> tuple[RawTable | None, list[Problem]]:
    """Read a file into a DuckDB table, created or replaced; see `RawTable` for its shape.

    Args:
        connection: not inside a transaction.
        path: the file.
        table: name of the table.
        delimiter: character between cells, if the user states it; else the file must leave no doubt.
        encoding: encoding, if the user states it (a Python name); else it is found out.

    Returns:
        The table and what is to be said about it, or None with the problem that prevents it.

    Raises:
        ValueError: the delimiter stated is not a single character that can be one.
    """
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0 '):
        raise ValueError("a delimiter is one ASCII character, not a quote, a space or a line end")
    with scratch_folder() as folder:
        job = _Job(connection, path, table, folder)
        try:
            return _read(job, delimiter, encoding)
        except OSError as error:
            problem = unreadable(path, error)
        except UnicodeError:
            problem = _changed(path)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            problem = file_problem(path, "cannot-load", "DuckDB cannot hold the rows of this file")
    _drop(connection, table)
    return None, [problem]


def _read(job: _Job, delimiter: str | None, encoding: str | None) -> tuple[RawTable | None, list[Problem]]:
    source, problems = open_source(job.path)
    if source is None:
        return None, problems
    before = job.path.stat()
    text, said = as_utf8(job.path, source, job.folder / "text.csv", encoding)
    problems += said
    if text is None:
        return None, problems
    if delimiter is None:
        delimiter, said = find_delimiter(job.path, text.path)
        problems += said
        if delimiter is None:
            return None, problems
    header, said = read_header(job.path, text.path, delimiter)
    problems += said
    if header is None:
        return None, problems
    result, said = _load(job, source, text, header, delimiter)
    after = job.path.stat()
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        _drop(job.connection, job.table)
        return None, [_changed(job.path)]
    return result, problems + said


def _load(job: _Job, source: Source, text: Utf8Text, header: Header, delimiter: str) -> tuple[RawTable, list[Problem]]:
    columns = len(header.names)
    report = RowReport(job.path)
    reader: Reader = "duckdb"
    rows = None
    if header.on_one_line and not text.has_nul:
        rows = count_plain_rows(text.path, header.line, delimiter, columns)
    if rows is None or not read_fast(job.connection, text.path, job.table, delimiter, header.line, columns, rows):
        reader = "tolerant"
        clean = job.folder / "clean.csv"
        rows = read_tolerantly(job.connection, text, job.table, delimiter, columns, clean, report)
    problems = list(report.problems())
    if rows + report.count == 0:
        message = "the file has a header and no rows"
        problems.append(file_problem(job.path, "header-only", message, line=header.line, level=Level.WARNING))
    result = RawTable(
        file=str(job.path),
        sha256=source.sha256,
        table=job.table,
        columns=header.names,
        format="tsv" if delimiter == "\t" else "csv",
        encoding=text.encoding,
        delimiter=delimiter,
        header_line=header.line,
        rows_read=rows,
        rows_reported=report.count,
        reader=reader,
        shifts=line_shifts(text.path, delimiter, 1 + rows + report.count, header.line),
    )
    return result, problems


def _drop(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Leave no half table behind."""
    with suppress(duckdb.Error):
        connection.execute(f"DROP TABLE IF EXISTS {identifier(table)}")


def _changed(path: Path) -> Problem:
    return file_problem(path, "file-changed", "the file was changed while it was read; run again when it is at rest")
