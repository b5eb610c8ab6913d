"""The tables in which rows of a type are collected and brought into shape; only columns in use are in them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import duckdb

from compliance_engine.records.keys import MADE, NUMBERED, required
from compliance_engine.records.sql import COLUMN_TYPES, name
from compliance_engine.records.types import VOCABULARY

_IN_USE: dict[str, tuple[str, ...]] = {
    "employee": ("active", "home_places", "home_places_known"),
    "worksite": ("places", "places_known", "time_zone"),
    "employment_spell": (
        "start_date",
        "hire_date",
        "original_hire_date",
        "termination_date",
        "status",
        "previous_spell_ended_on",
    ),
    "assignment": ("valid_to", "is_primary", "worksite_id"),
    "document_instance": ("bucket", "key", "version_id"),
    "leave_case": ("employee_number",),
    "accommodation_case": ("employee_number",),
    "leave_notice": ("employee_number",),
    "leave_usage": ("employee_number", "minutes", "hours_used"),
    "accommodation_event": ("employee_number",),
}
"""Fields beside the key that bringing rows into shape reads or writes, with a source or without."""


def stage_table(type_name: str) -> str:
    """Name of the table that collects the rows of a type before they get their final shape."""
    return f"_stage_{type_name}"


def make_stage(connection: duckdb.DuckDBPyConnection, type_name: str, fields: Iterable[str] = ()) -> None:
    """Make the table that collects the rows of a type, or widen it by fields that it has no column for yet."""
    filled = {field: _type(type_name, field) for field in fields}
    wanted = {**_columns(type_name), **extras(type_name), **filled}
    columns = "".join(f", {name(column)} {sql_type}" for column, sql_type in wanted.items())
    table = stage_table(type_name)
    with suppress(duckdb.CatalogException):
        connection.execute(f"CREATE TEMP TABLE {table} (_file INTEGER, _record BIGINT, employer_id VARCHAR{columns})")
        return
    for column in sorted(filled.keys() - stored(connection, type_name)):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {name(column)} {filled[column]}")


def stored(connection: duckdb.DuckDBPyConnection, type_name: str) -> frozenset[str]:
    """The columns that the table of a type has while it is brought into shape."""
    asked = connection.execute(f"SELECT * FROM {stage_table(type_name)} LIMIT 0")
    return frozenset(column[0] for column in asked.description or ())


def extras(type_name: str) -> dict[str, str]:
    """Columns that a type has only while it is being shaped."""
    if type_name == "employee":
        return {"_recency": "DATE"}
    if type_name == "employment_spell":
        return {"_begins": "DATE"}
    if VOCABULARY.types[type_name].field("spell_no"):
        return {"_spell_start": "DATE", "_own": "BOOLEAN"}
    return {}


def _columns(type_name: str) -> dict[str, str]:
    record_type = VOCABULARY.types[type_name]
    counter = NUMBERED[type_name][0] if type_name in NUMBERED else None
    fields = [*record_type.key, *required(type_name), *_IN_USE.get(type_name, ())]
    if type_name in MADE:
        fields += MADE[type_name][1]
    if record_type.field("spell_no"):
        fields += ["employee_number", "spell_no"]
    return {field: _type(type_name, field) for field in fields if field != counter}


def _type(type_name: str, field_name: str) -> str:
    field = VOCABULARY.types[type_name].field(field_name)
    return extras(type_name)[field_name] if field is None else COLUMN_TYPES[field.type]
