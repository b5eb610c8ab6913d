"""A proposed profile reads the file it was made for, says why, and leaves open what the values do not prove."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from compliance_engine.problems import Problem
from compliance_engine.records.load import load
from compliance_engine.records.profile import Profile, load_shipped, read_profile
from compliance_engine.records.propose import QUESTION, propose

SAMPLES = Path(__file__).parents[2] / "fixtures/profiles"
FILES = sorted(path for path in SAMPLES.glob("*/*") if path.name not in ("worksites.csv", "courses.csv"))
ASKED = (
    """SELECT employee_number, hire_date, start_date, original_hire_date, termination_date, status, flsa_status
    FROM employment_spell ORDER BY ALL""",
    "SELECT employee_number, course_id, status, completed_on FROM training ORDER BY ALL",
    "SELECT case_number, date_of_incident FROM injury ORDER BY ALL",
)


def proposed(*paths: Path) -> tuple[str, list[Problem]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        return propose(connection, paths)


def read(path: Path, profile: Profile) -> tuple[list[list[tuple[object, ...]]], list[Problem]]:
    """The dates and codes of the main tables, and the problems of reading."""
    with duckdb.connect(config={"threads": 1}) as connection:
        _, problems = load(connection, [path], profile, hash_key=b"key")
        return [connection.execute(query).fetchall() for query in ASKED], problems


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_proposal_reads_its_file_as_the_shipped_profile_does(path: Path) -> None:
    text, problems = proposed(path)
    assert problems == []
    profile, wrong = read_profile(text, "proposed.yaml")
    assert profile is not None, (wrong, text)
    shipped, _ = load_shipped(path.parent.name)
    assert shipped is not None
    got, said = read(path, profile)
    assert said == []
    assert got == read(path, shipped)[0]


def small(tmp_path: Path, rows: list[list[str]]) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (tmp_path / "staff 2026-11.csv").write_text(out.getvalue())
    return tmp_path / "staff 2026-11.csv"


def test_an_order_that_nothing_proves_is_asked_and_does_not_validate(tmp_path: Path) -> None:
    rows = [["Employee ID", "Hire Date"], ["E1", "03/04/2025"], ["E2", "11/12/2024"]]
    text, problems = proposed(small(tmp_path, rows))
    assert [problem.code for problem in problems] == ["unproven-order"]
    profile, wrong = read_profile(text, "p.yaml")
    assert profile is None
    assert {problem.code for problem in wrong} == {"bad-value"}
    lines = [number for number, line in enumerate(text.splitlines(), 1) if QUESTION in line]
    assert [problem.position.line for problem in wrong if problem.position] == lines
    chosen, _ = read_profile(text.replace(QUESTION, "eu"), "p.yaml")
    assert chosen is not None
    with duckdb.connect() as connection:
        load(connection, [tmp_path], chosen, hash_key=b"key")
        days = connection.execute("SELECT CAST(hire_date AS VARCHAR) FROM employment_spell ORDER BY 1").fetchall()
    assert days == [("2024-12-11",), ("2025-04-03",)]


def test_what_is_in_the_cells_counts_too(tmp_path: Path) -> None:
    rows = [
        ["Employee ID", "Hire Date", "Hint", "Region", "Seen", "Termination Date", "Status"],
        ["E1", "31/01/2025", "123-45-6789", "CA", "2025-01-31", "soon", "Active"],
        ["E2", "01/02/2025", "234-56-7890", "Ohio", "2025-02-28", "later", "Zzz"],
    ]
    text, _ = proposed(small(tmp_path, rows))
    assert 'employee.ssn: "Hint"' in text
    assert '- "Region"   # holds states' in text
    assert '- "Seen"   # holds dates' in text
    assert '- "Termination Date"' in text
    assert 'dates: "eu"' in text
    assert 'No code is known for "Zzz"' in text
    assert "123-45" not in text
    assert read_profile(text, "p.yaml")[0] is not None


def test_everyday_words_are_guesses_and_words_of_several_meanings_are_asked(tmp_path: Path) -> None:
    rows = [
        ["Employee ID", "Hired", "Left", "DOB", "State", "Kind"],
        ["E1", "31.01.2025", "", "02.05.1990", "TX", "Full-time"],
        ["E2", "01.02.2025", "30.06.2025", "21.11.1985", "CA", "Part-time"],
    ]
    text, problems = proposed(small(tmp_path, rows))
    assert problems == []
    for line in ('hire_date: {from: "Hired"', 'termination_date: {from: "Left"', 'date_of_birth: {from: "DOB"'):
        before, _, _ = text.partition(line)
        assert "an everyday word for it: see whether it is meant" in "\n".join(before.splitlines()[-4:])
    assert '- "State"   # holds states: of homes (home_state) or of places of work (state)?' in text
    assert '- "Kind"   # holds words of employment_type' in text
    assert read_profile(text, "p.yaml")[0] is not None


def test_a_list_in_nothing_but_everyday_words_is_a_list_of_people_in_the_plain_form(tmp_path: Path) -> None:
    rows = [
        ["Personnel no.", "Surname", "Born", "Joined", "Left", "Status", "Site"],
        ["1001", "Alder", "17.05.1979", "04.03.2019", "", "Active", "Fresno"],
        ["1003", "Cedar", "28.02.1994", "01.09.2022", "29.08.2025", "Left", "Dayton"],
    ]
    text, problems = proposed(small(tmp_path, rows))
    assert problems == []
    assert "fills: [employee, employment_spell, assignment]" in text
    assert "its headings are everyday words: see whether it is this that they are about" in text
    assert 'No code is known for "Left": say what each means, codes:' in text
    assert "CODE is one of pre_hire, onboarding, active" in text
    assert "# constants: {worker_type: employee}" in text
    profile, _ = read_profile(text.replace("# constants:", "constants:"), "p.yaml")
    assert profile is not None
    with duckdb.connect() as connection:
        load(connection, [tmp_path], profile, hash_key=b"key")
        people = "SELECT employee_number, CAST(hire_date AS VARCHAR), worker_type FROM employment_spell ORDER BY 1"
        assert connection.execute(people).fetchall() == [
            ("1001", "2019-03-04", "employee"),
            ("1003", "2022-09-01", "employee"),
        ]


def test_who_is_an_employee_is_not_asked_where_a_column_says_so(tmp_path: Path) -> None:
    text, _ = proposed(small(tmp_path, [["employee_number", "worker_type"], ["E1", "employee"]]))
    assert "No column tells employees" not in text


def test_a_file_that_nobody_knows_is_told(tmp_path: Path) -> None:
    text, problems = proposed(small(tmp_path, [["Colour", "Size"], ["red", "12"]]))
    assert [problem.code for problem in problems] == ["unknown-table"]
    assert "by hand" in (problems[0].help or "")
    assert read_profile(text, "p.yaml")[0] is None


def test_of_a_file_that_nobody_knows_a_table_is_left_to_fill_in(tmp_path: Path) -> None:
    rows = [["Matrikel", "Eintritt", "Führungskraft"], ["0017", "2019-03-04", "no"], ["0018", "2024-02-29", "yes"]]
    text, _ = proposed(small(tmp_path, rows))
    for line in (
        'FIELD: "Matrikel"',
        'FIELD: "Eintritt"   # holds dates',
        'FIELD: "Führungskraft"   # holds yes and no',
    ):
        assert f"\n  #     {line}\n" in text
    mended = text.replace("# TABLE:", "people:").replace("  #  ", "    ")
    for heading, field in (
        ("Matrikel", "employee_number"),
        ("Eintritt", "start_date"),
        ("Führungskraft", "is_supervisor"),
    ):
        mended = mended.replace(f'FIELD: "{heading}"', f'{field}: "{heading}"')
    profile, wrong = read_profile(mended, "p.yaml")
    assert profile is not None, (wrong, mended)
    assert [str(people[2]) for people in read(tmp_path, profile)[0][0]] == ["2019-03-04", "2024-02-29"]


def test_whose_a_row_is_and_a_first_day_make_no_list_of_trainings(tmp_path: Path) -> None:
    text, _ = proposed(small(tmp_path, [["employee_id", "start_date", "site"], ["E1", "2025-01-31", "HQ"]]))
    assert "fills: [employee, employment_spell, assignment]" in text
