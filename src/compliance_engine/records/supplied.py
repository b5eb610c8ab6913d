"""Which fields a profile can fill, or an export did."""

from __future__ import annotations

import duckdb

from compliance_engine.records.columns import could_fill
from compliance_engine.records.profile_model import SPELL_START, SSN, Profile, Table
from compliance_engine.records.types import VOCABULARY

Supplied = frozenset[tuple[str, str]]
"""(type, field) that some column fills; (type, '') is the type itself."""

_MADE_OF = {
    ("worksite", "places"): {("worksite", "state")},
    ("worksite", "places_known"): {("worksite", "state")},
    ("employee", "home_places"): {("employee", "home_state")},
    ("employee", "home_places_known"): {("employee", "home_state")},
    ("employee", "active"): {("employment_spell", "status"), ("employment_spell", "termination_date")},
    ("employee", "ssn_state"): {("employee", SSN)},
    ("employee", "ssn_hash"): {("employee", SSN)},
    ("employment_spell", "previous_spell_ended_on"): {("employment_spell", "termination_date")},
}
"""Derived fields that say nothing unless one of these is filled."""
_ALSO = {"time_record": ("work_day", "break_taken")}
"""Types that are made of the rows of another."""


def by_profile(profile: Profile) -> Supplied:
    """What the tables of a profile fill in an export that has all their columns; not those of profiles beside it."""
    found = {("employer", "")}
    for table in profile.tables.values():
        for type_name in table.fills:
            found |= _of_table(profile, table, type_name)
    if profile.hire_date_is_first_day and ("employment_spell", "hire_date") in found:
        found.add(("employment_spell", "start_date"))
    return _with_derived(found)


def by_export(connection: duckdb.DuckDBPyConnection) -> Supplied:
    """What the files of a load had columns for."""
    found = set(connection.execute("SELECT type, field FROM _supplied").fetchall())
    if ("employee", "ssn_state") in found:
        found.add(("employee", SSN))
    derived = {(kind.name, field.name) for kind in VOCABULARY.types.values() for field in kind.fields if field.derived}
    return _with_derived(found - derived)


def _of_table(profile: Profile, table: Table, type_name: str) -> set[tuple[str, str]]:
    fields = {name for name in could_fill(profile, table, type_name) if name not in (SPELL_START, "employer_id")}
    return {(type_name, ""), *((type_name, name) for name in fields)}


def _with_derived(found: set[tuple[str, str]]) -> Supplied:
    types = {type_name for type_name, _ in found}
    types.update(made for source, all_made in _ALSO.items() if source in types for made in all_made)
    derived = {
        (type_name, field.name)
        for type_name in types
        for field in VOCABULARY.types[type_name].fields
        if field.derived and not found.isdisjoint(_MADE_OF.get((type_name, field.name), {(type_name, "")}))
    }
    made = {(name, field.name) for names in _ALSO.values() for name in names if name in types
            for field in VOCABULARY.types[name].fields}  # fmt: skip
    return frozenset(found | derived | made | {(type_name, "") for type_name in types})
