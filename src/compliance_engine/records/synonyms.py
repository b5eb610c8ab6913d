"""What the shipped profiles call things: the tables they know, and the headings of each field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from compliance_engine.records.cells import fold
from compliance_engine.records.columns import fillable
from compliance_engine.records.profile import load_shipped, shipped
from compliance_engine.records.profile_model import Column, Table

NEUTRAL = "spreadsheet"
"""The profile whose headings are our own names of fields."""


@dataclass(frozen=True)
class Known:
    """A table of a shipped profile, with the field that each folded heading fills."""

    profile: str
    table: Table
    fields: dict[str, str]


@cache
def known_tables() -> tuple[Known, ...]:
    """Every table of every shipped profile."""
    found = []
    for name in shipped():
        profile, _ = load_shipped(name)
        if profile is not None:
            for table in profile.tables.values():
                own = _own_names(table) if profile.own_names else {}
                fields = {fold(heading): key for key, column in table.columns.items() for heading in column.headings}
                found.append(Known(name, table, {**own, **fields}))
    return tuple(found)


def _own_names(table: Table) -> dict[str, str]:
    return {field.name: field.name for type_name in table.fills for field in fillable(type_name)}


def rule_of(key: str, heading: str, fills: tuple[str, ...]) -> tuple[str, Column | None] | None:
    """The shipped profile that knows a heading for a field of these types, and how it reads the column."""
    for known in known_tables():
        if set(known.table.fills) & set(fills) and known.fields.get(fold(heading)) == key:
            return known.profile, known.table.columns.get(key)
    return None
