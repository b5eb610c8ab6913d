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


_EVERYDAY = {
    "employee_number": "emp id, empid, emp no, empno, employee no, staff id, staff no, personnel number, personnel no, "
    "payroll number, worker id",
    "date_of_birth": "dob, birth date, birthdate, birthday, born, born on",
    "hire_date": "hired, hired on, date hired, date of hire, joined, joining date, date joined",
    "start_date": "first day, first day of work, first working day, started, started on",
    "termination_date": "left, left on, date left, leaving date, end date, exit date, term date, "
    "separation date, last day",
    "worksite_id": "location, work location, office, site, branch, store, plant, facility",
    "employment_type": "full or part time, full time or part time, full part time, ft pt, time type",
    "flsa_status": "exempt or nonexempt, overtime status, overtime eligible",
    "job_title": "title, position, role, job",
    "status": "active or not, employment state, current status",
}
"""What people call a column who write their own list, by field; words for other fields stand in no profile."""


@cache
def everyday() -> dict[str, str]:
    """Field by the folded everyday word for it."""
    return {fold(word): key for key, words in _EVERYDAY.items() for word in words.split(",")}


@cache
def meanings(heading: str) -> frozenset[str]:
    """The fields that shipped profiles mean by a heading."""
    return frozenset(
        known.fields[fold(heading)].rpartition(".")[2] for known in known_tables() if fold(heading) in known.fields
    )


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
