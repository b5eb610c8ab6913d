"""What is wrong with the data is told, counted and no longer relied on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from compliance_engine.records.checks import CHECKS
from compliance_engine.records.relations import RELATIONS
from compliance_engine.records.told import SENTENCES
from compliance_engine.records.types import VOCABULARY

if TYPE_CHECKING:
    from tests.records.conftest import Export

AS_OF = date(2026, 11, 22)


def spells(*lines: str) -> str:
    return "\n".join(["employee_number,status,start_date,termination_date,date_of_birth,worksite_id", *lines, ""])


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("02/30/2025", "impossible-date"),
        ("03/04/2025", "ambiguous-date-order"),
        ("3/4/25", "two-digit-year"),
        ("45810", "excel-serial-date"),
        ("1900-01-01", "sentinel-date"),
        ("9999-12-31", "sentinel-date"),
        ("1066-10-14", "implausible-date"),
        ("2025-03-04T22:00Z", "day-depends-on-zone"),
        ("soon", "unreadable-cell"),
    ],
)
def test_a_date_that_cannot_be_read_is_a_finding_and_not_a_value(export: Export, cell: str, kind: str) -> None:
    export.write("employees.csv", spells(f"E1,active,{cell},,,W1")).load()
    assert export.rows("employment_spell", "start_date") == [(None,)]
    assert export.bad("employment_spell") == [(1, "start_date", "unreadable", kind)]
    finding = export.finding(kind, "employment_spell", "start_date")
    assert (finding.count, finding.records) == (1, (2,))
    assert finding.file.endswith("employees.csv")


def test_a_date_may_be_shown_and_a_word_may_not(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,02/30/2025,,,W1", "E2,Jane,soon,,,W1")).load()
    assert "(02/30/2025)" in export.finding("impossible-date", "employment_spell", "start_date").message
    assert "(not shown)" in export.finding("unreadable-cell", "employment_spell", "start_date").message
    assert "(not shown)" in export.finding("unknown-code", "employment_spell", "status").message
    assert not [finding for finding in export.findings if "Jane" in finding.message]


@pytest.mark.parametrize(
    ("file", "record", "field"),
    [
        ("leaves.csv", "leave_case", "employee_notice_on"),
        ("i9.csv", "i9", "section2_signed_on"),
        ("injuries.csv", "injury", "date_of_incident"),
    ],
)
def test_no_cell_of_a_medical_or_immigration_record_is_shown(
    export: Export, file: str, record: str, field: str
) -> None:
    header = f"employee_number,case_number,injury_id,{field}\n"
    export.write("employees.csv", spells("E1,active,2025-01-06,,,W1"))
    export.write(file, f"{header}E1,1,1,02/30/2025\n").load()
    finding = export.finding("impossible-date", record, field)
    assert finding.message == "there is no such day (not shown)"
    assert finding.records == (2,)


def test_a_sentinel_in_a_day_that_may_be_open_is_open_and_told(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2025-06-02,9999-12-31,,W1")).load()
    assert export.rows("employment_spell", "termination_date") == [("open",)]
    assert export.bad("employment_spell") == []
    assert export.finding("sentinel-date", "employment_spell", "termination_date").count == 1


def test_one_date_proves_the_order_of_its_column(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,03/04/2025,,,W1", "E2,active,03/31/2025,,,W1")).load()
    assert export.rows("employment_spell", "start_date") == [("2025-03-04",), ("2025-03-31",)]


def test_a_column_that_proves_both_orders_is_told(export: Export) -> None:
    text = spells("E1,active,03/04/2025,,,W1", "E2,active,03/31/2025,,,W1", "E3,active,31/03/2025,,,W1")
    export.write("employees.csv", text).load()
    assert export.rows("employment_spell", "start_date") == [(None,), ("2025-03-31",), ("2025-03-31",)]
    assert ("two-date-formats", "employment_spell", "start_date") in export.kinds()


def test_two_ways_to_write_dates_in_one_column_are_told(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2025-03-04,,,W1", "E2,active,03/31/2025,,,W1")).load()
    assert export.rows("employment_spell", "start_date") == [("2025-03-04",), ("2025-03-31",)]
    assert ("two-date-formats", "employment_spell", "start_date") in export.kinds()


def test_many_rows_make_one_finding_that_counts_them_all(export: Export) -> None:
    export.write("employees.csv", spells(*(f"E{number},active,soon,,,W1" for number in range(50)))).load()
    finding = export.finding("unreadable-cell", "employment_spell", "start_date")
    assert finding.count == 50
    assert finding.records == tuple(range(2, 22))


def test_a_row_without_a_number_is_left_out_and_told(export: Export) -> None:
    loaded = export.write("employees.csv", spells("E1,active,2025-06-02,,,W1", ",active,2025-06-02,,,W1")).load()
    assert loaded.rows["employee"] == 1
    finding = export.finding("missing-key", "employee", "")
    assert finding.row_lost
    assert finding.records == (3,)


def test_numbers_turned_into_powers_of_ten_are_nobodys(export: Export) -> None:
    export.write("employees.csv", "employee_number,start_date\n1.23E+05,2025-06-02\n").load()
    assert export.rows("employee", "employee_number") == []
    assert ("scientific-notation", "employee", "employee_number") in export.kinds()
    assert ("missing-key", "employee", "") in export.kinds()


ERRORS = """
    employee_number,job_title,worksite_id,hire_date,status,preferred_language
    E1,#NAME?,#REF!,#N/A,#VALUE!,#REF!
    #REF!,Weaver,W1,2025-06-02,active,en
    """


def test_an_error_of_a_spreadsheet_says_nothing_in_any_column(export: Export) -> None:
    export.write("employees.csv", ERRORS).load()
    assert export.rows("employment_spell", "employee_number", "hire_date", "status") == [("E1", None, None)]
    assert export.rows("assignment", "worksite_id", "job_title") == [(None, None)]
    assert export.rows("employee", "preferred_language") == [(None,)]
    assert (1, "worksite_id", "unreadable", "unreadable-cell") in export.bad("assignment")
    assert (1, "job_title", "unreadable", "unreadable-cell") in export.bad("assignment")
    assert (1, "hire_date", "unreadable", "unreadable-cell") in export.bad("employment_spell")
    assert export.finding("missing-key", "employee", "").records == (3,)


def test_an_error_of_a_spreadsheet_is_no_other_word(export: Export) -> None:
    export.write("training.csv", "employee_number,topic\nE1,Forklift driving\nE1,#REF!\n").load()
    assert export.rows("training", "topic") == [("other",), (None,)]
    assert (2, "topic", "unreadable", "unreadable-cell") in export.bad("training")


def test_a_number_sign_in_front_of_a_text_is_no_error(export: Export) -> None:
    export.write("worksites.csv", "worksite_id,name\n#12,#REF! street\n").load()
    assert export.rows("worksite", "worksite_id", "name") == [("#12", "#REF! street")]


def test_who_directs_others_became_a_supervisor_some_day(export: Export) -> None:
    text = """
        employee_number,start_date,worksite_id,is_supervisor,supervisor_since
        E1,2025-06-02,W1,yes,
        E2,2025-06-02,W1,no,
        E3,2025-06-02,W1,yes,2025-07-01
        """
    export.write("employees.csv", text).load()
    assert export.rows("employment_spell", "supervisor_since") == [(None,), ("none",), ("2025-07-01",)]
    assert export.finding("supervisor-without-date", "employment_spell", "supervisor_since").records == (2,)


def test_an_error_of_a_spreadsheet_is_no_social_security_number(export: Export) -> None:
    export.write("employees.csv", "employee_number,ssn\nE1,#REF!\nE2,123456789\nE3,\n").load()
    assert export.rows("employee", "ssn_state") == [(None,), ("valid",), ("absent",)]
    assert export.bad("employee") == [(1, "ssn_state", "unreadable", "unreadable-cell")]


def test_a_row_about_a_person_that_names_nobody_is_somebodys(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2025-06-02,,,W1"))
    export.write(
        "documents.csv", "document_id,subject_type,employee_number\nd1,employee,\nd2,population,\nd3,employee,E1\n"
    )
    export.write(
        "events.csv", "event_id,kind,subject_type,employee_number\nv1,injury,employee,\nv2,injury,employer,\n"
    ).load()
    assert export.finding("employee-not-named", "document", "employee_number").records == (2,)
    assert export.finding("employee-not-named", "event", "employee_number").records == (2,)
    assert (1, "employee_number", "distrusted", "employee-not-named") in export.bad("document")
    assert export.rows("_unplaced_document", "document_id", "_open") == [("d1", ["employee_number"])]
    assert export.rows("_unplaced_event", "event_id", "_open") == [("v1", ["employee_number"])]


def test_a_notice_that_hangs_nowhere_may_hang_anywhere(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2025-06-02,,,W1"))
    export.write("worksites.csv", "worksite_id,state,city\nW1,NV,Reno\n")
    export.write("postings.csv", "posting_id,worksite_id,employee_number\np1,,\np1,W1,\np1,,E1\n").load()
    assert export.finding("poster-without-place", "posting_display", "worksite_id").records == (2,)
    assert export.rows("_unplaced_posting_display", "posting_id", "_open") == [("p1", ["worksite_id"])]


def test_a_course_that_was_completed_some_day_has_not_been_missed(export: Export) -> None:
    text = "employee_number,topic,status,completed_on\nE1,ethics,completed,\nE1,ethics,assigned,\nE1,ethics,passed,2025-06-02\n"
    export.write("training.csv", text).load()
    assert export.rows("training", "completed_on") == [(None,), ("open",), ("2025-06-02",)]
    assert export.finding("completed-without-date", "training", "completed_on").records == (2,)


def test_a_line_that_comes_twice_is_merged_and_told(export: Export) -> None:
    line = "E1,active,2025-06-02,,1980-01-02,W1"
    loaded = export.write("employees.csv", spells(line, line)).load()
    assert (loaded.rows["employee"], loaded.rows["employment_spell"], loaded.rows["assignment"]) == (1, 1, 1)
    assert export.finding("duplicate-rows", "employment_spell", "").records == (3,)


def test_lines_that_contradict_each_other_make_the_value_unknown(export: Export) -> None:
    text = spells("E1,active,2025-06-02,,1980-01-02,W1", "E1,active,2025-06-02,2025-09-30,1981-01-02,W2")
    export.write("employees.csv", text).load()
    assert export.rows("employee", "date_of_birth") == [(None,)]
    assert export.rows("assignment", "worksite_id") == [(None,)]
    assert export.rows("employment_spell", "termination_date") == [("2025-09-30",)]
    assert (1, "date_of_birth", "distrusted", "conflicting-duplicates") in export.bad("employee")
    assert (1, "worksite_id", "distrusted", "conflicting-duplicates") in export.bad("assignment")
    assert export.finding("conflicting-duplicates", "employee", "date_of_birth").count == 2


def test_a_rehire_lives_where_the_latest_line_says(export: Export) -> None:
    text = """
        employee_number,start_date,termination_date,home_state
        E1,2021-03-01,,NV
        E1,2019-04-01,2020-01-31,CA
    """
    export.write("employees.csv", text).load()
    assert export.rows("employee", "home_state") == [("us.nv",)]
    assert export.bad("employee") == []


def test_spells_that_overlap_have_no_end_and_no_beginning(export: Export) -> None:
    text = spells("E1,active,2019-04-01,2021-06-30,,W1", "E1,active,2021-03-01,,,W1")
    export.write("employees.csv", text).load()
    assert export.rows("employment_spell", "start_date", "termination_date", "previous_spell_ended_on") == [
        ("2019-04-01", None, "none"),
        (None, "open", None),
    ]
    assert export.finding("overlapping-spells", "employment_spell", "termination_date").count == 1


def test_a_spell_followed_by_another_has_an_end_that_nobody_wrote(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2019-04-01,,,W1", "E1,active,2021-03-01,,,W1")).load()
    assert export.rows("employment_spell", "start_date", "termination_date", "previous_spell_ended_on") == [
        ("2019-04-01", None, "none"),
        ("2021-03-01", "open", None),
    ]


def test_employment_that_ends_before_it_begins(export: Export) -> None:
    export.write("employees.csv", spells("E1,terminated,2025-06-02,2025-06-01,,W1")).load()
    assert export.rows("employment_spell", "start_date", "termination_date") == [(None, None)]
    assert export.bad("employment_spell") == [
        (1, "start_date", "distrusted", "termination-before-start"),
        (1, "termination_date", "distrusted", "termination-before-start"),
    ]


def test_employment_of_a_single_day_is_none_of_this(export: Export) -> None:
    export.write("employees.csv", spells("E1,terminated,2025-06-02,2025-06-02,,W1")).load(as_of=AS_OF)
    assert export.bad("employment_spell") == []


def test_somebody_gone_without_a_day_is_not_still_employed(export: Export) -> None:
    export.write("employees.csv", spells("E1,terminated,2025-06-02,,,W1")).load()
    assert export.rows("employment_spell", "termination_date") == [(None,)]
    assert ("terminated-without-date", "employment_spell", "termination_date") in export.kinds()


def test_the_next_spell_forgets_an_end_that_is_not_relied_on(export: Export) -> None:
    text = spells("E1,terminated,2019-04-01,2019-03-01,,W1", "E1,active,2021-03-01,,,W1")
    export.write("employees.csv", text).load()
    assert export.rows("employment_spell", "previous_spell_ended_on") == [("none",), (None,)]


def test_active_and_gone_contradict_each_other_only_once_the_day_is_past(export: Export) -> None:
    text = spells("E1,active,2020-06-02,2026-11-21,,W1", "E2,active,2020-06-02,2026-11-22,,W1")
    export.write("employees.csv", text).load(as_of=AS_OF)
    assert export.rows("employment_spell", "status", "termination_date") == [(None, None), ("active", "2026-11-22")]
    assert export.finding("active-after-termination", "employment_spell", "termination_date").records == (2,)


def test_without_a_day_of_asking_nothing_is_said_about_the_future(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2030-06-02,,,W1", "E2,active,2020-06-02,2021-01-01,,W1")).load()
    assert not {"future-hire", "active-after-termination"} & {finding.kind for finding in export.findings}


def test_an_active_person_who_has_not_begun(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2026-11-23,,,W1", "E2,active,2026-11-22,,,W1")).load(as_of=AS_OF)
    assert export.finding("future-hire", "employment_spell", "start_date").records == (2,)
    assert export.rows("employment_spell", "start_date") == [("2026-11-23",), ("2026-11-22",)]


def test_nobody_begins_before_the_fourteenth_birthday(export: Export) -> None:
    text = spells("E1,active,2024-03-01,,2010-03-02,W1", "E2,active,2024-03-01,,2010-03-01,W1")
    export.write("employees.csv", text).load()
    assert export.rows("employee", "date_of_birth") == [(None,), ("2010-03-01",)]
    assert export.finding("start-before-14th-birthday", "employee", "date_of_birth").records == (2,)


def test_rows_whose_owner_is_in_no_file(export: Export) -> None:
    export.write("employees.csv", spells("E1,active,2025-06-02,,,W1"))
    export.write("worksites.csv", "worksite_id,state\nW2,TX\n")
    export.write("training.csv", "employee_number,course_id,completed_on\nE9,C1,2025-07-01\nE1,C1,2025-07-01\n")
    export.write("courses.csv", "course_id,topic\nC2,harassment\n")
    export.write("i9.csv", "employee_number,section1_signed_on\nE9,2025-07-01\n")
    export.write("leave_notices.csv", "case_number,kind,sent_on\nL9,eligibility,2025-07-01\n")
    export.write("leaves.csv", "case_number,employee_number\nL1,E1\n")
    export.load()
    orphans = {(type_name, field) for kind, type_name, field in export.kinds() if kind == "orphan"}
    assert orphans == {
        ("training", "employee_number"),
        ("training", "course_id"),
        ("i9", ""),
        ("leave_notice", "case_number"),
        ("assignment", "worksite_id"),
    }
    assert export.finding("orphan", "training", "employee_number").records == (2,)
    assert export.finding("orphan", "i9", "").row_lost


def test_without_a_file_of_owners_nobody_is_an_orphan(export: Export) -> None:
    export.write("training.csv", "employee_number,course_id,completed_on\nE9,C1,2025-07-01\n").load()
    assert export.kinds() == set()


def test_a_number_that_lost_its_zeros_is_told_apart_from_an_orphan(export: Export) -> None:
    export.write("employees.csv", spells("00123,active,2025-06-02,,,W1"))
    export.write("training.csv", "employee_number,course_id,completed_on\n123,C1,2025-07-01\n7,C1,2025-07-01\n")
    export.load()
    assert export.finding("lost-leading-zeros", "training", "employee_number").records == (2,)
    assert export.finding("orphan", "training", "employee_number").records == (3,)


def test_numbers_and_codes_that_a_spreadsheet_has_made_shorter(export: Export) -> None:
    people = "employee_number,home_state,home_postal_code\n00123,MA,02139\n00456,MA,2139\n789,ON,\n"
    export.write("employees.csv", people)
    export.write("worksites.csv", "worksite_id,state,city,postal_code\nW1,MA,Boston,2139\n")
    export.write("employers.csv", "employer_id,fein\nmain,1234567\n")
    export.load()
    assert export.finding("lost-leading-zeros", "employee", "employee_number").records == (4,)
    assert export.finding("lost-leading-zeros", "employee", "home_postal_code").records == (3,)
    assert export.rows("worksite", "postal_code") == [(None,)]
    assert export.rows("employer", "fein") == [(None,)]


def test_places_that_nobody_can_find(export: Export) -> None:
    export.write(
        "employees.csv", spells("E1,active,2025-06-02,,,W1", "E2,active,2025-06-02,,,", "E3,active,2025-06-02,,,W3")
    )
    export.write(
        "worksites.csv",
        "worksite_id,worksite_type,state,city\nW1,establishment,,\nW2,establishment,CA,\nW3,remote_home,,\n",
    )
    export.load()
    assert export.finding("worksite-without-state", "worksite", "state").records == (2, 4)
    assert export.finding("worksite-without-city", "worksite", "city").records == (3,)
    assert export.finding("person-without-place", "assignment", "worksite_id").records == (3,)
    assert export.finding("remote-without-home-state", "employee", "home_state").records == (4,)


def test_assignments_that_leave_gaps_or_overlap(export: Export) -> None:
    moves = """
        employee_number,valid_from,valid_to,worksite_id
        E1,2025-06-02,2025-08-01,W1
        E1,2025-09-01,,W2
        E2,2025-06-02,2025-10-01,W1
        E2,2025-09-01,,W2
        E3,2025-07-01,,W1
    """
    people = spells(*(f"E{number},active,2025-06-02,,,W1" for number in (1, 2, 3)))
    export.write("employees.csv", people).write("assignments.csv", moves).load()
    assert export.finding("assignment-gap", "assignment", "valid_from").records == (3, 6)
    assert export.rows("assignment", "employee_number", "valid_from", "valid_to") == [
        ("E1", "2025-06-02", "2025-08-01"),
        ("E1", "2025-09-01", "open"),
        ("E2", "2025-06-02", None),
        ("E2", None, "open"),
        ("E3", "2025-07-01", "open"),
    ]
    assert export.finding("overlapping-assignments", "assignment", "valid_to").count == 1


def test_a_second_job_beside_the_main_one_overlaps_nothing(export: Export) -> None:
    moves = """
        employee_number,valid_from,valid_to,worksite_id,is_primary
        E1,2025-06-02,,W1,yes
        E1,2025-07-01,2025-07-31,W2,no
    """
    export.write("employees.csv", spells("E1,active,2025-06-02,,,W1")).write("assignments.csv", moves).load()
    assert export.rows("assignment", "valid_from", "valid_to") == [("2025-06-02", "open"), ("2025-07-01", "2025-07-31")]


def test_hours_that_nobody_can_have_worked(export: Export) -> None:
    text = """
        employee_number,period_start,period_end,hours_worked
        E1,2025-06-01,2025-06-07,168
        E1,2025-06-08,2025-06-14,168.5
        E2,2025-06-01,2025-06-07,40
        E2,2025-06-07,2025-06-13,40
        E3,2025-06-07,2025-06-01,40
    """
    export.write("hours.csv", text).load()
    assert export.finding("too-many-hours", "hours_period", "hours_worked").records == (3, 6)
    assert export.finding("overlapping-hours", "hours_period", "hours_worked").records == (4, 5)
    assert export.finding("end-before-start", "hours_period", "period_end").records == (6,)
    assert export.rows("hours_period", "hours_worked") == [("168.0000",), (None,), (None,), (None,), (None,)]


def test_a_punch_out_before_the_punch_in(export: Export) -> None:
    text = "employee_number,workday,in_at,out_at\nE1,2025-06-02,2025-06-02T17:00Z,2025-06-02T08:00Z\n"
    export.write("time_records.csv", text).load()
    assert export.rows("time_record", "in_at", "out_at") == [(None, None)]
    assert export.rows("work_day", "hours_worked") == [(None,)]


def test_a_line_of_a_hold_that_names_nothing_is_told(export: Export) -> None:
    text = """
        matter_number,hold_id,effective_from,released_on,employee_number,class_code,date_from,date_to
        M1,H1,2025-01-02,,,,,
        M1,H1,2025-01-02,,E1,,,
        M1,H1,2025-01-02,,,i9_form,,
        M1,H1,2025-01-02,,,,2020-01-01,
    """
    loaded = export.write("holds.csv", text).load()
    assert loaded.rows["hold"] == 4
    assert export.finding("hold-without-scope", "hold", "document_id").records == (2,)


def test_a_hold_without_a_matter_is_kept(export: Export) -> None:
    loaded = export.write("holds.csv", "matter_number,hold_id,employee_number\n,H1,E1\n").load()
    assert loaded.rows["hold"] == 1


def test_a_zone_that_does_not_exist(export: Export) -> None:
    export.write("worksites.csv", "worksite_id,state,city,time_zone\nW1,TX,Austin,Central\n").load()
    assert export.bad("worksite") == [(1, "time_zone", "unreadable", "unknown-zone")]


def test_looking_again_finds_the_same(export: Export) -> None:
    export.write("employees.csv", spells("E1,terminated,2025-06-02,2025-06-01,,W1", "E2,active,soon,,,W9")).load()
    again = type(export)(export.folder)
    again.load()
    assert again.findings == export.findings


def test_checks_speak_of_fields_that_exist() -> None:
    for check in CHECKS:
        record_type = VOCABULARY.types[check.type]
        for field in (*filter(None, [check.field]), *check.distrusted):
            assert record_type.field(field), (check.kind, field)
        assert bool(check.where) != bool(check.rows), check.kind
    for relation in RELATIONS:
        assert relation.owner in VOCABULARY.types
        assert VOCABULARY.types[relation.type].field(relation.column), relation
    assert not {check.kind for check in CHECKS} & set(SENTENCES)


def test_a_header_in_the_middle_is_nobody(export: Export) -> None:
    head = "employee_number,start_date,termination_date\n"
    (export.folder / "employees.csv").write_text(
        f"{head}1,13/01/2020,\n\ufeff{head}2,14/01/2020,\nemployee_number,15/01/2020,\n", "utf-8"
    )
    loaded = export.load()
    assert export.rows("employment_spell", "employee_number", "start_date", "termination_date") == [
        ("1", "2020-01-13", "open"),
        ("2", "2020-01-14", "open"),
        ("employee_number", "2020-01-15", "open"),
    ]
    assert export.finding("repeated-header", "employment_spell", "").records == (3,)
    assert export.bad("employment_spell") == []
    (account,) = [account for account in loaded.accounts if account.type == "employment_spell"]
    assert (account.read, account.kept, account.merged, account.left_out) == (4, 3, 0, 1)
    unplaced = "SELECT table_name FROM information_schema.tables WHERE starts_with(table_name, '_unplaced')"
    assert export.connection.execute(unplaced).fetchall() == []
