"""How many days a period of the calendar can have at the most and at the least."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from compliance_engine.clocks.moves import shift
from compliance_engine.schedules.series import Period

_CYCLE = range(2000, 2400)
"""The years after which the calendar repeats itself."""


@cache
def days_of(period: Period, bound: Literal["most", "least"]) -> int:
    """The largest day count of a period for a floor, rounded up; the smallest for a ceiling, rounded down.

    Example:
        3 years are 1,096 days at the most (a leap day among them) and 1,095 at the least.
    """
    if period.unit in ("day", "week"):
        return period.count * (7 if period.unit == "week" else 1)
    rounding: Literal["up", "down"] = "up" if bound == "most" else "down"
    # Rounded up, no day of a month has a longer period before it than the first; rounded down, none a shorter one than
    # the last: one start in each month is enough.
    months = ((year, month) for year in _CYCLE for month in range(1, 13))
    starts = (date(year, month, 1 if bound == "most" else _last(year, month)) for year, month in months)
    ends = ((start, shift(start, period.count, period.unit, 1, rounding=rounding)) for start in starts)
    counts = [(end - start).days for start, end in ends if isinstance(end, date)]
    return max(counts) if bound == "most" else min(counts)


def _last(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
