"""Bring rows with the same key together, and number rows that are alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from compliance_engine.language.vocabulary import FieldType, Missing, RecordType
from compliance_engine.records.keys import MADE, NUMBERED, required
from compliance_engine.records.sql import literal, name, names, same
from compliance_engine.records.staging import stage_table, stored
from compliance_engine.records.types import VOCABULARY
from compliance_engine.records.unplaced import keep_lost

CONFLICT = "conflicting-duplicates"
DUPLICATE = "duplicate-rows"
MISSING_KEY = "missing-key"

_CHANGING = frozenset(
    {"home_state", "home_county", "home_city", "home_postal_code", "preferred_language", "manager_employee_number"}
)
"""Fields of a person that change over time: of several rows the one with the latest hire is right."""


def leave_out_nobodys(connection: duckdb.DuckDBPyConnection, type_names: Iterable[str]) -> None:
    """Take out rows without the columns that say whose they are."""
    lacking = {
        type_name: " OR ".join(f"{name(column)} IS NULL" for column in required(type_name))
        for type_name in type_names
        if required(type_name)
    }
    asked = (
        f"SELECT {literal(type_name)} FROM {stage_table(type_name)} WHERE {where}"
        for type_name, where in lacking.items()
    )
    if lacking:
        found = connection.execute(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(asked)})").fetchall()
        for type_name in sorted(row[0] for row in found):
            leave_out(connection, type_name, lacking[type_name], MISSING_KEY)


def leave_out(connection: duckdb.DuckDBPyConnection, type_name: str, where: str, reason: str) -> None:
    """Take out rows, and say that they are out."""
    table = stage_table(type_name)
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    if row and row[0]:
        connection.execute(
            f"INSERT INTO _left_out SELECT {literal(type_name)}, _file, _record, {literal(reason)} FROM {table} "
            f"WHERE {where}"
        )
        keep_lost(connection, type_name, table, where)
        connection.execute(f"DELETE FROM {table} WHERE {where}")


def make_ids(connection: duckdb.DuckDBPyConnection, type_name: str) -> None:
    """Give rows without an id one that is made of what they say; rows that say the same are counted."""
    if type_name not in MADE:
        return
    key, parts = MADE[type_name]
    table = stage_table(type_name)
    made = " || '|' || ".join(f"coalesce(CAST({name(part)} AS VARCHAR), '')" for part in parts)
    connection.execute(
        f"UPDATE {table} AS t SET {name(key)} = n.made FROM (SELECT _file, _record, {made} || '|' || row_number() OVER "
        f"(PARTITION BY employer_id, {names(parts)} ORDER BY _file, _record) AS made FROM {table} "
        f"WHERE {name(key)} IS NULL) n WHERE t._file = n._file AND t._record = n._record AND t.{name(key)} IS NULL"
    )


def bring_together(connection: duckdb.DuckDBPyConnection, type_names: Iterable[str]) -> None:
    """Number the rows of each type that are alike, or merge those with one key, as its key asks for."""
    keys: dict[str, tuple[tuple[str, ...], str]] = {}
    for type_name in type_names:
        key = VOCABULARY.types[type_name].key
        if type_name in NUMBERED:
            others = (column for column in key if column != NUMBERED[type_name][0])
            keys[type_name] = ("employer_id", *others), "TRUE"
        else:
            keys[type_name] = ("employer_id", *key), " AND ".join(f"{name(c)} IS NOT NULL" for c in key) or "TRUE"
    for type_name in _repeating(connection, keys):
        if type_name in NUMBERED:
            _number(connection, type_name, keys[type_name][0])
        else:
            _merge(connection, type_name, *keys[type_name])


def may_repeat(connection: duckdb.DuckDBPyConnection, type_name: str, columns: tuple[str, ...]) -> bool:
    """Whether two rows of a type may agree in the columns (beside the employer)."""
    return bool(_repeating(connection, {type_name: (("employer_id", *columns), "TRUE")}))


def _repeating(connection: duckdb.DuckDBPyConnection, keys: Mapping[str, tuple[tuple[str, ...], str]]) -> list[str]:
    """The types in which two rows may agree in the columns named; if not even their hashes do, they do not.

    Numbers are grouped in a fraction of the time and the memory that texts take.
    """
    if not keys:
        return []
    asked = " UNION ALL ".join(
        f"SELECT {literal(type_name)}, count(*) - count(DISTINCT hash({names(columns)})) FROM {stage_table(type_name)} "
        f"WHERE {where}"
        for type_name, (columns, where) in keys.items()
    )
    repeats = dict(connection.execute(asked).fetchall())
    return [type_name for type_name in keys if repeats[type_name]]


def _number(connection: duckdb.DuckDBPyConnection, type_name: str, columns: Iterable[str]) -> None:
    """Count rows that share the rest of their key, along their dates and so on, then in the order of the files."""
    counter, *along = NUMBERED[type_name]
    table, there = stage_table(type_name), stored(connection, type_name)
    order = ", ".join([*(f"{name(column)} NULLS LAST" for column in along if column in there), "_file", "_record"])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT *, CAST(row_number() OVER (PARTITION BY {names(columns)} "
        f"ORDER BY {order}) AS VARCHAR) AS {name(counter)} FROM {table}"
    )


def merge(connection: duckdb.DuckDBPyConnection, type_name: str, key: tuple[str, ...]) -> None:
    """Make one row of several that agree in a key other than that of the type (beside the employer)."""
    if may_repeat(connection, type_name, key):
        _merge(connection, type_name, ("employer_id", *key), "TRUE")


def _merge(connection: duckdb.DuckDBPyConnection, type_name: str, columns: tuple[str, ...], known: str) -> None:
    """Make one row of several with the same key, field by field; where they contradict each other, nothing is known.

    Args:
        columns: the key.
        known: what is true of rows whose key is known; others are left alone.
    """
    record_type, table = VOCABULARY.types[type_name], stage_table(type_name)
    there = stored(connection, type_name)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _members AS SELECT t.* FROM {table} t JOIN (SELECT {names(columns)} "
        f"FROM {table} WHERE {known} GROUP BY {names(columns)} HAVING count(*) > 1) k ON {same(columns, 't', 'k')}"
    )
    merged = [
        f"{_merged(record_type, column, columns)} AS {name(column)}"
        for column in sorted(there - {"_file", "_record", "employer_id"})
    ]
    told = [
        f"CASE WHEN {_contradicts(_told(record_type, f.name))} THEN {literal(f.name)} END"
        for f in record_type.fields
        if f.name in there and f.name not in columns and not (type_name == "employee" and f.name in _CHANGING)
    ]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _merged AS SELECT min(_file) AS _file, "
        f"arg_min(_record, (_file, _record)) AS _record, employer_id, {', '.join([*merged, ''])}"
        f"CAST([{', '.join(told)}] AS VARCHAR[]) AS _contradictions FROM _members GROUP BY {names(columns)}"
    )
    _note_members(connection, type_name, columns)
    connection.execute(f"DELETE FROM {table} AS t USING _members m WHERE t._file = m._file AND t._record = m._record")
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * EXCLUDE (_contradictions) FROM _merged")


def _merged(record_type: RecordType, column: str, key: tuple[str, ...]) -> str:
    if column in key:
        return name(column)
    value = _told(record_type, column)
    if record_type.name == "employee" and column in _CHANGING:
        return f"CASE WHEN {_contradicts(value)} THEN arg_max({value}, _recency) ELSE max({value}) END"
    if column.startswith("_"):
        return f"max({name(column)})"
    if value == name(column):
        return f"CASE WHEN min({value}) = max({value}) THEN max({value}) END"
    return (
        f"CASE WHEN min({value}) = max({value}) THEN max({value}) WHEN count({value}) = 0 THEN max({name(column)}) END"
    )


def _contradicts(value: str) -> str:
    return f"min({value}) <> max({value})"


def _told(record_type: RecordType, column: str) -> str:
    """The value of a field where it is one: an event that has not happened says less than a date."""
    if column == "ssn_state":
        return "nullif(ssn_state, 'absent')"
    field = record_type.field(column)
    if field is None or field.missing is Missing.FACT:
        return name(column)
    kind = "DATE" if field.type is FieldType.DATE else "TIMESTAMP"
    return f"CASE WHEN {name(column)} NOT IN ({kind} 'infinity', {kind} '-infinity') THEN {name(column)} END"


def _note_members(connection: duckdb.DuckDBPyConnection, type_name: str, key: tuple[str, ...]) -> None:
    """Say which rows went into which, which were plain duplicates, and where they contradict each other."""
    type_sql = literal(type_name)
    joined = f"_members m JOIN _merged g ON {same(key, 'm', 'g')}"
    connection.execute(
        f"INSERT INTO _moved SELECT {type_sql}, m._file, m._record, g._file, g._record FROM {joined} "
        "WHERE m._file <> g._file OR m._record <> g._record"
    )
    connection.execute(
        f"INSERT INTO _bad_stage SELECT * FROM (SELECT {type_sql}, m._file, m._record, unnest(g._contradictions) "
        f"AS field, 'distrusted', '{CONFLICT}' FROM {joined}) WHERE field IS NOT NULL"
    )
    if type_name not in ("employee", "document", "worksite"):
        connection.execute(
            f"INSERT INTO _noted SELECT {type_sql}, m._file, m._record, '', '{DUPLICATE}' FROM {joined} "
            "WHERE m._record <> g._record AND m._file = g._file"
        )
