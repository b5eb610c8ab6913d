"""What the records around a subject say, as an example gives it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product

from compliance_engine.calendars.calendar import is_open
from compliance_engine.calendars.tables import named
from compliance_engine.engine import twin
from compliance_engine.engine.called import calendars_named
from compliance_engine.engine.coverage import nodes
from compliance_engine.engine.explain import FIELDS
from compliance_engine.engine.facts.forms import Range
from compliance_engine.engine.from_finding.given import Given
from compliance_engine.engine.twin.relations import assignment, is_person, of_one, several, site_field
from compliance_engine.engine.twin.values import Lost, Unknown, Value
from compliance_engine.engine.twin.world import Row, World, field_of
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.examples_given import Given as Base
from compliance_engine.language.names import PLACE_NAMES
from compliance_engine.language.reads import all_nodes, records_read
from compliance_engine.language.words import called

LOST = {Lost.UNREADABLE: "unreadable", Lost.DISTRUSTED: "unreadable", Lost.NOT_SUPPLIED: "not supplied"}
"""How an example writes a cell without a value."""
_MOST_ROWS = 500
"""Related rows of one type; a rule that looks at more counts people, and an example of it is written by hand."""
_NEAR = 70
"""Days around those of an obligation of which a calendar is told."""


@dataclass(frozen=True)
class Refusal:
    """Why no example can be made of a result."""

    why: str


def drafts(rule: r.Rule, world: World, verdict: twin.Verdict, base: Base) -> Iterator[Given] | Refusal:
    """What an example may give to come to the same verdict, what is likeliest first.

    Args:
        base: what every example of the rule starts from.
    """
    read = {(getattr(e, "record", ""), e.field.name) for e in all_nodes(rule) if isinstance(e, FIELDS)}
    lost = read & world.not_supplied
    tables: dict[str, object] = {}
    for record in sorted(_read(rule, world)):
        rows = _rows(rule, world, record, verdict.instance)
        if len(rows or ()) > _MOST_ROWS:
            return Refusal(f"the rule looks at {len(rows or ())} rows of {record}")
        told = None if rows is None else tuple(dict(_cells(world, record, row, lost)) for row in rows)
        tables[record] = "not supplied" if told is None else told
    key = world.vocabulary.types[rule.about].identity
    own: dict[str, object] = {name: None for name in base.subject if name not in key}
    own |= dict(_cells(world, rule.about, world.subject, lost))
    empty = [record for record, rows in tables.items() if rows == () and record != rule.about]
    chosen = {e.id: world.choices[e.id] for e in all_nodes(rule) if isinstance(e, t.Choice) and e.id in world.choices}
    around: dict[str, object] = {name: _place(world, name, verdict.starts) for name in base.places}
    around |= {"choices": chosen} if chosen else {}
    turn: object = int(verdict.instance) if verdict.instance.isdecimal() else verdict.instance
    turns = [{}, {"turn": turn}] if isinstance(rule.body, r.Recurring) else [{}]
    return (
        {**own, **tables, **dict.fromkeys(silent, "not supplied"), **around, **named, **facts, **days}
        for silent, named, facts, days in product(
            ([], empty), turns, _facts(rule, world), _calendars(rule, world, verdict)
        )
    )


def _place(world: World, name: str, day: Value) -> object:
    """What a word that the base states of the subject's place is in its records on a day."""
    record, column = PLACE_NAMES[name]
    at_home = record == "employee"
    value = of_one(world, record, field_of(world, record, column), day) if at_home else site_field(world, column, day)
    return LOST[Lost.UNREADABLE] if isinstance(value, Unknown) else value


def _read(rule: r.Rule, world: World) -> set[str]:
    """The record types that are looked at when the rule is judged."""
    found: set[str] = set()

    class Watched(Mapping[str, Sequence[Row]]):
        def __getitem__(self, name: str) -> Sequence[Row]:
            found.add(name)
            return world.rows[name]

        def __iter__(self) -> Iterator[str]:
            return iter(world.rows)

        def __len__(self) -> int:
            return len(world.rows)

    twin.judge(rule, replace(world, rows=Watched(), fact=lambda name, args, day, _: world.fact(name, args, day, world)))
    return {*found, *(name for name in world.not_supplied if isinstance(name, str) and name in records_read(rule))}


def _rows(rule: r.Rule, world: World, record: str, instance: str) -> Sequence[Row] | None:
    """The rows of a type that the subject may reach, itself left out; None where no source has any."""
    if record in world.not_supplied:
        return None
    kind, mine = world.vocabulary.types[record], world.vocabulary.types[rule.about].identity
    by = next((name for name in ("worksite_id", "pay_group") if name in kind.identity and name not in mine), None)
    if by is not None and is_person(world) and "employee_number" not in kind.identity:
        jobs = several(world, "assignment")
        here = set() if isinstance(jobs, Unknown) else {job.get(by) for job in jobs}
        found: Sequence[Row] | Unknown = [row for row in world.rows[record] if row.get(by) in {*here, None}]
    else:
        found = several(world, record)
    if isinstance(found, Unknown):
        return ()
    if rule.each is not None and rule.each.record == record:
        found = [row for row in found if " ".join(str(row[n]) for n in kind.key if n in row) == instance] or found
    return [row for row in found if record != rule.about or row.get("_row") != world.subject.get("_row")]


def _cells(world: World, record: str, row: Row, lost: Collection[object]) -> Iterator[tuple[str, object]]:
    """The cells of a row that say something; the example itself gives a row what it shares with the subject.

    Args:
        lost: (type, field) that are read and that no source supplies.
    """
    kind, mine = world.vocabulary.types[record], world.vocabulary.types[world.about].identity
    for name in dict.fromkeys((*kind.identity, *(f.name for f in kind.fields))):
        value = row.get(name)
        if isinstance(value, Lost):
            yield name, LOST[value]
        elif value is None:
            yield from [(name, "not supplied")] if (record, name) in lost else []
        elif isinstance(value, t.Absent) or (name in mine and value == world.subject.get(name)):
            continue
        else:
            yield name, value


def _facts(rule: r.Rule, world: World) -> Iterator[Given]:
    """What may be said of numbers that are counted over other people: what is certain about them, or nothing."""
    found: dict[tuple[str, tuple[Value, ...]], Range] = {}

    def told(name: str, args: tuple[Value, ...], day: date, around: World) -> Range:
        found[name, args] = world.fact(name, args, day, around)
        return found[name, args]

    calls = {called(e): e for e in nodes(rule) if isinstance(e, t.Fact)}
    if not calls:
        yield {}
        return
    twin.judge(rule, replace(world, fact=told))
    by_call = []
    for call, e in calls.items():
        args = tuple(arg.value for arg in e.args if isinstance(arg, t.Text | t.Number))
        known = found.get((e.name, args), Range(None, None))
        by_call.append(
            [(call, n) for n in dict.fromkeys((known.low, known.high)) if n is not None] + [(call, "unknown")]
        )
    for choice in product(*by_call):
        yield {"facts": dict(choice)}


def _calendars(rule: r.Rule, world: World, verdict: twin.Verdict) -> Iterator[Given]:
    """The days near those of the rule that are open or closed otherwise than an example takes them to be."""
    yield {}
    usual = named("us-federal")
    for name in sorted(calendars_named([rule])):
        own = world.calendar(name, _site(world), None) if named(name) is None else None
        if own is None or usual is None or own == usual:
            continue
        near = sorted({day + timedelta(days=n) for day in _days_of(verdict, world) for n in range(-_NEAR, _NEAR)})
        other = [(day, is_open(own, day)) for day in near if is_open(own, day) is not is_open(usual, day)]
        opened, closed = (tuple(day for day, is_ in other if is_ is wanted) for wanted in (True, False))
        yield {"calendar": {word: listed for word, listed in (("open", opened), ("closed", closed)) if listed}}


def _site(world: World) -> str | None:
    site = world.subject.get("worksite_id")
    if isinstance(site, str):
        return site
    job = assignment(world, world.as_of) if is_person(world) else None
    place = job.get("worksite_id") if isinstance(job, Mapping) else None
    return place if isinstance(place, str) else None


def _days_of(verdict: twin.Verdict, world: World) -> Iterator[date]:
    due = None if verdict.due is None else verdict.due.exact
    for day in (verdict.starts, verdict.done, due, world.as_of, *world.subject.values()):
        if isinstance(day, date) and day not in (date.max, date.min):
            yield day.date() if isinstance(day, datetime) else day
