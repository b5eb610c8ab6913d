"""`kind: retention`: how long a record must be kept, or by when it must be gone."""

from __future__ import annotations

from dataclasses import replace

from compliance_engine.clocks import compare
from compliance_engine.engine.twin.at import At, Dated, bounds
from compliance_engine.engine.twin.values import Unknown, Value, as_day
from compliance_engine.engine.twin.verdict import Verdict, cannot_tell
from compliance_engine.engine.twin.world import World, cell
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import State
from compliance_engine.language.tree import Absent


def of_class(rule: r.Rule, world: World) -> bool:
    """Whether the rule is about this class of document at all; what is not classified has no rule of its own."""
    if not isinstance(rule.body, r.Retention) or rule.body.classes in ((), ("any",)):
        return True
    return world.subject.get("class_code") in rule.body.classes


def destroyed_on(world: World) -> Value:
    """The day the record was destroyed; still to come for what is never destroyed here."""
    column = world.vocabulary.types[world.about].field("destroyed_on")
    return Absent.OPEN if column is None else cell(world, world.about, column, world.subject)


def day_of_judgement(rule: r.Rule, world: World) -> Value:
    """The as-of date; for what is gone the day it went, whose law counts."""
    gone = destroyed_on(world) if isinstance(rule.body, r.Retention) else Absent.OPEN
    return gone if compare(as_day(gone), "<=", world.as_of) is True else world.as_of


def ends(body: r.Retention, at: At) -> Dated:
    """The last day; a floor rounds a day that does not exist up, a ceiling rounds it down."""
    return bounds(body.clock, replace(at, up=body.is_floor)).as_civil(at)


def retention(rule: r.Rule, body: r.Retention, at: At) -> Verdict:
    """Whether it is still there, held against its last day."""
    floor = body.is_floor
    limit = ends(body, at)
    gone = destroyed_on(at.world)
    if limit.bounds.exact is Absent.NONE:
        return Verdict(State.NO_VALUE, due=limit.bounds)
    if isinstance(gone, Unknown):
        return cannot_tell(gone, due=limit)
    today = at.trigger if _asked_today(rule) else at.world.as_of
    is_gone = compare(as_day(gone), "<=", as_day(today)) is True
    day = gone if is_gone else today
    in_time = compare(as_day(day), "<=", limit.bounds.low) is True
    if not in_time and compare(as_day(day), ">", limit.bounds.high) is not True:
        return cannot_tell(limit, due=limit)
    return Verdict(_STATES[floor, is_gone, in_time], due=limit.bounds, done=gone if is_gone else Absent.OPEN)


_STATES = {
    (True, True, True): State.DESTROYED_EARLY,
    (True, True, False): State.COMPLIANT,
    (True, False, True): State.RETAIN,
    (True, False, False): State.DISPOSABLE,
    (False, True, True): State.MET,
    (False, True, False): State.MET_LATE,
    (False, False, True): State.RETAIN,
    (False, False, False): State.OVER_RETAINED,
}
"""(a floor, destroyed, the day lies within the limit) → state."""


def _asked_today(rule: r.Rule) -> bool:
    return not rule.starts or isinstance(rule.starts[0], t.Special)
