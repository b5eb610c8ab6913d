"""Whether something is there on every day of a window so far: a paper that is valid, a poster that hangs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from compliance_engine.clocks import Bounds
from compliance_engine.engine.twin.at import At, evaluate
from compliance_engine.engine.twin.rows import Causes
from compliance_engine.engine.twin.values import Unknown, Value, is_day, merged
from compliance_engine.engine.twin.verdict import Verdict, cannot_tell
from compliance_engine.language import rule as r
from compliance_engine.language.outcomes import State
from compliance_engine.language.tree import Absent

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that is there from one day to another, both included; a last day still to come has no end."""

    first: Value
    last: Value
    doubt: Causes = frozenset()

    @property
    def unknown(self) -> Causes:
        """Why it may not be there, or not on these days."""
        return self.doubt | merged(self.first, self.last).causes

    def holds(self, day: date) -> bool:
        """Whether it is there on a day, for certain."""
        begun = is_day(self.first) and self.first <= day
        return not self.unknown and begun and (self.last is Absent.OPEN or (is_day(self.last) and day <= self.last))


def hole(spans: Iterable[Span], first: date, last: date) -> date | None:
    """The first day from `first` to `last` that no span holds."""
    sure = [span for span in spans if not span.unknown]
    day = first
    while day <= last:
        there = [span for span in sure if span.holds(day)]
        if not there:
            return day
        if any(not is_day(span.last) for span in there):
            return None
        day = max(span.last for span in there if is_day(span.last)) + ONE_DAY
    return None


def covered(spans: list[Span], during: r.Window, missing: Causes, at: At, by: Value | None = None) -> Verdict:
    """Judge a window: a hole behind us is a breach, one today is missing; the days before `by` need nothing."""
    as_of = at.world.as_of
    opens = as_of if during.first is None else at.civil(evaluate(during.first, at))
    closes: Value = Absent.OPEN if during.last is None else at.civil(evaluate(during.last, at))
    if isinstance(opens, Unknown) or isinstance(closes, Unknown) or isinstance(by, Unknown):
        return cannot_tell(opens, closes, by)
    if not is_day(opens):
        return Verdict(State.NOT_STARTED)
    if by is Absent.OPEN:
        return Verdict(State.DUE, due=Bounds.of(Absent.OPEN))
    opens = max(opens, by) if isinstance(by, date) else opens
    due = Bounds.of(opens)
    if as_of < opens:
        return Verdict(State.DUE, due=due)
    last = min(as_of, closes) if is_day(closes) else as_of
    if hole(spans, opens, last) is None:
        return Verdict(State.COMPLIANT, due=due)
    reasons = missing.union(*(span.unknown for span in spans))
    if reasons:
        return cannot_tell(reasons)
    today = last == as_of and not any(span.holds(as_of) for span in spans)
    return Verdict(State.MISSING if today else State.BREACH, due=due)
