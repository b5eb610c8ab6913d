"""Days that are counted from other days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression


Unit = Literal["hour", "day", "week", "month", "year"]
Period = str
"""calendar year, quarter, month or week, workweek, pay period, plan year, or a named year: `year from July 1`."""
Way = Literal["after", "before"]


@dataclass(frozen=True, slots=True)
class Shift(Node):
    """`3 business days after start_date`.

    calendar: None counts every day, '' is the rule's own calendar, else its name.
    """

    amount: Expression
    unit: Unit
    calendar: str | None
    way: Way
    anchor: Expression


@dataclass(frozen=True, slots=True)
class SameDay(Node):
    """`same day as x`."""

    anchor: Expression


@dataclass(frozen=True, slots=True)
class Edge(Node):
    """`end of calendar year of x`, `start of pay period of x`."""

    side: Literal["start", "end"]
    period: Period
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextMonthDay(Node):
    """`next January 31 after x`: strictly after."""

    month: int
    day: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class MonthDay(Node):
    """`June 1 of x`: in the calendar year of x (a date or a year)."""

    month: int
    day: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextWeekday(Node):
    """`next Friday after x`: strictly after; Monday is 0."""

    weekday: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NthWeekday(Node):
    """`second Wednesday of May of x`; n = -1 is the last."""

    n: int
    weekday: int
    month: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NthBusinessDay(Node):
    """`15th us-federal business day of month of x`; `calendar` as in Shift."""

    n: int
    calendar: str
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextPeriodStart(Node):
    """`next calendar month start on or after x`."""

    period: Period
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextPayday(Node):
    """`next payday after x`: strictly after, from the pay periods of the subject's pay group."""

    anchor: Expression


@dataclass(frozen=True, slots=True)
class PaydayOf(Node):
    """`payday of x`: the payday for the pay period that holds day x."""

    anchor: Expression


@dataclass(frozen=True, slots=True)
class LaterOf(Node):
    """The latest arm; open while one of them is."""

    arms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class EarlierOf(Node):
    """The earliest arm; one that is open is left out."""

    arms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Rolled(Node):
    """`... rolled to next us-federal business day`; `calendar` as in Shift."""

    clock: Expression
    way: Literal["next", "previous"]
    calendar: str


@dataclass(frozen=True, slots=True)
class Rounding(Node):
    """`... rounding up`: what happens to a day of the month that does not exist."""

    clock: Expression
    way: Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class CountingFirstDay(Node):
    """`90 days after start_date counting the first day`: one day earlier."""

    clock: Expression
