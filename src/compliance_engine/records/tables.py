"""Write the tables that the engine reads: one for each record type, and what is known about their cells."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.columns import Fill
from compliance_engine.records.keys import NUMBERED
from compliance_engine.records.profile import SPELL_START, SSN, Profile
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import COLUMN_TYPES, literal, name
from compliance_engine.records.staging import extras, stage_table
from compliance_engine.records.types import VOCABULARY

ALWAYS = ("employer", "employee", "employment_spell", "worksite", "document")
"""Types that others are joined to, so that they need a staging table even without a source."""
ONE_PER_SPELL = ("i9", "everify_case")
"""Types of which a spell has one row, so that a doubtful row can stand for several spells."""
_SORTED_BELOW = 200_000
"""Rows up to which a table is stored in order; a longer one is only numbered in order."""


Span = tuple[int, int, int, int]
"""File, its first and last record, and its rows in a table."""


@dataclass(frozen=True)
class LoadedFile:
    """One file that was read: where it went, how its rows are accounted for, and the day it says it was made.

    Attributes:
        dates: the ways in which days were read, each with the headings of its columns.
    """

    id: int
    table: str
    raw: RawTable
    profile: Profile
    extracted_on: date | None
    dates: dict[str, tuple[str, ...]]


def supplied_fields(filled: list[tuple[LoadedFile, Fill]]) -> dict[str, set[str]]:
    """For each record type that some file fills, the fields that some source has a column for."""
    supplied: dict[str, set[str]] = {}
    for _, fill in filled:
        supplied.setdefault(fill.type_name, set()).update(fill.sources)
    return supplied


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    filled: list[tuple[LoadedFile, Fill]],
    loaded_files: list[LoadedFile],
) -> None:
    """Make the table of every record type from its staged rows, and the tables that tell about files and cells."""
    _make_employers(connection, bool(loaded_files))
    staged = {fill.type_name for _, fill in filled} | set(ALWAYS)
    columns = _columns(connection)
    for type_name, spans in _spans(connection, sorted(staged)).items():
        _write(connection, type_name, columns[stage_table(type_name)], spans)
    connection.execute(
        "; ".join(_table(t, [f.name for f in t.fields]) for t in VOCABULARY.types.values() if t.name not in staged)
    )
    _write_cells(connection)
    connection.execute("CREATE TABLE _supplied (type VARCHAR, field VARCHAR)")
    pairs = sorted(_marks(filled))
    connection.execute(
        "INSERT INTO _supplied SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [[p[0] for p in pairs], [p[1] for p in pairs]],
    )
    connection.execute("CREATE TABLE _complete_from (type VARCHAR, from_day DATE)")
    for type_name, day in sorted(_complete(filled).items()):
        connection.execute("INSERT INTO _complete_from VALUES (?, ?)", [type_name, day])
    connection.execute(
        "CREATE TABLE _file (id INTEGER, path VARCHAR, sha256 VARCHAR, format VARCHAR, rows_read BIGINT, "
        "rows_reported BIGINT)"
    )
    if loaded_files:
        connection.executemany(
            "INSERT INTO _file VALUES (?, ?, ?, ?, ?, ?)",
            [
                [f.id, f.raw.file, f.raw.sha256, f.raw.format, f.raw.rows_read, f.raw.rows_reported]
                for f in loaded_files
            ],
        )
    connection.execute("CREATE TABLE _line (file INTEGER, record BIGINT, further BIGINT)")
    for f in loaded_files:
        if f.raw.shifts.records:
            connection.execute(
                "INSERT INTO _line SELECT $file, unnest($records::BIGINT[]), unnest($further::BIGINT[])",
                {"file": f.id, "records": f.raw.shifts.records.tolist(), "further": f.raw.shifts.further.tolist()},
            )


def _table(record_type: RecordType, there: Collection[str]) -> str:
    """The table of a type; a column without a source is not stored, it is NULL in every row."""
    own = "_row BIGINT, _file INTEGER, _record BIGINT, employer_id VARCHAR"
    columns = ", ".join(
        f"{name(f.name)} {COLUMN_TYPES[f.type]}{'' if f.name in there else ' AS (NULL)'}" for f in record_type.fields
    )
    return f"CREATE TABLE {name(record_type.name)} ({own}, {columns})"


def _write(connection: duckdb.DuckDBPyConnection, type_name: str, there: Collection[str], spans: list[Span]) -> None:
    """Write the table of a type; rows are numbered in the order of files and records, wherever they are stored.

    Where no record of a file is missing the number follows from the record; sorting wide rows would take longer than
    reading them.
    """
    staged = stage_table(type_name)
    whole = type_name not in ONE_PER_SPELL and all(last - first + 1 == rows for _, first, last, rows in spans)
    if whole and spans:
        before = itertools.accumulate((rows for *_, rows in spans), initial=0)
        shifts = " ".join(
            f"WHEN {file} THEN {skip - first + 1}" for (file, first, *_), skip in zip(spans, before, strict=False)
        )
        number, source = f"_record + CASE _file {shifts} END", f"{staged} s"
    else:
        number, tie = "n._row", ", spell_no" if type_name in ONE_PER_SPELL else ""
        narrow = f"(SELECT rowid AS _at, row_number() OVER (ORDER BY _file, _record{tie}) AS _row FROM {staged})"
        source = f"{staged} s JOIN {narrow} n ON n._at = s.rowid"
    record_type, counter = VOCABULARY.types[type_name], NUMBERED.get(type_name, ("",))[0]
    # Rows that were not counted are each the only one of their kind.
    counted = f", '1' AS {name(counter)}" if counter and counter not in there else ""
    shaping = ", ".join(sorted(column for column in there if column in (*extras(type_name), "_differs")))
    order = "ORDER BY _row" if sum(rows for *_, rows in spans) < _SORTED_BELOW else ""
    connection.execute(
        f"{_table(record_type, {*there, counter})}; INSERT INTO {name(type_name)} BY NAME SELECT {number} AS _row, "
        f"s.*{shaping and f' EXCLUDE ({shaping})'}{counted} FROM {source} {order}; DROP TABLE {staged}"
    )


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The columns of every table that is there while a load runs."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'temp'"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    return columns


def _spans(connection: duckdb.DuckDBPyConnection, type_names: Collection[str]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {type_name: [] for type_name in type_names}
    asked = (
        f"SELECT {literal(type_name)} AS type, _file, min(_record), max(_record), count(*) "
        f"FROM {stage_table(type_name)} GROUP BY _file"
        for type_name in type_names
    )
    for type_name, *span in connection.execute(f"{' UNION ALL '.join(asked)} ORDER BY type, _file").fetchall():
        spans[type_name].append(tuple(span))
    return spans


def _make_employers(connection: duckdb.DuckDBPyConnection, any_file: bool) -> None:
    """Whoever has people or places is an employer, also without a row of its own; its record is a file's header."""
    if not any_file:
        return
    having = " UNION ALL ".join(
        f"SELECT employer_id, _file FROM {stage_table(t)}"
        for t in ("employee", "employment_spell", "worksite", "document")
    )
    employer = stage_table("employer")
    connection.execute(
        f"INSERT INTO {employer} BY NAME SELECT employer_id, min(_file) AS _file, 1 AS _record FROM ({having}) h "
        f"WHERE employer_id NOT IN (SELECT employer_id FROM {employer}) GROUP BY employer_id ORDER BY employer_id"
    )


def _write_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """Say for every cell that could not be read or relied on which row of which table it is in."""
    connection.execute(
        "CREATE TABLE _bad_cell (type VARCHAR, _row BIGINT, field VARCHAR, state VARCHAR, reason VARCHAR)"
    )
    bad: dict[str, list[str]] = {}
    for type_name, field_name in connection.execute(
        "SELECT DISTINCT type, field FROM _bad_stage ORDER BY ALL"
    ).fetchall():
        bad.setdefault(type_name, []).append(field_name)
    for type_name, fields in bad.items():
        empty = " ".join(f"WHEN {literal(f)} THEN t.{name(f)} IS NULL" for f in fields)
        connection.execute(
            f"INSERT INTO _bad_cell SELECT b.type, t._row, b.field, min(b.state), arg_min(b.reason, b.state) FROM "
            "_bad_stage b LEFT JOIN _moved m ON m.type = b.type AND m._file = b._file AND m._record = b._record "
            f"JOIN {name(type_name)} t ON t._file = coalesce(m.to_file, b._file) "
            f"AND t._record = coalesce(m.to_record, b._record) WHERE b.type = {literal(type_name)} "
            f"AND CASE b.field {empty} END GROUP BY b.type, t._row, b.field ORDER BY b.field, t._row"
        )


def _marks(filled: list[tuple[LoadedFile, Fill]]) -> set[tuple[str, str]]:
    """The (type, field) pairs that some source has a column for, or that are derived from what it has."""
    marks: set[tuple[str, str]] = set()
    for type_name, fields in supplied_fields(filled).items():
        record_type = VOCABULARY.types[type_name]
        marks.add((type_name, ""))
        marks.update((type_name, f) for f in fields if f not in (SSN, SPELL_START, "employer_id"))
        marks.update((type_name, f.name) for f in record_type.fields if f.derived and not f.name.startswith("ssn_"))
        if SSN in fields:
            marks.update({(type_name, "ssn_state"), (type_name, "ssn_hash")})
        if type_name == "time_record":
            marks.update({("work_day", ""), ("break_taken", "")})
    for loaded_file, fill in filled:
        if fill.type_name == "employment_spell" and "hire_date" in fill.sources:
            marks.update({("employment_spell", "start_date")} if loaded_file.profile.hire_date_is_first_day else ())
    marks.add(("employer", ""))
    return marks


def _complete(filled: list[tuple[LoadedFile, Fill]]) -> dict[str, date]:
    complete: dict[str, date] = {}
    for loaded_file, fill in filled:
        day = loaded_file.profile.tables[loaded_file.table].complete_from
        if day is not None:
            complete[fill.type_name] = min(day, complete.get(fill.type_name, day))
    return complete
