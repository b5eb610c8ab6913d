"""Business days counted by hand against the functions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.calendars.calendar import (
    MAX_STEPS,
    Calendar,
    business_days_after,
    business_days_before,
    is_open,
    nth_business_day,
    roll_back,
    roll_forward,
)
from compliance_engine.calendars.tables import WEEKDAYS, named, worksite

federal = named("us-federal")
assert federal is not None
FEDERAL: Calendar = federal
EVERY_DAY = worksite(FEDERAL, week=frozenset(range(7)))


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        pytest.param(date(2025, 6, 2), 3, date(2025, 6, 5), id="Monday start, plain week"),
        pytest.param(date(2025, 6, 6), 3, date(2025, 6, 11), id="Friday start, over the weekend"),
        pytest.param(date(2025, 6, 7), 3, date(2025, 6, 11), id="Saturday counts from the same Monday"),
        pytest.param(date(2025, 6, 8), 1, date(2025, 6, 9), id="Sunday, next day"),
        pytest.param(date(2025, 7, 3), 3, date(2025, 7, 9), id="Thursday before Independence Day on a Friday"),
        pytest.param(date(2025, 7, 4), 3, date(2025, 7, 9), id="start on the holiday itself"),
        pytest.param(date(2025, 11, 26), 1, date(2025, 11, 28), id="Thanksgiving skipped, the Friday after is not"),
        pytest.param(date(2025, 11, 24), 10, date(2025, 12, 9), id="ten days over Thanksgiving"),
        pytest.param(date(2026, 7, 1), 2, date(2026, 7, 6), id="Saturday holiday observed on Friday 3 July"),
        pytest.param(date(2021, 12, 30), 1, date(2022, 1, 3), id="New Year observed on 31 December"),
        pytest.param(date(2025, 6, 7), 0, date(2025, 6, 7), id="no days: the day itself, open or not"),
        pytest.param(date(2025, 6, 9), -1, date(2025, 6, 6), id="negative counts back"),
    ],
)
def test_business_days_after(start: date, n: int, due: date) -> None:
    assert business_days_after(FEDERAL, start, n) == due


@pytest.mark.parametrize(
    ("end", "n", "day"),
    [
        pytest.param(date(2025, 6, 9), 1, date(2025, 6, 6), id="Monday, back to Friday"),
        pytest.param(date(2025, 6, 8), 1, date(2025, 6, 6), id="Sunday, back to Friday"),
        pytest.param(date(2025, 7, 7), 3, date(2025, 7, 1), id="back over Independence Day"),
        pytest.param(date(2025, 7, 4), 0, date(2025, 7, 4), id="no days"),
        pytest.param(date(2025, 7, 3), -1, date(2025, 7, 7), id="negative counts on"),
    ],
)
def test_business_days_before(end: date, n: int, day: date) -> None:
    assert business_days_before(FEDERAL, end, n) == day


def test_rolling_keeps_an_open_day_and_moves_a_closed_one() -> None:
    assert roll_forward(FEDERAL, date(2025, 7, 3)) == date(2025, 7, 3)
    assert roll_forward(FEDERAL, date(2025, 7, 4)) == date(2025, 7, 7)
    assert roll_back(FEDERAL, date(2025, 7, 7)) == date(2025, 7, 7)
    assert roll_back(FEDERAL, date(2025, 7, 6)) == date(2025, 7, 3)


def test_nth_business_day_stays_in_its_month() -> None:
    assert nth_business_day(FEDERAL, date(2025, 2, 1), 1) == date(2025, 2, 3)
    assert nth_business_day(FEDERAL, date(2025, 2, 1), 15) == date(2025, 2, 24), "17 February is a holiday"
    assert nth_business_day(FEDERAL, date(2025, 2, 1), 19) == date(2025, 2, 28)
    assert nth_business_day(FEDERAL, date(2025, 2, 1), 20) is None
    assert nth_business_day(FEDERAL, date(2025, 2, 1), 0) is None


def test_outside_the_calendar_nothing_is_known() -> None:
    assert is_open(FEDERAL, date(1939, 12, 31)) is None
    assert business_days_after(FEDERAL, date(1939, 12, 31), 1) is None
    assert business_days_after(FEDERAL, date(2090, 12, 28), 1) == date(2090, 12, 29)
    assert business_days_after(FEDERAL, date(2090, 12, 29), 1) is None
    assert roll_forward(FEDERAL, date(2090, 12, 30)) is None
    assert business_days_before(FEDERAL, date(1940, 1, 2), 1) is None
    assert roll_back(FEDERAL, date(1940, 1, 1)) is None
    assert business_days_after(WEEKDAYS, date(1990, 1, 1), MAX_STEPS + 1) is None


def test_a_worksite_closes_opens_and_keeps_its_own_week() -> None:
    outage = worksite(FEDERAL, closed=[(date(2025, 6, 4), date(2025, 6, 4))])
    assert business_days_after(outage, date(2025, 6, 2), 3) == date(2025, 6, 6)
    shutdown = worksite(FEDERAL, closed=[(date(2025, 12, 24), date(2026, 1, 2))])
    assert business_days_after(shutdown, date(2025, 12, 23), 1) == date(2026, 1, 5)
    open_on_the_fourth = worksite(FEDERAL, open=[(date(2025, 7, 4), date(2025, 7, 4))])
    assert business_days_after(open_on_the_fourth, date(2025, 7, 3), 3) == date(2025, 7, 8)
    assert business_days_after(EVERY_DAY, date(2025, 6, 6), 3) == date(2025, 6, 9)
    assert business_days_after(EVERY_DAY, date(2025, 7, 3), 1) == date(2025, 7, 5), "its holidays stay closed"
    saturday = [(date(2025, 6, 7), date(2025, 6, 7))]
    assert is_open(worksite(FEDERAL, open=saturday), date(2025, 6, 7))
    assert not is_open(worksite(FEDERAL, closed=saturday, open=saturday), date(2025, 6, 7)), "an outage wins"


def test_a_range_that_reaches_beyond_the_calendar_is_cut_at_its_ends() -> None:
    always_shut = worksite(FEDERAL, closed=[(date.min, date.max)])
    assert always_shut.open_days == ()
    assert roll_forward(always_shut, date(2025, 6, 2)) is None


def test_an_impossible_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="must lie between"):
        replace(WEEKDAYS, first=date(1899, 1, 1))
    with pytest.raises(ValueError, match="weekdays are 0"):
        replace(WEEKDAYS, week=frozenset({7}))


@given(st.dates(date(1945, 1, 1), date(2085, 1, 1)), st.integers(1, 60))
def test_counting_one_by_one_gives_the_same(day: date, n: int) -> None:
    walked, left = day, n
    while left:
        walked += timedelta(days=1)
        left -= bool(is_open(FEDERAL, walked))
    assert business_days_after(FEDERAL, day, n) == walked
    assert business_days_before(FEDERAL, walked, n) == roll_back(FEDERAL, day)
