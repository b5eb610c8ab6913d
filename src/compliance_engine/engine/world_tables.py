"""Worlds as tables: each world becomes an employer of its own, so that one statement judges all of their subjects."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

import duckdb

from compliance_engine.engine.twin.values import Lost, Unknown
from compliance_engine.engine.twin.world import Row, World
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import RecordType, Vocabulary
from compliance_engine.records.sql import COLUMN_TYPES

EVER = date(1, 1, 1)
"""The day from which every table of these employers is complete."""


def employer(number: int) -> str:
    """The employer that a world became."""
    return f"w{number}"


def write(
    connection: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    worlds: Sequence[World],
    absent: Collection[str | tuple[str, str]] = (),
    complete: Mapping[str, date] | None = None,
) -> list[int]:
    """Make the table of every record type with the rows of all worlds, `_bad_cell`, `_supplied` and `_complete_from`.

    Args:
        absent: record types, and (type, field), that no source supplies to any of the worlds.
        complete: from which day a missing row is a fact, by type; None: from the beginning, for every type.

    Returns:
        The `_row` of the subject of each world.
    """
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in vocabulary.types}
    subjects: list[int] = []
    bad: list[dict[str, object]] = []
    for number, world in enumerate(worlds):
        for name, listed in world.rows.items():
            for row in listed:
                rows[name].append(_cells(row, employer(number), len(rows[name]) + 1))
                bad += _bad_cells(name, row, len(rows[name]))
                if row is world.subject:
                    subjects.append(len(rows[name]))
    for kind in vocabulary.types.values():
        columns = columns_of(kind)
        connection.execute(f'CREATE TABLE "{kind.name}" (' + ", ".join(f'"{n}" {c}' for n, c in columns.items()) + ")")
        insert(connection, kind.name, columns, rows[kind.name])
    connection.execute("CREATE TABLE _bad_cell (" + ", ".join(f"{n} {c}" for n, c in _BAD_CELL.items()) + ")")
    insert(connection, "_bad_cell", _BAD_CELL, bad)
    _describe_sources(connection, vocabulary, absent, complete)
    return subjects


def _describe_sources(
    connection: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    absent: Collection[str | tuple[str, str]],
    complete: Mapping[str, date] | None,
) -> None:
    tables = [name for name in vocabulary.types if name not in absent]
    names = [(name, field) for name in tables for field in ("", *(f.name for f in vocabulary.types[name].fields))]
    supplied = [{"type": name, "field": field} for name, field in names if (name, field) not in absent]
    connection.execute("CREATE TABLE _supplied (type VARCHAR, field VARCHAR)")
    insert(connection, "_supplied", {"type": "VARCHAR", "field": "VARCHAR"}, supplied)
    days = dict.fromkeys(vocabulary.types, EVER) if complete is None else complete
    since = [{"type": name, "from_day": day.isoformat()} for name, day in days.items()]
    connection.execute("CREATE TABLE _complete_from (type VARCHAR, from_day DATE)")
    insert(connection, "_complete_from", {"type": "VARCHAR", "from_day": "DATE"}, since)


def columns_of(kind: RecordType) -> dict[str, str]:
    """Columns of the table of a record type, in order."""
    columns = {"_row": "BIGINT", "_file": "INTEGER", "_record": "BIGINT", "employer_id": "VARCHAR"}
    columns.update(dict.fromkeys((*kind.key, *kind.parents), "VARCHAR"))
    columns.update({f.name: COLUMN_TYPES[f.type] for f in kind.fields})
    return columns


_BAD_CELL = {"type": "VARCHAR", "_row": "BIGINT", "field": "VARCHAR", "state": "VARCHAR", "reason": "VARCHAR"}


def _bad_cells(name: str, row: Row, number: int) -> list[dict[str, object]]:
    """The cells of a row that cannot be read or relied on."""
    return [
        {"type": name, "_row": number, "field": field, "state": cell.value}
        for field, cell in row.items()
        if isinstance(cell, Lost) and cell is not Lost.NOT_SUPPLIED
    ]


def _cells(row: Row, employer_id: str, number: int) -> dict[str, object]:
    return {**{name: plain(value) for name, value in row.items()}, "employer_id": employer_id, "_row": number}


def plain(value: object) -> object:
    """A value as JSON writes it and the database reads it; unknown in whatever way is null."""
    match value:
        case None | Absent.UNKNOWN | Lost() | Unknown():
            return None
        case Absent.OPEN | Absent.NONE:
            return "infinity" if value is Absent.OPEN else "-infinity"
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows of plain values, all as one text: thousands of parameters would take seconds to plan."""
    if not rows:
        return
    cells = ", ".join(_read(f"$[{n}]", kind) for n, kind in enumerate(columns.values()))
    text = json.dumps([[row.get(name) for name in columns] for row in rows])
    listed = "SELECT unnest(from_json(?, '[\"JSON\"]')) AS r"
    connection.execute(f'INSERT INTO "{table}" SELECT {cells} FROM ({listed})', [text])


def _read(path: str, kind: str) -> str:
    if kind.endswith("[]"):
        return f"from_json(r -> '{path}', '[\"VARCHAR\"]')"
    return f"CAST(r ->> '{path}' AS {kind})"
