"""Business days of one calendar: what is open, and counting open days.

Counting goes strictly beyond the day it starts from, and that day need not be open itself: three business days after a
Saturday is Wednesday. A day outside the range that a calendar knows is never guessed: the answer is ``None`` (unknown).
`arrays.py` gives the same answers in SQL.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

BASE = date(1900, 1, 1)
END = date(2100, 12, 31)
MAX_STEPS = 4000
"""Largest number of business days (about sixteen years) that one step may count; beyond it the answer is unknown."""


@dataclass(frozen=True)
class Calendar:
    """The open days of a place or office.

    Attributes:
        name: What rules and reports call it, such as ``us-federal``.
        week: Weekdays that are open as a rule, 0 = Monday to 6 = Sunday.
        closed: Days closed although their weekday is open.
        open: Days open although their weekday or `closed` says otherwise.
        first: First day the calendar knows; after `BASE`.
        last: Last day the calendar knows; before `END`.
    """

    name: str
    week: frozenset[int]
    closed: frozenset[date]
    open: frozenset[date]
    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a range that the SQL arrays cannot hold, and weekdays that do not exist."""
        if not BASE < self.first <= self.last < END:
            raise ValueError(f"calendar {self.name}: {self.first} to {self.last} must lie between {BASE} and {END}")
        if not self.week <= frozenset(range(7)):
            raise ValueError(f"calendar {self.name}: weekdays are 0 (Monday) to 6 (Sunday), not {sorted(self.week)}")

    @cached_property
    def open_days(self) -> tuple[date, ...]:
        """All open days from `first` to `last`, in order."""
        days = (self.first + timedelta(step) for step in range((self.last - self.first).days + 1))
        return tuple(day for day in days if is_open(self, day))


def is_open(cal: Calendar, day: date) -> bool | None:
    """Whether `day` is a business day; None when the calendar does not know the day."""
    if not cal.first <= day <= cal.last:
        return None
    return day in cal.open or (day.weekday() in cal.week and day not in cal.closed)


def business_days_after(cal: Calendar, day: date, n: int) -> date | None:
    """The n-th business day strictly after `day`; `day` itself for 0; counts backwards when `n` is negative."""
    if n < 0:
        return business_days_before(cal, day, -n)
    return day if n == 0 else _at(cal, day, bisect_right(cal.open_days, day) + n - 1, n)


def business_days_before(cal: Calendar, day: date, n: int) -> date | None:
    """The n-th business day strictly before `day`; `day` itself for 0; counts forwards when `n` is negative."""
    if n < 0:
        return business_days_after(cal, day, -n)
    return day if n == 0 else _at(cal, day, bisect_left(cal.open_days, day) - n, n)


def roll_forward(cal: Calendar, day: date) -> date | None:
    """The first business day on or after `day`."""
    return _at(cal, day, bisect_left(cal.open_days, day), 1)


def roll_back(cal: Calendar, day: date) -> date | None:
    """The last business day on or before `day`."""
    return _at(cal, day, bisect_right(cal.open_days, day) - 1, 1)


def nth_business_day(cal: Calendar, month_start: date, n: int) -> date | None:
    """The n-th business day from `month_start` on; None when its month has fewer than `n`."""
    found = _at(cal, month_start, bisect_left(cal.open_days, month_start) + n - 1, n) if n > 0 else None
    month_end = month_start.replace(day=monthrange(month_start.year, month_start.month)[1])
    return found if found is not None and found <= month_end else None


def _at(cal: Calendar, day: date, ordinal: int, steps: int) -> date | None:
    known = cal.first <= day <= cal.last and 0 <= ordinal < len(cal.open_days) and steps <= MAX_STEPS
    return cal.open_days[ordinal] if known else None
