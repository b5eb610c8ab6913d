"""Read a file of whatever format into a table of raw text; the format is told from what is in the file."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import duckdb

from compliance_engine.leftovers import scratch_folder
from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.csv import read_csv
from compliance_engine.records.read.encoding import as_utf8
from compliance_engine.records.read.formats import format_of, is_json_lines, json_document, refused_office_file
from compliance_engine.records.read.jsonl import read_json_lines
from compliance_engine.records.read.parquet import read_parquet
from compliance_engine.records.read.report import file_problem
from compliance_engine.records.read.source import is_binary, open_source, unreadable
from compliance_engine.records.read.sql import identifier
from compliance_engine.records.read.table import RawTable, Reader
from compliance_engine.records.read.unpack import gunzip
from compliance_engine.records.read.workbook import Sheet
from compliance_engine.records.read.xlsx import read_sheet


def read_file(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, sheet: Sheet | None = None
) -> tuple[RawTable | None, list[Problem]]:
    """Read a file, or one sheet of a workbook, into a DuckDB table, created or replaced; see `RawTable`.

    Args:
        connection: not inside a transaction.
        path: the file.
        table: name of the table.
        sheet: which sheet, if the file is a workbook.
    """
    with scratch_folder() as folder:
        try:
            before = path.stat()
            raw, problems = _read(connection, path, table, sheet, folder)
            after = path.stat()
            if (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns):
                if raw is None:
                    _drop(connection, table)
                return raw, problems
            message = "the file was changed while it was read; run again when it is at rest"
            problem = file_problem(path, "file-changed", message)
        except FileNotFoundError:
            problem = file_problem(path, "missing-file", "there is no such file")
        except (OSError, ValueError) as error:
            problem = unreadable(path, error)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            problem = file_problem(path, "cannot-load", "DuckDB cannot read this file or hold its rows")
    _drop(connection, table)
    return None, [problem]


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, sheet: Sheet | None, folder: Path
) -> tuple[RawTable | None, list[Problem]]:
    if not path.is_file():
        return read_csv(connection, path, table)  # which says what it is instead
    if sheet is not None:
        return _sheet(connection, path, table, sheet, folder)
    if (kind := format_of(path)) != "gzip":
        return _plain(connection, path, path, table, kind, folder)
    content = folder / "unpacked"
    sha256, problems = gunzip(path, content)
    if sha256 is None:
        return None, problems
    inner = format_of(content)
    if inner == "gzip":
        return None, [file_problem(path, "broken-gzip", "the file is packed twice; unpack it once")]
    raw, problems = _plain(connection, path, content, table, inner, folder)
    problems = [
        replace(problem, position=problem.position and replace(problem.position, file=str(path)))
        for problem in problems
    ]
    if raw is None:
        return None, problems
    return replace(raw, file=str(path), sha256=sha256, format=raw.format + ".gz"), problems


def _plain(
    connection: duckdb.DuckDBPyConnection, path: Path, content: Path, table: str, kind: str, folder: Path
) -> tuple[RawTable | None, list[Problem]]:
    """Read a file that is not packed. `path` is what the user knows, `content` where its bytes are."""
    if kind == "ole":
        return None, [refused_office_file(content)]
    if kind == "zip":
        message = "this is a workbook or a zip archive inside of gzip, not a table of text"
        return None, [file_problem(path, "not-text", message, help_="supply the workbook itself")]
    if kind == "parquet":
        return _parquet(connection, path, content, table, folder)
    if not _may_be_json(content):
        return read_csv(connection, content, table)
    source, problems = open_source(content)
    if source is None or is_binary(source.head):
        return read_csv(connection, content, table)
    text, said = as_utf8(content, source, folder / "text", None)
    if text is None:
        return None, said
    if is_json_lines(text.path):
        found, problems = read_json_lines(connection, content, text, table, folder / "clean.csv")
        if found is None:
            return None, said + problems
        names, rows, reported = found
        raw = RawTable(
            str(content), source.sha256, table, names, "jsonl", text.encoding, "", 1, rows, reported, "jsonl"
        )
        return raw, said + problems
    if problem := json_document(content, text.path):
        return None, [problem]
    with suppress(OSError):
        (folder / "text").unlink()
    return read_csv(connection, content, table)


def _may_be_json(content: Path) -> bool:
    """Whether the first character, in whatever encoding, opens an object or a list; spares CSV a second look."""
    with content.open("rb") as file:
        head = file.read(4096)
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[")


def _parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, content: Path, table: str, folder: Path
) -> tuple[RawTable | None, list[Problem]]:
    plain = folder / "data.parquet"  # a name without wildcards
    with suppress(OSError):
        plain.symlink_to(content.resolve())
    if not plain.exists():
        shutil.copyfile(content, plain)
    try:
        (names, rows, reported), problems = read_parquet(connection, path, plain, table)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        # The message may quote cells, so it is not passed on.
        message = "the Parquet file is damaged, cut off or encrypted"
        return None, [file_problem(path, "broken-parquet", message, help_="copy or export the file again")]
    if rows + reported == 0:
        problems.append(file_problem(path, "header-only", "the file has no rows", level=Level.WARNING))
    raw = RawTable(str(path), _hash(path), table, names, "parquet", "", "", 1, rows, reported, "parquet")
    return raw, [*problems, *_same_names(path, names)]


def _sheet(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, sheet: Sheet, folder: Path
) -> tuple[RawTable | None, list[Problem]]:
    found, problems = read_sheet(connection, path, sheet, table, folder / "clean.csv")
    if found is None:
        return None, problems
    names, header, rows, reported = found
    reader: Reader = "xlsx"
    told = f"xlsx sheet {sheet.name}"
    raw = RawTable(str(path), _hash(path), table, names, told, "", "", header, rows, reported, reader)
    return raw, problems


def _same_names(path: Path, names: tuple[str, ...]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for place, name in enumerate(names, start=1):
        if name and name in seen:
            message = f"columns {seen[name]} and {place} have the same name; which one is meant cannot be told"
            problems.append(file_problem(path, "duplicate-column-name", message))
        seen.setdefault(name, place)
    return problems


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _drop(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Leave no half table behind."""
    with suppress(duckdb.Error):
        connection.execute(f"DROP TABLE IF EXISTS {identifier(table)}")
