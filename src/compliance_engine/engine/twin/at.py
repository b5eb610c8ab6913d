"""Where an expression is read: the world, the days that the rule has worked out so far, the row that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import singledispatch
from typing import Any

from compliance_engine.clocks import Bounds, Day, through
from compliance_engine.engine.twin.relations import civil
from compliance_engine.engine.twin.values import Cause, Unknown, Value, as_day, merged
from compliance_engine.engine.twin.world import Row, World
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent


@dataclass(frozen=True, slots=True)
class Turn:
    """A period that a recurring duty is owed for, both days included."""

    label: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was read or worked out, and where."""

    node: t.Node
    value: Value
    at: At


@dataclass(frozen=True)
class At:
    """The place where an expression is read.

    calendar: the rule's, for bare business days. up: whether a day that does not exist becomes the next one.
    days: what starts, due and done are, as far as they are known. done_row: the row that met the turn before.
    each: the other record of a pair. row: the row that a `where` looks at. steps: where to tell what is read.
    """

    world: World
    calendar: str = "worksite"
    up: bool = False
    days: Mapping[str, Value] = field(default_factory=dict)
    turn: Turn | None = None
    done_row: Row | None = None
    each: Row | None = None
    row: Row | None = None
    steps: list[Step] | None = None

    @property
    def trigger(self) -> Value:
        """The day whose facts count: the trigger day once it is known, before that the day of asking."""
        return self.days.get("starts", self.world.as_of)

    def knowing(self, **days: Value) -> At:
        """The same place with further days known."""
        return replace(self, days={**self.days, **days})

    def civil(self, value: Value) -> Value:
        """A moment as the day it is at the worksite of the trigger day; anything else as it is."""
        return civil(self.world, value, self.trigger)


@dataclass(frozen=True, slots=True)
class Dated:
    """A day with what is certain about it; `causes` are the facts that it is unknown for."""

    bounds: Bounds
    causes: frozenset[Cause] = frozenset()

    @classmethod
    def of(cls, value: Value) -> Dated:
        """A day without further bounds."""
        return cls(Bounds.of(as_day(value)), merged(value).causes)

    @property
    def value(self) -> Value:
        """The day, or the unknown that it is."""
        exact = self.bounds.exact
        return Unknown(self.causes) if exact is Absent.UNKNOWN else exact

    def moved(self, clock: Callable[[Day], Day], why: Cause, *others: Value) -> Dated:
        """Where a clock takes the day and its bounds.

        Args:
            clock: a form that is monotone in its anchor.
            why: what is missing where the clock itself cannot tell.
            others: what the clock reads beside its anchor.
        """
        bounds = through(clock, self.bounds)
        if bounds.exact is not Absent.UNKNOWN:
            return Dated(bounds)
        return Dated(bounds, (self.causes | merged(*others).causes) or frozenset({why}))

    def as_civil(self, at: At) -> Dated:
        """Moments as the days they are at the worksite."""

        def day(side: Day) -> Day:
            return as_day(at.civil(side)) if isinstance(side, datetime) else side

        moment = self.bounds.exact
        zone = merged(at.civil(moment)).causes if isinstance(moment, datetime) else frozenset[Cause]()
        return Dated(through(day, self.bounds), self.causes | zone)


def evaluate(e: t.Node, at: At) -> Value:
    """What an expression comes to."""
    value = value_of(e, at)
    if at.steps is not None:
        at.steps.append(Step(e, value, at))
    return value


def bounds(e: t.Node, at: At) -> Dated:
    """A clock, with what is certain about it where parts of it are unknown."""
    dated = clock_of(e, at)
    if at.steps is not None and clock_of.dispatch(type(e)) is not clock_of.dispatch(t.Node):
        at.steps.append(Step(e, dated.value, at))
    return dated


@singledispatch
def value_of(e: t.Node, _at: At) -> Value:
    """One function for each form; they are registered where the form is at home."""
    raise TypeError(f"{type(e).__name__} has no value")


@singledispatch
def clock_of(e: t.Node, at: At) -> Dated:
    """What is not a clock has no bounds beside its value."""
    return Dated.of(evaluate(e, at))


def exact(e: Any, at: At) -> Value:
    """The value of a form that is worked out with its bounds."""
    return clock_of(e, at).value
