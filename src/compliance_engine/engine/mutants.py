"""Rules with one small mistake in them: a number off by one, a comparison turned, a condition left out.

A mistake that no example of a rule notices could stand in the rule itself, and nobody would notice either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from typing import Any

from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.words import words

ONE_DAY = timedelta(days=1)
TURNED: dict[str, t.CompareOp] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
LONG, AROUND = 12, 3
"""Words from which on a change is told by what differs alone, and words that stand around that."""
LITERALS = (t.Number, t.Text, t.Day, t.TimeOfDay, t.YesNo)


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a rule and what stands in its place.

    at: the expression whose value changes; None where the change is no expression, or where one is left out.
    """

    part: Any
    before: str
    after: str
    at: t.Node | None

    @property
    def text(self) -> str:
        """The change in words, of long texts only what differs and a little before and behind it."""
        before, after = self.before.split(), self.after.split()
        same = _in_common(before, after)
        same_end = _in_common(before[:same:-1], after[:same:-1])
        return f"{_shortened(before, same, same_end)} → {_shortened(after, same, same_end)}"


def _in_common(one: list[str], other: list[str]) -> int:
    """How many words two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shortened(listed: list[str], same: int, same_end: int) -> str:
    first, last = max(0, same - AROUND), min(len(listed), len(listed) - same_end + AROUND)
    if len(listed) <= LONG:
        return " ".join(listed)
    return f"{'… ' if first else ''}{' '.join(listed[first:last])}{' …' if last < len(listed) else ''}"


def changes(part: Any) -> Iterator[Change]:
    """Every way to make one mistake in a part of a rule; `part` of a change is the whole part with the mistake in it.

    Names of `let:`, named facts and dated values are written once and read often: their insides are not entered.
    """
    yield from _own(part)
    if isinstance(part, t.Alias):
        return
    for field in fields(part):
        if isinstance(part, t.Value) and field.name == "table":
            continue
        value = getattr(part, field.name)
        if isinstance(value, tuple):
            yield from _of_items(part, field.name, value)
        elif _is_part(value):
            for change in changes(value):
                yield _told_by(part, value, change, replace(part, **{field.name: change.part}))


def _is_part(value: object) -> bool:
    return isinstance(value, t.Node | r.Window | r.Each | r.InForce)


def _of_items(part: Any, name: str, items: tuple[Any, ...]) -> Iterator[Change]:
    for n, item in enumerate(items):
        if is_dataclass(item):
            for change in changes(item):
                whole = replace(part, **{name: (*items[:n], change.part, *items[n + 1 :])})
                yield _told_by(part, item, change, whole)


def _told_by(part: Any, child: Any, change: Change, whole: Any) -> Change:
    """The change of a child as one of the whole; what happens to a mere number is told by what it stands in."""
    if isinstance(child, LITERALS) and isinstance(part, t.Node) and not isinstance(part, t.Branch):
        return Change(whole, _words(part), _words(whole), part)
    return Change(whole, change.before, change.after, change.at)


# ---- the mistakes ----------------------------------------------------------------------------------------------------


def _own(part: Any) -> Iterator[Change]:
    """The mistakes that can be made in a part itself."""
    if isinstance(part, t.Branches):
        for n, arm in enumerate(part.arms[:-1]):
            rest = t.Branches((*part.arms[:n], *part.arms[n + 1 :]), span=part.span)
            yield Change(rest, f"branch {_words(arm.then)}", "left out", part)
    elif isinstance(part, t.Branch):
        return
    elif isinstance(part, t.Node):
        for other in _others(part):
            yield Change(other, _words(part), _words(other), part)
    elif isinstance(part, r.InForce):
        yield from _moved(part, "first", "in force from")
        yield from _moved(part, "last", "in force to")
    elif isinstance(part, r.Revision):
        yield from _moved(part, "first", f"revision {part.revision} from")
        yield from _moved(part, "replace_by", f"revision {part.revision} replace_by")
    elif isinstance(part, r.Language) and part.spoken_by is not None:
        for number in (part.spoken_by - 1, part.spoken_by + 1):
            yield Change(replace(part, spoken_by=number), f"spoken by {part.spoken_by}", f"{number}", None)


def _moved(part: Any, name: str, what: str) -> Iterator[Change]:
    """A date one day earlier and one day later."""
    day = getattr(part, name)
    if isinstance(day, date):
        for other in (day - ONE_DAY, day + ONE_DAY):
            yield Change(replace(part, **{name: other}), f"{what} {day}", f"{other}", None)


def _others(e: t.Node) -> Iterator[t.Node]:
    """What could stand in the place of an expression by mistake."""
    match e:
        case t.Number():
            yield from (replace(e, value=e.value + step) for step in (Decimal(-1), Decimal(1)))
        case t.Day():
            yield from (replace(e, value=e.value + step) for step in (-ONE_DAY, ONE_DAY))
        case t.TimeOfDay():
            for step in (timedelta(minutes=-1), timedelta(minutes=1)):
                yield replace(e, value=(datetime.combine(date(2000, 1, 2), e.value) + step).time())
        case t.YesNo():
            yield replace(e, value=not e.value)
        case t.Compare():
            yield replace(e, op=TURNED[e.op])
        case t.And() | t.Or():
            yield (t.Or if isinstance(e, t.And) else t.And)(e.items, span=e.span)
            rest = [_without(e.items, n) for n in range(len(e.items))]
            yield from (items[0] if len(items) == 1 else replace(e, items=items) for items in rest)
        case t.Not():
            yield e.item
        case t.IsKnown() | t.HasHappened():
            yield replace(e, negated=not e.negated)
        case t.In():
            yield replace(e, negated=not e.negated)
            if len(e.options) > 1:
                yield from (replace(e, options=_without(e.options, n)) for n in range(len(e.options)))
        case _:
            yield from _other_clocks(e)


def _other_clocks(e: t.Node) -> Iterator[t.Node]:
    match e:
        case t.Shift():
            yield replace(e, way="before" if e.way == "after" else "after")
            if e.unit == "day":
                yield replace(e, calendar="" if e.calendar is None else None)
        case t.LaterOf():
            yield t.EarlierOf(e.arms, span=e.span)
        case t.EarlierOf():
            yield t.LaterOf(e.arms, span=e.span)
        case t.Rolled() | t.CountingFirstDay():
            yield e.clock
        case t.Rounding():
            yield replace(e, way="down" if e.way == "up" else "up")
        case t.Edge():
            yield replace(e, side="start" if e.side == "end" else "end")
        case t.NextMonthDay() | t.MonthDay():
            yield from (replace(e, day=day) for day in (e.day - 1, e.day + 1) if 1 <= day <= _LENGTH[e.month - 1])
        case t.NthBusinessDay():
            yield from (replace(e, n=n) for n in (e.n - 1, e.n + 1) if n >= 1)
        case t.NthWeekday():
            yield from (replace(e, n=n) for n in (e.n - 1, e.n + 1) if 1 <= n <= _WEEKS)
        case t.Every():
            yield replace(e, start="due" if e.start == "completion" else "completion")


_LENGTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKS = 5


def _without(items: tuple[t.Expression, ...], n: int) -> tuple[t.Expression, ...]:
    return (*items[:n], *items[n + 1 :])


def _words(e: Any) -> str:
    return words(e)
