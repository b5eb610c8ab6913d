"""Whether something is there on every day of a window so far: a paper that is valid, a poster that hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance_engine.clocks import Bounds
from compliance_engine.engine.twin.at import At, evaluate
from compliance_engine.engine.twin.rows import Causes
from compliance_engine.engine.twin.values import Truth, Unknown, Value, is_day, merged
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


@dataclass(frozen=True, slots=True)
class Need:
    """When something must be there at all: on which days that may change, and the answer for a day."""

    changes: frozenset[date]
    on: Callable[[date], Truth]


ALWAYS = Need(frozenset(), lambda _day: True)


def holes(spans: Iterable[Span], need: Need, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` on which a hole begins, and the last one if it is in a hole."""
    sure = [span for span in spans if not span.unknown]
    ends = {span.last + ONE_DAY for span in sure if is_day(span.last) and span.last < last}
    for day in sorted({first, last} | ends | need.changes):
        if first <= day <= last and not any(span.holds(day) for span in sure):
            yield day


def covered(
    spans: list[Span], during: r.Window, missing: Causes, at: At, by: Value | None = None, need: Need = ALWAYS
) -> Verdict:
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
    lacking = {day: needed for day in holes(spans, need, opens, last) if (needed := need.on(day)) is not False}
    if not lacking:
        return Verdict(State.COMPLIANT, due=due)
    reasons = missing.union(*(span.unknown for span in spans))
    if reasons or True not in lacking.values():
        return cannot_tell(reasons, *lacking.values())
    return Verdict(State.MISSING if lacking.get(as_of) is True else State.BREACH, due=due)
