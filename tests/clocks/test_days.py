"""Comparing days, and choosing the later or the earlier of several."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.clocks import Day, Truth, compare, earlier_of, later_of
from compliance_engine.language.tree import CompareOp

from .support import NONE, OPEN, UNKNOWN, dates, day, days

OPS: tuple[CompareOp, ...] = ("=", "<>", "<", "<=", ">", ">=")


@pytest.mark.parametrize(
    ("left", "right", "true_for"),
    [
        ("2025-07-03", "2025-07-04", "<> < <="),
        ("2025-07-04", "2025-07-04", "= <= >="),
        ("2025-07-05", "2025-07-04", "<> > >="),
        ("2025-07-04T09:30", "2025-07-04T09:31", "<> < <="),
        ("open", "2025-07-04", "<> > >="),
        ("9999-12-31", "open", "<> < <="),
        ("2025-07-04T09:30", "open", "<> < <="),
        ("open", "open", "= <= >="),
        ("none", "2025-07-04", ""),
        ("2025-07-04", "none", ""),
        ("none", "none", ""),
        ("none", "open", ""),
    ],
)
def test_a_comparison_is_true_for_these_operators_and_false_for_the_others(
    left: str, right: str, true_for: str
) -> None:
    assert {op: compare(day(left), op, day(right)) for op in OPS} == {op: op in true_for.split() for op in OPS}


@pytest.mark.parametrize("other", ["2025-07-04", "2025-07-04T09:30", "unknown", "open", "none"])
@pytest.mark.parametrize("op", OPS)
def test_unknown_compares_unknown_with_everything(op: CompareOp, other: str) -> None:
    assert compare(UNKNOWN, op, day(other)) is UNKNOWN
    assert compare(day(other), op, UNKNOWN) is UNKNOWN


@pytest.mark.parametrize("op", OPS)
def test_a_day_and_an_instant_do_not_compare(op: CompareOp) -> None:
    assert compare(day("2025-07-04"), op, day("2025-07-04T00:00")) is UNKNOWN


def test_a_datetime_without_a_zone_is_no_instant() -> None:
    nowhere = datetime(2025, 7, 4, 9, 30)  # noqa: DTZ001 — the case under test
    assert compare(nowhere, "=", nowhere) is UNKNOWN


@given(days, st.sampled_from(OPS), days)
def test_turning_a_comparison_round_keeps_its_answer(left: Day, op: CompareOp, right: Day) -> None:
    mirror: dict[CompareOp, CompareOp] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
    assert compare(left, op, right) is compare(right, mirror[op], left)


@pytest.mark.parametrize(
    ("arms", "later", "earlier"),
    [
        ("2025-03-01 2025-02-28", "2025-03-01", "2025-02-28"),
        ("2025-03-01 2025-03-01", "2025-03-01", "2025-03-01"),
        ("2025-03-01T10:00 2025-03-01T09:00", "2025-03-01T10:00", "2025-03-01T09:00"),
        ("2025-03-01 unknown", "unknown", "unknown"),
        ("2025-03-01 open", "open", "2025-03-01"),
        ("2025-03-01 none", "2025-03-01", "2025-03-01"),
        ("unknown open", "open", "unknown"),
        ("unknown none", "unknown", "unknown"),
        ("open none", "open", "open"),
        ("open open", "open", "open"),
        ("none none", "none", "none"),
        ("2025-03-01 unknown open", "open", "unknown"),
        ("2025-03-01 none open", "open", "2025-03-01"),
        ("2025-03-01 2025-03-01T09:00", "unknown", "unknown"),
    ],
)
def test_later_and_earlier_of(arms: str, later: str, earlier: str) -> None:
    values = [day(arm) for arm in arms.split()]
    for order in (values, values[::-1]):
        assert later_of(order) == day(later)
        assert earlier_of(order) == day(earlier)


@given(st.lists(dates, min_size=1))
def test_later_of_is_an_arm_and_not_before_any_arm(arms: list[date]) -> None:
    latest, earliest = later_of(arms), earlier_of(arms)
    assert latest in arms
    assert earliest in arms
    for arm in arms:
        assert compare(latest, ">=", arm) is True
        assert compare(earliest, "<=", arm) is True


@given(st.lists(days, min_size=2))
def test_an_occasion_that_never_was_changes_nothing(arms: list[Day]) -> None:
    assert later_of([*arms, NONE]) == later_of(arms)
    assert earlier_of([*arms, NONE]) == earlier_of(arms)


@pytest.mark.parametrize("choose", [later_of, earlier_of])
@given(st.lists(days, min_size=3))
def test_arms_may_be_grouped_in_any_way(choose: Callable[[Sequence[Day]], Day], arms: list[Day]) -> None:
    # `open` and `never` among themselves are the one place where grouping could matter; it must not.
    assert choose([choose(arms[:2]), *arms[2:]]) == choose(arms)


def test_a_truth_is_never_truthy_by_accident() -> None:
    answer: Truth = compare(OPEN, "<", NONE)
    assert answer is False
