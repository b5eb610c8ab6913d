"""Headcounts worked out by hand; each holds in SQL and in the twin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from compliance_engine.engine import facts
from compliance_engine.engine.facts import headcount
from compliance_engine.engine.facts.forms import NOTHING, Range, Row

from .support import AS_OF, OPEN, UNKNOWN, Company, looked_up, person, staff, tables

JUNE = date(2025, 6, 2)


def count(company: Company, basis: str, day: date, scope: str = "") -> Range:
    with tables(company) as connection:
        facts.create(connection, [("headcount", (basis,))], AS_OF)
        found = looked_up(connection, headcount.sql(basis, "'acme'", f"'{scope}'", "b.day"), [day])[day]
    assert found == headcount.twin(company, basis, scope, day)
    return found


def people(company: Company, day: date = JUNE) -> Range:
    return count(company, headcount.ANYWHERE, day)


class TestOneDay:
    COMPANY = staff(person("1", date(2025, 6, 2), date(2025, 6, 4)))

    @pytest.mark.parametrize(("day", "n"), [(1, 0), (2, 1), (4, 1), (5, 0)])
    def test_first_and_last_day_of_employment_count(self, day: int, n: int) -> None:
        assert people(self.COMPANY, date(2025, 6, day)) == Range(n, n)

    def test_a_person_counts_once(self) -> None:
        company = staff(person("1", date(2024, 1, 1)), person("1", date(2025, 1, 1), spell="2"))
        assert people(company).value == 1

    def test_a_spell_that_ends_before_it_starts_never_was(self) -> None:
        assert people(staff(person("1", JUNE, date(2025, 6, 1)))).value == 0

    def test_nobody_is_known_where_spells_are_not_supplied(self) -> None:
        assert people(Company({}, frozenset({"employment_spell"}))) == NOTHING

    def test_nobody_is_there_where_there_are_no_spells(self) -> None:
        assert people(Company({})).value == 0


class TestDoubt:
    """What is not certain widens the range, and only where it can matter."""

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (UNKNOWN, OPEN, Range(0, 1)),
            (UNKNOWN, date(2025, 6, 1), Range(0, 0)),
            (date(2025, 6, 1), UNKNOWN, Range(0, 1)),
            (date(2025, 6, 2), UNKNOWN, Range(1, 1)),
            (date(2025, 6, 3), UNKNOWN, Range(0, 0)),
        ],
    )
    def test_unreadable_day(self, start: object, end: object, expected: Range) -> None:
        assert people(staff(person("1", start, end))) == expected

    def test_before_the_spells_are_complete_there_is_no_upper_limit(self) -> None:
        company = Company(
            {"employment_spell": [person("1", date(2020, 1, 1))]}, complete_from={"employment_spell": JUNE}
        )
        assert people(company, date(2025, 6, 1)) == Range(1, None)
        assert people(company, JUNE) == Range(1, 1)

    def test_never_complete(self) -> None:
        company = Company({"employment_spell": [person("1", date(2020, 1, 1))]}, complete_from={})
        assert people(company) == Range(1, None)


class TestWhoCounts:
    CONTRACTOR = person("2", date(2024, 1, 1), worker_type="independent_contractor", employment_type="full_time")
    UNCLEAR = person("3", date(2024, 1, 1), worker_type=UNKNOWN, employment_type="full_time")
    PART_TIMER = person("4", date(2024, 1, 1), employment_type="part_time")

    def test_workers_anywhere_include_contractors(self) -> None:
        assert people(staff(self.CONTRACTOR, self.PART_TIMER)).value == 2

    def test_employees_anywhere_are_without_contractors(self) -> None:
        assert count(staff(self.CONTRACTOR, self.PART_TIMER, self.UNCLEAR), "all employees anywhere", JUNE) == Range(
            1, 2
        )

    def test_full_time_means_employees_who_are_full_time(self) -> None:
        assert count(staff(self.CONTRACTOR, self.PART_TIMER, self.UNCLEAR), "full time", JUNE) == Range(0, 1)

    def test_a_source_without_kinds_of_worker_lists_employees(self) -> None:
        company = staff(person("3", date(2024, 1, 1), worker_type=UNKNOWN, employment_type="full_time"))
        unsaid = Company(company.rows, frozenset({("employment_spell", "worker_type")}))
        assert count(unsaid, "full time", JUNE) == Range(1, 1)


class TestPlaces:
    SITES: Sequence[Row] = (
        {"worksite_id": "hq", "state": "us.ca", "country": "US"},
        {"worksite_id": "den", "state": "us.nv", "country": "US"},
        {"worksite_id": "paris", "state": UNKNOWN, "country": "FR"},
    )

    @staticmethod
    def at(number: str, site: object, start: object, end: object = OPEN, **more: object) -> Row:
        return {
            "employee_number": number,
            "spell_no": "1",
            "worksite_id": site,
            "valid_from": start,
            "valid_to": end,
            **more,
        }

    def company(self, *assignments: Row, people: int = 1) -> Company:
        spells = [person(str(n), date(2025, 1, 1)) for n in range(1, people + 1)]
        return staff(*spells, worksite=self.SITES, assignment=assignments)

    def test_a_move_takes_effect_on_its_first_day(self) -> None:
        company = self.company(self.at("1", "hq", date(2025, 1, 1), JUNE), self.at("1", "den", JUNE))
        assert count(company, "in state", date(2025, 6, 1), "us.ca").value == 1
        assert count(company, "in state", JUNE, "us.ca").value == 0
        assert count(company, "in state", JUNE, "us.nv").value == 1

    def test_who_has_no_known_place_may_be_anywhere(self) -> None:
        company = self.company(self.at("1", "hq", date(2025, 1, 1)), people=2)
        assert count(company, "in state", JUNE, "us.ca") == Range(1, 2)
        assert count(company, "at worksite", JUNE, "den") == Range(0, 1)

    def test_abroad_is_in_no_state(self) -> None:
        company = self.company(self.at("1", "paris", date(2025, 1, 1)))
        assert count(company, "in state", JUNE, "us.ca").value == 0

    def test_a_remote_person_counts_at_the_office_reported_to(self) -> None:
        company = self.company(self.at("1", "den", date(2025, 1, 1), reporting_worksite_id="hq"))
        assert count(company, "at worksite", JUNE, "hq").value == 1
        assert count(company, "at worksite", JUNE, "den").value == 1

    def test_nothing_is_known_without_assignments(self) -> None:
        company = self.company()
        unsaid = Company(company.rows, frozenset({"assignment"}))
        assert count(unsaid, "in state", JUNE, "us.ca") == NOTHING


class TestSnapshots:
    """A count made by somebody goes before the spells, from its day until the next."""

    def company(self, *snapshots: tuple[date, object, str, object]) -> Company:
        rows = [
            {"snapshot_no": str(i), "counted_on": day, "people": n, "basis": basis, "counted_place": place}
            for i, (day, n, basis, place) in enumerate(snapshots)
        ]
        return staff(person("1", date(2025, 1, 1)), headcount_snapshot=rows)

    def test_from_its_day_until_the_next(self) -> None:
        company = self.company((date(2025, 3, 1), 40, "current", UNKNOWN), (JUNE, 50, "payroll_period", UNKNOWN))
        found = [people(company, day).value for day in (date(2025, 2, 28), date(2025, 3, 1), date(2025, 6, 1), JUNE)]
        assert found == [1, 40, 40, 50]

    def test_two_of_one_day_are_bounds(self) -> None:
        assert people(self.company((JUNE, 48, "current", UNKNOWN), (JUNE, 51, "current", UNKNOWN))) == Range(48, 51)

    def test_an_unreadable_number_leaves_nothing_known(self) -> None:
        assert people(self.company((JUNE, UNKNOWN, "current", UNKNOWN))) == NOTHING

    def test_an_average_is_no_headcount(self) -> None:
        assert people(self.company((JUNE, 99, "annual_average", UNKNOWN))).value == 1

    def test_only_a_count_of_the_payroll_is_one_of_employees(self) -> None:
        company = self.company((date(2025, 3, 1), 40, "payroll_period", UNKNOWN), (JUNE, 50, "current", UNKNOWN))
        assert count(company, headcount.EMPLOYEES, JUNE).value == 40

    def test_of_a_state(self) -> None:
        company = self.company((JUNE, 30, "current", "us.ca"))
        assert count(company, "in state", JUNE, "us.ca").value == 30
        assert people(company).value == 1


class TestMostInTheYearBefore:
    """Three people on 1 and 2 March 2024, one from 2020 on."""

    COMPANY = staff(
        person("1", date(2020, 1, 1)),
        person("2", date(2024, 3, 1), date(2024, 3, 2)),
        person("3", date(2024, 3, 1), date(2024, 3, 2)),
    )

    @pytest.mark.parametrize(
        ("day", "n"),
        [
            (date(2024, 3, 1), 1),  # the day itself is not before it
            (date(2024, 3, 2), 3),
            (date(2025, 3, 2), 3),
            (date(2025, 3, 3), 1),
        ],
    )
    def test_window(self, day: date, n: int) -> None:
        assert count(self.COMPANY, headcount.PEAK, day) == Range(n, n)

    def test_a_contractor_is_at_work_and_no_employee(self) -> None:
        contractor = {**person("2", date(2024, 3, 1)), "worker_type": "independent_contractor"}
        company = staff(person("1", date(2020, 1, 1)), contractor)
        assert count(company, headcount.PEAK, JUNE) == Range(2, 2)
        assert count(company, headcount.EMPLOYEE_PEAK, JUNE) == Range(1, 1)

    def test_a_peak_counted_by_somebody_is_that_of_employees_too(self) -> None:
        counted = {"snapshot_no": "1", "counted_on": date(2025, 1, 1), "people": 40, "basis": "annual_peak"}
        assert count(staff(headcount_snapshot=[counted]), headcount.EMPLOYEE_PEAK, JUNE) == Range(40, 40)

    def test_a_leap_day_leaves_after_28_february(self) -> None:
        company = staff(person("1", date(2020, 1, 1)), person("2", date(2024, 2, 1), date(2024, 2, 28)))
        assert count(company, headcount.PEAK, date(2025, 2, 28)).value == 2
        assert count(company, headcount.PEAK, date(2025, 3, 1)).value == 1

    def test_nothing_is_known_of_a_year_without_a_readable_count(self) -> None:
        counted = {"snapshot_no": "1", "counted_on": date(2023, 1, 1), "people": UNKNOWN, "basis": "current"}
        assert count(staff(headcount_snapshot=[counted]), headcount.PEAK, JUNE) == NOTHING


class TestMostAtAPlaceInTheYearBefore:
    """Two people at the plant in March 2024 and one before and after; the third is at headquarters all the time."""

    SITES: Sequence[Row] = ({"worksite_id": "plant", "state": "us.tx"}, {"worksite_id": "hq", "state": "us.ca"})
    MOVES = (
        TestPlaces.at("1", "plant", date(2020, 1, 1)),
        TestPlaces.at("2", "plant", date(2024, 3, 1), date(2024, 4, 1)),
        TestPlaces.at("2", "hq", date(2024, 4, 1)),
        TestPlaces.at("3", "hq", date(2020, 1, 1)),
    )

    def company(self, *snapshots: Row) -> Company:
        starts = {"1": date(2020, 1, 1), "2": date(2024, 3, 1), "3": date(2020, 1, 1)}
        spells = [person(number, start) for number, start in starts.items()]
        return staff(*spells, worksite=self.SITES, assignment=self.MOVES, headcount_snapshot=snapshots)

    @pytest.mark.parametrize(
        ("site", "day", "n"),
        [
            ("plant", date(2024, 1, 1), 1),
            ("plant", date(2025, 1, 1), 2),
            ("plant", date(2025, 3, 31), 2),
            ("plant", date(2025, 4, 1), 1),
            ("hq", date(2024, 4, 1), 1),
            ("hq", date(2025, 1, 1), 2),
        ],
    )
    def test_of_each_place(self, site: str, day: date, n: int) -> None:
        assert count(self.company(), headcount.SITE_PEAK, day, site) == Range(n, n)

    def test_a_peak_counted_there_goes_before_the_spells(self) -> None:
        counted = {"snapshot_no": "1", "counted_on": date(2025, 1, 1), "people": 40, "basis": "annual_peak"}
        company = self.company({**counted, "worksite_id": "plant"})
        assert count(company, headcount.SITE_PEAK, date(2025, 1, 1), "plant").value == 40
        assert count(company, headcount.SITE_PEAK, date(2025, 1, 1), "hq").value == 2
        assert count(company, headcount.PEAK, date(2025, 1, 1)).value == 3
