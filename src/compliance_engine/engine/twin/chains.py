"""Turns that follow from each other: each completion opens the next, or each due date does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from compliance_engine import clocks
from compliance_engine.clocks import Day
from compliance_engine.engine.twin import clock_forms
from compliance_engine.engine.twin.at import At, bounds, evaluate
from compliance_engine.engine.twin.deadline import day_or_none
from compliance_engine.engine.twin.proofs import Event, Limits, Proof, proof
from compliance_engine.engine.twin.values import Unknown, Value, day_in, is_day, unknown
from compliance_engine.engine.twin.verdict import Instance, cannot_tell
from compliance_engine.engine.twin.world import cell, number_of
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.vocabulary import Field
from compliance_engine.language.walk import walk

ONE_DAY = timedelta(days=1)


def chain(body: r.Recurring, starts: Value, at: At) -> Iterator[Instance]:
    """The turns of a duty, the first by `due`, the others by `repeat`; one that has not begun has just the first."""
    at, repeat = at.knowing(starts=starts), body.repeat
    if isinstance(repeat, t.Every) and repeat.start == "due":
        yield from _from_due(body, repeat, starts, at) if is_day(starts) else [Instance("turn 1", at)]
    elif isinstance(repeat, t.EachPeriod) or not is_day(starts):
        yield Instance("first", at)
    else:
        yield from _from_completion(body, repeat, starts, at)


# ---- each completion opens the next turn -----------------------------------------------------------------------------


def _from_completion(body: r.Recurring, repeat: t.Every | t.Expression, starts: date, at: At) -> Iterator[Instance]:
    """Turn n was met by the n-th completion; the last turn is open. Each is named by the completion that began it.

    A completion that may be there may have met any turn: what was done in time stays so, what was late may not be late.
    A turn whose due date lies before the duty began was never owed: it came from the time before.
    """
    whole = proof(body.done, Limits(day_or_none(body.opens, at)), at)
    events = _in_order(whole, body, at)
    for n in range(len(events) + 1):
        here, due = at, None
        if n > 0:
            before = events[n - 1]
            since = max(starts, _civil(before.day, at))
            here = replace(at, done_row=before.row).knowing(starts=since, done=before.day)
            due = bounds(_next(repeat), here)
            exact = due.as_civil(at).bounds.exact
            if isinstance(exact, date) and exact < starts:
                continue
        else:
            due = bounds(body.due, at)
        is_last = n == len(events)
        evidence = Proof(
            events=() if is_last else (events[n],),
            doubt=whole.doubt,
            missing=whole.missing if is_last else frozenset(),
            early=whole.early and n == 0,
        )
        yield Instance(_name(events[:n]), here, nth=n + 1, due=due, evidence=evidence)


def _name(before: Sequence[Event]) -> str:
    """The completion that began a turn; of several of one day also which of them."""
    if not before:
        return "first"
    day = before[-1].day
    number = sum(event.day == day for event in before)
    text = str(day).removesuffix("+00:00")
    shown = text.rstrip("0") if "." in text else text
    return f"since {shown}" + (f" ({number})" if number > 1 else "")


def _next(repeat: t.Every | t.Expression) -> t.Expression:
    """The clock from the completion of a turn to the due date of the next."""
    if isinstance(repeat, t.Every):
        return t.Shift(repeat.amount, repeat.unit, None, "after", t.Special("done"))
    return repeat


def _in_order(whole: Proof, body: r.Recurring, at: At) -> list[Event]:
    """The completions by day, each day once; rows of one day by the fields that say when the next turn is due."""
    fields = _done_fields(body)
    if not fields:
        return [event for n, event in enumerate(whole.events) if n == 0 or event.day != whole.events[n - 1].day]

    def order(event: Event) -> tuple[date, list[str], int]:
        row = event.row or {}
        return event.day, [str(cell(at.world, record, field, row)) for record, field in fields], number_of(row)

    return sorted(whole.events, key=order)


def _done_fields(body: r.Recurring) -> list[tuple[str, Field]]:
    found: dict[str, tuple[str, Field]] = {}

    def look(node: t.Node) -> None:
        if isinstance(node, t.DoneField):
            found[node.field.name] = (node.record, node.field)

    walk(body.repeat, look)
    return [found[name] for name in sorted(found)]


# ---- each due date opens the next turn -------------------------------------------------------------------------------


def _from_due(body: r.Recurring, repeat: t.Every, starts: date, at: At) -> Iterator[Instance]:
    """Turn n is due n - 1 periods after the first due date; it begins the day after the due date before.

    A completion counts for one turn only: the first after the due date and the completion of the turn before.
    """
    first, opens, amount = bounds(body.due, at).as_civil(at), day_or_none(body.opens, at), evaluate(repeat.amount, at)
    due, here, after, n = first, at, opens, 1
    last = date.min
    while True:
        evidence = proof(body.done, Limits(after), here)
        evidence = replace(evidence, events=evidence.events[:1], early=evidence.early and n == 1)
        day = due.bounds.exact
        if not isinstance(day, date) or day >= at.world.lookback:
            yield Instance(f"turn {n}", here, nth=n, due=due, evidence=evidence)
        if not isinstance(day, date) or day >= at.world.as_of:
            return
        n += 1
        if not isinstance(amount, Decimal) or amount < 1:
            why = amount if isinstance(amount, Unknown) else unknown("repeat", f"every {amount} {repeat.unit}")
            yield Instance(f"turn {n}", at, nth=n, verdict=cannot_tell(why))
            return
        here = at.knowing(starts=max(starts, day + ONE_DAY))
        last = max([last, *(_civil(event.day, at) for event in evidence.events)])
        after = max(day, last) + ONE_DAY
        after = max(after, opens) if isinstance(opens, date) else after
        due = first.moved(_steps(repeat.unit, amount * (n - 1)), clock_forms.OUT_OF_RANGE)


def _steps(unit: t.Unit, count: Decimal) -> Callable[[Day], Day]:
    return lambda day: clocks.shift(day, count, unit, 1, rounding="down")


def _civil(day: date, at: At) -> date:
    """An event's day at the worksite; events whose day cannot be told are in doubt and not among them."""
    return day_in(at.civil(day))
