"""Read JSON lines: each line an object, each key a column.

Numbers keep the digits that are written. An object inside becomes columns with dots (`address.state`); a list of plain
values becomes one cell, its words separated by `|`. A column with any other list is not read at all, and that is said.
The first line is record 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import duckdb

from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.clean import load_clean, write_clean
from compliance_engine.records.read.encoding import Utf8Text
from compliance_engine.records.read.report import CELL_LIMIT, LINE_LIMIT, Fault, RowReport, file_problem

COLUMN_LIMIT = 5_000
"""Columns that a file may have; a file of which every line has other keys is no table."""


class _DuplicateKeyError(ValueError):
    """A name that an object has twice."""


class _NewKeysError(Exception):
    """A line has keys that no line before it had."""


class _TooManyColumnsError(Exception):
    """More columns than the limit."""


class Columns:
    """The columns found so far in order, and those that hold what is no cell with the line where it stands."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.refused: dict[str, int] = {}


def read_json_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, text: Utf8Text, table: str, clean: Path
) -> tuple[tuple[tuple[str, ...], int, int] | None, list[Problem]]:
    """Read lines into a table; gives the names of the columns, the rows read and the rows reported.

    Raises:
        duckdb.Error: DuckDB cannot hold the rows. Its message may quote them.
    """
    columns = Columns()
    try:
        try:
            report = RowReport(path)
            rows, longest = write_clean(_rows(text.path, columns, report, grow=False), clean)
        except _NewKeysError:
            for _ in _rows(text.path, columns, RowReport(path), grow=True):
                pass
            report = RowReport(path)
            rows, longest = write_clean(_rows(text.path, columns, report, grow=False), clean)
    except _TooManyColumnsError:
        message = f"the lines have more than {COLUMN_LIMIT:,} different keys; that is no table"
        return None, [file_problem(path, "too-many-columns", message)]
    load_clean(connection, clean, table, len(columns.names), rows, longest)
    problems = [*report.problems(), *_refused(path, columns)]
    names = tuple("" if name in columns.refused else name for name in columns.names)
    return (names, rows, report.count), problems


def _rows(text: Path, columns: Columns, report: RowReport, *, grow: bool) -> Iterator[tuple[int, list[str]]]:
    begun = False
    with text.open(encoding="utf-8-sig", newline="\n") as file:
        for number, line in _lines(file):
            if line is None:
                report.fault(number, number, Fault.LONG_LINE)
                continue
            if not line.strip():
                continue
            cells = _cells(line, number, columns)
            if isinstance(cells, Fault):
                report.fault(number, number, cells)
                continue
            if not columns.names.keys() >= cells.keys():
                if begun and not grow:
                    raise _NewKeysError
                columns.names.update(dict.fromkeys(cells))
                if len(columns.names) > COLUMN_LIMIT:
                    raise _TooManyColumnsError
            begun = True
            yield number, [cells.get(name, "") for name in columns.names]


def _lines(file: TextIO) -> Iterator[tuple[int, str | None]]:
    number = 0
    while line := file.readline(LINE_LIMIT):
        number += 1
        if len(line) < LINE_LIMIT or line.endswith("\n"):
            yield number, line
            continue
        while line and not line.endswith("\n"):
            line = file.readline(LINE_LIMIT)
        yield number, None


def _cells(line: str, number: int, columns: Columns) -> dict[str, str] | Fault:
    """The cells of a line by column, or why it has none."""
    try:
        found = json.loads(
            line, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_without_duplicates
        )
        if not isinstance(found, dict):
            return Fault.NOT_AN_OBJECT
        cells: dict[str, str] = {}
        _flatten(found, "", cells, number, columns)
    except _DuplicateKeyError:
        return Fault.DUPLICATE_KEY
    except (ValueError, RecursionError):
        return Fault.NOT_AN_OBJECT
    if len(line) > CELL_LIMIT and any(len(cell) > CELL_LIMIT for cell in cells.values()):
        return Fault.LONG_CELL
    if "\\u" in line:
        if any("\0" in cell for cell in cells.values()):
            return Fault.NUL
        if any("\ud800" <= character <= "\udfff" for pair in cells.items() for text in pair for character in text):
            return Fault.NOT_AN_OBJECT
    return cells


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _no_number(_: str) -> Any:
    raise ValueError("NaN and Infinity are not JSON")


def _flatten(found: dict[str, Any], prefix: str, cells: dict[str, str], number: int, columns: Columns) -> None:
    for key, value in found.items():
        name = (prefix + key).strip("\ufeff \t\r\n\xa0")
        if isinstance(value, dict):
            _flatten(value, name + ".", cells, number, columns)
            continue
        if name in cells:
            raise _DuplicateKeyError
        if isinstance(value, str):
            cells[name] = value
        elif isinstance(value, list):
            words = [_word(part) for part in value]
            if any(word is None for word in words):
                columns.refused.setdefault(name, number)
            cells[name] = "|".join(word or "" for word in words)
        else:
            cells[name] = _word(value) or ""


def _word(value: Any) -> str | None:
    """A plain value as text; None if it cannot be one word among several."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) and not {";", ",", "|"} & set(value) else None


def _refused(path: Path, columns: Columns) -> list[Problem]:
    places = {name: place for place, name in enumerate(columns.names, start=1)}
    message = "column {} holds lists of objects, or of texts with a separator in them; it is not read"
    return [
        file_problem(path, "nested-list", message.format(places[name]), line=line, level=Level.WARNING)
        for name, line in columns.refused.items()
        if name in places
    ]
