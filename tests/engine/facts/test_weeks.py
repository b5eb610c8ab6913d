"""Workweeks worked out by hand (29 CFR 825.105); each holds in SQL and in the twin."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from compliance_engine.engine import facts
from compliance_engine.engine.facts import headcount, weeks, workweeks_at
from compliance_engine.engine.facts.forms import Range, compare

from .support import AS_OF, OPEN, UNKNOWN, Company, looked_up, person, staff, tables

MONDAY, FRIDAY, SATURDAY = date(2025, 6, 2), date(2025, 6, 6), date(2025, 6, 7)


def weeks_at(company: Company, k: int, *days: date) -> list[Range]:
    with tables(company) as connection:
        facts.create(connection, [("workweeks_at", (k,))], company.as_of)
        found = looked_up(connection, workweeks_at.sql("'acme'", str(k), "b.day"), days)
    assert found == {day: workweeks_at.twin(company, k, day) for day in days}
    return [found[day] for day in days]


def reached(company: Company, *days: date) -> list[Range]:
    with tables(company) as connection:
        facts.create(connection, [("headcount", (headcount.TWENTY,))], company.as_of)
        found = looked_up(connection, headcount.sql(headcount.TWENTY, "'acme'", "''", "b.day"), days)
    assert found == {day: headcount.twin(company, headcount.TWENTY, "", day) for day in days}
    return [found[day] for day in days]


@pytest.mark.parametrize(
    ("start", "end", "n"),
    [
        (MONDAY, FRIDAY, 1),
        (MONDAY + timedelta(days=1), OPEN, 0),  # begins after the first working day
        (MONDAY - timedelta(days=1), FRIDAY - timedelta(days=1), 0),  # ends before the last
        (MONDAY, SATURDAY, 1),
    ],
)
def test_a_week_needs_each_working_day(start: date, end: object, n: int) -> None:
    assert weeks_at(staff(person("1", start, end)), 1, SATURDAY)[0].value == n


def test_a_week_counts_once_it_is_over() -> None:
    assert [r.value for r in weeks_at(staff(person("1", MONDAY)), 1, FRIDAY, SATURDAY)] == [0, 1]


def test_rehired_within_the_week_is_not_there_each_day_unless_without_a_gap() -> None:
    gap = staff(person("1", MONDAY, date(2025, 6, 3)), person("1", date(2025, 6, 5), FRIDAY, spell="2"))
    none = staff(person("1", MONDAY, date(2025, 6, 3)), person("1", date(2025, 6, 4), FRIDAY, spell="2"))
    assert weeks_at(gap, 1, SATURDAY)[0].value == 0
    assert weeks_at(none, 1, SATURDAY)[0].value == 1


def test_people_abroad_are_not_counted() -> None:
    company = staff(
        person("1", date(2025, 1, 1)),
        worksite=[{"worksite_id": "lyon", "country": "FR"}],
        assignment=[
            {
                "employee_number": "1",
                "spell_no": "1",
                "worksite_id": "lyon",
                "valid_from": date(2025, 1, 1),
                "valid_to": OPEN,
            }
        ],
    )
    assert weeks_at(company, 1, SATURDAY)[0].value == 0


def test_an_unreadable_start_is_a_range() -> None:
    assert weeks_at(staff(person("1", UNKNOWN)), 1, date(2025, 12, 31)) == [Range(0, 52)]


def test_the_larger_of_two_years_and_never_their_sum() -> None:
    """Fifteen weeks at the end of 2024 and six at the beginning of 2025, counted by their Saturdays."""
    company = staff(person("1", date(2024, 9, 16), date(2025, 2, 7)))
    days = (date(2024, 12, 31), date(2025, 2, 8), date(2025, 12, 31), date(2026, 1, 1))
    assert [r.value for r in weeks_at(company, 1, *days)] == [15, 15, 15, 6]


class TestCoverageOutlivesADrop:
    """Fifty people for twenty weeks by 1 September 2008, fewer from that autumn on: covered through 2009."""

    FIFTY = (
        *(person(str(n), date(2007, 6, 1)) for n in range(49)),
        person("50", date(2008, 4, 14), date(2008, 9, 30)),
    )
    COMPANY = Company({"employment_spell": FIFTY}, as_of=date(2009, 6, 1))

    def covered(self, *days: date) -> list[bool | None]:
        return [compare(">=", r, 50) for r in reached(self.COMPANY, *days)]

    def test_twentieth_week(self) -> None:
        # 14 April to 29 August 2008 are twenty weeks
        assert self.covered(date(2008, 8, 29), date(2008, 8, 30), date(2008, 9, 1)) == [False, True, True]

    def test_through_the_next_year(self) -> None:
        assert self.covered(date(2008, 12, 31), date(2009, 12, 31), date(2010, 1, 1)) == [True, True, False]

    def test_the_number_is_what_twenty_weeks_reached(self) -> None:
        assert [r.value for r in reached(self.COMPANY, date(2008, 8, 30))] == [50]


def test_fewer_than_twenty_weeks_reach_nobody() -> None:
    assert reached(staff(person("1", date(2025, 3, 3))), date(2025, 6, 30)) == [Range(0, 0)]


def test_weeks_before_the_spells_are_complete_have_no_limit() -> None:
    company = Company(
        {"employment_spell": [person("1", date(2024, 1, 1))]}, complete_from={"employment_spell": date(2025, 1, 1)}
    )
    assert reached(company, date(2025, 6, 30), date(2026, 1, 2)) == [Range(1, None), Range(1, 1)]


def test_before_the_weeks_that_are_laid_out_there_was_nobody_if_the_spells_are_complete() -> None:
    with tables(staff(person("1", date(2024, 1, 1)))) as connection:
        facts.create(connection, [("workweeks_at", (1,))], AS_OF)
        found = looked_up(connection, workweeks_at.sql("'acme'", "1", "b.day"), [date(1990, 6, 1), date(2020, 6, 1)])
    assert set(found.values()) == {Range(0, 0)}


def test_after_the_weeks_that_are_laid_out_nothing_is_certain() -> None:
    company = staff(person("1", date(2024, 1, 1)))
    last = AS_OF.year + weeks.YEARS_AHEAD
    days = [date(last, 12, 31), date(last + 1, 1, 1), date(2089, 12, 30)]
    assert weeks_at(company, 1, *days) == [Range(52, 52), Range(0, None), Range(0, None)]
    assert reached(company, *days) == [Range(1, 1), Range(0, None), Range(0, None)]
