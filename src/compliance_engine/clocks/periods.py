"""Periods that hold a day: those every calendar has, and those an employer writes down (pay periods, plan years)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dateutil.relativedelta import relativedelta

from compliance_engine.clocks.days import Day, add, civil
from compliance_engine.language.time_words import year_begins
from compliance_engine.language.tree import Absent, Period

SUNDAY = 6
"""Default first day of a week; an employer may fix any other for its workweek (29 CFR 778.105)."""

_MONTHS: dict[Period, int] = {"calendar year": 12, "calendar quarter": 3, "calendar month": 1}


@dataclass(frozen=True, order=True)
class DatedPeriod:
    """One pay period or plan year as the employer's records give it, both days included.

    Attributes:
        starts_on: First day.
        ends_on: Last day.
        pay_date: The payday for the work of this period; None if it is not known or there is none.
    """

    starts_on: date
    ends_on: date
    pay_date: date | None = None


def edge(
    anchor: Day,
    period: Period,
    side: Literal["start", "end"],
    *,
    first_weekday: int = SUNDAY,
    rows: Iterable[DatedPeriod] = (),
) -> Day:
    """First or last day of the period that holds `anchor`.

    Args:
        anchor: A day of the period.
        period: What kind of period.
        side: Which end of it.
        first_weekday: On which weekday weeks and workweeks start, Monday is 0.
        rows: The dated records of pay periods or plan years. Unknown if none or more than one holds the day.
    """
    day = civil(anchor)
    if isinstance(day, Absent):
        return day
    if period in _MONTHS:
        months = _MONTHS[period]
        first = date(day.year, day.month - (day.month - 1) % months, 1)
        return first if side == "start" else add(first, relativedelta(months=months - 1, day=31))
    begins = year_begins(period)
    if begins is not None:
        year = day.year if (day.month, day.day) >= begins else day.year - 1
        if year < date.min.year:
            return Absent.UNKNOWN
        first = date(year, *begins)
        return first if side == "start" else add(first, relativedelta(years=1, days=-1))
    if period in ("calendar week", "workweek"):
        into = (day.weekday() - first_weekday) % 7
        return add(day, relativedelta(days=-into if side == "start" else 6 - into))
    row = holding(day, rows)
    if row is None:
        return Absent.UNKNOWN
    return row.starts_on if side == "start" else row.ends_on


def next_period_start(
    period: Period, anchor: Day, *, first_weekday: int = SUNDAY, rows: Iterable[DatedPeriod] = ()
) -> Day:
    """The first day of a period on or after `anchor`.

    For pay periods and plan years the records must hold the anchor and go on without a gap, or the answer is unknown.
    """
    rows = tuple(rows)
    if edge(anchor, period, "start", first_weekday=first_weekday, rows=rows) == anchor:
        return anchor
    end = edge(anchor, period, "end", first_weekday=first_weekday, rows=rows)
    after = end if isinstance(end, Absent) else add(end, relativedelta(days=1))
    return edge(after, period, "start", first_weekday=first_weekday, rows=rows)


def holding(day: date, rows: Iterable[DatedPeriod]) -> DatedPeriod | None:
    """The one row that holds `day`; a row given twice is one, two different ones are a contradiction and give None."""
    found = {row for row in rows if row.starts_on <= day <= row.ends_on}
    return found.pop() if len(found) == 1 else None
