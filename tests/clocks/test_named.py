"""Days that the calendar names."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.clocks import month_day_of, next_month_day, next_weekday, nth_weekday_of_month
from compliance_engine.language.tree import Absent

from .support import FRIDAY, MONDAY, SUNDAY, UNKNOWN, WEDNESDAY, absences, dates, day


@pytest.mark.parametrize(
    ("month", "of", "anchor", "down", "up"),
    [
        (6, 1, "2025-08-15", "2025-06-01", "2025-06-01"),
        (12, 31, "2025-01-01", "2025-12-31", "2025-12-31"),
        (2, 29, "2024-12-31", "2024-02-29", "2024-02-29"),
        (2, 29, "2025-01-01", "2025-02-28", "2025-03-01"),
        (2, 29, "2000-01-01", "2000-02-29", "2000-02-29"),
        (2, 29, "2100-01-01", "2100-02-28", "2100-03-01"),
        (6, 1, "2025-08-15T09:00", "unknown", "unknown"),
    ],
)
def test_month_day_of_the_year_of_a_date(month: int, of: int, anchor: str, down: str, up: str) -> None:
    assert month_day_of(month, of, day(anchor), rounding="down") == day(down)
    assert month_day_of(month, of, day(anchor), rounding="up") == day(up)


@pytest.mark.parametrize(("year", "expected"), [(2025, "2025-01-31"), (0, "unknown"), (10000, "unknown")])
def test_month_day_of_a_year(year: int, expected: str) -> None:
    assert month_day_of(1, 31, year, rounding="down") == day(expected)


@pytest.mark.parametrize(
    ("month", "of", "anchor", "down", "up"),
    [
        (1, 31, "2025-01-30", "2025-01-31", "2025-01-31"),
        (1, 31, "2025-01-31", "2026-01-31", "2026-01-31"),
        (1, 31, "2025-12-31", "2026-01-31", "2026-01-31"),
        (2, 29, "2024-02-28", "2024-02-29", "2024-02-29"),
        (2, 29, "2024-02-29", "2025-02-28", "2025-03-01"),
        (2, 29, "2025-02-28", "2026-02-28", "2025-03-01"),
        (2, 29, "2027-03-01", "2028-02-29", "2028-02-29"),
        (12, 31, "9999-12-31", "unknown", "unknown"),
        (1, 31, "2025-01-30T09:00", "unknown", "unknown"),
    ],
)
def test_next_month_day_is_strictly_after(month: int, of: int, anchor: str, down: str, up: str) -> None:
    assert next_month_day(month, of, day(anchor), rounding="down") == day(down)
    assert next_month_day(month, of, day(anchor), rounding="up") == day(up)


@pytest.mark.parametrize(
    ("weekday", "anchor", "expected"),
    [
        (FRIDAY, "2025-07-03", "2025-07-04"),
        (FRIDAY, "2025-07-04", "2025-07-11"),
        (FRIDAY, "2025-07-05", "2025-07-11"),
        (SUNDAY, "2025-12-29", "2026-01-04"),
        (MONDAY, "9999-12-31", "unknown"),
        (FRIDAY, "2025-07-03T09:00", "unknown"),
    ],
)
def test_next_weekday_is_strictly_after(weekday: int, anchor: str, expected: str) -> None:
    assert next_weekday(weekday, day(anchor)) == day(expected)


@pytest.mark.parametrize(
    ("n", "weekday", "month", "anchor", "expected"),
    [
        (2, WEDNESDAY, 5, "2025-12-31", "2025-05-14"),
        (2, WEDNESDAY, 5, "2026-01-01", "2026-05-13"),
        (1, MONDAY, 9, "2025-07-04", "2025-09-01"),
        (-1, MONDAY, 5, "2025-07-04", "2025-05-26"),
        (-1, FRIDAY, 10, "2025-07-04", "2025-10-31"),
        (5, FRIDAY, 10, "2025-07-04", "2025-10-31"),
        (5, MONDAY, 5, "2025-07-04", "unknown"),
        (0, MONDAY, 5, "2025-07-04", "unknown"),
        (-1, SUNDAY, 2, "2024-07-04", "2024-02-25"),
        (2, WEDNESDAY, 5, "2025-12-31T09:00", "unknown"),
    ],
)
def test_nth_weekday_of_a_month(n: int, weekday: int, month: int, anchor: str, expected: str) -> None:
    assert nth_weekday_of_month(n, weekday, month, day(anchor)) == day(expected)


def test_nth_weekday_of_a_month_of_a_year() -> None:
    assert nth_weekday_of_month(2, WEDNESDAY, 5, 2026) == date(2026, 5, 13)


@given(absences)
def test_what_is_not_a_date_stays_what_it_is(anchor: Absent) -> None:
    assert month_day_of(6, 1, anchor, rounding="down") is anchor
    assert next_month_day(6, 1, anchor, rounding="up") is anchor
    assert next_weekday(MONDAY, anchor) is anchor
    assert nth_weekday_of_month(1, MONDAY, 9, anchor) is anchor


@given(dates, st.integers(0, 6))
def test_next_weekday_is_that_weekday_one_to_seven_days_on(anchor: date, weekday: int) -> None:
    there = next_weekday(weekday, anchor)
    assert isinstance(there, date)
    assert there.weekday() == weekday
    assert 1 <= (there - anchor).days <= 7


@given(dates, st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_next_month_day_is_within_a_year_and_a_day(anchor: date, named: date) -> None:
    for rounding in ("down", "up"):
        there = next_month_day(named.month, named.day, anchor, rounding=rounding)
        assert isinstance(there, date)
        assert timedelta(1) <= there - anchor <= timedelta(367)


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(0, 6))
def test_the_last_weekday_is_the_fourth_or_the_fifth(year: int, month: int, weekday: int) -> None:
    last, fourth, fifth = (nth_weekday_of_month(n, weekday, month, year) for n in (-1, 4, 5))
    assert last == (fourth if fifth is UNKNOWN else fifth)
