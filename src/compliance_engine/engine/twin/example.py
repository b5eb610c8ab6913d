"""The world of an example: what it leaves out is empty, what it does not tell apart belongs to the subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named, worksite
from compliance_engine.engine.twin.registry import registry
from compliance_engine.engine.twin.values import Lost, Value, unknown
from compliance_engine.engine.twin.world import CalendarOf, Row, World, empty
from compliance_engine.language.rule import Example, Rule
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import Field, FieldType, RecordType, Vocabulary

LOST = {"unreadable": Lost.UNREADABLE, "not supplied": Lost.NOT_SUPPLIED}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
YEARS_BACK = 3


def world_of(rule: Rule, example: Example, vocabulary: Vocabulary) -> World:
    """The records that an example gives, as the only ones of an employer whose sources are complete."""
    given = {name: list(rows) for name, rows in example.given.items()}
    given.setdefault(rule.about, [{}])
    is_person = "employee_number" in vocabulary.types[rule.about].identity
    if is_person and ("worksite" in given or "assignment" in given):
        given.setdefault("assignment", [{}])
    own = {name: given[rule.about][0].get(name) or "1" for name in vocabulary.types[rule.about].identity}

    def made(name: str, n: int, row: Mapping[str, object]) -> Row:
        return _row(vocabulary.types[name], row, n, own if name != rule.about or n == 0 else {})

    rows = {name: [made(name, n, row) for n, row in enumerate(listed)] for name, listed in given.items()}
    return World(
        vocabulary=vocabulary,
        about=rule.about,
        subject=rows[rule.about][0],
        rows=rows,
        as_of=example.as_of,
        calendar=_calendars(example),
        fact=registry,
        not_supplied=frozenset(example.not_supplied),
        complete_from=dict.fromkeys(vocabulary.types, date.min),
        choices={id_: _choice(value) for id_, value in example.choices.items()},
        facts={name: _stated(name, value) for name, value in example.facts.items()},
        places={name: _stated(name, value) for name, value in example.places.items()},
        lookback=date(example.as_of.year - YEARS_BACK, 1, 1),
        turn=None if example.turn is None else str(example.turn),
        is_example=True,
    )


def _row(kind: RecordType, given: Mapping[str, object], place: int, own: Mapping[str, object]) -> Row:
    """A row with every cell. Related rows take over the subject's identity; the last part of their key differs.

    Args:
        own: the identity of the subject; empty for further rows of its own kind, which are somebody else.
    """
    row: dict[str, Value | Lost | int] = {"_row": place + 1}
    for name in dict.fromkeys((*kind.parents, *kind.key)):
        column = kind.field(name)
        if name in given or name == "pay_group" or (column is not None and column.type is not FieldType.TEXT):
            continue
        told_apart = name == kind.key[-1] if own else name in kind.key and name not in kind.parents
        row[name] = str(place + 1) if told_apart and place > 0 else str(own.get(name, "1"))
    for field in kind.fields:
        value = given.get(field.name)
        if value is not None:
            row[field.name] = _cell(field, value)
        elif field.name not in row and (nothing := empty(field)) is not None:
            row[field.name] = nothing
    if kind.name == "assignment":
        row.setdefault("valid_from", date.min)
    # An example that names a state lies in it and in the country.
    home = {"worksite": ("state", "places"), "employee": ("home_state", "home_places")}.get(kind.name)
    if home is not None and isinstance(row.get(home[0]), str) and not isinstance(row[home[0]], Lost):
        row.setdefault(home[1], ("us", str(row[home[0]])))
    return row


def _cell(field: Field, value: object) -> Value | Lost:
    if isinstance(value, str) and value in LOST:
        return LOST[value]
    return str(value) if field.type in (FieldType.TEXT, FieldType.CODE) else _value(value)


def _choice(value: object) -> Value:
    """What an example lets a policy choose; YAML leaves `yes` and `no` as texts."""
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else _value(value)


def _value(value: object) -> Value:
    match value:
        case bool() | str() | Decimal() | Absent():
            return value
        case int() | float():
            return Decimal(str(value))
        case datetime():
            return value.astimezone(UTC)
        case date() | time():
            return value
        case list() | tuple():
            return tuple(str(item) for item in value)
        case _:
            raise TypeError(f"{value!r} is no value of an example")


def _stated(name: str, value: object) -> Value:
    """What an example states instead of records; where that is not known, the records are not asked either."""
    return unknown(name, str(value)) if value in LOST else _value(value)


def _calendars(example: Example) -> CalendarOf:
    def of(name: str, _site: str | None, _state: str | None) -> Calendar | None:
        """A calendar of the example's own, such as the worksite's, is the federal one but for the days it names."""
        if name == "state":
            return named(str(example.places.get("work_state", "")))
        own = named(name) if name != "worksite" else None
        base = named("us-federal")
        return own or (_own(base, example.calendar) if base is not None and example.calendar else base)

    return of


def _own(base: Calendar, given: Mapping[str, object]) -> Calendar:
    return _shared(base, _days(given.get("closed")), _days(given.get("open")), _weekdays(given.get("week")))


def _days(listed: object) -> tuple[date, ...]:
    return tuple(day for day in listed if isinstance(day, date)) if isinstance(listed, tuple) else ()


def _weekdays(listed: object) -> frozenset[int] | None:
    return frozenset(WEEKDAYS.index(str(name)) for name in listed) if isinstance(listed, tuple) else None


@cache
def _shared(base: Calendar, closed: tuple[date, ...], open_: tuple[date, ...], week: frozenset[int] | None) -> Calendar:
    """One calendar for all examples that name the same days, because it costs something to lay its days out."""
    return worksite(base, [(day, day) for day in closed], [(day, day) for day in open_], week)
