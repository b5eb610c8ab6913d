"""`kind: cadence`: rows may not lie too far apart, nor too close."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from compliance_engine.clocks import edge
from compliance_engine.engine.twin.at import At, evaluate
from compliance_engine.engine.twin.relations import absence
from compliance_engine.engine.twin.rows import belongs, doubts, entries
from compliance_engine.engine.twin.values import Unknown, Value, day_in, is_day, merged, number_in
from compliance_engine.engine.twin.verdict import Verdict, cannot_tell
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import State
from compliance_engine.language.tree import Absent


def cadence(body: r.Cadence, at: At) -> Verdict:
    """Judge the distances of neighbouring days so far, the ends of `between` counted."""
    over = body.over
    found = entries(over.record, over.field, over.where, at, belongs, with_astray=True)
    ends = _ends(body.between, at)
    if isinstance(found, Unknown) or isinstance(ends, Unknown):
        return cannot_tell(found if isinstance(found, Unknown) else None, ends if isinstance(ends, Unknown) else None)
    listed = [at.civil(entry.value) for entry in found if not entry.doubt]
    days = {day for day in listed if is_day(day) and day <= at.world.as_of}
    missing = merged(absence(at.world, over.record, at.trigger, ())).causes if not days else frozenset()
    if doubts(found) or missing:
        return cannot_tell(doubts(found), missing)
    whole = sorted(days | set(ends))
    if not whole:
        return Verdict(State.NOT_STARTED)
    kept = _kept(body.gap, whole, at)
    if isinstance(kept, Unknown):
        return cannot_tell(kept)
    return Verdict(State.COMPLIANT if kept else State.BREACH)


def _ends(between: r.Window | None, at: At) -> list[date] | Unknown:
    """The days between which silence counts; a window that is still open ends on the day of asking."""
    if between is None:
        return []
    as_of = at.world.as_of
    first = Absent.NONE if between.first is None else at.civil(evaluate(between.first, at))
    last: Value = Absent.NONE if between.last is None else at.civil(evaluate(between.last, at))
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return merged(first, last)
    if last is Absent.OPEN or (is_day(last) and last > as_of):
        last = as_of
    return [day for day in (first, last) if is_day(day) and day <= as_of]


def _kept(gap: t.Gap | t.PerPeriod, days: list[date], at: At) -> bool | Unknown:
    if isinstance(gap, t.PerPeriod):
        least = evaluate(gap.least, at)
        return least if isinstance(least, Unknown) else _often_enough(days, gap.period, number_in(least))
    low, high = (None if e is None else evaluate(e, at) for e in (gap.low, gap.high))
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return merged(low, high)
    steps = [(later - earlier).days for earlier, later in pairwise(days)]
    near = low is not None and any(step < number_in(low) for step in steps)
    far = high is not None and any(step > number_in(high) for step in steps)
    return not near and not far


def _often_enough(days: list[date], period: t.Period, least: Decimal) -> bool:
    """Only whole periods between the first and the last day are judged."""
    counts = Counter(_start(day, period) for day in days)
    inner, last = min(counts, default=date.max), max(counts, default=date.min)
    while inner < last and (inner := _following(inner, period)) < last:
        if counts[inner] < least:
            return False
    return True


def _start(day: date, period: t.Period) -> date:
    return day_in(edge(day, period, "start"))


def _following(day: date, period: t.Period) -> date:
    return day_in(edge(day, period, "end")) + timedelta(days=1)
