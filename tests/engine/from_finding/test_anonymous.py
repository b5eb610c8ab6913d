"""Other texts and other days in the place of somebody's own."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.engine.from_finding.anonymous import Move, moves, nearby, stand_ins


def chance() -> random.Random:
    return random.Random("chance")


def test_a_move_by_weeks_keeps_the_weekday_and_by_years_the_day_of_the_year() -> None:
    assert Move(weeks=-3).day(date(2026, 3, 2)) == date(2026, 2, 9)
    assert Move(years=2).day(date(2024, 2, 29)) == date(2026, 2, 28)
    assert Move(weeks=1).day(datetime(2026, 3, 2, 23, 30, tzinfo=UTC)) == datetime(2026, 3, 9, 23, 30, tzinfo=UTC)


def test_a_year_moves_by_years_only() -> None:
    assert Move(years=-4).year(Decimal(2025)) == Decimal(2021)
    assert Move(weeks=10).year(2025) is None
    assert Move(years=1).year("2025-Q1") is None


def test_there_is_no_day_before_the_first() -> None:
    with pytest.raises((OverflowError, ValueError)):
        Move(years=-12).day(date(5, 1, 1))


def test_no_move_stays_where_it_was_and_weeks_are_tried_first() -> None:
    found = moves(chance())
    assert Move() not in found
    assert [bool(move.weeks) for move in found] == sorted((bool(move.weeks) for move in found), reverse=True)
    assert all(abs((move.day(date(2026, 3, 2)) - date(2026, 3, 2)).days) >= 63 for move in found)


@given(st.text(min_size=1))
def test_stand_ins_have_the_shape_and_not_the_characters(text: str) -> None:
    first, *others = islice(stand_ins(text, 0, chance()), 5)
    assert first == "A"
    for other in others:
        assert len(other) == len(text)
        assert [c.isdecimal() and c.isascii() for c in other] == [c.isdecimal() and c.isascii() for c in text]


def test_the_second_text_is_called_otherwise() -> None:
    assert [next(stand_ins("Ada", n, chance())) for n in (0, 1, 25, 26)] == ["A", "B", "Z", "AA"]


def test_another_day_of_birth_is_near_and_not_the_same() -> None:
    born = date(2008, 2, 29)
    found = list(nearby(born, chance()))
    assert all(timedelta(days=20) <= abs(day - born) <= timedelta(days=300) for day in found)
