"""`kind: deadline`, and one turn of `kind: recurring`: from the due date, the proof and the day of asking to a state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from compliance_engine import clocks
from compliance_engine.clocks import Day, Truth
from compliance_engine.engine.twin.at import At, Dated, bounds, evaluate
from compliance_engine.engine.twin.proofs import Limits, Proof, proof
from compliance_engine.engine.twin.values import Unknown, Value, as_day, is_day
from compliance_engine.engine.twin.verdict import Verdict, cannot_tell
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Deadline, Rule
from compliance_engine.language.tree import Absent


def deadline(rule: Rule, body: Deadline, at: At) -> Verdict:
    """The state of a duty with one due date."""
    due = bounds(body.due, at)
    opens = day_or_none(body.opens, at)
    evidence = proof(body.done, Limits(opens), at)
    lapses = day_or_none(body.lapses, at.knowing(due=due.value))
    return judged(rule, due, evidence, at, opens=opens, lapses=lapses)


def day_or_none(e: t.Expression | None, at: At) -> Value | None:
    """A day that limits something; an occasion that never was limits nothing."""
    day = None if e is None else at.civil(evaluate(e, at))
    return None if day is Absent.NONE else day


def judged(rule: Rule, due: Dated, evidence: Proof, at: At, *, opens: Value | None, lapses: Value | None) -> Verdict:
    """First whether there is a due date, then whether it was done, then whether it still can be."""
    if due.bounds.exact is Absent.OPEN:
        return Verdict(State.NOT_STARTED, due=due.bounds)
    if due.bounds.exact is Absent.NONE:
        return Verdict(State.NO_VALUE, due=due.bounds)
    if evidence.first is not None:
        return replace(_done(rule, due, evidence, evidence.first, at), due=due.bounds)
    doubt = evidence.doubt | evidence.missing
    if doubt or isinstance(opens, Unknown):
        return cannot_tell(doubt, opens, due=due)
    if evidence.early:
        return Verdict(State.TOO_EARLY, due=due.bounds)
    return replace(_not_done(rule, due, lapses, at), due=due.bounds)


def _done(rule: Rule, due: Dated, evidence: Proof, day: date, at: At) -> Verdict:
    """In time if it is for certain; late only if nothing that may count could have been sooner."""
    if before(day, "<=", due.bounds.low, at) is True:
        return Verdict(State.MET, done=day)
    if before(day, ">", due.bounds.high, at) is True and not evidence.doubt:
        return Verdict(State.FORFEITED if rule.if_missed == "right" else State.MET_LATE, done=day)
    return cannot_tell(due, evidence.doubt, _same_day(day, due, at), done=day)


def before(done: date, op: Literal["<=", ">"], due: Day, at: At) -> Truth:
    """Compare the proof with the due date; a day and a moment of the same day tell nothing."""
    if not isinstance(due, date) or isinstance(done, datetime) is isinstance(due, datetime):
        return clocks.compare(done, op, due)
    days = as_day(at.civil(done)), as_day(at.civil(due))
    return Absent.UNKNOWN if days[0] == days[1] else clocks.compare(days[0], op, days[1])


def _same_day(day: date, due: Dated, at: At) -> Unknown | None:
    from compliance_engine.engine.twin.values import unknown

    exact = due.bounds.exact
    if isinstance(exact, Absent) or isinstance(day, datetime) is isinstance(exact, datetime):
        return None
    zone = at.civil(exact if isinstance(exact, datetime) else day)
    return zone if isinstance(zone, Unknown) else unknown("hour", "a day and a moment of the same day")


def _not_done(rule: Rule, due: Dated, lapses: Value | None, at: At) -> Verdict:
    """Nothing was done: the duty is still to come, is over, or fell away before it was due."""
    as_of = at.world.as_of
    low, high = _last_day(due.bounds.low, at), _last_day(due.bounds.high, at)
    ahead, past = clocks.compare(as_of, "<=", low), clocks.compare(as_of, ">", high)
    if is_day(lapses or Absent.NONE) and clocks.compare(as_day(lapses or Absent.NONE), "<=", as_of) is True:
        whole = due.as_civil(at).bounds
        gone = as_day(lapses or Absent.NONE)
        if clocks.compare(gone, "<", whole.low) is True:
            return Verdict(State.LAPSED)
        if ahead is not True and clocks.compare(gone, ">=", whole.high) is not True:
            return cannot_tell(due)
    if isinstance(lapses, Unknown) and ahead is not True:
        return cannot_tell(lapses, due)
    if past is True:
        return Verdict(State.FORFEITED if rule.if_missed == "right" else State.OVERDUE)
    if ahead is not True:
        return cannot_tell(due, due.as_civil(at))
    return Verdict(State.DUE_SOON if _soon(rule, due, at) else State.DUE)


def _last_day(due: Day, at: At) -> Day:
    """The last as-of date on which it is not late: asked at the end of a day, a moment of that day is over."""
    if not isinstance(due, datetime):
        return due
    day = as_day(at.civil(due))
    return day - timedelta(days=1) if isinstance(day, date) else day


def _soon(rule: Rule, due: Dated, at: At) -> bool:
    lead = at.world.lead_days if rule.lead_days is None else rule.lead_days
    low = due.as_civil(at).bounds.low
    return isinstance(low, date) and at.world.as_of >= low - timedelta(days=lead)
