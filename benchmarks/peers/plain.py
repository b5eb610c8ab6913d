"""A loop over plain Python functions, dates and all: what somebody would write without an engine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from dateutil.relativedelta import relativedelta

from benchmarks.peers import CHECK, LEAD, Case, States
from compliance_engine.calendars.tables import named

NEVER = date.max
"""What a day that has not come is read as."""


def prepare(cases: Sequence[Case], as_of: date) -> Callable[[], States]:
    """The calendar is read beforehand; the due day is worked out for every case."""
    federal = named("us-federal")
    open_days = federal.open_days if federal is not None else ()
    due_of: dict[str, Callable[[date], date]] = {
        "us.bench.r02": lambda start: open_days[bisect_right(open_days, start) + 2],
        "us.bench.r04": lambda start: start + relativedelta(days=20),
        "us.bench.r07": lambda start: start + relativedelta(days=44),
    }
    return partial(_all, cases, as_of, due_of)


def _all(cases: Sequence[Case], as_of: date, due_of: dict[str, Callable[[date], date]]) -> States:
    states = []
    for case in cases:
        if case.rule == CHECK:
            states.append(_check(case.starts, case.event))
        else:
            states.append(_deadline(case.starts, case.event, as_of, due_of[case.rule]))
    return states


def _check(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "unknown"
    return "compliant" if last >= first else "breach"


def _deadline(start: date | None, done: date | None, as_of: date, due_of: Callable[[date], date]) -> str:
    if start is None:
        return "unknown"
    if start == NEVER:
        return "not-started"
    due = due_of(start)
    if done is None:
        return "unknown"
    if done <= as_of:
        return "met" if done <= due else "met-late"
    if as_of > due:
        return "overdue"
    return "due-soon" if as_of >= due - relativedelta(days=LEAD) else "due"
