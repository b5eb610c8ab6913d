"""Literals, names and fields: what an expression reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from compliance_engine.engine.twin.at import At, Dated, bounds, clock_of, evaluate, value_of
from compliance_engine.engine.twin.relations import is_dated, of_one, site_field, worked
from compliance_engine.engine.twin.values import Unknown, Value, is_day, merged, unknown
from compliance_engine.engine.twin.world import cell
from compliance_engine.language import tree as t


@value_of.register(t.Number)
@value_of.register(t.Text)
@value_of.register(t.Day)
@value_of.register(t.TimeOfDay)
@value_of.register(t.YesNo)
def literal(e: t.Number | t.Text | t.Day | t.TimeOfDay | t.YesNo, _at: At) -> Value:
    """What is written is what is meant."""
    return e.value


@value_of.register
def list_of(e: t.ListOf, at: At) -> Value:
    """A list of literals."""
    return tuple(item for member in e.items if isinstance(item := evaluate(member, at), str | date | Decimal))


@value_of.register
def own(e: t.Own, at: At) -> Value:
    """A field of the subject."""
    return cell(at.world, e.record, e.field, at.world.subject)


@value_of.register
def row_field(e: t.Row, at: At) -> Value:
    """A field of the row that a `where` looks at."""
    return cell(at.world, e.record, e.field, at.row or {})


@value_of.register
def each_field(e: t.EachField, at: At) -> Value:
    """A field of the other record of a pair."""
    return cell(at.world, e.record, e.field, at.each or {})


@value_of.register
def done_field(e: t.DoneField, at: At) -> Value:
    """A field of the row that met the turn before."""
    if at.done_row is None:
        return unknown(f"{e.record}.{e.field.name}", "no row")
    return cell(at.world, e.record, e.field, at.done_row)


@value_of.register
def related_field(e: t.Related, at: At) -> Value:
    """A field of the one related record: what is in force on a day, or the row that shares the subject's identity."""
    world = at.world
    if e.record == "worksite" and e.field.name in ("state", "places"):
        return site_field(world, e.field.name, day_read(e, at))
    if is_dated(world, e.record):
        return worked(world, e.record, e.field, day_read(e, at))
    if e.record == "employee" and e.field.name in world.places:
        return world.places[e.field.name]
    return of_one(world, e.record, e.field, at.trigger)


def day_read(e: t.Related, at: At) -> Value:
    """The day whose assignment is read: the trigger day unless the rule says another."""
    return at.trigger if e.on is None else at.civil(evaluate(e.on, at))


@value_of.register
def special(e: t.Special, at: At) -> Value:
    """One of the rule's own days; the turn's, once there is one."""
    if e.name == "as_of":
        return at.world.as_of
    if at.turn is not None and e.name.startswith("turn."):
        year = Decimal(at.turn.start.year)
        return {"turn.start": at.turn.start, "turn.end": at.turn.end}.get(e.name, year)
    return at.days.get(e.name, unknown(e.name, "not known here"))


@value_of.register
def alias(e: t.Alias, at: At) -> Value:
    """What a local name stands for."""
    return evaluate(e.target, at)


@clock_of.register
def alias_clock(e: t.Alias, at: At) -> Dated:
    """What a local name stands for, with its bounds."""
    return bounds(e.target, at)


@value_of.register
def presumed(e: t.Presumed, at: At) -> Value:
    """What the record says; where it says nothing, what the law presumes."""
    value = evaluate(e.item, at)
    return evaluate(e.value, at) if isinstance(value, Unknown) else value


@value_of.register
def age(e: t.Age, at: At) -> Value:
    """Whole years on a day; who was born on 29 February is a year older on 1 March of a common year."""
    born = evaluate(e.born, at)
    day = at.trigger if e.on is None else at.civil(evaluate(e.on, at))
    if not is_day(born) or not is_day(day):
        return merged(born, day) if isinstance(born, Unknown) or isinstance(day, Unknown) else unknown("age", "no day")
    return Decimal(years_between(born, day))


def years_between(born: date, day: date) -> int:
    """Birthdays from the first up to and including `day`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
