"""A schedule as a table: rows of a CSV file, or objects of a JSON list, each with its place in the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance_engine.problems import Position, Problem


@dataclass(frozen=True)
class Row:
    """One row: its cells by the name of their column, its number (of a CSV file the header is 1), its place."""

    number: int
    cells: Mapping[str, object]
    position: Position

    def text(self, column: str) -> str:
        """A cell as text on one line; empty where there is none."""
        value = self.cells.get(column)
        return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


@dataclass(frozen=True)
class Table:
    """The rows of a file, and of a CSV file the names of its columns."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]


def read_table(content: bytes, name: str) -> tuple[Table, list[Problem]]:
    """Read a file of either form: JSON begins with a bracket."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return _nothing("not-utf-8", "This is not UTF-8; save it as CSV UTF-8.", Position(name, line, 1))
    return _read_json(text, name) if text.lstrip().startswith(("[", "{")) else _read_csv(text, name)


def _read_json(text: str, name: str) -> tuple[Table, list[Problem]]:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        return _nothing("broken-json", "This cannot be read as JSON.", Position(name, line, column))
    if not isinstance(data, list):
        return _nothing("no-schedule", "A schedule in JSON is a list of series.", Position(name, 1, 1))
    places = _places(text)
    rows = []
    problems = []
    for number, (item, place) in enumerate(zip(data, places, strict=True), start=1):
        position = Position(name, *place)
        if isinstance(item, dict):
            rows.append(Row(number, item, position))
        else:
            problems.append(Problem("no-series", f"Item {number} is no object.", position))
    return Table(tuple(rows), ()), problems


def _places(text: str) -> list[tuple[int, int]]:
    """Line and column of each item of a list that has been read without an error."""
    decoder = json.JSONDecoder()
    places: list[tuple[int, int]] = []
    at = text.index("[") + 1
    line, line_start = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
    counted = at
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return places
        line += text.count("\n", counted, at)
        line_start = max(line_start, text.rfind("\n", counted, at) + 1)
        counted = at
        places.append((line, at - line_start + 1))
        _, at = decoder.raw_decode(text, at)


def _read_csv(text: str, name: str) -> tuple[Table, list[Problem]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    problems = []
    columns: tuple[str, ...] = ()
    line = 1
    try:
        for number, cells in enumerate(reader, start=1):
            position, line = Position(name, line, 1), reader.line_num + 1
            if number == 1:
                columns = tuple(cell.strip() for cell in cells)
                problems += _header_problems(columns, position)
            elif len(cells) > len(columns):
                message = f"Row {number} has {len(cells)} cells, and there are {len(columns)} columns."
                problems.append(Problem("too-many-cells", message, position))
            elif any(cell.strip() for cell in cells):
                rows.append(Row(number, dict(zip(columns, cells, strict=False)), position))
    except csv.Error as error:
        problems.append(Problem("broken-csv", f"This cannot be read as CSV: {error}.", Position(name, line, 1)))
    return Table(tuple(rows), columns), problems


def _header_problems(columns: Sequence[str], position: Position) -> list[Problem]:
    twice = sorted({column for column in columns if columns.count(column) > 1})
    return [Problem("duplicate-column", f'There are two columns "{column}".', position) for column in twice]


def _nothing(code: str, message: str, position: Position) -> tuple[Table, list[Problem]]:
    return Table((), ()), [Problem(code, message, position)]
