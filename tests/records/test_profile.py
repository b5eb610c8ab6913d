"""A source profile says which column fills which field, and refuses what it cannot mean."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from compliance_engine.problems import Level
from compliance_engine.records.profile import Profile, load_shipped, read_profile, shipped

if TYPE_CHECKING:
    from tests.records.conftest import Export


def profile_of(text: str) -> Profile:
    profile, problems = read_profile(dedent(text), "profile.yaml")
    assert profile, problems
    return profile


def one_table(line: str) -> str:
    """A profile with one table and one more line, which is the fifth."""
    return f"profile: p\ntables:\n  a:\n    files: a.csv\n    {line}\n    fills: [employee, employment_spell]\n"


HRIS = """
    profile: hris
    dates: us
    ignore: [Last Name]
    tables:
      people:
        files: "Workers *.csv"
        fills: [employee, employment_spell]
        columns:
          employee_number: [Employee ID, Worker ID]
          hire_date: Hire Date
          termination_date: {from: Last Day, dates: iso}
          date_of_birth: Birth Date
          worker_type:
            from: Type
            codes: {Regular: employee, Contingent: independent_contractor, Retiree: null}
            otherwise: employee
        constants:
          home_state: us.tx
"""


@pytest.mark.parametrize("name", shipped())
def test_shipped_profiles_are_right(name: str) -> None:
    profile, problems = load_shipped(name)
    assert profile is not None
    assert problems == []
    assert profile.profile == name


def test_headings_of_the_source_fill_our_fields(export: Export) -> None:
    text = """
        Worker ID,Last Name,Hire Date,Last Day,Type,Birth Date
        E1,Roe,5/20/2025,,Regular,1/2/1980
        E2,Doe,4/1/2019,2020-01-31,Contingent,1/2/1980
        E3,Doe,4/1/2019,1/31/2020,Retiree,1/2/1980
        E4,Doe,4/1/2019,,Something,1/2/1980
    """
    export.write("workers 2025.csv", text).load(profile_of(HRIS))
    assert export.problems == []
    assert export.rows("employment_spell", "employee_number", "hire_date", "termination_date", "worker_type") == [
        ("E1", "2025-05-20", "open", "employee"),
        ("E2", "2019-04-01", "2020-01-31", "independent_contractor"),
        ("E3", "2019-04-01", None, None),
        ("E4", "2019-04-01", "open", "employee"),
    ]
    assert {row[0] for row in export.rows("employee", "home_state")} == {"us.tx"}


def test_the_first_heading_present_is_taken(export: Export) -> None:
    text = "Worker ID,Employee ID,Hire Date\nW1,E1,5/20/2025\n"
    export.write("Workers 1.csv", text).load(profile_of(HRIS))
    assert export.rows("employee", "employee_number") == [("E1",)]


def test_a_heading_that_is_nearly_right_is_never_silent(export: Export) -> None:
    export.write("Workers 1.csv", "Employee ID,Hire Dat\nE1,5/20/2025\n").load(profile_of(HRIS))
    (problem,) = export.problems
    assert (problem.code, problem.level, problem.suggestion) == ("unknown-column", Level.WARNING, "Hire Date")


def test_headings_that_nobody_needs_make_one_note(export: Export) -> None:
    export.write("Workers 1.csv", "Employee ID,Last Name,Shoe size,Locker\nE1,Roe,43,12\n").load(profile_of(HRIS))
    (problem,) = export.problems
    assert (problem.code, problem.level) == ("unused-columns", Level.NOTE)
    assert problem.message == '2 columns are not used: "Shoe size", "Locker"'


def test_a_heading_that_looks_like_data_is_not_repeated(export: Export) -> None:
    export.write("Workers 1.csv", "Employee ID,078-05-1120\nE1,x\n").load(profile_of(HRIS))
    assert [problem.message for problem in export.problems] == ["a column is not used: column 2"]


def test_a_file_without_the_column_that_tells_whose_a_row_is(export: Export) -> None:
    loaded = export.write("Workers 1.csv", "Number,Hire Date\nE1,5/20/2025\n").load(profile_of(HRIS))
    assert loaded.rows["employee"] == 0
    lacking = [problem for problem in export.problems if problem.code == "missing-column"]
    assert [problem.message.split(" of ")[1].split(",")[0] for problem in lacking] == ["employee", "employment_spell"]
    assert all(problem.level is Level.ERROR for problem in lacking)


def test_files_are_found_by_the_most_exact_pattern() -> None:
    profile = profile_of(
        """
        profile: p
        skip: ["*_old.csv"]
        tables:
          leaves: {files: "leave*.csv", fills: leave_case}
          usage: {files: [leave_usage*.csv, usage.csv], fills: leave_usage}
          again: {files: usage.csv, fills: leave_usage}
        """
    )
    assert profile.table_of(Path("Leave_Usage_2025.CSV")) == ("usage", ("usage",))
    assert profile.table_of(Path("leaves.csv")) == ("leaves", ("leaves",))
    assert profile.table_of(Path("usage.csv")) == (None, ("usage", "again"))
    assert profile.table_of(Path("people.csv")) == (None, ())
    assert profile.skips(Path("Leaves_OLD.csv"))


def test_files_that_no_table_wants_are_told(export: Export) -> None:
    export.write("employes.csv", "employee_number\nE1\n").load()
    told = [(problem.code, problem.level, problem.suggestion) for problem in export.problems]
    assert told == [
        ("file-not-in-profile", Level.WARNING, "employees.csv"),
        ("nothing-to-read", Level.ERROR, None),
    ]


def test_a_file_that_two_tables_want_is_not_guessed(export: Export) -> None:
    profile = profile_of(
        """
        profile: p
        tables:
          one: {files: x.csv, fills: leave_case}
          two: {files: x.csv, fills: leave_usage}
        """
    )
    export.write("x.csv", "case_number\nL1\n").load(profile)
    assert [problem.code for problem in export.problems] == ["ambiguous-file", "nothing-to-read"]


def test_words_that_stand_for_nothing(export: Export) -> None:
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    text = "employee_number,start_date,termination_date,worker_type,job_title\nE1,N/A,n/a,N/A,N/A\n"
    export.write("employees.csv", text).load(profile.model_copy(update={"empty": ("N/A",)}))
    assert export.rows("employment_spell", "start_date", "termination_date", "worker_type") == [(None, "open", None)]
    assert export.rows("assignment", "job_title") == [(None,)]
    assert export.bad("employment_spell") == []


def test_moments_take_the_zone_of_the_profile(export: Export) -> None:
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    export.write("injuries.csv", "injury_id,learned_at\nI1,2025-05-06 22:30\n")
    export.load(profile.model_copy(update={"zone": "America/Chicago"}))
    assert export.rows("injury", "learned_at") == [("2025-05-07 03:30:00",)]


@pytest.mark.parametrize(
    ("text", "code", "line", "suggestion"),
    [
        ("profile: p\n", "missing-key", 1, None),
        ("profile: p\ntabels: {}\ntables: {}\n", "unknown-key", 2, "tables"),
        ("profile: p\nzone: America/New_Yrok\ntables: {}\n", "unknown-zone", 2, "America/New_York"),
        ("profile: p\ndates: uk\ntables: {}\n", "bad-value", 2, None),
        ("profile: p\ntables:\n  a:\n    files: a.csv\n    fills: [employe]\n", "unknown-type", 5, "employee"),
        (one_table("columns: {date_of_brith: DOB}"), "unknown-field", 5, "date_of_birth"),
        (one_table("columns: {employment_spell.status: {from: S, codes: {A: actve}}}"), "unknown-code", 5, "active"),
        (one_table("columns: {person_id: {from: S, codes: {A: b}}}"), "unknown-code", 5, None),
        (one_table("columns: {covered_by_form: {from: S, codes: {ja: yes, nein: no}}}"), "unknown-code", 5, None),
        (one_table("constants: {worker_type: staff}"), "unknown-code", 5, None),
        (one_table("constants: {date_of_birth: '2025-01-01'}"), "bad-value", 5, None),
        (one_table("constants: {employee.ssn: '000'}"), "bad-value", 5, None),
        (one_table("constants: {hire_daet: x}"), "unknown-field", 5, "hire_date"),
        ("profile: p\ntables:\n  a: {files: [], fills: employee}\n", "bad-value", 3, None),
        ("profile: [\n", None, None, None),
    ],
)
def test_what_a_profile_gets_wrong_is_told_at_its_place(
    text: str, code: str | None, line: int | None, suggestion: str | None
) -> None:
    profile, problems = read_profile(text, "profile.yaml")
    assert profile is None
    assert problems
    if code:
        (problem,) = problems
        assert (problem.code, problem.suggestion) == (code, suggestion)
        assert problem.position is not None
        assert (problem.position.file, problem.position.line) == ("profile.yaml", line)


def test_an_export_of_one_employer_among_several(export: Export) -> None:
    profile = profile_of(HRIS.replace("home_state: us.tx", "employer_id: north"))
    export.write("Workers 1.csv", "Employee ID,Hire Date\nE1,5/20/2025\n").load(profile)
    assert export.rows("employer", "employer_id") == [("north",)]
    assert export.rows("employment_spell", "employer_id", "employee_number") == [("north", "E1")]


def test_a_last_day_becomes_the_first_day_no_longer_so(export: Export) -> None:
    profile = profile_of(
        """
        profile: p
        own_names: true
        tables:
          moves:
            files: moves.csv
            fills: assignment
            columns:
              valid_to: {from: last_day, last_day: true}
          people: {files: people.csv, fills: [employee, employment_spell]}
        """
    )
    export.write("people.csv", "employee_number,start_date\nE1,2025-06-02\n")
    export.write("moves.csv", "employee_number,valid_from,last_day\nE1,2025-06-02,2025-08-31\nE1,2025-09-01,\n")
    export.load(profile)
    assert export.rows("assignment", "valid_from", "valid_to") == [("2025-06-02", "2025-09-01"), ("2025-09-01", "open")]


MADE = """
    profile: p
    dates: us
    empty: [none]
    tables:
      a:
        files: a.csv
        fills: [employee, employment_spell]
        made:
          latest: {first_filled: [Rehired, Hired], where: {Kind: [staff, boss]}}
        columns: {employee_number: No, hire_date: latest}
"""


def test_a_made_column_takes_the_first_cell_that_is_filled(export: Export) -> None:
    text = "No,Kind,Hired,Rehired\nE1,Staff,1/2/2020,\nE2,boss,1/2/2020,5/6/2021\nE3,other,1/2/2020,\nE4,staff,,13/13/2020\n"
    export.write("a.csv", text).load(profile_of(MADE))
    rows = export.rows("employment_spell", "employee_number", "hire_date", "_record")
    assert rows == [("E1", "2020-01-02", 2), ("E2", "2021-05-06", 3), ("E3", None, 4), ("E4", None, 5)]
    assert export.bad("employment_spell") == [(4, "hire_date", "unreadable", "impossible-date")]
    assert export.problems == []


def test_a_word_for_nothing_is_passed_over_and_an_unreadable_cell_is_not(export: Export) -> None:
    export.write("a.csv", "No,Kind,Hired,Rehired\nE1,staff,1/2/2020,NONE\nE2,staff,1/2/2020,soon\n").load(
        profile_of(MADE)
    )
    assert export.rows("employment_spell", "hire_date") == [("2020-01-02",), (None,)]


def test_a_column_whose_condition_is_not_in_the_file_is_not_made(export: Export) -> None:
    export.write("a.csv", "No,Hired\nE1,1/2/2020\n").load(profile_of(MADE))
    assert export.rows("employment_spell", "hire_date") == [(None,)]


def test_own_tables_go_before_those_of_the_profiles_beside(export: Export) -> None:
    text = MADE.replace("a.csv", "employees.csv").replace("empty:", "also: spreadsheet\n    empty:")
    export.write("employees.csv", "No,Kind,Hired,Rehired\nE1,staff,3/4/2020,\n")
    export.write("worksites.csv", "worksite_id,state,opened_on\nW1,ca,2020-01-02\n").load(profile_of(text))
    assert export.rows("employment_spell", "employee_number", "hire_date") == [("E1", "2020-03-04")]
    assert export.rows("worksite", "worksite_id", "opened_on") == [("W1", "2020-01-02")]
    assert export.problems == []


@pytest.mark.parametrize(
    ("line", "code", "suggestion"),
    [
        ("also: spredsheet", "no-profile", "spreadsheet"),
        ("date_basis: {employment_spell.hire_dat: x}", "unknown-field", "employment_spell.hire_date"),
        ("date_basis: {employment_spell.status: x}", "unknown-field", "employment_spell.start_date"),
        ("not_told: {traning: x}", "unknown-field", "training"),
    ],
)
def test_what_a_profile_says_of_others_and_of_fields_is_checked(line: str, code: str, suggestion: str) -> None:
    _, (problem, *_rest) = read_profile(one_table("constants: {}").replace("tables:", f"{line}\ntables:", 1), "p.yaml")
    assert (problem.code, problem.suggestion) == (code, suggestion)
    assert problem.position is not None
    assert problem.position.line == 2
