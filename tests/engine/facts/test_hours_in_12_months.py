"""Hours worked in twelve months, worked out by hand (29 CFR 825.110); each holds in SQL and in the twin."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from compliance_engine.engine import facts
from compliance_engine.engine.facts import hours_in_12_months
from compliance_engine.engine.facts.forms import Range, Row, compare

from .support import AS_OF, UNKNOWN, Company, asked, person, tables

DAY = date(2025, 6, 2)
"""A Monday; the twelve months before it begin on Sunday, 2 June 2024."""


def worked(start: object, end: object, hours: object) -> Row:
    return {"employee_number": "1", "period_start": start, "period_end": end, "hours_worked": hours}


def weeks_of(hours: Decimal, first: date, count: int) -> list[Row]:
    starts = [first + timedelta(weeks=n) for n in range(count)]
    return [worked(start, start + timedelta(days=6), hours) for start in starts]


def total(hours: list[Row], *spells: Row, complete: bool = False, day: date = DAY) -> Range | None:
    company = Company(
        {"employment_spell": spells or [person("1", date(2020, 1, 1))], "hours_period": hours},
        complete_from={"employment_spell": date.min, "hours_period": date.min if complete else None},
    )
    with tables(company) as connection:
        facts.create(connection, [("hours_in_12_months", ())], AS_OF)
        found = asked(connection, hours_in_12_months.sql("b.employer", "b.employee", "b.day"), [day])[day]
    assert found == hours_in_12_months.twin(company, "1", day)
    return found


def test_periods_inside_the_twelve_months_add_up() -> None:
    """Hired on a Sunday, 52 whole weeks before the day."""
    hours = weeks_of(Decimal("24.5"), date(2024, 6, 2), 52)
    assert total(hours, person("1", date(2024, 6, 2)), day=date(2025, 6, 1)) == Range(Decimal(1274), Decimal(1274))


def test_a_single_day_without_hours_leaves_no_limit() -> None:
    """52 weeks are a day short of twelve months: 1 June 2024 is not covered."""
    hours = weeks_of(Decimal("24.5"), date(2024, 6, 2), 52)
    assert total(hours, person("1", date(2024, 6, 1)), day=date(2025, 6, 1)) == Range(Decimal(1274), None)


def test_a_period_across_the_beginning_is_possible_only() -> None:
    """52 weeks from Monday, 27 May 2024; the first of them lies across 2 June."""
    found = total(weeks_of(Decimal(24), date(2024, 5, 27), 53))
    assert found == Range(Decimal(52 * 24), Decimal(53 * 24))
    assert compare(">=", found, 1250) is None
    assert compare(">=", found, 1248) is True
    assert compare(">=", found, 1273) is False


def test_days_of_employment_without_hours_leave_no_limit() -> None:
    assert total(weeks_of(Decimal(40), date(2024, 6, 3), 51)) == Range(Decimal(2040), None)


def test_missing_periods_are_no_hours_where_hours_are_complete() -> None:
    assert total(weeks_of(Decimal(40), date(2024, 6, 3), 10), complete=True) == Range(Decimal(400), Decimal(400))


def test_no_hours_are_missed_before_the_first_day() -> None:
    hours = weeks_of(Decimal(40), date(2025, 3, 3), 13)
    assert total(hours, person("1", date(2025, 3, 3))) == Range(Decimal(520), Decimal(520))


@pytest.mark.parametrize("cell", ["period_start", "period_end"])
def test_a_period_without_a_readable_day_may_count(cell: str) -> None:
    doubtful = {**worked(date(2025, 1, 6), date(2025, 1, 12), Decimal(40)), cell: UNKNOWN}
    assert total([doubtful], complete=True) == Range(Decimal(0), Decimal(40))


def test_unreadable_hours_leave_no_limit() -> None:
    assert total([worked(date(2025, 1, 6), date(2025, 1, 12), UNKNOWN)], complete=True) == Range(Decimal(0), None)


def test_a_correction_may_lower_the_sum() -> None:
    hours = [worked(date(2024, 7, 1), date(2024, 7, 7), Decimal(40)), worked(DAY, DAY, Decimal(-8))]
    straddling = worked(date(2025, 5, 30), date(2025, 6, 5), Decimal(-8))
    assert total(hours, complete=True) == Range(Decimal(40), Decimal(40))
    assert total([*hours, straddling], complete=True) == Range(Decimal(32), Decimal(40))


def test_nothing_is_known_of_a_stranger() -> None:
    assert total([], person("2", date(2020, 1, 1))) is None
