"""Random records around a subject: dates where clocks go wrong, cells that are missing in every way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named, worksite
from compliance_engine.engine.coverage import nodes
from compliance_engine.engine.settings import Settings, worth_reporting
from compliance_engine.engine.twin.registry import registry
from compliance_engine.engine.twin.values import Lost, Value
from compliance_engine.engine.twin.world import Row, World, empty
from compliance_engine.engine.worlds import calendars_of
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import State
from compliance_engine.language.vocabulary import Field, FieldType, RecordType
from compliance_engine.records.types import VOCABULARY

EDGES = (
    date(2024, 2, 29), date(2023, 2, 28), date(2024, 1, 31), date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1),
    date(2024, 7, 4), date(2024, 11, 28), date(2024, 3, 10), date(2024, 11, 3), date(2020, 2, 29), date(2024, 5, 25),
    date(1986, 11, 6), date(1995, 6, 30), date(2089, 12, 30), date(2024, 8, 31), date(2024, 4, 30), date(2024, 6, 19),
)  # fmt: skip
"""Ends of months and years, leap days, holidays, weekends, days on which clocks are set, the end of the calendars."""
STATES = ("us.ca", "us.ny", "us.tx", "us.az", "us.in")
"""Two of them have several time zones."""
PERSONS = ("employee", "assignment", "worksite", "employer", "pay_period")
"""Records that are read for a person whatever the rule says: where somebody works, and when they are paid."""
TEXT = ("a", "b", "AB-12")


@dataclass(frozen=True)
class Surroundings:
    """What is the same for all worlds of one run.

    absent: record types, and (type, field), that no source supplies.
    """

    settings: Settings
    absent: frozenset[str | tuple[str, str]]


@dataclass(frozen=True)
class Hints:
    """What a rule speaks of, so that a random world has a chance to matter to it; `place`: where its law holds."""

    records: frozenset[str]
    fields: frozenset[tuple[str, str]]
    texts: tuple[str, ...] = ()
    numbers: tuple[Decimal, ...] = ()
    days: tuple[date, ...] = ()
    place: str = "us"


def surroundings(random: Random) -> Surroundings:
    """A day of asking, sources with gaps, calendars of their own."""
    as_of = random.choice(
        [date(2024, 12, 31), date(2025, 1, 1), date(2024, 2, 29), date(2025, 6, 30), date(2024, 7, 5)]
    )
    federal = named("us-federal")
    assert federal is not None
    closed = [(day, day) for day in random.sample(EDGES, 3)]
    own: dict[str, Calendar] = {"*": worksite(federal, closed, [], federal.week)}
    own["2"] = worksite(federal, [], [(date(2024, 3, 2), date(2024, 3, 3))], frozenset({0, 1, 2, 3}), "two")
    types = [name for name in VOCABULARY.types if name not in ("employment_spell", "employer")]
    absent: set[str | tuple[str, str]] = set(random.sample(types, random.choice([0, 0, 3, 10])))
    columns = [(name, f.name) for name, kind in VOCABULARY.types.items() for f in kind.fields if f.name not in kind.key]
    absent |= {
        (name, column) for name, column in random.sample(columns, random.choice([0, 20, 60])) if name not in absent
    }
    complete = {
        name: random.choice([date(1, 1, 1), date(1, 1, 1), as_of - timedelta(200)]) for name in VOCABULARY.types
    }
    for name in random.sample(list(VOCABULARY.types), random.choice([0, 4])):
        del complete[name]
    settings = Settings(
        as_of=as_of,
        first_turn=date(as_of.year - random.choice([1, 3]), 1, 1),
        choices={"days": Decimal(random.randint(1, 20)), "fmla_year": "calendar"} if random.random() < 0.7 else {},
        worksite_calendars=own,
        # The choices are drawn as before, so that the worlds of a seed stay what they were.
        calendars={"plant": replace(own["2"], name="plant")} if as_of.year == 2024 else {},
        complete_from=complete,
        keep=frozenset(State) | worth_reporting(),
    )
    return Surroundings(settings, frozenset(absent))


# ---- what a rule speaks of -------------------------------------------------------------------------------------------


def hints(rule: r.Rule) -> Hints:
    """The records, fields and literals of a rule."""
    fields: set[tuple[str, str]] = set()
    records = {rule.about}
    texts: set[str] = set()
    numbers: set[Decimal] = set()
    days: set[date] = set()
    for node in nodes(rule):
        record, column = getattr(node, "record", None), getattr(node, "field", None)
        if isinstance(record, str) and record:
            records.add(record)
            if isinstance(column, Field):
                fields.add((record, column.name))
        match node:
            case t.Text():
                texts.add(node.value)
            case t.Number():
                numbers.add(node.value)
            case t.Day():
                days.add(node.value)
            case t.Fact():
                records |= {"employment_spell", "assignment", "time_record", "headcount_snapshot"} & set(
                    VOCABULARY.types
                )
    days |= {day for day in (_edge(rule, "first"), _edge(rule, "last")) if day is not None}
    body = rule.body
    for name in ("class_code", "post"):
        texts |= {value} if isinstance(value := getattr(body, name, None), str) else set()
    if isinstance(body, r.Retention):
        texts |= set(body.classes)
    if isinstance(body, r.Posting):
        records.add("posting_display")
        days |= {x.revision for x in body.revisions}
    if isinstance(body, r.Required):
        records.add(body.record)
        fields |= {(body.record, name) for name in body.valid or () if name is not None}
    if isinstance(body, r.Retention):
        fields.add((rule.about, "destroyed_on"))
    if "employee_number" in VOCABULARY.types[rule.about].identity:
        records |= set(PERSONS)
    return Hints(
        frozenset(records),
        frozenset(fields),
        tuple(sorted(texts)),
        tuple(sorted(numbers)),
        tuple(sorted(days)),
        rule.jurisdiction,
    )


def _edge(rule: r.Rule, name: str) -> date | None:
    return None if rule.in_force is None else getattr(rule.in_force, name)


# ---- a world ---------------------------------------------------------------------------------------------------------


def random_world(random: Random, about: str, told: Hints, around: Surroundings) -> World:
    """The records of one employer around one subject."""
    absent = around.absent
    rows: dict[str, list[Row]] = {}
    for name in sorted(told.records | {about}):
        if name in absent:
            continue
        kind = VOCABULARY.types[name]
        rows[name] = _rows(random, kind, 1 if name == about else _number(random, about, kind), told, around)
    if about not in rows:
        rows[about] = _rows(random, VOCABULARY.types[about], 1, told, around)
    if random.random() < 0.3 and about in told.records and VOCABULARY.types[about].key:
        rows[about] += _rows(random, VOCABULARY.types[about], 1, told, around, first=2)
    return World(
        vocabulary=VOCABULARY,
        about=about,
        subject=rows[about][0],
        rows=rows,
        as_of=around.settings.as_of,
        calendar=calendars_of(around.settings),
        fact=registry,
        not_supplied=absent,
        complete_from=dict(around.settings.complete_from),
        choices={name: value for name, value in around.settings.choices.items() if isinstance(value, Decimal | str)},
        lookback=around.settings.first_turn,
        lead_days=around.settings.lead_days,
    )


def _number(random: Random, about: str, kind: RecordType) -> int:
    if kind.name in ("employer", "employee"):
        return int(random.random() < 0.95)
    if kind.name == "assignment":
        return random.choice([0, 1, 1, 1, 2])
    if kind.name == "worksite":
        return 2
    if kind.name in ("pay_period", "plan_year"):
        return random.choice([0, 1, 20, 60])
    if VOCABULARY.is_one(about, kind.name):
        return int(random.random() < 0.85)
    return random.choice([0, 1, 1, 2, 3, 4])


def _rows(
    random: Random, kind: RecordType, number: int, told: Hints, around: Surroundings, first: int = 1
) -> list[Row]:
    found = [_row(random, kind, first + n, told, around) for n in range(number)]
    if kind.name in ("pay_period", "plan_year"):
        _periods(random, kind, found, around)
    if kind.name == "assignment":
        _assignments(random, found, around)
    unique: dict[tuple[object, ...], Row] = {}
    for row in found:
        unique.setdefault(tuple(row.get(name) for name in kind.key), row)
    return list(unique.values())


def _row(random: Random, kind: RecordType, place: int, told: Hints, around: Surroundings) -> Row:
    row: dict[str, Value | Lost | int] = {"_row": place}
    for name in dict.fromkeys((*kind.parents, *kind.key)):
        row[name] = str(place) if kind.key and name == kind.key[-1] else "1"
        if name == "worksite_id" and kind.name != "worksite":
            row[name] = random.choice(["1", "2", "1"])
    for column in kind.fields:
        if column.name in kind.identity and column.type is FieldType.TEXT:
            continue
        if (kind.name, column.name) in around.absent:
            row.pop(column.name, None)
            continue
        value = _cell(random, kind, column, told, around.settings.as_of)
        if value is not None:
            row[column.name] = value
        elif column.name in row and column.type is not FieldType.TEXT:
            del row[column.name]
    _places(random, kind, row, told, around)
    if kind.name == "employment_spell":
        _distrust(row)
    if isinstance(row.get("ssn_hash"), Lost):
        row["ssn_state"] = Lost.UNREADABLE  # both are made out of one number
    return row


def _distrust(row: dict[str, Value | Lost | int]) -> None:
    """A spell that ends before it starts is one that the records layer relies on no more."""
    start, end = row.get("start_date"), row.get("termination_date")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        row["start_date"] = row["termination_date"] = Lost.DISTRUSTED


def _cell(random: Random, kind: RecordType, column: Field, told: Hints, as_of: date) -> Value | Lost | None:
    """None: an empty cell of a fact."""
    is_key = column.name in kind.key
    chance = random.random()
    likely = 0.85 if (kind.name, column.name) in told.fields else 0.5
    if chance < 0.04 and not is_key:
        return random.choice([Lost.UNREADABLE, Lost.DISTRUSTED])
    if chance > likely and not is_key:
        return empty(column) if column.type in (FieldType.DATE, FieldType.INSTANT) else None
    match column.type:
        case FieldType.DATE:
            return random_day(random, told, as_of)
        case FieldType.INSTANT:
            day = random_day(random, told, as_of)
            return datetime.combine(day, time(random.choice([0, 3, 5, 8, 13, 23]), random.choice([0, 30])), UTC)
        case FieldType.NUMBER:
            near = [n + step for n in told.numbers for step in (-1, 0, 1)]
            return (
                Decimal(random.choice(near)) if near and random.random() < 0.5 else Decimal(random.randint(0, 200)) / 2
            )
        case FieldType.YES_NO:
            return random.random() < 0.5
        case FieldType.TIME:
            return time(random.randint(0, 23), random.choice([0, 15, 30]))
        case FieldType.LIST:
            return tuple(random.sample(list(column.codes or TEXT), random.randint(0, 2)))
        case FieldType.CODE:
            wanted = [code for code in column.codes if code in told.texts]
            return random.choice(wanted if wanted and random.random() < 0.75 else list(column.codes))
        case _:
            return random.choice([*told.texts, *TEXT])


def random_day(random: Random, told: Hints, as_of: date) -> date:
    """Near the day of asking, near a day that the rule names, or a day that is hard for clocks."""
    chance = random.random()
    if chance < 0.25:
        return random.choice(EDGES)
    if chance < 0.4 and told.days:
        return random.choice(told.days) + timedelta(random.randint(-1, 1))
    if chance < 0.8:
        return as_of + timedelta(random.randint(-120, 40))
    return as_of + timedelta(random.randint(-1500, 400))


def _places(
    random: Random, kind: RecordType, row: dict[str, Value | Lost | int], told: Hints, around: Surroundings
) -> None:
    """A place in a state lies in it and in the country; some states have one time zone, others do not."""
    state, places = {"worksite": ("state", "places"), "employee": ("home_state", "home_places")}.get(
        kind.name, ("", "")
    )
    if kind.name == "worksite":
        row.pop("time_zone", None)
        if random.random() < 0.4 and ("worksite", "time_zone") not in around.absent:
            row["time_zone"] = random.choice(["America/Los_Angeles", "America/New_York", "America/Phoenix"])
    if not state or (kind.name, state) in around.absent:
        return
    row.pop(places, None)
    if random.random() < 0.9:
        place = told.place if told.place.startswith("us.") and random.random() < 0.7 else random.choice(STATES)
        parts = place.split(".")
        row[state] = ".".join(parts[:2])
        if (kind.name, places) not in around.absent:
            row[places] = tuple(".".join(parts[:n]) for n in range(1, len(parts) + 1))
    else:
        row.pop(state, None)


def _assignments(random: Random, rows: Sequence[Row], around: Surroundings) -> None:
    """One after the other, now and then with a gap or an overlap."""
    day = around.settings.as_of - timedelta(random.choice([30, 700, 3000]))
    for row in rows:
        assert isinstance(row, dict)
        row["valid_from"] = day
        if "spell_no" in row:
            row["spell_no"] = random.choice(["1", "1", "1", "2"])
        end = day + timedelta(random.randint(1, 700))
        if ("assignment", "valid_to") not in around.absent:
            row["valid_to"] = t.Absent.OPEN if row is rows[-1] and random.random() < 0.8 else end
        day = end + timedelta(random.choice([0, 0, 5, -5]))


def _periods(random: Random, kind: RecordType, rows: Sequence[Row], around: Surroundings) -> None:
    """One after the other around the day of asking, now and then with a hole or twice."""
    length = 14 if kind.name == "pay_period" else 365
    day = around.settings.as_of - timedelta(random.randint(0, len(rows)) * length)
    for row in rows:
        assert isinstance(row, dict)
        values: dict[str, Value] = {"starts_on": day, "ends_on": day + timedelta(length - 1)}
        values |= {"pay_date": day + timedelta(length + random.choice([2, 4, 4]))} if kind.name == "pay_period" else {}
        row |= {name: value for name, value in values.items() if (kind.name, name) not in around.absent}
        if kind.name == "pay_period":
            row["pay_group"] = random.choice(["A", "A", "A", "B"])
        day += timedelta(length * random.choice([1, 1, 1, 1, 1, 1, 2]))
