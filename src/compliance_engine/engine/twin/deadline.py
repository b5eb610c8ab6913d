"""`kind: deadline`, and one turn of `kind: recurring`: from due date, proof and day of asking to a state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from compliance_engine import clocks
from compliance_engine.clocks import Day, Truth
from compliance_engine.engine.twin.at import At, Dated, bounds, evaluate
from compliance_engine.engine.twin.proofs import Limits, Proof, proof
from compliance_engine.engine.twin.values import Unknown, Value, as_day, unknown
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
    lapses = lapse(body.lapses, at.knowing(due=due.value))
    return judged(rule, due, evidence, at, opens=opens, lapses=lapses)


def day_or_none(e: t.Expression | None, at: At) -> Value | None:
    """A day that limits something; an occasion that never was limits nothing."""
    day = None if e is None else at.civil(evaluate(e, at))
    return None if day is Absent.NONE else day


def lapse(e: t.Expression | None, at: At) -> Dated | None:
    """The day on which a duty ends, with what is certain about it; an occasion that never was ends nothing."""
    day = None if e is None else bounds(e, at).as_civil(at)
    return None if day is None or day.bounds.exact is Absent.NONE else day


def judged(rule: Rule, due: Dated, evidence: Proof, at: At, *, opens: Value | None, lapses: Dated | None) -> Verdict:
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
    return cannot_tell(due, evidence.doubt, _hour(day, due, at), done=day)


def before(done: date, op: Literal["<=", ">"], due: Day, at: At) -> Truth:
    """Compare the proof with the due date: a whole day is in time, a day tells nothing against a moment within it."""
    if not isinstance(due, date) or isinstance(done, datetime) is isinstance(due, datetime):
        return clocks.compare(done, op, due)
    done_day, due_day = as_day(at.civil(done)), as_day(at.civil(due))
    if isinstance(due, datetime) and done_day == due_day:
        return Absent.UNKNOWN
    return clocks.compare(done_day, op, due_day)


def _hour(done: date, due: Dated, at: At) -> Unknown | None:
    """What is missing to compare a day with a moment."""
    exact = due.bounds.exact
    if not isinstance(exact, datetime) or isinstance(done, datetime):
        return None
    zone = at.civil(exact)
    return zone if isinstance(zone, Unknown) else unknown("hour", "a day and a moment of the same day")


def _not_done(rule: Rule, due: Dated, lapses: Dated | None, at: At) -> Verdict:
    """Nothing was done: the duty fell away before it was due, is over, or is still to come.

    Unless it fell away for certain, or for certain did not, nobody can tell whether it is owed.
    """
    as_of, days = at.world.as_of, due.as_civil(at).bounds
    if lapses is not None:
        first, last = lapses.bounds.low, lapses.bounds.high
        if all(clocks.compare(last, *bound) is True for bound in (("<", days.low), ("<=", as_of))):
            return Verdict(State.LAPSED)
        if not any(clocks.compare(first, *bound) is True for bound in ((">", as_of), (">=", days.high))):
            return cannot_tell(lapses, due)
    ahead = clocks.compare(as_of, "<=", _last_day(due.bounds.low, at)) is True
    if clocks.compare(as_of, ">", _last_day(due.bounds.high, at)) is True:
        return Verdict(State.FORFEITED if rule.if_missed == "right" else State.OVERDUE)
    if not ahead:
        return cannot_tell(due, due.as_civil(at))
    return Verdict(State.DUE_SOON if _soon(rule, days.low, at) else State.DUE)


def _last_day(due: Day, at: At) -> Day:
    """The last as-of date on which it is not late: asked at the end of a day, a moment of that day is over."""
    if not isinstance(due, datetime):
        return due
    day = as_day(at.civil(due))
    return day - timedelta(days=1) if isinstance(day, date) else day


def _soon(rule: Rule, low: Day, at: At) -> bool:
    lead = at.world.lead_days if rule.lead_days is None else rule.lead_days
    return isinstance(low, date) and at.world.as_of >= low - timedelta(days=lead)
