"""How many days a period of the calendar can have."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.clocks.moves import shift
from compliance_engine.schedules.day_counts import days_of
from compliance_engine.schedules.series import Period, Whole


@pytest.mark.parametrize(
    ("period", "most", "least"),
    [
        (Period(10, "day"), 10, 10),
        (Period(2, "week"), 14, 14),
        (Period(1, "month"), 31, 28),
        (Period(1, "year"), 366, 365),
        (Period(3, "year"), 1096, 1095),
        (Period(4, "year"), 1461, 1460),  # 2096 to 2100 has no leap day
        (Period(5, "year"), 1827, 1825),
    ],
)
def test_the_largest_for_a_floor_and_the_smallest_for_a_ceiling(period: Period, most: int, least: int) -> None:
    assert (days_of(period, "most"), days_of(period, "least")) == (most, least)


@given(st.dates(date(2000, 1, 1), date(2399, 12, 31)), st.integers(1, 5), st.sampled_from(["month", "year"]))
def test_no_start_gives_more_or_fewer(start: date, count: int, unit: Whole) -> None:
    ways: tuple[tuple[Literal["up", "down"], Literal["most", "least"]], ...] = (("up", "most"), ("down", "least"))
    for rounding, bound in ways:
        end = shift(start, count, unit, 1, rounding=rounding)
        assert isinstance(end, date)
        days, limit = (end - start).days, days_of(Period(count, unit), bound)
        assert days <= limit if bound == "most" else days >= limit
