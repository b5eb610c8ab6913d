"""Conditions: three-valued, an unknown always naming what is missing."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from compliance_engine import clocks
from compliance_engine.engine.facts import forms
from compliance_engine.engine.twin.at import At, evaluate, value_of
from compliance_engine.engine.twin.fields import day_read
from compliance_engine.engine.twin.relations import is_dated
from compliance_engine.engine.twin.tables import fact_range
from compliance_engine.engine.twin.values import (
    Lost,
    Truth,
    Unknown,
    Value,
    all_of,
    any_of,
    as_day,
    is_day,
    is_truth,
    merged,
    negation,
    number_in,
    unknown,
)  # fmt: skip
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent, CompareOp
from compliance_engine.language.walk import may_come

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def truth(e: t.Node, at: At) -> Truth:
    """A condition: yes, no, or unknown."""
    value = evaluate(e, at)
    if not is_truth(value):
        raise TypeError(f"{value!r} is no condition")
    return value


@value_of.register
def and_(e: t.And, at: At) -> Value:
    """Every part is read, so that every missing fact is named."""
    return all_of([truth(item, at) for item in e.items])


@value_of.register
def or_(e: t.Or, at: At) -> Value:
    """Every part is read, so that every missing fact is named."""
    return any_of([truth(item, at) for item in e.items])


@value_of.register
def not_(e: t.Not, at: At) -> Value:
    """The opposite; of an unknown the same unknown."""
    return negation(truth(e.item, at))


@value_of.register
def comparison(e: t.Compare, at: At) -> Value:
    """A comparison; a fact that is partly known may still be surely above or below."""
    return _compared(e.op, e.left, e.right, at)


@value_of.register
def between(e: t.Between, at: At) -> Value:
    """Both ends included."""
    return all_of([_compared(">=", e.item, e.low, at), _compared("<=", e.item, e.high, at)])


def _compared(op: CompareOp, left: t.Expression, right: t.Expression, at: At) -> Truth:
    other = evaluate(right, at)
    if isinstance(left, t.Fact) and op not in ("=", "<>") and isinstance(other, Decimal):
        # Worked out also where its bounds decide, so that it is told what decided.
        exact, decided = evaluate(left, at), forms.compare(op, fact_range(left, at), other)
        return merged(exact) if decided is None else decided
    return compare(op, evaluate(left, at), other, at)


@value_of.register
def in_list(e: t.In, at: At) -> Value:
    """Whether one of the options, or a member of the one list, is equal."""
    item, options = evaluate(e.item, at), [evaluate(option, at) for option in e.options]
    if isinstance(options[0], tuple):
        options = list(options[0])
    found = any_of([compare("=", item, option, at) for option in options])
    return negation(found) if e.negated else found


def compare(op: CompareOp, left: Value, right: Value, at: At) -> Truth:
    """Compare two values of one kind; a day and a moment as days, which tells nothing if they are the same."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return merged(left, right)
    if not isinstance(left, date | Absent) or not isinstance(right, date | Absent):
        return ORDER[op](left, right)
    if is_day(left) and is_day(right) and isinstance(left, datetime) is not isinstance(right, datetime):
        left, right = at.civil(left), at.civil(right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return merged(left, right)
        if left == right:
            return unknown("hour", "a day and a moment of the same day")
    return clocks.compare(as_day(left), op, as_day(right)) is True


@value_of.register
def is_known(e: t.IsKnown, at: At) -> Value:
    """Whether there is a value; an event to come and an occasion that never was are none."""
    value = evaluate(e.item, at)
    if isinstance(value, Unknown) and _may_hold(e.item, value, at):
        return value
    return isinstance(value, Unknown | Absent) is e.negated


def _may_hold(e: t.Expression, value: Unknown, at: At) -> bool:
    """Whether there may be a value although none is known.

    An empty cell holds none, nor does a column that nobody supplies; a cell that cannot be read or relied on may.
    """
    match e:
        case t.Alias():
            return _may_hold(e.target, value, at)
        case t.Aggregate() | t.Reaches() | t.MostWithin():
            return e.record not in at.world.not_supplied
        case t.Own() | t.Related() | t.EachField() | t.DoneField() | t.Row():
            why = {cause.why for cause in value.causes}
            if may_come(e):
                # An empty cell would have said that there is none.
                return bool(why - {Lost.NOT_SUPPLIED.value})
            nobody_knows_which = (
                isinstance(e, t.Related) and is_dated(at.world, e.record) and isinstance(day_read(e, at), Unknown)
            )
            return nobody_knows_which or bool(why & {Lost.UNREADABLE.value, Lost.DISTRUSTED.value})
        case _:
            return False


@value_of.register
def has_happened(e: t.HasHappened, at: At) -> Value:
    """Whether the day has come by the as-of date; what is scheduled has not happened."""
    day = at.civil(evaluate(e.item, at))
    if isinstance(day, Unknown):
        return day
    happened = is_day(day) and day <= at.world.as_of
    return happened is not e.negated


@value_of.register
def matches(e: t.Matches, at: At) -> Value:
    """Whether the whole text fits the pattern."""
    item = evaluate(e.item, at)
    return item if isinstance(item, Unknown) else re.fullmatch(e.pattern, str(item), re.ASCII) is not None


@value_of.register
def contains(e: t.Contains, at: At) -> Value:
    """Whether a list has the text."""
    item, member = evaluate(e.item, at), evaluate(e.member, at)
    if isinstance(item, Unknown) or isinstance(member, Unknown):
        return merged(item, member)
    return isinstance(item, tuple) and member in item


@value_of.register
def arithmetic(e: t.Arithmetic, at: At) -> Value:
    """Numbers, exact; a date minus a date is days."""
    left, right = at.civil(evaluate(e.left, at)), at.civil(evaluate(e.right, at))
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return merged(left, right)
    if isinstance(left, Absent) or isinstance(right, Absent):
        return unknown("days", "an end is still open")
    if is_day(left) and is_day(right):
        return Decimal(left.toordinal() - right.toordinal())
    one, other = number_in(left), number_in(right)
    return {"+": one + other, "-": one - other, "*": one * other}[e.op]
