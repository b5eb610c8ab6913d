"""Where somebody works on a day, over several assignments and jobs, on records as they come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.engine.sql.over_records import over

from compliance_engine.calendars.tables import named, worksite

RULES = """\
law: Test
jurisdiction: {place}
authority: none
source: https://example.invalid
checked: {{on: 2025-01-01, by: text}}
rules:
  {place}.test.rule:
    title: Test
    cite: none
    fix: none
"""
CHECK = "    kind: check\n    about: {about}\n    must: assignment.job_title = 'clerk'\n"
DURING = "    during: {from: 2025-01-01, to: 2025-12-31}\n"
POSTER = (
    "    kind: posting\n    about: worksite\n    post: test_notice\n"
    + DURING
    + "    languages: [en, {spoken_by: 50, offered: [es]}]\n"
)
SITES = "worksite_id,state,city,opened_on\nA,CA,Sacramento,2000-01-03\nB,TX,Austin,2000-01-03\n"
TWO_JOBS = (
    "employee_number,worker_type,start_date,termination_date,preferred_language\n"
    "1,employee,2010-01-04,2014-05-02,es\n1,employee,2016-01-04,,es\n"
)
ASSIGNED = "employee_number,start_date,valid_from,valid_to,worksite_id,job_title\n"


def judged(folder: Path, rules: str, files: dict[str, str]) -> dict[str, int]:
    return {state.value: n for (_, state), n in over(folder, rules, files).counts.items() if n}


@pytest.mark.parametrize("until", ["", "2014-05-02", "2014-05-03"])
def test_the_last_place_of_a_job_counts_on_for_what_belongs_to_that_job(tmp_path: Path, until: str) -> None:
    rows = f"1,2010-01-04,2010-01-04,{until},A,clerk\n1,2016-01-04,2016-01-04,,B,clerk\n"
    files = {"employees": TWO_JOBS, "worksites": SITES, "assignments": ASSIGNED + rows}
    rules = RULES.format(place="us.ca") + CHECK.format(about="employment_spell")
    assert judged(tmp_path, rules, files) == {"compliant": 1}


def test_a_job_whose_last_days_have_no_assignment_has_no_place_after_it(tmp_path: Path) -> None:
    rows = "1,2010-01-04,2010-01-04,2013-01-01,A,clerk\n1,2016-01-04,2016-01-04,,B,clerk\n"
    files = {"employees": TWO_JOBS, "worksites": SITES, "assignments": ASSIGNED + rows}
    assert judged(tmp_path, RULES.format(place="us.ca") + CHECK.format(about="employment_spell"), files) == {}


@pytest.mark.parametrize(
    ("until", "place", "wanted"),
    [
        # An old row without an end ends where the next job begins.
        ("", "us.tx", {"compliant": 1}),
        ("", "us.ca", {}),
        # Rows of two jobs that overlap tell nothing of the person.
        ("2020-01-01", "us.ca", {}),
        ("2020-01-01", "us", {"unknown": 1}),
    ],
)
def test_for_what_belongs_to_the_person_one_place_counts(
    tmp_path: Path, until: str, place: str, wanted: dict[str, int]
) -> None:
    rows = f"1,2010-01-04,2010-01-04,{until},A,clerk\n1,2016-01-04,2016-01-04,,B,clerk\n"
    files = {"employees": TWO_JOBS, "worksites": SITES, "assignments": ASSIGNED + rows}
    assert judged(tmp_path, RULES.format(place=place) + CHECK.format(about="employee"), files) == wanted


@pytest.mark.parametrize(
    ("left", "window", "wanted"),
    [
        ("", False, {"breach": 1}),
        # Nobody says that the list of posters is complete for last winter.
        ("", True, {"unknown": 1}),
        ("2024-05-02", False, {"compliant": 1}),
        ("2024-05-02", True, {"compliant": 1}),
    ],
)
def test_who_has_left_reads_no_posters(tmp_path: Path, left: str, window: bool, wanted: dict[str, int]) -> None:
    people = (
        "employee_number,worker_type,start_date,termination_date,preferred_language,worksite_id\n"
        f"1,employee,2010-01-04,{left},es,A\n2,employee,2016-01-04,,en,A\n"
    )
    posters = (
        "posting_id,worksite_id,medium,languages,displayed_from,displayed_to\ntest_notice,A,physical,en,2024-12-01,\n"
    )
    files = {"employees": people, "worksites": SITES, "postings": posters}
    rules = RULES.format(place="us.ca") + (POSTER if window else POSTER.replace(DURING, ""))
    assert judged(tmp_path, rules, files) == wanted


def test_rows_of_the_subjects_own_type_are_the_other_spells_of_the_person(tmp_path: Path) -> None:
    rule = "    kind: check\n    about: employment_spell\n    must: count(employment_spell) = 2\n"
    files = {"employees": TWO_JOBS + "2,employee,2016-01-04,,en\n"}
    assert judged(tmp_path, RULES.format(place="us") + rule, files) == {"compliant": 2, "breach": 1}


WEEK = (
    "    kind: check\n    about: work_day\n    starts: workday\n"
    "    must: sum(work_day.hours_worked where workday <= this.workday) <= 18\n"
)
PUNCHES = "employee_number,worksite_id,workday,in_at,out_at\n"


@pytest.mark.parametrize("places", ["AAA", "AAB", "ABA", "ABC"])
def test_hours_of_a_person_add_up_wherever_they_were_worked(tmp_path: Path, places: str) -> None:
    """Nineteen hours in three days, the last of which passes the limit."""
    rows = "".join(
        f"1,{place},2025-03-0{day},2025-03-0{day}T09:00-05:00,2025-03-0{day}T{end}-05:00\n"
        for day, end, place in zip((3, 4, 5), ("16:00", "15:00", "15:00"), places, strict=True)
    )
    people = "employee_number,worker_type,start_date\n1,employee,2024-01-08\n"
    files = {"employees": people, "worksites": SITES, "time_records": PUNCHES + rows}
    assert judged(tmp_path, RULES.format(place="us") + WEEK, files) == {"compliant": 2, "breach": 1}


SOON = "    kind: deadline\n    about: employment_spell\n    due: 3 business days after start_date\n    done: final_pay_on\n"


@pytest.mark.parametrize(
    ("site", "closed", "wanted"),
    [
        ("A", True, {"met": 1}),
        ("B", True, {"met-late": 1}),
        # Whose place is not known may have been at work where it was closed.
        ("", True, {"unknown": 1}),
        ("#REF!", True, {"unknown": 1}),
        ("", False, {"met-late": 1}),
    ],
)
def test_business_days_are_those_of_the_place_and_unknown_where_it_is(
    tmp_path: Path, site: str, closed: bool, wanted: dict[str, int]
) -> None:
    """Started on Monday 3 March 2025 and paid on Friday; A was closed on Tuesday."""
    federal = named("us-federal")
    assert federal is not None
    own = {"A": worksite(federal, [(date(2025, 3, 4), date(2025, 3, 4))], [], None, "A")} if closed else {}
    people = "employee_number,worker_type,start_date,worksite_id,final_pay_on\n"
    files = {"employees": people + f"1,employee,2025-03-03,{site},2025-03-07\n", "worksites": SITES}
    evaluation = over(tmp_path, RULES.format(place="us") + SOON, files, calendars=own)
    assert {state.value: n for (_, state), n in evaluation.counts.items() if n} == wanted
