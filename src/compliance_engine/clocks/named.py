"""Days that the calendar names: June 1, the next Friday, the second Wednesday of May. Months from 1, Monday is 0."""

from calendar import monthrange
from datetime import date

from dateutil.relativedelta import relativedelta

from compliance_engine.clocks.days import Day, add, civil
from compliance_engine.clocks.moves import Rounding, round_day
from compliance_engine.language.tree import Absent


def month_day_of(month: int, day: int, anchor: Day | int, *, rounding: Rounding) -> Day:
    """That day in the calendar year of `anchor`, a date or a year.

    29 February of a year without one is not skipped: it rounds to 28 February or to 1 March.
    """
    year = _year(anchor)
    if isinstance(year, Absent):
        return year
    last = monthrange(year, month)[1]
    return round_day(date(year, month, min(day, last)), day, rounding)


def next_month_day(month: int, day: int, anchor: Day, *, rounding: Rounding) -> Day:
    """The first such day of a year strictly after `anchor`."""
    start = civil(anchor)
    if isinstance(start, Absent):
        return start
    this_year = month_day_of(month, day, start.year, rounding=rounding)
    if isinstance(this_year, Absent) or this_year > start:
        return this_year
    return month_day_of(month, day, start.year + 1, rounding=rounding)


def next_weekday(weekday: int, anchor: Day) -> Day:
    """The first such weekday strictly after `anchor`: seven days on if the anchor is one."""
    start = civil(anchor)
    if isinstance(start, Absent):
        return start
    return add(start, relativedelta(days=1 + (weekday - start.weekday() - 1) % 7))


def nth_weekday_of_month(n: int, weekday: int, month: int, anchor: Day | int) -> Day:
    """The n-th such weekday of that month in the year of `anchor`, the last for n = -1; unknown if there is no n-th."""
    year = _year(anchor)
    if isinstance(year, Absent):
        return year
    first_weekday, length = monthrange(year, month)
    days = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
    if n == -1:
        return date(year, month, days[-1])
    return date(year, month, days[n - 1]) if 1 <= n <= len(days) else Absent.UNKNOWN


def _year(anchor: Day | int) -> int | Absent:
    """The calendar year meant; unknown for an instant and outside the years 1 to 9999."""
    if isinstance(anchor, int):
        return anchor if date.min.year <= anchor <= date.max.year else Absent.UNKNOWN
    day = civil(anchor)
    return day if isinstance(day, Absent) else day.year
