"""The records around one subject, as plain values: everything that a rule about it may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.engine.facts.forms import NOTHING, Range
from compliance_engine.engine.twin.values import Lost, Value, unknown
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import Field, Missing, Vocabulary

Row = Mapping[str, Value | Lost | int]
"""A record: its cells by column, empty ones left out; `_row` may hold its number."""

CalendarOf = Callable[[str, str | None, str | None], Calendar | None]
"""(name, worksite id, state) → calendar; name may be `worksite` or `state`; id or state are None where unknown."""

FactOf = Callable[[str, tuple[Value, ...], date, "World"], Range]
"""(name, arguments, day, world) → what is certain about a registry fact."""


def no_facts(_name: str, _args: tuple[Value, ...], _day: date, _world: World) -> Range:
    """A registry that knows nothing."""
    return NOTHING


@dataclass(frozen=True)
class World:
    """All records of the subject's employer, and the day the question is asked for.

    subject: the record of type `about`; rows: every row of the employer by record type, the subject's among them.
    not_supplied: record types, and (type, field), that no source supplies.
    complete_from: from which day a row that is not there is a fact, by type; left out or None: never.
    unplaced: rows of the employer that cannot be placed: `_open` names what they
    do not tell, `_lost` marks those in no table.
    facts, places: registry facts, and work_state, home_state, places or time_zone, that an example states.
    lookback: the first day of which turns are told. turn: the one turn that is asked. lead_days: how long before its
    due date a duty is due soon. is_example: whether the subject is in the law's place unless it names another.
    """

    vocabulary: Vocabulary
    about: str
    subject: Row
    rows: Mapping[str, Sequence[Row]]
    as_of: date
    calendar: CalendarOf
    fact: FactOf = no_facts
    not_supplied: frozenset[str | tuple[str, str]] = frozenset()
    complete_from: Mapping[str, date | None] = field(default_factory=dict)
    unplaced: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    choices: Mapping[str, Value] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)
    places: Mapping[str, Value] = field(default_factory=dict)
    lookback: date = date.min
    turn: str | None = None
    lead_days: int = 30
    is_example: bool = False


def cell(world: World, record: str, column: Field, row: Row) -> Value:
    """What a cell says; an empty one says what its field declares."""
    value = row.get(column.name)
    label = f"{record}.{column.name}"
    if isinstance(value, Lost):
        return unknown(label, value.value, number_of(row))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if value is not None:
        return value
    if (record, column.name) in world.not_supplied:
        return unknown(label, Lost.NOT_SUPPLIED.value, number_of(row))
    return empty(column) or unknown(label, "empty", number_of(row))


def field_of(world: World, record: str, name: str) -> Field:
    """A field that the vocabulary is known to have."""
    return next(field for field in world.vocabulary.types[record].fields if field.name == name)


def empty(column: Field) -> Absent | None:
    """What an empty cell of a field stands for; None: nothing is known."""
    return {Missing.EVENT: Absent.OPEN, Missing.OCCASION: Absent.NONE}.get(column.missing)


def number_of(row: Row) -> int:
    """The `_row` of a record, 0 without one."""
    number = row.get("_row")
    return number if isinstance(number, int) else 0
