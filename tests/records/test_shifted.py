"""A row whose cells stand beside their columns is refused whole and told; a row with a bad cell stays a row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.records.conftest import Export

from compliance_engine.problems import Problem

HEADER = (
    "employee_number,first_name,last_name,status,employment_type,date_of_birth,hire_date,start_date,termination_date,"
    "flsa_status,worksite_id,home_state,home_postal_code"
)
PEOPLE = """
A1,Test,Alder,active,full_time,1979-05-17,2019-03-04,2019-03-11,,exempt,P1,ca,93721
A2,Test,Birch,active,full_time,1988-11-30,2021-06-14,2021-06-21,,nonexempt,P1,ca,93722
A3,Probe,Cedar,terminated,part_time,1994-02-28,2022-09-01,2022-09-06,2025-08-29,nonexempt,P2,oh,45402
A4,Probe,Elm,active,part_time,1970-12-31,2015-01-20,2015-01-26,,nonexempt,P2,oh,45403
"""


def rows() -> list[list[str]]:
    return [line.split(",") for line in (HEADER + PEOPLE).split("\n") if line]


def loaded(export: Export, table: list[list[str]]) -> list[Problem]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    export.write("employees.csv", out.getvalue())
    found = export.load()
    for account in found.accounts:
        assert account.read == account.kept + account.merged + account.left_out
    assert all(file.raw.rows_read + file.raw.rows_reported == len(table) - 1 for file in found.files)
    return [problem for problem in export.problems if problem.code == "shifted-row"]


def numbers(export: Export) -> list[object]:
    return [row[0] for row in export.rows("employee", "employee_number")]


def deleted(row: list[str], place: int) -> list[str]:
    return [*row[:place], *row[place + 1 :], ""]


def inserted(row: list[str], place: int) -> list[str]:
    return [*row[:place], "", *row[place:-1]]


@pytest.mark.parametrize("place", [0, 1, 3, 5, 6])
def test_a_row_that_lost_a_cell_is_no_person(export: Export, place: int) -> None:
    table = rows()
    table[2] = deleted(table[2], place)
    (problem,) = loaded(export, table)
    assert problem.position
    assert problem.position.line == 3
    assert problem.message == (
        "record 3 is left out: its cells, or the last of them, stand one column too far to the left"
    )
    assert numbers(export) == ["A1", "A3", "A4"]
    assert not export.findings


@pytest.mark.parametrize("place", [0, 1, 3, 5, 6])
def test_a_row_with_a_cell_put_in_is_no_person(export: Export, place: int) -> None:
    table = rows()
    table[3] = inserted(table[3], place)
    (problem,) = loaded(export, table)
    assert problem.message.endswith("stand one column too far to the right")
    assert numbers(export) == ["A1", "A2", "A4"]


def test_two_columns_are_as_bad_as_one(export: Export) -> None:
    table = rows()
    table[1] = inserted(inserted(table[1], 1), 1)
    (problem,) = loaded(export, table)
    assert problem.message.endswith("stand 2 columns too far to the right")


@pytest.mark.parametrize("word", ["none", "2025-01-31", "active", "ca", "12", "full_time", "P1", "Test"])
def test_a_row_with_one_bad_cell_stays_a_row(export: Export, word: str) -> None:
    """Every cell of every row in turn, but for the number and for cells that may hold any word."""
    table = rows()
    people, places = table[1:], range(3, len(table[0]))
    table[1:] = [
        [f"B{10 * place + n}", *row[1:place], word, *row[place + 1 :]]
        for place in places
        for n, row in enumerate(people)
    ]
    assert loaded(export, table) == []
    assert len(numbers(export)) == len(people) * len(places)


def test_bad_cells_that_would_not_fit_beside_either_leave_a_row_a_row(export: Export) -> None:
    table = rows()
    table[1][3:10] = ["on a boat", "when asked", "long ago", "?", "?", "?", "who knows"]
    assert loaded(export, table) == []
    assert "A1" in numbers(export)
    assert ("unknown-code", "employment_spell", "status") in export.kinds()


def test_a_file_of_which_every_row_is_out_of_place_has_no_people(export: Export) -> None:
    header, *people = rows()
    table = [header, *([f"B{n}", *people[n % 4][1:]] for n in range(1_300))]
    table[1:] = [inserted(row, 1) for row in table[1:]]
    assert len(loaded(export, table)) == 50  # of which each is shown, and one more problem counts the rest
    assert export.problems[-1].message.startswith("1,250 more rows were left out")
    assert numbers(export) == []


def test_words_that_nobody_knows_in_every_row_do_not_hide_one_that_is_out_of_place(export: Export) -> None:
    header, *people = rows()
    table = [header, *([f"B{n}", *people[n % 4][1:3], "Z", "Q", *people[n % 4][5:]] for n in range(1_300))]
    table[700] = deleted(table[700], 1)
    (problem,) = loaded(export, table)
    assert problem.message.startswith("record 701 is left out")


def test_one_cell_is_proof_enough_if_others_of_the_row_are_at_home_beside_it_in_other_rows(export: Export) -> None:
    table = ["employee_number,course_id,status,due_on", "A1,LIFT,completed,2025-01-31", "A2,SAFE,completed,2025-01-31"]
    export.write("training.csv", "\n".join([*table, "LIFT,completed,2025-05-31,"]) + "\n")
    export.load()
    assert [problem.code for problem in export.problems] == ["shifted-row"]
    assert export.rows("training", "employee_number") == [("A1",), ("A2",)]


def test_the_days_of_a_row_out_of_place_prove_no_order(export: Export) -> None:
    """Only the row that is left out has a day above twelve under the first day, and that is a day of birth."""
    header = "employee_number,status,date_of_birth,start_date,termination_date,flsa_status,home_state"
    people = ["A1,active,05/17/1979,03/04/2019,,exempt,ca", "A2,active,11/30/1988,06/02/2021,,exempt,ca"]
    moved = "A3,,active,28/02/1994,01/09/2022,,nonexempt"
    assert loaded(export, [line.split(",") for line in [header, *people, moved]])
    assert export.rows("employment_spell", "employee_number", "start_date") == [("A1", None), ("A2", None)]
    assert ("ambiguous-date-order", "employment_spell", "start_date") in export.kinds()


def test_rows_that_could_not_be_read_may_be_anybodys(export: Export) -> None:
    table = rows()
    table[2] = deleted(table[2], 1)
    loaded(export, table)
    query = "SELECT employer_id, _lost, employee_number FROM _unplaced_employment_spell"
    assert export.connection.execute(query).fetchall() == [("main", True, None)]


def test_so_may_rows_that_are_too_short_and_files_that_no_reader_takes(export: Export, tmp_path: Path) -> None:
    loaded(export, rows())
    export.write("training.csv", "employee_number,course_id,completed_on\nA1,LIFT,2025-01-31\nA2,LIFT\n")
    (tmp_path / "i9.csv").write_text("employee_number,section1_signed_on\nA1,2019-03-11T09:00:00Z\n")
    (tmp_path / "hours.csv").write_text(
        "employee_number,period_start,period_end,hours_worked\nA1,2025-01-01,2025-01-07,40\n"
    )
    again = Export(tmp_path)
    again.load()
    tables = again.connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%unplaced%'")
    assert tables.fetchall() == [("_unplaced_training",)]
