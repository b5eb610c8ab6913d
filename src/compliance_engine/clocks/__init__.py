"""Date arithmetic of every clock form in plain Python: the readable twin of the SQL that the engine writes.

Every function takes and gives a `Day`: a civil date, an instant, or the reason why there is none (`Absent`). An open or
never-happened anchor stays what it is; whatever cannot be told for certain is `Absent.UNKNOWN`, never a guess.
"""

from compliance_engine.clocks.bounds import Bounds, earlier_bounds, later_bounds, through
from compliance_engine.clocks.days import Day, Truth, compare, earlier_of, later_of
from compliance_engine.clocks.moves import (
    Direction,
    Rounding,
    counting_first_day,
    nth_business_day,
    rolled,
    shift,
    shift_business,
)
from compliance_engine.clocks.named import month_day_of, next_month_day, next_weekday, nth_weekday_of_month
from compliance_engine.clocks.paydays import next_payday, payday_of
from compliance_engine.clocks.periods import SUNDAY, DatedPeriod, edge, next_period_start

__all__ = [
    "SUNDAY",
    "Bounds",
    "DatedPeriod",
    "Day",
    "Direction",
    "Rounding",
    "Truth",
    "compare",
    "counting_first_day",
    "earlier_bounds",
    "earlier_of",
    "edge",
    "later_bounds",
    "later_of",
    "month_day_of",
    "next_month_day",
    "next_payday",
    "next_period_start",
    "next_weekday",
    "nth_business_day",
    "nth_weekday_of_month",
    "payday_of",
    "rolled",
    "shift",
    "shift_business",
    "through",
]
