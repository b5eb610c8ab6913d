"""Which column of a file fills which field."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.vocabulary import Field, FieldType
from compliance_engine.problems import Level, Position, Problem
from compliance_engine.records.cells import fold
from compliance_engine.records.keys import required
from compliance_engine.records.profile import SPELL_START, SSN, Column, Profile, Table
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.types import VOCABULARY

EMPLOYER_ID = Field("employer_id", FieldType.TEXT, "the employer; empty is the only one, main")
_SPELL_START = Field(SPELL_START, FieldType.DATE, "first day of the spell that the row belongs to")
_SSN = Field(SSN, FieldType.TEXT, "read for its shape and its keyed hash, never kept")


@dataclass(frozen=True)
class Source:
    """Where a field of one type comes from: a column of the raw table, or a constant."""

    field: Field
    column: str | None
    constant: str | None
    rule: Column | None


@dataclass(frozen=True)
class Fill:
    """One record type that a file fills, with the sources of its fields by name."""

    type_name: str
    sources: dict[str, Source]


def fills(
    profile: Profile, table: Table, raw: RawTable, made_of: frozenset[str] = frozenset()
) -> tuple[list[Fill], list[str], list[Problem]]:
    """Decide which columns of a file fill which fields, and say which columns are not used.

    Args:
        made_of: folded headings of the columns that others were made of.

    Returns:
        What the file fills, and the record types whose rows cannot be read for want of a column.
    """
    places = _places(raw)
    used = set(made_of)
    found: list[Fill] = []
    refused: list[str] = []
    problems: list[Problem] = []
    for type_name in table.fills:
        sources = _sources(profile, table, type_name, places, used)
        lacking = [name for name in required(type_name) if name not in sources and name != "document_id"]
        if lacking:
            refused.append(type_name)
            problems.append(_lacking(raw, type_name, lacking[0]))
        elif _worth_a_row(type_name, sources, len(table.fills)):
            found.append(Fill(type_name, sources))
    return found, refused, [*problems, *_unused(profile, table, raw, used)]


def _worth_a_row(type_name: str, sources: dict[str, Source], siblings: int) -> bool:
    """Whether the file says anything about the type beyond whose row it is; else it would make empty records."""
    if siblings == 1 or type_name in ("employee", "employment_spell", "document", "assignment"):
        return True
    record_type = VOCABULARY.types[type_name]
    return any(name not in (*record_type.identity, "employer_id", SPELL_START) for name in sources)


def _places(raw: RawTable) -> dict[str, str]:
    """The raw column of each heading that occurs once, by its folded text."""
    folded = [fold(heading) for heading in raw.columns]
    seen = Counter(folded)
    return {word: f"c{number}" for number, word in enumerate(folded) if word and seen[word] == 1}


def _sources(
    profile: Profile, table: Table, type_name: str, places: dict[str, str], used: set[str]
) -> dict[str, Source]:
    sources = {}
    for field in fillable(type_name):
        rule = table.column(type_name, field.name)
        for heading in _candidates(profile, field, rule):
            if place := places.get(fold(heading)):
                sources[field.name] = Source(field, place, None, rule)
                used.add(fold(heading))
                break
        else:
            constant = table.constants.get(f"{type_name}.{field.name}", table.constants.get(field.name))
            if constant is not None and field.name != SSN:
                sources[field.name] = Source(field, None, constant, rule)
    return sources


def could_fill(profile: Profile, table: Table, type_name: str) -> list[str]:
    """The fields of a type that a table fills where the file has all columns that the profile knows."""
    return [
        field.name
        for field in fillable(type_name)
        if _candidates(profile, field, table.column(type_name, field.name))
        or {field.name, f"{type_name}.{field.name}"} & table.constants.keys()
    ]


def fillable(type_name: str) -> list[Field]:
    """The fields of a type that a column may fill, with those that only help to place a row."""
    record_type = VOCABULARY.types[type_name]
    own = [field for field in record_type.fields if not field.derived]
    extra = [EMPLOYER_ID]
    if type_name == "employee":
        extra.append(_SSN)
    elif type_name != "employment_spell" and record_type.field("spell_no"):
        extra.append(_SPELL_START)
    return own + extra


def _candidates(profile: Profile, field: Field, rule: Column | None) -> tuple[str, ...]:
    headings = rule.headings if rule else ()
    own = (field.name,) if profile.own_names and field.name != SPELL_START else ()
    return (*headings, *own)


def _headings(profile: Profile, table: Table, type_name: str) -> list[str]:
    """Every heading by which the table's fields may be called."""
    return [
        heading
        for field in fillable(type_name)
        for heading in _candidates(profile, field, table.column(type_name, field.name))
    ]


def _lacking(raw: RawTable, type_name: str, name: str) -> Problem:
    message = f"no column gives the {name} of {type_name}, so its rows cannot be read"
    near = did_you_mean(name, [heading for heading in raw.columns if showable(heading)])
    hint = f"name the column in the profile under columns: {name}"
    return Problem("missing-column", message, Position(raw.file, raw.header_line, 1), suggestion=near, help=hint)


def _unused(profile: Profile, table: Table, raw: RawTable, used: set[str]) -> list[Problem]:
    ignored = {fold(heading) for heading in (*profile.ignore, *table.ignore, *table.made)} | used
    known = {heading for type_name in table.fills for heading in _headings(profile, table, type_name)}
    free = sorted(heading for heading in known if fold(heading) not in used)
    where = Position(raw.file, raw.header_line, 1)
    problems = []
    rest = []
    for number, heading in enumerate(raw.columns, start=1):
        if fold(heading) in ignored or not heading:
            continue
        near = did_you_mean(heading, free) if showable(heading) else None
        if near:
            message = f'column {number}, "{heading}", is not used; it looks like "{near}", which no column gives'
            hint = "correct the heading, or name it in the profile under columns: or ignore:"
            problems.append(Problem("unknown-column", message, where, Level.WARNING, near, hint))
        else:
            rest.append(f'"{heading}"' if showable(heading) else f"column {number}")
    if rest:
        shown = ", ".join(rest[:12]) + (f" and {len(rest) - 12} more" if len(rest) > 12 else "")
        message = f"{len(rest)} columns are not used: {shown}" if len(rest) > 1 else f"a column is not used: {shown}"
        problems.append(Problem("unused-columns", message, where, Level.NOTE))
    return problems


def showable(heading: str) -> bool:
    """A heading with many digits may be data of a file that has no header."""
    return len(heading) <= 60 and not re.search(r"\d.*\d.*\d.*\d.*\d", heading) and "@" not in heading
