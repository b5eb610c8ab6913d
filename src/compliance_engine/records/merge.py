"""Bring rows with the same key together, and number rows that are alike."""

from __future__ import annotations

import duckdb

from compliance_engine.language.vocabulary import FieldType, Missing, RecordType
from compliance_engine.records.cast import extras, stage_table
from compliance_engine.records.keys import MADE, NUMBERED, required
from compliance_engine.records.sql import literal, name, names, same
from compliance_engine.records.types import VOCABULARY

CONFLICT = "conflicting-duplicates"
DUPLICATE = "duplicate-rows"
MISSING_KEY = "missing-key"

_CHANGING = frozenset(
    {"home_state", "home_county", "home_city", "home_postal_code", "preferred_language", "manager_employee_number"}
)
"""Fields of a person that change over time: of several rows the one with the latest hire is right."""


def leave_out_nobodys(connection: duckdb.DuckDBPyConnection, type_name: str) -> None:
    """Take out rows without the columns that say whose they are."""
    lacking = " OR ".join(f"{name(column)} IS NULL" for column in required(type_name))
    if lacking:
        leave_out(connection, type_name, lacking, MISSING_KEY)


def leave_out(connection: duckdb.DuckDBPyConnection, type_name: str, where: str, reason: str) -> None:
    """Take out rows, and say that they are out."""
    table = stage_table(type_name)
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    if row and row[0]:
        connection.execute(
            f"INSERT INTO _left_out SELECT {literal(type_name)}, _file, _record, {literal(reason)} FROM {table} "
            f"WHERE {where}"
        )
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


def number_rows(connection: duckdb.DuckDBPyConnection, type_name: str) -> None:
    """Count rows that share the rest of their key, along their dates and then in the order of the files."""
    if type_name not in NUMBERED:
        return
    counter, *along = NUMBERED[type_name]
    others = [column for column in VOCABULARY.types[type_name].key if column != counter]
    table = stage_table(type_name)
    order = ", ".join([*(f"{name(column)} NULLS LAST" for column in along), "_file", "_record"])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * REPLACE (CAST(row_number() OVER (PARTITION BY "
        f"{names(['employer_id', *others])} ORDER BY {order}) AS VARCHAR) AS {name(counter)}) FROM {table}"
    )


def merge(connection: duckdb.DuckDBPyConnection, type_name: str, key: tuple[str, ...] | None = None) -> None:
    """Make one row of several with the same key, field by field; where they contradict each other, nothing is known.

    Args:
        key: columns that tell rows apart (beside the employer), if not the key of the type. Rows in which a column
            of the type's own key is empty are left alone.
    """
    record_type = VOCABULARY.types[type_name]
    table = stage_table(type_name)
    columns = ("employer_id", *(record_type.key if key is None else key))
    known = "TRUE" if key is not None else " AND ".join(f"{name(c)} IS NOT NULL" for c in columns)
    grouped = f"FROM {table} WHERE {known} GROUP BY {names(columns)} HAVING count(*) > 1"
    if connection.execute(f"SELECT 1 {grouped} LIMIT 1").fetchone() is None:
        return
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _twice AS SELECT {names(columns)} {grouped}")
    rows = f"{table} t JOIN _twice k ON {same(columns, 't', 'k')}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _members AS SELECT t.* FROM {rows}")
    _note_members(connection, record_type, columns)
    merged = [
        f"{_merged(record_type, column, columns)} AS {name(column)}"
        for column in [*(f.name for f in record_type.fields), *extras(type_name)]
    ]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _merged AS SELECT min(_file) AS _file, "
        f"arg_min(_record, (_file, _record)) AS _record, employer_id, {', '.join(merged)} "
        f"FROM _members GROUP BY {names(columns)}"
    )
    connection.execute(f"DELETE FROM {table} AS t USING _members m WHERE t._file = m._file AND t._record = m._record")
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _merged")


def _merged(record_type: RecordType, column: str, key: tuple[str, ...]) -> str:
    if column in key:
        return name(column)
    value = _told(record_type, column)
    if record_type.name == "employee" and column in _CHANGING:
        return f"CASE WHEN count(DISTINCT {value}) > 1 THEN arg_max({value}, _recency) ELSE max({value}) END"
    if column.startswith("_"):
        return f"max({name(column)})"
    return f"CASE count(DISTINCT {value}) WHEN 0 THEN max({name(column)}) WHEN 1 THEN max({value}) END"


def _told(record_type: RecordType, column: str) -> str:
    """The value of a field where it is one: an event that has not happened says less than a date."""
    if column == "ssn_state":
        return "nullif(ssn_state, 'absent')"
    field = record_type.field(column)
    if field is None or field.missing is Missing.FACT:
        return name(column)
    kind = "DATE" if field.type is FieldType.DATE else "TIMESTAMP"
    return f"CASE WHEN {name(column)} NOT IN ({kind} 'infinity', {kind} '-infinity') THEN {name(column)} END"


def _note_members(connection: duckdb.DuckDBPyConnection, record_type: RecordType, key: tuple[str, ...]) -> None:
    """Say which rows went into which, which were plain duplicates, and where they contradict each other."""
    type_name = literal(record_type.name)
    first = f"first_value({{0}}) OVER (PARTITION BY {names(key)} ORDER BY _file, _record)"
    connection.execute(
        f"INSERT INTO _moved SELECT {type_name}, _file, _record, to_file, to_record FROM (SELECT _file, _record, "
        f"{first.format('_file')} AS to_file, {first.format('_record')} AS to_record FROM _members) "
        "WHERE _file <> to_file OR _record <> to_record"
    )
    told = [
        f"CASE WHEN count(DISTINCT {_told(record_type, f.name)}) > 1 THEN {literal(f.name)} END"
        for f in record_type.fields
        if f.name not in key and not (record_type.name == "employee" and f.name in _CHANGING)
    ]
    connection.execute(
        f"INSERT INTO _bad_stage SELECT {type_name}, m._file, m._record, c.field, 'distrusted', '{CONFLICT}' "
        f"FROM _members m JOIN (SELECT * FROM (SELECT {names(key)}, unnest([{', '.join(told)}]) AS field FROM _members "
        f"GROUP BY {names(key)}) WHERE field IS NOT NULL) c ON {same(key, 'm', 'c')}"
    )
    if record_type.name not in ("employee", "document", "worksite"):
        connection.execute(
            f"INSERT INTO _noted SELECT {type_name}, m._file, m._record, '', '{DUPLICATE}' FROM _members m "
            f"JOIN _moved v ON v.type = {type_name} AND v._file = m._file AND v._record = m._record "
            "AND v.to_file = m._file"
        )
