"""Rows that cannot be placed: whose they are is not known, so they may be anybody's whom they could mean.

`_unplaced_<type>` has them with every field of the type; there is no such table where every row has its place. A column
that does not say whose the row is has no value there and is named in `_open`. Rows that are in no other table are
`_lost`. As long as such a row may belong to somebody, that the person has no row of the type is not a fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb

from compliance_engine.records.sql import COLUMN_TYPES, literal, name
from compliance_engine.records.types import VOCABULARY

OWNERS = {
    "employee_number": "employee",
    "worksite_id": "worksite",
    "course_id": "training_course",
    "plan_id": "benefit_plan",
}
"""Columns that name somebody or something with a record of its own."""
ALWAYS_SOMEBODYS = frozenset(
    {
        "leave_case", "leave_notice", "leave_usage", "accommodation_case", "accommodation_event", "benefit_event",
        "injury",
    }
)  # fmt: skip
"""Types that can do without a person's number in the file, though every row is some person's."""
_MADE_OF = {"work_day": "time_record", "break_taken": "time_record"}
"""Types whose rows are made of another's, so that a row lost there is lost here, too."""
_SPELL_START = "_spell_start"
HOLD_SCOPE = ("employee_number", "class_code", "worksite_id", "document_id", "date_from", "date_to")
"""What a line of a hold may name: what cannot be read there could be anything."""


def unplaced_table(type_name: str) -> str:
    """Name of the table of rows of a type that cannot be placed."""
    return f"_unplaced_{type_name}"


def types_with_unplaced(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The types of which some row cannot be placed."""
    begin = unplaced_table("")
    query = "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, ?) AND NOT temporary ORDER BY 1"
    return tuple(row[0].removeprefix(begin) for row in connection.execute(query, [begin]).fetchall())


def keep_lost(connection: duckdb.DuckDBPyConnection, type_name: str, staged: str, where: str) -> None:
    """Put rows aside that are about to be taken out of the staging table of their type."""
    lost = _lost(type_name)
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {lost} AS SELECT * FROM {staged} LIMIT 0")
    columns = _columns_of(connection, "starts_with(table_name, '_stage_') OR starts_with(table_name, '_lost_')")
    shared = ", ".join(name(column) for column in columns[lost] if column in columns[staged])
    connection.execute(f"INSERT INTO {lost} BY NAME SELECT {shared} FROM {staged} WHERE {where}")


def keep_unread(connection: duckdb.DuckDBPyConnection, type_name: str, staged: str, employer: str, rows: int) -> None:
    """Remember rows that could not be read: each may be anybody's of the employer; '' is any employer."""
    lost = _lost(type_name)
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {lost} AS SELECT * FROM {staged} LIMIT 0")
    connection.execute(f"INSERT INTO {lost} (employer_id) SELECT {literal(employer)} FROM range({rows})")


def place_lost(connection: duckdb.DuckDBPyConnection) -> None:
    """Say of rows that were left out what is known about whose they are; the tables of all types are there.

    A row of a spell that names a first day can only be of a spell that began on it.
    """
    columns_of = _columns_of(connection, "starts_with(table_name, '_lost_')")
    for type_name in VOCABULARY.types:
        source = _lost(_MADE_OF.get(type_name, type_name))
        there = columns_of.get(source)
        if there is None:
            continue
        opened = ", ".join(f"CASE WHEN {_is_nobodys(c)} THEN {literal(c)} END" for c in _columns(type_name))
        columns = f"TRUE AS _lost, list_sort(list_filter([{opened}], lambda c: c IS NOT NULL)) AS _open"
        fields = [f.name for f in VOCABULARY.types[type_name].fields]
        known = ", ".join(name(c) for c in ("employer_id", *fields, _SPELL_START) if c in there)
        lost = (
            f"((SELECT employer_id, {', '.join(map(name, fields))} FROM {name(type_name)} LIMIT 0) "
            f"UNION ALL BY NAME SELECT {known} FROM {source})"
        )
        rows = f"SELECT r.*, {columns} FROM {lost} r"
        if _SPELL_START in there:
            starts = f"r._spell_start IS NOT NULL AND {_is_nobodys('employee_number')}"
            same = "r.employer_id = s.employer_id OR r.employer_id NOT IN (SELECT employer_id FROM employer)"
            first = "r._spell_start IN (s.start_date, s.hire_date) OR (s.start_date IS NULL AND s.hire_date IS NULL)"
            rows = (
                f"{rows} WHERE NOT ({starts}) UNION ALL SELECT r.* REPLACE (s.employer_id AS employer_id, "
                "s.employee_number AS employee_number, s.spell_no AS spell_no), TRUE, []::VARCHAR[] "
                f"FROM {lost} r JOIN employment_spell s ON ({same}) AND ({first}) WHERE {starts}"
            )
        _add(connection, type_name, rows)


def place_kept(connection: duckdb.DuckDBPyConnection, type_names: Collection[str], wrong: Iterable[str]) -> None:
    """Say which rows of some tables are not placed.

    Args:
        wrong: queries of (type, `_row`, column that does not say whose the row is).
    """
    if not type_names:
        return
    whose = ", ".join(f"({literal(t)}, {literal(column)})" for t in type_names for column in _columns(t))
    unsure = [*wrong, "SELECT type, _row, field FROM _bad_cell"]
    unsure += [
        f"SELECT '{t}', _row, 'employee_number' FROM {name(t)} WHERE employee_number IS NULL"
        for t in sorted(ALWAYS_SOMEBODYS.intersection(type_names))
    ]
    if "document" in type_names:
        where = "employee_number IS NOT NULL AND spell_no IS NULL"
        unsure.append(f"SELECT 'document', _row, 'spell_no' FROM document WHERE {where}")
    connection.execute(
        "CREATE TEMP TABLE _not_placed AS SELECT type, _row, list_sort(list(DISTINCT field)) AS _open FROM "
        f"({' UNION ALL '.join(unsure)}) q(type, _row, field) JOIN (VALUES {whose}) w(type, field) USING (type, field) "
        "GROUP BY type, _row"
    )
    found = connection.execute("SELECT DISTINCT type FROM _not_placed ORDER BY type").fetchall()
    for (type_name,) in found:
        fields = ", ".join(f"r.{name(f.name)}" for f in VOCABULARY.types[type_name].fields)
        _add(
            connection,
            type_name,
            f"SELECT r.employer_id, {fields}, FALSE AS _lost, o._open FROM {name(type_name)} r "
            f"JOIN _not_placed o ON o.type = {literal(type_name)} AND o._row = r._row",
        )
    connection.execute("DROP TABLE _not_placed")


def placeable() -> tuple[str, ...]:
    """The types whose rows belong to something."""
    return tuple(name for name, kind in VOCABULARY.types.items() if kind.parents)


def _columns_of(connection: duckdb.DuckDBPyConnection, where: str) -> dict[str, list[str]]:
    """The columns of some tables in order, by table."""
    query = "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()"
    return dict(connection.execute(f"{query} WHERE {where} GROUP BY table_name").fetchall())


def _lost(type_name: str) -> str:
    return f"_lost_{type_name}"


def _columns(type_name: str) -> tuple[str, ...]:
    return HOLD_SCOPE if type_name == "hold" else VOCABULARY.types[type_name].identity


def _is_nobodys(column: str) -> str:
    """Whether a column of a row `r` is empty, or names what is in no file."""
    empty = f"r.{name(column)} IS NULL"
    if column not in OWNERS:
        return empty
    owner = name(OWNERS[column])
    known = f"SELECT 1 FROM {owner} p WHERE p.employer_id = r.employer_id AND p.{name(column)} = r.{name(column)}"
    return f"({empty} OR (EXISTS (SELECT 1 FROM {owner}) AND NOT EXISTS ({known})))"


def _add(connection: duckdb.DuckDBPyConnection, type_name: str, rows: str) -> None:
    """Add rows; one of an employer that has neither people nor places may be of any."""
    table = name(unplaced_table(type_name))
    identity = _columns(type_name)
    fields = [
        f"CASE WHEN NOT list_contains(r._open, {literal(f.name)}) THEN r.{name(f.name)} END AS {name(f.name)}"
        if f.name in identity
        else f"r.{name(f.name)}"
        for f in VOCABULARY.types[type_name].fields
    ]
    query = (
        f"SELECT CAST(0 AS BIGINT) AS _row, r._lost, r._open, e.employer_id, {', '.join(fields)} FROM ({rows}) r "
        "JOIN employer e ON e.employer_id = r.employer_id OR r.employer_id NOT IN (SELECT employer_id FROM employer)"
    )
    columns = ", ".join(f"{name(f.name)} {COLUMN_TYPES[f.type]}" for f in VOCABULARY.types[type_name].fields)
    own = "_row BIGINT, _lost BOOLEAN, _open VARCHAR[], employer_id VARCHAR"
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({own}, {columns})")
    connection.execute(f"INSERT INTO {table} {query}")
    if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        connection.execute(f"DROP TABLE {table}")
