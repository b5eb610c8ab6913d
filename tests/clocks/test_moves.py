"""Moving an anchor by days, months, hours and business days."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.clocks import (
    Day,
    Direction,
    Rounding,
    counting_first_day,
    nth_business_day,
    rolled,
    shift,
    shift_business,
)
from compliance_engine.language.tree import Absent, Unit

from .support import OFFICE, UNKNOWN, absences, dates, day, office_dates

UNITS: tuple[Unit, ...] = ("hour", "day", "week", "month", "year")
directions = st.sampled_from([1, -1])
roundings = st.sampled_from(["down", "up"])
civil_units = st.sampled_from(UNITS[1:])
counts = st.integers(0, 600)


@pytest.mark.parametrize(
    ("anchor", "n", "unit", "down", "up"),
    [
        ("2025-06-02", 0, "day", "2025-06-02", "2025-06-02"),
        ("2025-06-02", 90, "day", "2025-08-31", "2025-08-31"),
        ("2024-02-28", 1, "day", "2024-02-29", "2024-02-29"),
        ("2025-02-28", 1, "day", "2025-03-01", "2025-03-01"),
        ("2025-12-31", 1, "day", "2026-01-01", "2026-01-01"),
        ("2025-01-01", -1, "day", "2024-12-31", "2024-12-31"),
        ("2025-12-22", 2, "week", "2026-01-05", "2026-01-05"),
        ("2025-01-15", 1, "month", "2025-02-15", "2025-02-15"),
        ("2025-01-31", 1, "month", "2025-02-28", "2025-03-01"),
        ("2024-01-31", 1, "month", "2024-02-29", "2024-03-01"),
        ("2024-01-30", 1, "month", "2024-02-29", "2024-03-01"),
        ("2025-01-28", 1, "month", "2025-02-28", "2025-02-28"),
        ("2025-02-28", 1, "month", "2025-03-28", "2025-03-28"),
        ("2025-01-31", 2, "month", "2025-03-31", "2025-03-31"),
        ("2025-08-31", 6, "month", "2026-02-28", "2026-03-01"),
        ("2025-12-31", 2, "month", "2026-02-28", "2026-03-01"),
        ("2025-03-31", -1, "month", "2025-02-28", "2025-03-01"),
        ("2025-07-31", -1, "month", "2025-06-30", "2025-07-01"),
        ("2024-02-29", 1, "year", "2025-02-28", "2025-03-01"),
        ("2024-02-29", 4, "year", "2028-02-29", "2028-02-29"),
        ("2024-02-29", -1, "year", "2023-02-28", "2023-03-01"),
        ("2025-02-28", -1, "year", "2024-02-28", "2024-02-28"),
        ("2096-02-29", 4, "year", "2100-02-28", "2100-03-01"),
        ("9999-12-31", 1, "day", "unknown", "unknown"),
        ("9999-12-31", 3, "year", "unknown", "unknown"),
        ("0001-01-01", -1, "month", "unknown", "unknown"),
        ("2025-01-01", 10**12, "week", "unknown", "unknown"),
    ],
)
def test_shift(anchor: str, n: int, unit: Unit, down: str, up: str) -> None:
    direction: Direction = 1 if n >= 0 else -1
    assert shift(day(anchor), abs(n), unit, direction, rounding="down") == day(down)
    assert shift(day(anchor), abs(n), unit, direction, rounding="up") == day(up)


def test_months_are_added_at_once_and_not_step_by_step() -> None:
    start = date(2025, 1, 31)
    one_by_one = shift(shift(start, 1, "month", 1, rounding="down"), 1, "month", 1, rounding="down")
    assert one_by_one == date(2025, 3, 28)
    assert shift(start, 2, "month", 1, rounding="down") == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("anchor", "n", "expected"),
    [
        ("2025-05-06T22:30", 8, "2025-05-07T06:30"),
        ("2025-12-31T23:00", 1, "2026-01-01T00:00"),
        ("2024-02-28T12:00", 24, "2024-02-29T12:00"),
        ("2025-05-06", 8, "unknown"),
        ("9999-12-31T23:00", 1, "unknown"),
    ],
)
def test_hours_move_an_instant_and_never_a_date(anchor: str, n: int, expected: str) -> None:
    assert shift(day(anchor), n, "hour", 1, rounding="down") == day(expected)


def test_hours_before() -> None:
    assert shift(day("2025-01-01T01:00"), 2, "hour", -1, rounding="down") == day("2024-12-31T23:00")


def test_hours_are_elapsed_time_where_the_clocks_change() -> None:
    """Clocks in New York went forward at 02:00 on 9 March 2025, so that 24 hours later the wall says one hour more."""
    before = datetime(2025, 3, 8, 12, 0, tzinfo=ZoneInfo("America/New_York"))
    after = shift(before, 24, "hour", 1, rounding="down")
    assert after == datetime(2025, 3, 9, 13, 0, tzinfo=ZoneInfo("America/New_York"))
    assert after == datetime(2025, 3, 9, 17, 0, tzinfo=UTC)


def test_the_last_instant_of_the_calendar_in_a_western_zone_is_unknown_and_no_crash() -> None:
    assert shift(datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), 1, "hour", 1, rounding="down") is UNKNOWN


def test_a_datetime_without_a_zone_is_unknown() -> None:
    assert shift(datetime(2025, 5, 6, 22, 30), 8, "hour", 1, rounding="down") is UNKNOWN  # noqa: DTZ001


@pytest.mark.parametrize("unit", UNITS[1:])
def test_an_instant_moves_by_hours_only(unit: Unit) -> None:
    assert shift(day("2025-05-06T22:30"), 1, unit, 1, rounding="down") is UNKNOWN


@pytest.mark.parametrize(
    ("n", "expected"),
    [(Decimal(3), "2025-06-05"), (Decimal("3.0000"), "2025-06-05"), (Decimal("2.5"), "unknown"), (UNKNOWN, "unknown")],
)
def test_the_amount_may_be_a_whole_decimal(n: Decimal | Absent, expected: str) -> None:
    assert shift(day("2025-06-02"), n, "day", 1, rounding="down") == day(expected)
    assert shift_business(day("2025-06-02"), n, OFFICE, 1) == day(expected)


@given(absences, st.sampled_from(UNITS), directions, roundings)
def test_what_is_not_a_date_stays_what_it_is(anchor: Absent, unit: Unit, way: Direction, rounding: Rounding) -> None:
    assert shift(anchor, 3, unit, way, rounding=rounding) is anchor
    assert shift_business(anchor, 3, OFFICE, way) is anchor
    assert rolled(anchor, OFFICE, "next") is anchor
    assert nth_business_day(3, OFFICE, anchor) is anchor
    assert counting_first_day(anchor) is anchor


@given(absences, st.sampled_from(UNITS))
def test_an_unknown_amount_makes_even_an_open_anchor_unknown(anchor: Absent, unit: Unit) -> None:
    assert shift(anchor, UNKNOWN, unit, 1, rounding="up") is UNKNOWN
    assert shift_business(anchor, UNKNOWN, OFFICE, 1) is UNKNOWN


@given(dates, dates, counts, civil_units, directions, roundings)
def test_a_later_anchor_never_gives_an_earlier_day(
    one: date, other: date, n: int, unit: Unit, way: Direction, rounding: Rounding
) -> None:
    first, second = (shift(anchor, n, unit, way, rounding=rounding) for anchor in sorted((one, other)))
    assert isinstance(first, date)
    assert isinstance(second, date)
    assert first <= second


@given(dates, counts, civil_units, directions)
def test_rounding_up_is_at_most_one_day_after_rounding_down(anchor: date, n: int, unit: Unit, way: Direction) -> None:
    down, up = (shift(anchor, n, unit, way, rounding=rounding) for rounding in ("down", "up"))
    assert isinstance(down, date)
    assert isinstance(up, date)
    gap = (up - down).days
    if down.day == anchor.day or unit in {"day", "week"}:
        assert gap == 0
    else:
        assert (gap, up.day) == (1, 1)


@given(dates, counts, roundings)
def test_months_land_in_the_month_they_count_to_or_on_the_first_of_the_next(
    anchor: date, n: int, rounding: Rounding
) -> None:
    there = shift(anchor, n, "month", 1, rounding=rounding)
    assert isinstance(there, date)
    counted = (there.year - anchor.year) * 12 + there.month - anchor.month
    assert counted == n or (rounding == "up" and counted == n + 1 and there.day == 1)


@given(dates, st.integers(0, 50), directions, roundings)
def test_a_year_is_twelve_months_and_a_week_seven_days(
    anchor: date, n: int, way: Direction, rounding: Rounding
) -> None:
    def moved(count: int, unit: Unit) -> Day:
        return shift(anchor, count, unit, way, rounding=rounding)

    assert moved(n, "year") == moved(12 * n, "month")
    assert moved(n, "week") == moved(7 * n, "day")


@pytest.mark.parametrize(
    ("anchor", "n", "expected"),
    [
        ("2025-06-30", 3, "2025-07-03"),  # the day before the holiday
        ("2025-07-01", 3, "2025-07-07"),  # over Independence Day on a Friday and the weekend
        ("2025-07-04", 1, "2025-07-07"),  # from a holiday
        ("2025-06-28", 3, "2025-07-02"),  # from a Saturday
        ("2025-06-29", 3, "2025-07-02"),  # from a Sunday
        ("2025-11-26", 3, "2025-12-02"),  # over Thanksgiving
        ("2025-12-12", 1, "2025-12-13"),  # a Saturday that is open
        ("2025-12-30", 3, "2026-01-05"),  # over New Year
        ("2025-07-05", 0, "2025-07-05"),  # nothing to count: the day itself
        ("2025-07-07", -3, "2025-07-01"),
        ("2025-07-06", -1, "2025-07-03"),
        ("2025-07-04", -1, "2025-07-03"),
        ("2025-01-02", -1, "2024-12-31"),
        ("2026-01-29", 1, "2026-01-30"),
        ("2026-01-29", 2, "unknown"),  # beyond what the calendar knows
        ("2024-12-03", -2, "unknown"),
        ("2027-01-04", 1, "unknown"),
        ("2025-07-01T09:00", 3, "unknown"),
    ],
)
def test_business_days(anchor: str, n: int, expected: str) -> None:
    assert shift_business(day(anchor), abs(n), OFFICE, 1 if n >= 0 else -1) == day(expected)


@pytest.mark.parametrize(
    ("start", "way", "expected"),
    [
        ("2025-07-03", "next", "2025-07-03"),
        ("2025-07-03", "previous", "2025-07-03"),
        ("2025-07-04", "next", "2025-07-07"),
        ("2025-07-04", "previous", "2025-07-03"),
        ("2025-07-06", "next", "2025-07-07"),
        ("2025-07-06", "previous", "2025-07-03"),
        ("2026-01-31", "next", "unknown"),
        ("2024-12-01", "previous", "unknown"),
        ("2025-07-04T09:00", "next", "unknown"),
    ],
)
def test_rolled(start: str, way: Literal["next", "previous"], expected: str) -> None:
    assert rolled(day(start), OFFICE, way) == day(expected)


@given(office_dates, office_dates, st.integers(0, 20), directions)
def test_business_days_are_monotone_and_land_on_open_days(one: date, other: date, n: int, way: Direction) -> None:
    first, second = (shift_business(anchor, n, OFFICE, way) for anchor in sorted((one, other)))
    assert isinstance(first, date)
    assert isinstance(second, date)
    assert first <= second
    assert n == 0 or rolled(first, OFFICE, "next") == first


@given(office_dates, st.integers(1, 20))
def test_going_back_as_many_business_days_returns_to_the_open_day_before(anchor: date, n: int) -> None:
    there = shift_business(anchor, n, OFFICE, 1)
    assert shift_business(there, n, OFFICE, -1) == rolled(anchor, OFFICE, "previous")


@pytest.mark.parametrize(
    ("n", "anchor", "expected"),
    [
        (1, "2025-01-31", "2025-01-02"),
        (15, "2025-07-01", "2025-07-22"),
        (15, "2025-07-31", "2025-07-22"),
        (22, "2025-07-10", "2025-07-31"),
        (23, "2025-07-10", "unknown"),  # July has no more
        (1, "2027-01-10", "unknown"),
        (1, "2025-01-31T09:00", "unknown"),
    ],
)
def test_nth_business_day_of_the_month(n: int, anchor: str, expected: str) -> None:
    assert nth_business_day(n, OFFICE, day(anchor)) == day(expected)


def test_a_period_that_counts_its_first_day_ends_a_day_earlier() -> None:
    ninetieth = shift(date(2025, 6, 2), 90, "day", 1, rounding="down")
    assert counting_first_day(ninetieth) == date(2025, 8, 30)
    assert counting_first_day(day("2025-06-02T09:00")) is UNKNOWN
    assert counting_first_day(date.min) is UNKNOWN
