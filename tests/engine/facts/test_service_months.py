"""Months of service worked out by hand (29 CFR 825.110); each holds in SQL and in the twin."""

from __future__ import annotations

from datetime import date

import pytest

from compliance_engine.engine import facts
from compliance_engine.engine.facts import service_months
from compliance_engine.engine.facts.forms import Range

from .support import AS_OF, OPEN, UNKNOWN, Company, asked, person, staff, tables


def months(company: Company, day: date) -> Range | None:
    with tables(company) as connection:
        facts.create(connection, [("service_months", ("7-year break",))], AS_OF)
        found = asked(connection, service_months.sql("b.employer", "b.employee", "b.day"), [day])[day]
    assert found == service_months.twin(company, "1", day)
    return found


def certain(company: Company, day: date) -> object:
    found = months(company, day)
    return found.value if found else None


@pytest.mark.parametrize(
    ("day", "n"),
    [
        (date(2024, 3, 15), 0),
        (date(2025, 3, 14), 11),
        (date(2025, 3, 15), 12),
        (date(2026, 3, 14), 23),
    ],
)
def test_without_a_break_months_are_calendar_months(day: date, n: int) -> None:
    assert certain(staff(person("1", date(2024, 3, 15))), day) == n


def test_a_month_from_29_february_ends_on_1_march_of_a_common_year() -> None:
    company = staff(person("1", date(2024, 2, 29)))
    assert [certain(company, day) for day in (date(2025, 2, 28), date(2025, 3, 1))] == [11, 12]


def test_before_the_first_day_there_is_none() -> None:
    assert months(staff(person("1", date(2024, 3, 15))), date(2024, 3, 1)) == Range(0, 0)


def test_transfer_without_a_free_day_is_no_break() -> None:
    company = staff(person("1", date(2024, 3, 15), date(2024, 9, 30)), person("1", date(2024, 10, 1), spell="2"))
    assert [certain(company, day) for day in (date(2025, 3, 14), date(2025, 3, 15))] == [11, 12]


class TestIntermittent:
    """Two stretches of 26 whole weeks, Sunday to Saturday, with a summer between them."""

    COMPANY = staff(
        person("1", date(2024, 1, 7), date(2024, 7, 6)), person("1", date(2024, 9, 1), date(2025, 3, 1), spell="2")
    )

    @pytest.mark.parametrize(
        ("day", "n"),
        [
            (date(2025, 2, 23), 11),  # 51 weeks
            (date(2025, 2, 24), 12),  # one day of the 52nd is the whole of it
            (date(2025, 6, 1), 12),
        ],
    )
    def test_52_weeks_are_12_months(self, day: date, n: int) -> None:
        assert certain(self.COMPANY, day) == n

    def test_a_week_with_two_stretches_is_one_week(self) -> None:
        company = staff(
            person("1", date(2024, 1, 7), date(2024, 7, 2)), person("1", date(2024, 7, 4), date(2025, 1, 1), spell="2")
        )
        # Sunday 7 January 2024 to Wednesday 1 January 2025: 52 weeks, that of 30 June once
        assert [certain(company, day) for day in (date(2024, 12, 29), date(2024, 12, 30))] == [11, 12]

    def test_one_long_stretch_counts_in_months_if_that_is_more(self) -> None:
        company = staff(
            person("1", date(2026, 2, 1), date(2026, 2, 28)), person("1", date(2026, 3, 3), OPEN, spell="2")
        )
        assert certain(company, date(2026, 3, 4)) == 1


class TestSevenYearBreak:
    """Three years up to the end of 2014, then again."""

    @staticmethod
    def back_on(day: date) -> Company:
        return staff(
            person("1", date(2012, 1, 2), date(2014, 12, 31)), person("1", day, OPEN, spell="2"),
        )  # fmt: skip

    def test_a_day_less_than_seven_years_counts_all(self) -> None:
        # 157 weeks of 2012 to 2014 and 27 later ones
        assert certain(self.back_on(date(2021, 12, 31)), date(2022, 6, 30)) == 184 * 12 // 52

    def test_seven_years_to_the_day_leaves_the_earlier_time_out(self) -> None:
        assert certain(self.back_on(date(2022, 1, 1)), date(2022, 6, 30)) == 5

    def test_a_break_up_to_the_day_itself(self) -> None:
        gone = staff(person("1", date(2012, 1, 2), date(2014, 12, 31)))
        assert [certain(gone, day) for day in (date(2021, 12, 31), date(2022, 1, 1))] == [35, 0]


class TestDoubt:
    def test_an_earlier_spell_may_be_missing(self) -> None:
        company = Company(
            {"employment_spell": [person("1", date(2024, 1, 1))]}, complete_from={"employment_spell": date(2020, 1, 1)}
        )
        assert months(company, date(2024, 7, 1)) == Range(6, None)

    def test_none_is_missing_after_a_complete_seven_years(self) -> None:
        company = Company(
            {"employment_spell": [person("1", date(2024, 1, 1))]}, complete_from={"employment_spell": date(2017, 1, 1)}
        )
        assert certain(company, date(2024, 7, 1)) == 6

    def test_none_is_missing_before_the_first_hire_ever(self) -> None:
        row = person("1", date(2024, 1, 1), original_hire_date=date(2024, 1, 1))
        assert certain(Company({"employment_spell": [row]}, complete_from={}), date(2024, 7, 1)) == 6

    def test_an_unreadable_spell_may_count(self) -> None:
        company = staff(person("1", date(2024, 1, 1)), person("1", UNKNOWN, date(2023, 6, 1), spell="2"))
        assert months(company, date(2024, 7, 1)) == Range(6, None)

    def test_an_unreadable_end_leaves_one_day_certain(self) -> None:
        assert months(staff(person("1", date(2024, 1, 1), UNKNOWN)), date(2024, 7, 1)) == Range(0, None)

    def test_nothing_is_known_of_a_stranger(self) -> None:
        assert months(staff(person("2", date(2024, 1, 1))), date(2024, 7, 1)) is None

    def test_time_as_a_contractor_is_no_employment(self) -> None:
        contractor = person("1", date(2020, 1, 1), date(2023, 12, 31), worker_type="independent_contractor")
        company = staff(contractor, person("1", date(2024, 1, 1), spell="2"))
        assert certain(company, date(2024, 7, 1)) == 6
