"""A folder of spreadsheets becomes one table per record type, and every row is accounted for."""

from __future__ import annotations

import csv
import random
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest

from compliance_engine.records.load import load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.sql import COLUMN_TYPES
from compliance_engine.records.types import VOCABULARY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.records.conftest import Export

PEOPLE = """
    employee_number,worker_type,status,hire_date,start_date,termination_date,worksite_id,is_supervisor,supervisor_since
    E1,employee,active,2025-05-20,2025-06-02,,W1,no,
    E2,employee,terminated,2019-04-01,2019-04-01,2020-01-31,W2,yes,2019-09-01
    E2,employee,active,2021-03-01,2021-03-01,,W1,yes,2021-03-01
"""


def test_a_line_of_people_fills_person_spell_and_assignment(export: Export) -> None:
    loaded = export.write("employees.csv", PEOPLE).load()
    assert export.problems == []
    assert (loaded.rows["employee"], loaded.rows["employment_spell"], loaded.rows["assignment"]) == (2, 3, 3)
    assert export.rows("employment_spell", "employee_number", "spell_no", "start_date", "termination_date") == [
        ("E1", "1", "2025-06-02", "open"),
        ("E2", "1", "2019-04-01", "2020-01-31"),
        ("E2", "2", "2021-03-01", "open"),
    ]


def test_every_type_has_its_table_with_rows_or_without(export: Export) -> None:
    export.write("employees.csv", PEOPLE).load()
    for record_type in VOCABULARY.types.values():
        described = export.connection.execute(f'DESCRIBE "{record_type.name}"').fetchall()
        expected = [("_row", "BIGINT"), ("_file", "INTEGER"), ("_record", "BIGINT"), ("employer_id", "VARCHAR")]
        expected += [(field.name, COLUMN_TYPES[field.type]) for field in record_type.fields]
        assert [(row[0], row[1]) for row in described] == expected, record_type.name


def test_no_raw_cell_stays_behind(export: Export) -> None:
    export.write("employees.csv", PEOPLE).load()
    tables = {row[0] for row in export.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert tables == set(VOCABULARY.types) | {"_bad_cell", "_supplied", "_complete_from", "_file", "_line"}


def test_an_empty_cell_means_what_its_field_says(export: Export) -> None:
    export.write("employees.csv", PEOPLE).load()
    fields = ("offer_accepted_date", "termination_date", "supervisor_since", "resignation_notice_on")
    assert export.rows("employment_spell", *fields)[0] == (None, "open", "none", None)
    supplied = set(export.connection.execute("SELECT field FROM _supplied WHERE type = 'employment_spell'").fetchall())
    assert ("supervisor_since",) in supplied
    assert ("resignation_notice_on",) not in supplied


def test_a_spell_knows_the_end_of_the_one_before(export: Export) -> None:
    export.write("employees.csv", PEOPLE).load()
    assert export.rows("employment_spell", "previous_spell_ended_on") == [("none",), ("none",), ("2020-01-31",)]


def test_a_first_spell_after_an_earlier_first_hire_does_not_know(export: Export) -> None:
    text = """
        employee_number,start_date,original_hire_date
        E1,2025-06-02,2011-01-03
        E2,2025-06-02,2025-06-02
    """
    export.write("employees.csv", text).load()
    assert export.rows("employment_spell", "previous_spell_ended_on") == [(None,), ("none",)]


def test_a_hire_date_is_no_first_day_unless_the_profile_says_so(export: Export) -> None:
    text = "employee_number,hire_date\nE1,2025-05-20\nE2,2025-02-30\n"
    export.write("employees.csv", text).load()
    assert export.rows("employment_spell", "hire_date", "start_date") == [("2025-05-20", None), (None, None)]
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    other = type(export)(export.folder)
    other.load(profile.model_copy(update={"hire_date_is_first_day": True}))
    assert other.rows("employment_spell", "hire_date", "start_date") == [("2025-05-20", "2025-05-20"), (None, None)]
    assert (2, "start_date", "unreadable", "impossible-date") in other.bad("employment_spell")


def test_the_present_worksite_holds_from_the_first_day(export: Export) -> None:
    export.write("employees.csv", PEOPLE).load()
    assert export.rows("assignment", "employee_number", "spell_no", "valid_from", "valid_to", "worksite_id") == [
        ("E1", "1", "2025-05-20", "open", "W1"),
        ("E2", "1", "2019-04-01", "2021-03-01", "W2"),
        ("E2", "2", "2021-03-01", "open", "W1"),
    ]


def test_dated_assignments_take_the_place_of_the_present_one(export: Export) -> None:
    moves = """
        employee_number,valid_from,valid_to,worksite_id
        E1,2025-06-02,,W1
        E1,2025-09-01,,W2
        E2,2019-04-01,2019-12-31,W2
    """
    loaded = export.write("employees.csv", PEOPLE).write("assignments.csv", moves).load()
    rows = export.rows(
        "assignment", "employee_number", "spell_no", "valid_from", "valid_to", "worksite_id", "is_supervisor"
    )
    assert sorted(rows, key=str) == [
        ("E1", "1", "2025-06-02", "2025-09-01", "W1", None),
        ("E1", "1", "2025-09-01", "open", "W2", "false"),
        ("E2", "1", "2019-04-01", "2019-12-31", "W2", None),
        ("E2", "2", "2021-03-01", "open", "W1", "true"),
    ]
    assert [(a.type, a.kept, a.left_out) for a in loaded.accounts if a.type == "assignment"] == [
        ("assignment", 3, 0),
        ("assignment", 1, 2),
    ]


def test_an_i9_belongs_to_the_spell_that_begins_on_its_first_day(export: Export) -> None:
    forms = """
        employee_number,start_date,section1_signed_on,section2_signed_on,everify_closed_on
        E1,2025-06-02,2025-06-02,2025-06-05,
        E2,2021-03-01,2021-03-01,,
    """
    export.write("employees.csv", PEOPLE).write("i9.csv", forms).load()
    assert export.rows("i9", "employee_number", "spell_no", "section2_signed_on", "first_day_of_employment") == [
        ("E1", "1", "2025-06-05", "2025-06-02"),
        ("E2", "2", "open", "2021-03-01"),
    ]
    assert export.rows("everify_case", "employee_number", "spell_no", "closed_on") == [
        ("E1", "1", "open"),
        ("E2", "2", "open"),
    ]


def test_an_i9_that_could_belong_to_several_spells_makes_them_unknown(export: Export) -> None:
    forms = "employee_number,section1_signed_on,section2_signed_on\nE2,2019-04-01,2019-04-02\n"
    export.write("employees.csv", PEOPLE).write("i9.csv", forms).load()
    assert export.rows("i9", "employee_number", "spell_no", "section2_signed_on") == [
        ("E2", "1", None),
        ("E2", "2", None),
    ]
    assert (1, "section2_signed_on", "distrusted", "spell-not-known") in export.bad("i9")
    assert (2, "section2_signed_on", "distrusted", "spell-not-known") in export.bad("i9")


def test_a_document_of_somebody_with_one_spell_belongs_to_it(export: Export) -> None:
    index = """
        bucket,key,version_id,class_code,employee_number,document_date,is_record_copy
        hr,a/1.pdf,v1,i9_form,E1,2025-06-02,yes
        hr,a/2.pdf,v1,resume,E2,2021-03-02,yes
    """
    export.write("employees.csv", PEOPLE).write("documents.csv", index).load()
    assert export.rows("document", "document_id", "spell_no") == [
        ("store:hr/a/1.pdf@v1", "1"),
        ("store:hr/a/2.pdf@v1", None),
    ]
    assert export.rows("document_instance", "document_id", "bucket", "key", "version_id") == [
        ("store:hr/a/1.pdf@v1", "hr", "a/1.pdf", "v1"),
        ("store:hr/a/2.pdf@v1", "hr", "a/2.pdf", "v1"),
    ]


def test_two_versions_of_one_document_are_one_document_with_two_copies(export: Export) -> None:
    index = """
        document_id,bucket,key,version_id,class_code,employee_number
        D1,hr,a.pdf,v1,i9_form,E1
        D1,hr,a.pdf,v2,i9_form,E1
    """
    loaded = export.write("documents.csv", index).load()
    assert (loaded.rows["document"], loaded.rows["document_instance"]) == (1, 2)
    assert export.rows("document_instance", "document_id", "instance_no") == [("D1", "1"), ("D1", "2")]


def test_leave_rows_belong_to_the_person_of_their_case(export: Export) -> None:
    export.write("leaves.csv", "case_number,employee_number,reason\nL1,E1,own_serious_health\n")
    export.write("leave_usage.csv", "case_number,date,minutes,law_codes\nL1,2025-07-07,90,us.fmla;us.ny.pfl\n")
    export.write("leave_notices.csv", "case_number,kind,sent_on,received_on\nL1,eligibility,2025-07-01,\n")
    export.load()
    assert export.rows("leave_usage", "employee_number", "used_on", "hours_used", "law_codes") == [
        ("E1", "2025-07-07", "1.5000", ["us.fmla", "us.ny.pfl"])
    ]
    assert export.rows("leave_notice", "employee_number", "notice_no", "received_on") == [("E1", "1", "open")]


def test_a_training_takes_topic_and_length_from_its_course(export: Export) -> None:
    export.write("courses.csv", "course_id,topic,duration_minutes,interactive\nC1,harassment,60,yes\nC2,Excel,30,no\n")
    export.write(
        "training.csv", "employee_number,course_id,status,completed_on\nE1,C1,completed,2025-07-01\nE1,C2,assigned,\n"
    )
    export.load()
    assert export.rows("training", "topic", "interactive", "minutes_spent", "completed_on") == [
        ("harassment", "true", "60.0000", "2025-07-01"),
        ("other", "false", None, "open"),
    ]
    assert export.finding("minutes-of-the-course", "training", "minutes_spent").count == 1


def test_measured_minutes_are_never_replaced_by_planned_ones(export: Export) -> None:
    export.write("courses.csv", "course_id,topic,duration_minutes\nC1,harassment,60\n")
    export.write("training.csv", "employee_number,course_id,completed_on,minutes_spent\nE1,C1,2025-07-01,\n")
    export.load()
    assert export.rows("training", "minutes_spent") == [(None,)]


def test_rows_that_are_alike_are_counted_along_their_dates(export: Export) -> None:
    text = """
        employee_number,course_id,completed_on
        E1,C1,2025-07-01
        E1,C1,
        E1,C1,2023-07-01
    """
    export.write("training.csv", text).load()
    assert export.rows("training", "completed_on", "attempt") == [
        ("2025-07-01", "2"),
        ("open", "3"),
        ("2023-07-01", "1"),
    ]


def test_punches_make_a_day_and_its_breaks(export: Export) -> None:
    export.write("worksites.csv", "worksite_id,state,city,time_zone\nW1,CA,Fresno,America/Los_Angeles\n")
    punches = """
        employee_number,worksite_id,workday,in_at,out_at
        E1,W1,2025-06-02,2025-06-02T08:00-07:00,2025-06-02T12:45-07:00
        E1,W1,2025-06-02,2025-06-02T13:15-07:00,2025-06-02T17:00-07:00
        E2,W1,2025-06-02,2025-06-02T08:00-07:00,
    """
    export.write("time_records.csv", punches).load()
    fields = ("employee_number", "hours_worked", "break_minutes", "first_in", "first_in_time", "last_out_time")
    assert export.rows("work_day", *fields) == [
        ("E1", "8.5000", "30.0000", "2025-06-02 15:00:00", "08:00:00", "17:00:00"),
        ("E2", None, None, None, None, None),
    ]
    assert export.rows("break_taken", "starts_at", "minutes") == [("2025-06-02 19:45:00", "30.0000")]


def test_a_stretch_of_a_day_that_is_not_known_is_a_day_of_which_nothing_is_known(export: Export) -> None:
    text = """
        employee_number,workday,in_at,out_at
        E1,2025-06-02,2025-06-02T08:00-07:00,2025-06-02T12:00-07:00
        E1,#REF!,2025-06-03T08:00-07:00,2025-06-03T12:00-07:00
        E1,,2025-06-04T08:00-07:00,2025-06-04T12:00-07:00
    """
    export.write("time_records.csv", text).load()
    assert export.rows("work_day", "workday", "hours_worked", "first_in") == [
        ("2025-06-02", "4.0000", "2025-06-02 15:00:00"),
        (None, None, None),
    ]
    assert export.rows("break_taken", "workday") == []


def test_who_names_no_worksite_worked_where_the_assignment_is(export: Export) -> None:
    places = "worksite_id,state,city,time_zone\nW1,CA,Fresno,America/Los_Angeles\nW2,NY,Albany,America/New_York\n"
    export.write("worksites.csv", places)
    export.write("employees.csv", "employee_number,start_date,worksite_id\nE1,2025-01-06,W1\n")
    text = """
        employee_number,worksite_id,workday,in_at,out_at
        E1,,2025-06-02,2025-06-02T08:00-07:00,2025-06-02T12:00-07:00
        E1,W2,2025-06-03,2025-06-03T08:00-07:00,2025-06-03T12:00-07:00
        E1,#REF!,2025-06-04,2025-06-04T08:00-07:00,2025-06-04T12:00-07:00
        E1,,2024-06-05,2024-06-05T08:00-07:00,2024-06-05T12:00-07:00
    """
    export.write("time_records.csv", text).load()
    assert export.rows("work_day", "workday", "worksite_id", "first_in_time") == [
        ("2025-06-02", "W1", "08:00:00"),
        ("2025-06-03", "W2", "11:00:00"),
        ("2025-06-04", None, None),
        ("2024-06-05", None, None),
    ]


def test_a_moment_without_a_zone_is_not_guessed(export: Export) -> None:
    text = """
        injury_id,learned_at,reported_at,date_of_incident
        I1,2025-05-06T22:30-05:00,,2025-05-06
        I2,2025-05-06 22:30,2025-05-07,2025-05-06
        I3,2025-05-06 22:30:15.5Z,soon,2025-05-06
    """
    export.write("injuries.csv", text).load()
    assert export.rows("injury", "learned_at", "reported_at") == [
        ("2025-05-07 03:30:00", "open"),
        (None, None),
        ("2025-05-06 22:30:15.5", None),
    ]
    assert export.bad("injury") == [
        (2, "learned_at", "unreadable", "instant-without-zone"),
        (2, "reported_at", "unreadable", "only-the-day-is-known"),
        (3, "reported_at", "unreadable", "unreadable-cell"),
    ]


def test_numbers_are_read_strictly(export: Export) -> None:
    amounts = ["1234.5", '"1,234.50"', '"$1,234"', "-3", "1e3", '"1,23"', "12,5".join('""'), "nan", ""]
    rows = "".join(f"G{number},{text}\n" for number, text in enumerate(amounts))
    export.write("courses.csv", f"course_id,duration_minutes\n{rows}").load()
    read = [row[0] for row in export.rows("training_course", "duration_minutes")]
    # Fractions behind a comma leave open whether "$1,234" is one and a bit.
    assert read == ["1234.5000", "1234.5000", None, "-3.0000", None, None, None, None, None]
    assert export.finding("ambiguous-decimal-mark", "training_course", "duration_minutes").records == (4,)
    assert export.finding("unreadable-cell", "training_course", "duration_minutes").records == (6, 7, 8, 9)


def test_a_comma_parts_thousands_where_no_number_speaks_against_it(export: Export) -> None:
    export.write("courses.csv", 'course_id,duration_minutes\nG1,"$1,234"\nG2,"1,234.50"\n').load()
    assert export.rows("training_course", "duration_minutes") == [("1234.0000",), ("1234.5000",)]


@pytest.mark.parametrize(
    ("written", "state", "hashed"),
    [
        ("078-05-1121", "valid", True),
        ("078051121", "valid", True),
        ("078 05 1121", "valid", True),
        ("", "absent", False),
        ("000-12-3456", "impossible", True),
        ("666-12-3456", "impossible", True),
        ("900-01-3456", "impossible", True),
        ("123-00-4567", "impossible", True),
        ("123-45-0000", "impossible", True),
        ("078-05-1120", "advertised", True),
        ("219-09-9999", "advertised", True),
        ("987-65-4325", "advertised", True),
        ("912-70-1234", "itin", True),
        ("912-93-1234", "impossible", True),
        ("78-05-1121", "malformed", False),
        ("applied for", "malformed", False),
    ],
)
def test_a_social_security_number_leaves_its_shape_and_a_hash(
    export: Export, written: str, state: str, hashed: bool
) -> None:
    export.write("employees.csv", f"employee_number,ssn\nE1,{written}\n").load()
    ((found, digest),) = export.rows("employee", "ssn_state", "ssn_hash")
    assert found == state
    assert (digest is not None) == hashed


def test_one_number_has_one_hash_however_it_is_written(export: Export) -> None:
    export.write("employees.csv", "employee_number,ssn\nE1,078-05-1121\nE2,078051121\nE3,078-05-1122\n").load()
    first, second, third = (row[0] for row in export.rows("employee", "ssn_hash"))
    assert first == second != third
    assert export.finding("shared-social-security-number", "employee", "ssn_hash").count == 2


def test_no_social_security_number_is_kept_or_told_anywhere(export: Export) -> None:
    text = """
        employee_number,ssn,hire_date,status,department
        E1,078-05-1121,078-05-1121,078-05-1121,x
        E2,078051121,078051121,078051121,x
        E3,78-05-1121,78-05-1121,78-05-1121,x
    """
    export.write("employees.csv", text).load()
    told = [str(item) for item in (*export.problems, *export.findings)]
    for (table,) in export.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        told += [str(row) for row in export.connection.execute(f'SELECT * FROM "{table}"').fetchall()]
    assert not [line for line in told if "1121" in line.replace(str(export.folder), "")]


def test_places_are_resolved_from_the_address(export: Export) -> None:
    text = """
        worksite_id,city,county,state,postal_code,country
        W1,New York,,NY,,
        W2,,Kings County,us.ny,,
        W3,Albany,,New York,12207,us
        W4,,,NY,,
        W5,,,TX,,
        W6,Toronto,,,,CA
        W7,,,,,
        W8,Flushing,,NY,11355,
        W9,Chicago,,IL,,
    """
    export.write("worksites.csv", text).load()
    assert export.rows("worksite", "places", "places_known") == [
        (["us", "us.ny", "us.ny.nyc"], "true"),
        (["us", "us.ny", "us.ny.nyc"], "true"),
        (["us", "us.ny"], "true"),
        (["us", "us.ny"], "false"),
        (["us", "us.tx"], "true"),
        (["ca"], "true"),
        (None, "false"),
        (["us", "us.ny", "us.ny.nyc"], "true"),
        (["us", "us.il", "us.il.chicago"], "true"),
    ]


def test_an_employer_without_a_row_of_its_own_is_there(export: Export) -> None:
    export.write("employees.csv", "employee_number,employer_id\nE1,north\nE2,\n").load()
    assert export.rows("employer", "employer_id") == [("main",), ("north",)]
    assert export.rows("employee", "employer_id", "employee_number") == [("north", "E1"), ("main", "E2")]


def test_a_source_that_is_complete_says_from_when(export: Export) -> None:
    from tests.records.conftest import profile_of

    profile = profile_of(
        """
        profile: lms
        own_names: true
        tables:
          done:
            files: done.csv
            fills: training
            complete_from: 2022-01-01
        """
    )
    export.write("done.csv", "employee_number,topic,completed_on\nE1,harassment,2025-01-02\n").load(profile)
    assert export.connection.execute("SELECT * FROM _complete_from").fetchall() == [("training", date(2022, 1, 1))]


def test_files_are_remembered_with_their_hash(export: Export) -> None:
    loaded = export.write("employees.csv", PEOPLE).load()
    ((number, path, sha256, form, read, reported),) = export.connection.execute("SELECT * FROM _file").fetchall()
    assert (number, form, read, reported) == (0, "csv", 3, 0)
    assert path == str(export.folder / "employees.csv")
    assert sha256 == loaded.files[0].raw.sha256


def test_entries_of_supplement_b_belong_to_the_only_spell_or_the_one_they_name(export: Export) -> None:
    entries = """
        employee_number,start_date,reason,signed_on,expires_on
        E1,,reverification,2026-01-05,2027-01-05
        E2,2021-03-01,rehire,2021-03-01,
        E2,,reverification,2022-03-01,
        E9,,reverification,2022-03-01,
    """
    export.write("employees.csv", PEOPLE).write("supplement_b.csv", entries).load()
    assert export.rows("supplement_b", "employee_number", "spell_no", "entry_no", "expires_on") == [
        ("E1", "1", "1", "2027-01-05"),
        ("E2", "2", "1", "open"),
    ]
    assert export.finding("spell-not-known", "supplement_b", "").records == (4,)
    assert export.finding("orphan", "supplement_b", "").records == (5,)


def test_times_of_day_are_kept_as_written_on_the_wall(export: Export) -> None:
    export.write("injuries.csv", "injury_id,time_of_incident\nI1,2:30 pm\nI2,noon\n").load()
    assert export.rows("injury", "time_of_incident") == [("14:30:00",), (None,)]


def test_single_files_may_be_named_and_a_broken_one_does_not_stop_the_rest(tmp_path: Path) -> None:
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    (tmp_path / "employees.csv").write_text("employee_number\nE1\n", encoding="utf-8")
    (tmp_path / "training.csv").write_bytes(b"PK\x03\x04")
    paths = [tmp_path / "employees.csv", tmp_path / "training.csv", tmp_path / "i9.csv", tmp_path / "employees.csv"]
    loaded, problems = load(duckdb.connect(), paths, profile, hash_key=b"k")
    assert loaded.rows["employee"] == 1
    assert [problem.position.file for problem in problems if problem.position] == [str(path) for path in paths[1:3]]


CELLS = ["", "E1", "E2", "E3", "2025-06-02", "2021-03-01", "02/30/2025", "9999-12-31", "active", "W1", 'x "y",\nz']
"""Cells that fit somewhere and clash everywhere."""
HEADERS = {
    "employees.csv": ("employee_number", "status", "start_date", "hire_date", "termination_date", "worksite_id", "ssn"),
    "assignments.csv": ("employee_number", "valid_from", "valid_to", "worksite_id"),
    "i9.csv": ("employee_number", "start_date", "section1_signed_on", "everify_closed_on"),
    "training.csv": ("employee_number", "course_id", "completed_on"),
    "leaves.csv": ("case_number", "employee_number"),
    "documents.csv": ("bucket", "key", "employee_number", "class_code"),
}


@pytest.mark.parametrize("seed", range(8))
def test_every_row_of_every_file_is_accounted_for(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for name, header in HEADERS.items():
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            rows = [[chance.choice(CELLS) for _ in header] for _ in range(chance.randrange(1, 30))]
            csv.writer(file).writerows([header, *rows])
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    connection = duckdb.connect()
    loaded, _ = load(connection, [tmp_path], profile, hash_key=b"k")
    assert {account.read for account in loaded.accounts} == {file.raw.rows_read for file in loaded.files}
    for account in loaded.accounts:
        assert account.kept + account.merged + account.left_out == account.read, account
    for type_name, kept in loaded.rows.items():
        assert kept >= sum(account.kept for account in loaded.accounts if account.type == type_name)
    for type_name in VOCABULARY.types:
        numbered = connection.execute(f'SELECT count(*), count(DISTINCT _row), max(_row) FROM "{type_name}"').fetchone()
        assert numbered is not None
        assert numbered[0] == numbered[1] == (numbered[2] or 0)
        key = VOCABULARY.types[type_name].key
        if key:
            columns = ", ".join(f'"{column}"' for column in ("employer_id", *key))
            known = " AND ".join(f'"{column}" IS NOT NULL' for column in key)
            twice = f'SELECT {columns} FROM "{type_name}" WHERE {known} GROUP BY ALL HAVING count(*) > 1'
            assert connection.execute(twice).fetchall() == []
