"""What a clock reads and gives: a civil day, an instant or a reason for neither; and how such values compare."""

import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from compliance_engine.language.tree import Absent, CompareOp

Day = date | datetime | Absent
"""A civil date, an instant (a datetime that knows its zone), or why there is none."""

Truth = bool | Literal[Absent.UNKNOWN]
"""Yes, no, or cannot be told."""

_COMPARISONS: dict[CompareOp, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def civil(day: Day) -> date | Absent:
    """The day if it is a civil date; unknown for an instant, whose day depends on a zone that only the caller knows."""
    return Absent.UNKNOWN if isinstance(day, datetime) else day


def add(day: date, by: relativedelta) -> date | Absent:
    """`day` moved by `by`; unknown outside the years 1 to 9999, which exports that write 9999-12-31 for "no end" reach.

    Instants move in UTC: Python adds to the wall clock of a zone, which gains or loses an hour twice a year.
    """
    try:
        return (day.astimezone(UTC) if isinstance(day, datetime) else day) + by
    except (OverflowError, ValueError):
        return Absent.UNKNOWN


def compare(left: Day, op: CompareOp, right: Day) -> Truth:
    """Compare two days.

    Unknown on either side is unknown. What never happened compares false, whatever the operator, `<>` included. What
    has not happened yet lies after every date and equals itself. A civil date and an instant do not compare: unknown.
    """
    sides = (left, right)
    if Absent.UNKNOWN in sides:
        return Absent.UNKNOWN
    if Absent.NONE in sides:
        return False
    test = _COMPARISONS[op]
    if isinstance(left, Absent) or isinstance(right, Absent):
        return test(left is Absent.OPEN, right is Absent.OPEN)
    return test(left, right) if _one_kind((left, right)) else Absent.UNKNOWN


def later_of(arms: Sequence[Day]) -> Day:
    """The latest arm; arms that never happened drop out.

    Open as soon as one arm is open, otherwise unknown as soon as one is unknown: skipping it would be too early.
    """
    arms = [arm for arm in arms if arm is not Absent.NONE]
    if not arms:
        return Absent.NONE
    return Absent.OPEN if Absent.OPEN in arms else _pick(max, arms)


def earlier_of(arms: Sequence[Day]) -> Day:
    """The earliest arm; arms that are open or never happened drop out; unknown as soon as one arm is unknown."""
    dated = [arm for arm in arms if arm not in (Absent.OPEN, Absent.NONE)]
    if dated:
        return _pick(min, dated)
    return Absent.OPEN if Absent.OPEN in arms else Absent.NONE


def _pick(choose: Callable[[list[date]], date], arms: Sequence[Day]) -> Day:
    known = [arm for arm in arms if not isinstance(arm, Absent)]
    return choose(known) if len(known) == len(arms) and _one_kind(known) else Absent.UNKNOWN


def _one_kind(days: Iterable[date]) -> bool:
    """Whether all are civil dates or all are instants; a datetime without a zone is neither."""
    kinds = {(isinstance(day, datetime), isinstance(day, datetime) and day.utcoffset() is None) for day in days}
    return kinds in ({(False, False)}, {(True, False)})
