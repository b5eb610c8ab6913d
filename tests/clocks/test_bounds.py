"""What is certain about a date that is itself unknown."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.clocks import (
    Bounds,
    Day,
    compare,
    earlier_bounds,
    earlier_of,
    edge,
    later_bounds,
    later_of,
    shift,
    through,
)

from .support import NONE, OPEN, UNKNOWN, dates, day, days


@pytest.mark.parametrize(
    ("arms", "later", "earlier"),
    [
        ("2025-03-01 2025-06-01", "2025-06-01 2025-06-01 2025-06-01", "2025-03-01 2025-03-01 2025-03-01"),
        ("2025-03-01 unknown", "2025-03-01 unknown unknown", "unknown unknown 2025-03-01"),
        ("2025-03-01 2025-06-01 unknown", "2025-06-01 unknown unknown", "unknown unknown 2025-03-01"),
        ("unknown unknown", "unknown unknown unknown", "unknown unknown unknown"),
        ("unknown none", "unknown unknown unknown", "unknown unknown unknown"),
        ("none none", "none none none", "none none none"),
        ("2025-03-01 none", "2025-03-01 2025-03-01 2025-03-01", "2025-03-01 2025-03-01 2025-03-01"),
        ("2025-03-01 open", "open open open", "2025-03-01 2025-03-01 2025-03-01"),
        ("open unknown", "open open open", "unknown unknown open"),
    ],
)
def test_bounds_of_later_and_earlier_of(arms: str, later: str, earlier: str) -> None:
    bounds = [Bounds.of(day(arm)) for arm in arms.split()]
    assert later_bounds(bounds) == Bounds(*(day(text) for text in later.split()))
    assert earlier_bounds(bounds) == Bounds(*(day(text) for text in earlier.split()))


def test_an_overdue_duty_is_decided_by_the_one_arm_that_is_known() -> None:
    """Due on the earlier of 10 June and an unknown day: on 11 June it is late whatever the unknown day is."""
    due = earlier_bounds([Bounds.of(date(2025, 6, 10)), Bounds.of(UNKNOWN)])
    assert compare(due.exact, "<", date(2025, 6, 11)) is UNKNOWN
    assert compare(due.high, "<", date(2025, 6, 11)) is True


def test_a_bound_moves_through_a_clock() -> None:
    """A year after the end of the calendar year of the later of 1 March 2025 and an unknown day."""
    anchor = later_bounds([Bounds.of(date(2025, 3, 1)), Bounds.of(UNKNOWN)])
    end = through(lambda at: edge(at, "calendar year", "end"), anchor)
    due = through(lambda at: shift(at, 1, "year", 1, rounding="up"), end)
    assert due == Bounds(low=date(2026, 12, 31), exact=UNKNOWN, high=UNKNOWN)


@dataclass(frozen=True)
class Clock:
    """A clock built at random: its true value, and the bounds of it when some of its dates are hidden."""

    truth: Day
    bounds: Bounds


def _leaf(drawn: tuple[Day, bool]) -> Clock:
    truth, hidden = drawn
    return Clock(truth, Bounds.of(UNKNOWN if hidden else truth))


def _later(arms: list[Clock]) -> Clock:
    return Clock(later_of([arm.truth for arm in arms]), later_bounds([arm.bounds for arm in arms]))


def _earlier(arms: list[Clock]) -> Clock:
    return Clock(earlier_of([arm.truth for arm in arms]), earlier_bounds([arm.bounds for arm in arms]))


def _moved(arm: Clock, months: int) -> Clock:
    move = partial(shift, n=months, unit="month", direction=1, rounding="up")
    return Clock(move(arm.truth), through(move, arm.bounds))


clocks = st.recursive(
    st.builds(_leaf, st.tuples(dates | st.sampled_from([OPEN, NONE]), st.booleans())),
    lambda arms: (
        st.builds(_later, st.lists(arms, min_size=2, max_size=3))
        | st.builds(_earlier, st.lists(arms, min_size=2, max_size=3))
        | st.builds(_moved, arms, st.integers(0, 30))
    ),
)


@given(clocks)
def test_the_true_date_lies_within_its_bounds(clock: Clock) -> None:
    low, exact, high = clock.bounds.low, clock.bounds.exact, clock.bounds.high
    assert exact in {UNKNOWN, clock.truth}
    if low not in {UNKNOWN, NONE}:
        assert compare(low, "<=", clock.truth) is True
    if high not in {UNKNOWN, NONE}:
        assert compare(clock.truth, "<=", high) is True


@given(st.lists(days.map(Bounds.of), min_size=1))
def test_a_known_date_is_both_its_bounds(arms: list[Bounds]) -> None:
    for bounds in (later_bounds(arms), earlier_bounds(arms)):
        if bounds.exact is not UNKNOWN:
            assert bounds.low == bounds.exact
            assert bounds.high == bounds.exact
