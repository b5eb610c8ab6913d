"""Moving an anchor: by periods, by business days, and by one day when the first day counts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from dateutil.relativedelta import relativedelta

from compliance_engine.calendars import calendar as business
from compliance_engine.calendars.calendar import Calendar
from compliance_engine.clocks.days import Day, add, civil
from compliance_engine.language.tree import Absent, Unit

Direction = Literal[1, -1]
"""1 moves after the anchor, -1 before it."""

Rounding = Literal["down", "up"]
"""What becomes of a day of the month that does not exist: the last of that month, or the first of the next."""

Amount = int | Decimal | Absent
"""How many; a number that is not whole is unknown, as no clock has half days."""


def shift(anchor: Day, n: Amount, unit: Unit, direction: Direction, *, rounding: Rounding) -> Day:
    """`anchor` moved by `n` units at once, never step by step.

    Hours are counted in elapsed time and need an instant; all other units need a civil date. The other kind is unknown:
    a date is never read as midnight, and which day an instant falls on is the caller's question.
    """
    if unit == "hour":
        return _shift_hours(anchor, n, direction)
    count, day = _whole(n), civil(anchor)
    if isinstance(count, Absent) or isinstance(day, Absent):
        return _why(count, day)
    if unit == "day":
        return add(day, relativedelta(days=count * direction))
    if unit == "week":
        return add(day, relativedelta(days=7 * count * direction))
    months = count * direction * (12 if unit == "year" else 1)
    return round_day(add(day, relativedelta(months=months)), day.day, rounding)


def round_day(clamped: date | Absent, wanted: int, rounding: Rounding) -> date | Absent:
    """`clamped`, the last of its month if day `wanted` does not exist in it; then the day after when rounding up."""
    if isinstance(clamped, Absent) or clamped.day == wanted or rounding == "down":
        return clamped
    return add(clamped, relativedelta(days=1))


def shift_business(anchor: Day, n: Amount, calendar: Calendar, direction: Direction) -> Day:
    """The n-th business day strictly after or before `anchor`, which need not be open itself; 0 gives the anchor."""
    count, day = _whole(n), civil(anchor)
    if isinstance(count, Absent) or isinstance(day, Absent):
        return _why(count, day)
    return _known(business.business_days_after(calendar, day, count * direction))


def rolled(day: Day, calendar: Calendar, way: Literal["next", "previous"]) -> Day:
    """`day` itself if it is open, else the nearest business day in the direction of `way`."""
    start = civil(day)
    if isinstance(start, Absent):
        return start
    return _known((business.roll_forward if way == "next" else business.roll_back)(calendar, start))


def nth_business_day(n: int, calendar: Calendar, anchor: Day) -> Day:
    """The n-th business day of the calendar month of `anchor`; unknown when the month has fewer."""
    day = civil(anchor)
    if isinstance(day, Absent):
        return day
    return _known(business.nth_business_day(calendar, day.replace(day=1), n))


def counting_first_day(day: Day) -> Day:
    """The end of a period whose first day counts: one day earlier than if it did not."""
    return shift(day, 1, "day", -1, rounding="down")


def _shift_hours(anchor: Day, n: Amount, direction: Direction) -> Day:
    count = _whole(n)
    if isinstance(count, Absent) or isinstance(anchor, Absent):
        return _why(count, anchor)
    if not isinstance(anchor, datetime) or anchor.utcoffset() is None:
        return Absent.UNKNOWN
    return add(anchor, relativedelta(hours=count * direction))


def _whole(n: Amount) -> int | Absent:
    if isinstance(n, Decimal):
        return int(n) if n == n.to_integral_value() else Absent.UNKNOWN
    return n


def _why(count: int | Absent, anchor: Day) -> Absent:
    """Why there is no result: an unknown number of periods makes everything unknown, else the anchor's own reason."""
    return anchor if isinstance(anchor, Absent) and not isinstance(count, Absent) else Absent.UNKNOWN


def _known(day: date | None) -> Day:
    return Absent.UNKNOWN if day is None else day
