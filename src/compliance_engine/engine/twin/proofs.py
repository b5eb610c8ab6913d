"""What proves that a duty was done: the days that count for certain, and why there may be others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance_engine.engine.twin.at import At, evaluate
from compliance_engine.engine.twin.conditions import compare
from compliance_engine.engine.twin.relations import absence
from compliance_engine.engine.twin.rows import Causes, adding, belongs, entries, hits
from compliance_engine.engine.twin.values import Unknown, Value, is_day, merged, number_in
from compliance_engine.engine.twin.world import Row
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent

Done = t.Expression | t.Rows | t.Reaches


@dataclass(frozen=True, slots=True)
class Event:
    """A day that counts for certain, and the row that says so."""

    day: date
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The events of a `done:` inside its window, in order.

    doubt: why there may be others. missing: why it is not a fact that there are no others. early: some precede `opens`.
    """

    events: tuple[Event, ...]
    doubt: Causes = frozenset()
    missing: Causes = frozenset()
    early: bool = False

    @property
    def first(self) -> date | None:
        """The earliest."""
        return self.events[0].day if self.events else None


@dataclass(frozen=True, slots=True)
class Limits:
    """From which day on, and until which, an event counts; the as-of date is a limit of every proof.

    since: the first day of a turn: what lies before it belongs to another turn, and is not too early for this one.
    """

    opens: Value | None = None
    until: Value | None = None
    since: Value | None = None

    def let_through(self, day: Value, at: At) -> bool | Unknown:
        """Whether a day lies inside: unknown where a side is."""
        inside = [compare("<=", at.civil(day), at.world.as_of, at)]
        inside += [compare(">=", at.civil(day), self.opens, at)] if self.opens is not None else []
        inside += [compare("<=", at.civil(day), self.until, at)] if self.until is not None else []
        if any(x is False for x in inside):
            return False
        return merged(*inside) if any(isinstance(x, Unknown) for x in inside) else True

    def too_early(self, day: Value, at: At) -> bool:
        """Whether a day lies before the first that counts."""
        if self.opens is None or compare("<=", at.civil(day), at.world.as_of, at) is not True:
            return False
        if self.since is not None and compare(">=", at.civil(day), self.since, at) is not True:
            return False
        return compare("<", at.civil(day), self.opens, at) is True


def proof(done: Done, limits: Limits, at: At) -> Proof:
    """The proof of a duty; what is dated after the as-of date is scheduled and proves nothing."""
    match done:
        case t.Rows():
            return _rows(done, limits, at)
        case t.Reaches():
            return _reaches(done, limits, at)
        case _:
            return _single(done, limits, at)


def _single(done: t.Expression, limits: Limits, at: At) -> Proof:
    day = evaluate(done, at)
    if isinstance(day, Unknown):
        return Proof((), doubt=day.causes)
    if not is_day(day):
        return Proof(())
    inside = limits.let_through(day, at)
    events = (Event(day),) if inside is True else ()
    return Proof(events, doubt=merged(at.civil(day)).causes, early=limits.too_early(day, at))


def _rows(done: t.Rows, limits: Limits, at: At) -> Proof:
    found = entries(done.record, done.field, done.where, at, belongs, with_astray=True)
    if isinstance(found, Unknown):
        return Proof((), doubt=found.causes)
    events: list[Event] = []
    doubt: Causes = frozenset()
    early = False
    for entry in found:
        day = entry.value
        if day in (Absent.OPEN, Absent.NONE):
            continue
        inside = limits.let_through(day, at)
        if entry.doubt:
            doubt |= frozenset() if inside is False else entry.doubt
        elif isinstance(at.civil(day), Unknown):
            doubt |= merged(at.civil(day)).causes
        elif is_day(day) and inside is True:
            events.append(Event(day, entry.row))
        else:
            early = early or limits.too_early(day, at)
    missing = absence(at.world, done.record, at.trigger, ())
    return Proof(tuple(sorted(events, key=lambda x: x.day)), doubt, merged(missing).causes, early)


def _reaches(done: t.Reaches, limits: Limits, at: At) -> Proof:
    """Only what lies inside the limits adds up."""
    found, goal = adding(done, at), evaluate(done.goal, at)
    if isinstance(found, Unknown) or isinstance(goal, Unknown):
        return Proof((), doubt=merged(found if isinstance(found, Unknown) else goal).causes)
    rows, doubt = found
    inside = [row for row in rows if limits.let_through(row[0], at) is True]
    missing = absence(at.world, done.record, at.trigger, ())
    return Proof(tuple(Event(day) for day in hits(inside, number_in(goal))), doubt, merged(missing).causes)
