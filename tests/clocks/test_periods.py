"""Periods that hold a day, and the payday that follows one."""

from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.clocks import DatedPeriod, edge, next_payday, next_period_start, payday_of
from compliance_engine.language.tree import Absent, Period

from .support import MONDAY, UNKNOWN, absences, dates, day

CALENDAR_PERIODS: tuple[Period, ...] = (
    "calendar year",
    "calendar quarter",
    "calendar month",
    "calendar week",
    "workweek",
    "year from July 1",
)
PERIODS: tuple[Period, ...] = (*CALENDAR_PERIODS, "pay period", "plan year")


def pay(starts_on: str, ends_on: str, pay_date: str | None) -> DatedPeriod:
    return DatedPeriod(
        date.fromisoformat(starts_on), date.fromisoformat(ends_on), date.fromisoformat(pay_date) if pay_date else None
    )


# Two weeks from Sunday to Saturday, paid the Friday after.
BIWEEKLY = [
    pay("2025-05-18", "2025-05-31", "2025-06-06"),
    pay("2025-06-01", "2025-06-14", "2025-06-20"),
    pay("2025-06-15", "2025-06-28", "2025-07-03"),
]


@pytest.mark.parametrize(
    ("anchor", "period", "start", "end"),
    [
        ("2025-06-15", "calendar year", "2025-01-01", "2025-12-31"),
        ("2024-12-31", "calendar year", "2024-01-01", "2024-12-31"),
        ("9999-12-31", "calendar year", "9999-01-01", "9999-12-31"),
        ("2025-03-31", "calendar quarter", "2025-01-01", "2025-03-31"),
        ("2025-04-01", "calendar quarter", "2025-04-01", "2025-06-30"),
        ("2025-12-31", "calendar quarter", "2025-10-01", "2025-12-31"),
        ("2024-02-10", "calendar month", "2024-02-01", "2024-02-29"),
        ("2025-02-28", "calendar month", "2025-02-01", "2025-02-28"),
        ("2025-07-05", "calendar week", "2025-06-29", "2025-07-05"),
        ("2025-07-06", "calendar week", "2025-07-06", "2025-07-12"),
        ("2026-01-01", "workweek", "2025-12-28", "2026-01-03"),
        ("9999-12-31", "workweek", "9999-12-26", "unknown"),
        ("2025-06-30", "year from July 1", "2024-07-01", "2025-06-30"),
        ("2025-07-01", "year from July 1", "2025-07-01", "2026-06-30"),
        ("2024-02-29", "year from March 1", "2023-03-01", "2024-02-29"),
        ("2025-02-28", "year from March 1", "2024-03-01", "2025-02-28"),
        ("9999-07-01", "year from July 1", "9999-07-01", "unknown"),
        ("0001-06-30", "year from July 1", "unknown", "unknown"),
        ("2025-06-01", "pay period", "2025-06-01", "2025-06-14"),
        ("2025-06-14", "pay period", "2025-06-01", "2025-06-14"),
        ("2025-05-17", "pay period", "unknown", "unknown"),
        ("2025-06-29", "pay period", "unknown", "unknown"),
        ("2025-06-15T09:00", "calendar year", "unknown", "unknown"),
    ],
)
def test_edges_of_the_period_that_holds_a_day(anchor: str, period: Period, start: str, end: str) -> None:
    assert edge(day(anchor), period, "start", rows=BIWEEKLY) == day(start)
    assert edge(day(anchor), period, "end", rows=BIWEEKLY) == day(end)


@pytest.mark.parametrize("period", ["calendar week", "workweek"])
def test_an_employer_may_start_its_week_on_another_day(period: Period) -> None:
    sunday = day("2025-07-06")
    assert edge(sunday, period, "start", first_weekday=MONDAY) == day("2025-06-30")
    assert edge(sunday, period, "end", first_weekday=MONDAY) == sunday


def test_two_different_periods_that_hold_the_day_contradict_each_other() -> None:
    overlapping = [*BIWEEKLY, pay("2025-06-10", "2025-06-20", "2025-06-27")]
    assert edge(day("2025-06-12"), "pay period", "end", rows=overlapping) is UNKNOWN
    assert payday_of(day("2025-06-12"), overlapping) is UNKNOWN
    assert edge(day("2025-06-09"), "pay period", "end", rows=overlapping) == day("2025-06-14")


def test_the_same_period_given_twice_is_one() -> None:
    assert edge(day("2025-06-12"), "pay period", "end", rows=BIWEEKLY * 2) == day("2025-06-14")
    assert next_payday(day("2025-06-12"), BIWEEKLY * 2) == day("2025-06-20")


@pytest.mark.parametrize(
    ("period", "anchor", "expected"),
    [
        ("calendar month", "2025-07-01", "2025-07-01"),
        ("calendar month", "2025-07-02", "2025-08-01"),
        ("calendar month", "2025-12-02", "2026-01-01"),
        ("calendar quarter", "2025-05-20", "2025-07-01"),
        ("calendar year", "2025-01-01", "2025-01-01"),
        ("calendar year", "2025-01-02", "2026-01-01"),
        ("calendar year", "9999-01-02", "unknown"),
        ("calendar week", "2025-07-04", "2025-07-06"),
        ("pay period", "2025-06-01", "2025-06-01"),
        ("pay period", "2025-06-02", "2025-06-15"),
        ("pay period", "2025-06-16", "unknown"),  # the records end before another period starts
        ("pay period", "2025-05-17", "unknown"),  # and do not hold the anchor here
        ("calendar month", "2025-07-02T09:00", "unknown"),
    ],
)
def test_next_period_start_on_or_after(period: Period, anchor: str, expected: str) -> None:
    assert next_period_start(period, day(anchor), rows=BIWEEKLY) == day(expected)


def test_next_start_of_a_week_that_does_not_start_on_sunday() -> None:
    assert next_period_start("workweek", day("2025-07-06"), first_weekday=MONDAY) == day("2025-07-07")


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ("2025-05-18", "2025-06-06"),
        ("2025-06-14", "2025-06-20"),
        ("2025-06-15", "2025-07-03"),
        ("2025-06-29", "unknown"),
        ("2025-06-14T09:00", "unknown"),
    ],
)
def test_payday_of_the_period_that_holds_a_day(anchor: str, expected: str) -> None:
    assert payday_of(day(anchor), BIWEEKLY) == day(expected)


def test_a_period_without_a_payday_has_an_unknown_one() -> None:
    assert payday_of(day("2025-06-14"), [pay("2025-06-01", "2025-06-14", None)]) is UNKNOWN


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ("2025-05-17", "unknown"),  # before the first period: an earlier payday may lie between
        ("2025-05-18", "unknown"),  # the period before was paid about 23 May
        ("2025-05-22", "unknown"),
        ("2025-05-23", "2025-06-06"),
        ("2025-06-05", "2025-06-06"),
        ("2025-06-06", "2025-06-20"),  # strictly after
        ("2025-06-19", "2025-06-20"),
        ("2025-06-20", "2025-07-03"),  # the records have the payday before, a day earlier than usual notwithstanding
        ("2025-07-02", "2025-07-03"),
        ("2025-07-03", "unknown"),  # no payday is known after it
        ("2025-06-05T09:00", "unknown"),
    ],
)
def test_next_payday(anchor: str, expected: str) -> None:
    assert next_payday(day(anchor), BIWEEKLY) == day(expected)


def test_next_payday_from_the_one_period_that_was_loaded() -> None:
    """A worker dismissed on 5 March 2014 is paid on the payday of the period before, 7 March."""
    assert next_payday(day("2014-03-05"), [pay("2014-02-16", "2014-03-01", "2014-03-07")]) == day("2014-03-07")


def test_paydays_within_the_period_they_pay_for() -> None:
    """Monthly salaries paid on the 25th: what lies before the first known month is not known."""
    monthly = [pay("2025-03-01", "2025-03-31", "2025-03-25"), pay("2025-04-01", "2025-04-30", "2025-04-25")]
    assert next_payday(day("2025-02-23"), monthly) is UNKNOWN
    assert next_payday(day("2025-03-01"), monthly) == day("2025-03-25")
    assert next_payday(day("2025-03-25"), monthly) == day("2025-04-25")


def test_a_gap_in_the_records_is_not_skipped() -> None:
    with_gap = [BIWEEKLY[0], BIWEEKLY[2]]
    assert next_payday(day("2025-06-05"), with_gap) == day("2025-06-06")
    assert next_payday(day("2025-06-10"), with_gap) is UNKNOWN
    assert next_payday(day("2025-06-20"), with_gap) == day("2025-07-03")


def test_a_period_without_a_payday_leaves_a_gap() -> None:
    unpaid = [BIWEEKLY[0], pay("2025-06-01", "2025-06-14", None), BIWEEKLY[2]]
    assert next_payday(day("2025-06-10"), unpaid) is UNKNOWN


def test_paydays_of_two_calendars_mixed_up_are_unknown() -> None:
    monthly = pay("2025-06-01", "2025-06-30", "2025-07-05")
    assert next_payday(day("2025-06-10"), [*BIWEEKLY, monthly]) is UNKNOWN


def test_a_payday_before_that_of_an_earlier_period_is_a_contradiction() -> None:
    disordered = [pay("2025-06-01", "2025-06-14", "2025-06-25"), pay("2025-06-15", "2025-06-28", "2025-06-20")]
    assert next_payday(day("2025-06-15"), disordered) is UNKNOWN


def test_a_period_that_ends_before_it_starts_says_nothing() -> None:
    turned_round = pay("2025-05-31", "2025-05-17", "2025-05-20")
    assert next_payday(day("2025-05-19"), [turned_round]) is UNKNOWN
    assert next_payday(day("2025-05-21"), [turned_round, *BIWEEKLY]) is UNKNOWN  # not the period before 18 May


def test_no_records_no_payday() -> None:
    assert next_payday(day("2025-06-10"), []) is UNKNOWN
    assert payday_of(day("2025-06-10"), []) is UNKNOWN


@given(absences, st.sampled_from(PERIODS))
def test_what_is_not_a_date_stays_what_it_is(anchor: Absent, period: Period) -> None:
    assert edge(anchor, period, "end", rows=BIWEEKLY) is anchor
    assert next_period_start(period, anchor, rows=BIWEEKLY) is anchor
    assert next_payday(anchor, BIWEEKLY) is anchor
    assert payday_of(anchor, BIWEEKLY) is anchor


@given(dates, dates, st.sampled_from(CALENDAR_PERIODS), st.sampled_from(["start", "end"]), st.integers(0, 6))
def test_edges_are_monotone(
    one: date, other: date, period: Period, side: Literal["start", "end"], first_weekday: int
) -> None:
    first, second = (edge(anchor, period, side, first_weekday=first_weekday) for anchor in sorted((one, other)))
    assert isinstance(first, date)
    assert isinstance(second, date)
    assert first <= second


@given(dates, st.sampled_from(CALENDAR_PERIODS), st.integers(0, 6))
def test_periods_follow_each_other_without_gap(anchor: date, period: Period, first_weekday: int) -> None:
    start = edge(anchor, period, "start", first_weekday=first_weekday)
    end = edge(anchor, period, "end", first_weekday=first_weekday)
    assert isinstance(start, date)
    assert isinstance(end, date)
    assert start <= anchor <= end
    assert next_period_start(period, end, first_weekday=first_weekday) in {end, end + timedelta(1)}
    assert edge(end + timedelta(1), period, "start", first_weekday=first_weekday) == end + timedelta(1)


@given(st.integers(5, 31), st.integers(0, 20), st.data())
def test_leaving_out_periods_never_changes_a_known_payday(length: int, lag: int, data: st.DataObject) -> None:
    """With a regular pay calendar, fewer records may make the answer unknown but never another payday."""
    starts = [date(2025, 1, 1) + timedelta(length * step) for step in range(12)]
    full = [DatedPeriod(s, s + timedelta(length - 1), s + timedelta(length - 1 + lag)) for s in starts]
    some = [row for row in full if data.draw(st.booleans())]
    anchor = data.draw(st.dates(full[0].pay_date or date.min, full[-1].ends_on))
    truth = (
        min(row.pay_date for row in full if row.pay_date and row.pay_date > anchor)
        if lag or anchor < full[-1].ends_on
        else UNKNOWN
    )
    assert next_payday(anchor, full) == truth
    assert next_payday(anchor, some) in {truth, UNKNOWN}
