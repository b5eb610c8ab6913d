"""The calendars that are shipped, and a worksite's own calendar made from one of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from compliance_engine.calendars.calendar import Calendar

Range = tuple[date, date]
"""First and last day, both included."""

MONDAY_TO_FRIDAY = frozenset(range(5))
WEEKDAYS = Calendar("weekdays", MONDAY_TO_FRIDAY, frozenset(), frozenset(), date(1940, 1, 1), date(2090, 12, 31))
"""Monday to Friday without a single holiday: what a worksite that keeps none is based on."""

_TABLES = files("compliance_engine.calendars") / "tables"
_HEADER = re.compile(r"# \S+ from (\S+) to (\S+), ")


@cache
def names() -> tuple[str, ...]:
    """Names of all shipped calendars, in order."""
    tables = (item.name.removesuffix(".csv") for item in _TABLES.iterdir() if item.name.endswith(".csv"))
    return tuple(sorted((*tables, WEEKDAYS.name)))


@cache
def named(name: str) -> Calendar | None:
    """The shipped calendar of that name, such as ``us-federal`` or ``us.ca``; None when there is none."""
    if name not in names():
        return None
    if name == WEEKDAYS.name:
        return WEEKDAYS
    header, *lines = (_TABLES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    known = _HEADER.match(header)
    if known is None:
        raise ValueError(f"{name}.csv: the first line does not say which days the table knows: {header}")
    closed = frozenset(date.fromisoformat(line.partition(",")[0]) for line in lines[1:])
    first, last = map(date.fromisoformat, known.groups())
    return Calendar(name, MONDAY_TO_FRIDAY, closed, frozenset(), first, last)


def worksite(
    base: Calendar,
    closed: Iterable[Range] = (),
    open: Iterable[Range] = (),
    week: frozenset[int] | None = None,
    name: str = "worksite",
) -> Calendar:
    """The calendar of one worksite: `base`, but for the days that its policy names.

    Args:
        base: Calendar whose holidays, range and (unless `week` is given) open weekdays it keeps.
        closed: Days it is closed, outages included; wins over `open`, for an outage can hit an extra open day.
        open: Days it works although they are holidays or outside its week.
        week: Its open weekdays, 0 = Monday to 6 = Sunday.
        name: What reports call it.
    """
    shut = frozenset(_days(base, closed))
    extra = frozenset(_days(base, open)) - shut
    return replace(
        base,
        name=name,
        week=base.week if week is None else week,
        closed=base.closed - extra | shut,
        open=base.open - shut | extra,
    )


def _days(base: Calendar, ranges: Iterable[Range]) -> Iterator[date]:
    for start, end in ranges:
        known_from, known_to = max(start, base.first), min(end, base.last)
        for step in range((known_to - known_from).days + 1):
            yield known_from + timedelta(days=step)
