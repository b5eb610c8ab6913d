"""Turns that the calendar makes: one for each year, quarter or month, one for each plan year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from compliance_engine.clocks import edge
from compliance_engine.engine.twin import clock_forms
from compliance_engine.engine.twin.at import At, Turn
from compliance_engine.engine.twin.values import Unknown, Value, day_in, is_day
from compliance_engine.engine.twin.verdict import Instance, Verdict, cannot_tell
from compliance_engine.language.outcomes import State
from compliance_engine.language.tree import Period


def periods(period: Period, starts: Value, at: At) -> Iterator[Instance]:
    """One obligation for each period from the trigger, or the first day that is told of, to the day of asking.

    The law of a turn is the one of its first day, or of the trigger within it.
    """
    if not is_day(starts):
        yield Instance("", at.knowing(starts=starts))
        return
    turns = _turns(period, max(starts, at.world.lookback), at)
    if isinstance(turns, Unknown):
        yield Instance("", at.knowing(starts=starts), verdict=cannot_tell(turns))
        return
    asked = [turn for turn in turns if at.world.turn in (None, turn.label, turn.end.isoformat())]
    for turn in asked:
        yield Instance(turn.label, replace(at, turn=turn).knowing(starts=max(starts, turn.start)))
    if not asked:
        yield Instance("", at.knowing(starts=starts), verdict=Verdict(State.NOT_STARTED))


def _turns(period: Period, first: date, at: At) -> list[Turn] | Unknown:
    """The periods that reach `first` or later and begin by the day of asking."""
    as_of = at.world.as_of
    if period in ("plan year", "pay period"):
        rows = clock_forms.periods(period, at)
        if isinstance(rows, Unknown):
            return rows
        return [
            Turn(x.ends_on.isoformat(), x.starts_on, x.ends_on)
            for x in sorted(rows)
            if x.ends_on >= first and x.starts_on <= as_of
        ]
    found: list[Turn] = []
    day = first
    while day <= as_of or not found:
        start, end = day_in(edge(day, period, "start")), day_in(edge(day, period, "end"))
        if start > as_of:
            break
        found.append(Turn(_label(period, start), start, end))
        day = end + timedelta(days=1)
    return found


def _label(period: Period, start: date) -> str:
    """The name of a turn, by which findings know it again."""
    match period:
        case "calendar year":
            return str(start.year)
        case "calendar quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "calendar month":
            return f"{start.year}-{start.month:02}"
        case _:
            return start.isoformat()
