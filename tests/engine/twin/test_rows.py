"""Related rows: what is counted, what may belong, and when it is a fact that there are none."""

from datetime import date
from typing import Any

import pytest
from tests.engine.twin.support import answer, due, missing

TRAININGS = (
    "{training: [{topic: harassment, minutes_spent: 30, completed_on: 2025-03-01}, "
    "{topic: harassment, minutes_spent: 45, completed_on: 2025-02-01}, {topic: forklift, minutes_spent: 90}]}"
)
UNREADABLE = TRAININGS.replace("topic: forklift", "topic: unreadable")
NO_MINUTES = TRAININGS.replace("minutes_spent: 45", "minutes_spent: unreadable")


@pytest.mark.parametrize(
    ("aggregate", "wanted"),
    [
        ("count(training) = 3", "yes"),
        ("count(training where topic = 'harassment') = 2", "yes"),
        ("exists(training where topic = 'harassment')", "yes"),
        ("exists(training where topic = 'bloodborne')", "no"),
        ("count(training where topic = 'bloodborne') = 0", "yes"),
        ("sum(training.minutes_spent where topic = 'harassment') = 75", "yes"),
        ("sum(training.minutes_spent where topic = 'bloodborne') = 0", "yes"),
        ("min(training.minutes_spent) = 30", "yes"),
        ("max(training.minutes_spent) = 90", "yes"),
        ("max(training.minutes_spent where topic = 'bloodborne') = 90", "unknown"),
        ("earliest(training.completed_on) = 2025-02-01", "yes"),
        ("latest(training.completed_on where topic = 'harassment') = 2025-03-01", "yes"),
        ("latest(training.completed_on) > 2099-01-01", "yes"),
        ("earliest(training.completed_on where topic = 'forklift') > 2099-01-01", "yes"),
        ("latest(training.completed_on where topic = 'bloodborne') < 2099-01-01", "no"),
        ("earliest(training.completed_on where topic = 'bloodborne') is known", "no"),
        ("latest(license.issued_on where kind = 'rbs') < 2099-01-01", "no"),
        ("earliest(i9_document.expires_on) is known", "no"),
    ],
)
def test_aggregates(aggregate: str, wanted: str) -> None:
    assert answer(aggregate, TRAININGS) == wanted


@pytest.mark.parametrize(
    ("most", "wanted"),
    [
        ("most count(training) within 28 days around 2025-02-14 = 1", "yes"),  # 1 February to 28 February
        ("most count(training) within 29 days around 2025-02-14 = 2", "yes"),  # 1 February to 1 March
        ("most count(training) within 29 days around 2025-02-01 = 2", "yes"),  # the day is the first of a stretch
        ("most count(training) within 29 days around 2025-03-01 = 2", "yes"),  # the day is the last of a stretch
        ("most count(training) within 29 days around 2025-01-31 = 1", "yes"),  # no stretch holds both and this day
        ("most count(training) within 29 days around 2025-03-29 = 1", "yes"),
        ("most count(training) within 29 days around 2025-03-30 = 0", "yes"),
        ("most count(training) within 1 day around 2025-02-01 = 1", "yes"),
        ("most count(training) within 5 weeks around 2025-02-01 = 2", "yes"),
        ("most sum(training.minutes_spent) within 29 days around 2025-02-14 = 75", "yes"),
        ("most sum(training.minutes_spent) within 28 days around 2025-02-14 = 45", "yes"),
        ("most sum(training.minutes_spent where minutes_spent < 40) within 29 days around 2025-02-14 = 30", "yes"),
        ("most count(training where topic = 'bloodborne') within 9 days around 2025-02-14 = 0", "yes"),
        ("most count(training) within 29 days around termination_date = 0", "yes"),
        ("most count(training) within 29 days around date_of_birth = 0", "unknown"),
    ],
)
def test_the_fullest_stretch_of_days_around_a_day(most: str, wanted: str) -> None:
    most = most.replace("date_of_birth", "employee.date_of_birth")
    assert answer(most, TRAININGS) == wanted


@pytest.mark.parametrize(
    ("around", "wanted"),
    [("2025-02-01", "unknown"), ("2025-01-03", "unknown"), ("2024-12-25", "no"), ("2025-03-02", "unknown")],
)
def test_a_row_whose_minutes_are_unknown_counts_only_where_a_stretch_reaches_it(around: str, wanted: str) -> None:
    assert answer(f"most sum(training.minutes_spent) within 30 days around {around} > 0", NO_MINUTES) == wanted


def test_an_occasion_among_the_rows_never_was() -> None:
    cases = "{document: [{personnel_action_on: 2025-01-06}, {class_code: resume}]}"
    assert answer("latest(document.personnel_action_on) = 2025-01-06", cases) == "yes"
    assert answer("latest(document.personnel_action_on where class_code = 'resume') < 2099-01-01", cases) == "unknown"
    plain = "{document: [{class_code: resume}]}"
    assert answer("latest(document.personnel_action_on) < 2099-01-01", plain) == "no"


@pytest.mark.parametrize(
    ("aggregate", "given", "wanted"),
    [
        # The row of an unknown topic may be harassment too.
        ("count(training where topic = 'harassment') >= 2", UNREADABLE, "unknown"),
        ("exists(training where topic = 'harassment')", UNREADABLE, "yes"),
        ("exists(training where topic = 'bloodborne')", UNREADABLE, "unknown"),
        ("latest(training.completed_on where topic = 'harassment') = 2025-03-01", UNREADABLE, "unknown"),
        ("sum(training.minutes_spent where topic = 'harassment') = 75", NO_MINUTES, "unknown"),
        ("count(training where topic = 'harassment') = 2", NO_MINUTES, "yes"),
    ],
)
def test_one_unreadable_cell_that_could_matter(aggregate: str, given: str, wanted: str) -> None:
    assert answer(aggregate, given) == wanted


NO_ROW = (
    "count(training) = 0",
    "not exists(training)",
    "sum(training.minutes_spent) = 0",
    "latest(training.completed_on) is missing",
)


@pytest.mark.parametrize("aggregate", NO_ROW)
def test_no_row_is_a_fact_only_where_the_source_says_so(aggregate: str) -> None:
    assert answer(aggregate) == "yes"
    assert answer(aggregate, complete_from={"training": date(2025, 7, 1)}) == "yes"
    if "missing" not in aggregate:
        assert answer(aggregate, complete_from={"training": date(2025, 7, 2)}) == "unknown"
        assert answer(aggregate, complete_from={}) == "unknown"
        assert answer(aggregate, "{training: not supplied}") == "unknown"


REACHES = "day sum(training.minutes_spent where topic = 'harassment') reaches 60"
DUE = "kind: deadline\nabout: employment_spell\nstarts: start_date\ndone: final_pay_on\ndue: "


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (TRAININGS, "2025-03-01"),
        (TRAININGS.replace("30", "10"), "open"),
        (UNREADABLE, "2025-03-01"),
        (UNREADABLE.replace("minutes_spent: 90", "minutes_spent: 90, completed_on: 2025-01-01"), "unknown"),
        (NO_MINUTES, "unknown"),
        (TRAININGS.replace("2025-02-01", "unreadable"), "unknown"),
        ("{}", "open"),
        ("{training: not supplied}", "unknown"),
    ],
)
def test_running_totals(given: str, wanted: str) -> None:
    assert due(DUE + REACHES, "{start_date: 2025-01-06, " + given[1:]) == wanted


def test_a_running_total_without_rows_and_without_a_complete_source() -> None:
    assert due(DUE + REACHES, "{start_date: 2025-01-06}", complete_from={}) == "unknown"
    assert due(DUE + REACHES.replace("60", "choice(x)"), "{start_date: 2025-01-06}") == "unknown"


def test_what_is_assigned_adds_nothing_before_it_is_completed() -> None:
    done = "{topic: harassment, minutes_spent: 60, completed_on: 2025-02-01}"
    given = f"{{start_date: 2025-01-06, training: [{{topic: harassment}}, {done}]}}"
    assert due(DUE + REACHES, given) == "2025-02-01"


# ---- one related record, and where somebody works -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "given", "wanted"),
    [
        ("i9.section2_signed_on = 2025-06-05", "{i9: {section2_signed_on: 2025-06-05}}", "yes"),
        ("i9.section2_signed_on > 2099-01-01", "{}", "yes"),
        ("i9.section2_signed_on > 2099-01-01", "{i9: not supplied}", "unknown"),
        ("i9.section2_signed_on > 2099-01-01", "{i9: {section2_signed_on: unreadable}}", "unknown"),
        ("i9.form_edition is known", "{}", "no"),
        ("employer.sector = 'private'", "{employer: {sector: private}}", "yes"),
        ("employer.sector = 'private'", "{}", "unknown"),
        ("employer.everify_since < 2099-01-01", "{}", "no"),
        ("assignment.is_supervisor", "{assignment: {is_supervisor: yes}}", "yes"),
        ("assignment.is_supervisor", "{}", "unknown"),
        ("assignment.is_supervisor", "{assignment: not supplied}", "unknown"),
        ("worksite.worksite_type = 'remote_home'", "{worksite: {worksite_type: remote_home}}", "yes"),
        ("worksite.worksite_type = 'remote_home'", "{assignment: {is_supervisor: yes}}", "unknown"),
        ("worksite.worksite_type = 'remote_home'", "{assignment: {}, worksite: not supplied}", "unknown"),
        ("work_state = 'us.ny'", "{worksite: {state: us.ny}}", "yes"),
        ("work_state = 'us.ny'", "{work_state: us.ny}", "yes"),
        ("work_state = 'us.ny'", "{work_state: unreadable}", "unknown"),
        ("home_state = 'us.ny'", "{home_state: us.ny}", "yes"),
        ("home_state = 'us.ny'", "{employee: {home_state: us.ca}}", "no"),
        ("home_state = 'us.ny'", "{employee: {home_state: us.ca}, home_state: us.ny}", "yes"),
        ("places contains 'us.ny'", "{worksite: {state: us.ny}}", "yes"),
    ],
)
def test_related_fields(expression: str, given: str, wanted: str) -> None:
    assert answer(expression, given) == wanted


def test_a_missing_record_before_its_source_is_complete() -> None:
    assert answer("i9.section2_signed_on > 2099-01-01", complete_from={"i9": date(2025, 7, 1)}) == "yes"
    assert answer("i9.section2_signed_on > 2099-01-01", complete_from={"i9": date(2025, 7, 2)}) == "unknown"
    assert answer("i9.section2_signed_on > 2099-01-01", complete_from={"i9": None}) == "unknown"


MOVED = (
    "{assignment: [{job_code: A, valid_from: 2025-01-01, valid_to: 2025-06-01}, {job_code: B, valid_from: 2025-06-01}]}"
)


@pytest.mark.parametrize(
    ("day", "given", "wanted"),
    [
        ("2024-12-31", MOVED, "unknown"),
        ("2025-01-01", MOVED, "A"),
        ("2025-05-31", MOVED, "A"),
        ("2025-06-01", MOVED, "B"),
        ("2099-01-01", MOVED, "B"),
        ("start_date", MOVED, "unknown"),
        # Rows that overlap contradict each other, on every day; a side job contradicts nothing.
        ("2025-02-01", MOVED.replace("valid_to: 2025-06-01", "valid_to: 2025-06-02"), "unknown"),
        (
            "2025-02-01",
            MOVED.replace("job_code: B, valid_from: 2025-06-01", "job_code: B, valid_from: 2025-01-01, is_primary: no"),
            "A",
        ),
        ("2025-02-01", MOVED.replace("valid_from: 2025-06-01", "valid_from: unreadable"), "A"),
    ],
)
def test_the_assignment_of_a_day(day: str, given: str, wanted: str) -> None:
    for job in ("A", "B"):
        is_it = answer(f"assignment.job_code on {day} = '{job}'", given)
        assert is_it == ("unknown" if wanted == "unknown" else "yes" if wanted == job else "no")


def test_fields_that_a_source_does_not_have() -> None:
    keys = "kind: check\nabout: employment_spell\nmust: termination_date > 2099-01-01"
    bare: dict[str, Any] = {"subject": {"_row": 1, "employee_number": "1", "spell_no": "1"}}
    lacks = frozenset({("employment_spell", "termination_date")})
    assert missing(keys, **bare) == []
    assert missing(keys, not_supplied=lacks, **bare) == ["employment_spell.termination_date not supplied"]
    assert missing(keys, "{termination_date: unreadable}") == ["employment_spell.termination_date unreadable"]


def test_rows_of_a_subject_that_does_not_say_whose_it_is() -> None:
    of_nobody: dict[str, Any] = {"subject": {"_row": 1, "document_id": "1"}}
    assert answer("employment_spell.termination_date > 2099-01-01", about="document", **of_nobody) == "unknown"
    assert answer("count(training) = 0", about="document", **of_nobody) == "unknown"


def test_rows_of_the_subjects_own_kind_and_of_kinds_it_has_one_of() -> None:
    trainings = "{training: [{topic: harassment}, {topic: forklift}]}"
    assert answer("count(training) = 2", trainings, about="training") == "yes"
    spells = "{employment_spell: [{covered_by_form: yes}, {covered_by_form: yes}]}"
    assert answer("count(employment_spell where covered_by_form = yes) = 2", spells, about="document") == "yes"


def test_two_records_where_there_should_be_one_tell_nothing() -> None:
    twice: dict[str, Any] = {"rows": {"i9": [{"_row": 1, "employee_number": "1", "spell_no": "1"}] * 2}}
    assert answer("i9.section2_signed_on > 2099-01-01", **twice) == "unknown"


def test_a_worksite_that_the_subject_names_itself() -> None:
    assert answer("worksite.state = 'us.ny'", "{worksite: {state: us.ny}}", about="time_record") == "yes"
    assert answer("worksite.state = 'us.ny'", "{}", about="time_record") == "unknown"


def test_the_law_presumes_what_is_not_known() -> None:
    presumed = "kind: check\nabout: employment_spell\npresume: {worker_type: employee}\nmust: worker_type = 'employee'"
    rule_says = {"{}": "compliant", "{worker_type: volunteer}": "breach"}
    from tests.engine.twin.support import state

    for given, wanted in rule_says.items():
        assert state(presumed, given) == wanted


SHARED = """\
exists(employee where ssn_hash = this.ssn_hash and active and employee_number <> this.employee_number
  and not person_id = this.person_id)"""


@pytest.mark.parametrize(
    ("own", "other", "wanted"),
    [
        ("ssn_hash: a", "ssn_hash: a, active: yes, person_id: P2", "yes"),
        ("ssn_hash: a", "ssn_hash: a, active: yes, person_id: P1", "no"),
        ("ssn_hash: a", "ssn_hash: b, active: yes, person_id: P2", "no"),
        # Without the cell that joins them only what a row says of itself rules it out.
        ("ssn_hash: a", "active: yes, person_id: P1", "unknown"),
        ("ssn_hash: a", "active: no, person_id: P2", "no"),
        ("active: no", "ssn_hash: a, active: yes, person_id: P1", "unknown"),
        ("active: no", "ssn_hash: a, active: no, person_id: P1", "no"),
    ],
)
def test_a_row_without_the_cell_that_joins_may_be_anybodys(own: str, other: str, wanted: str) -> None:
    given = f"{{employee_number: E1, person_id: P1, {own}, employee: [{{employee_number: E2, {other}}}]}}"
    assert answer(SHARED.replace("\n", "\n  "), given, about="employee") == wanted


@pytest.mark.parametrize(
    ("around", "given"),
    [
        ("2025-02-14", "{training: not supplied}"),
        ("start_date", "{start_date: unreadable, training: {completed_on: 2025-02-01}}"),
    ],
)
def test_a_stretch_that_nobody_can_tell(around: str, given: str) -> None:
    assert answer(f"most count(training) within 28 days around {around} = 1", given) == "unknown"
