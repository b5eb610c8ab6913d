"""Conditions: three values, and what is missing or never happened among them."""

from dataclasses import replace

import pytest
from tests.engine.twin.support import answer, made, state

from compliance_engine.engine.twin import Lost, judge

KNOWN = "{worker_type: employee, status: active, start_date: 2025-06-02, expected_business_days: 5}"
T, F, U = "worker_type = 'employee'", "worker_type = 'volunteer'", "status = 'active'"
"""True, false, and unknown where the status is left out."""


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (f"{T} and {T}", "yes"),
        (f"{T} and {F}", "no"),
        (f"{F} and {F}", "no"),
        (f"{T} and {U}", "unknown"),
        (f"{U} and {T}", "unknown"),
        (f"{F} and {U}", "no"),
        (f"{U} and {F}", "no"),
        (f"{U} and {U}", "unknown"),
        (f"{T} or {T}", "yes"),
        (f"{T} or {F}", "yes"),
        (f"{F} or {F}", "no"),
        (f"{T} or {U}", "yes"),
        (f"{U} or {T}", "yes"),
        (f"{F} or {U}", "unknown"),
        (f"{U} or {F}", "unknown"),
        (f"{U} or {U}", "unknown"),
        (f"not ({T})", "no"),
        (f"not ({F})", "yes"),
        (f"not ({U})", "unknown"),
    ],
)
def test_truth_tables(expression: str, wanted: str) -> None:
    assert answer(expression, "{worker_type: employee}") == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("start_date = 2025-06-02", "yes"),
        ("start_date <> 2025-06-02", "no"),
        ("start_date < 2025-06-02", "no"),
        ("start_date <= 2025-06-02", "yes"),
        ("start_date > 2025-06-01", "yes"),
        ("start_date >= 2025-06-03", "no"),
        ("start_date between 2025-06-02 and 2025-06-02", "yes"),
        ("start_date between 2025-06-03 and 2025-06-30", "no"),
        ("start_date between hire_date and 2025-06-30", "unknown"),
        ("start_date between hire_date and 2025-06-01", "no"),
        ("expected_business_days + 1 = 6", "yes"),
        ("expected_business_days - 6 < 0", "yes"),
        ("expected_business_days * 2.5 = 12.5", "yes"),
        ("2025-06-30 - start_date = 28", "yes"),
        ("hire_date - start_date > 0", "unknown"),
        ("termination_date - start_date > 0", "unknown"),
        ("worker_type in ('employee', 'volunteer')", "yes"),
        ("worker_type not in ('employee', 'volunteer')", "no"),
        ("status in ('active', 'on_leave')", "yes"),
        ("employment_type in ('full_time', 'part_time')", "unknown"),
        ("worker_type matches 'emp.*'", "yes"),
        ("worker_type matches 'emp'", "no"),
        ("employment_type matches 'full.*'", "unknown"),
    ],
)
def test_comparing(expression: str, wanted: str) -> None:
    assert answer(expression, KNOWN) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        # An end that has not come lies after every day; a day that never was compares with nothing.
        ("termination_date > 2099-01-01", "yes"),
        ("termination_date <> 2025-06-02", "yes"),
        ("termination_date <= 2099-01-01", "no"),
        ("supervisor_since > 1900-01-01", "no"),
        ("supervisor_since < 2099-01-01", "no"),
        ("supervisor_since <> 2025-06-02", "no"),
        ("supervisor_since < start_date", "unknown"),
        ("termination_date is known", "no"),
        ("termination_date is missing", "yes"),
        ("supervisor_since is known", "no"),
        ("start_date is known", "no"),
        ("start_date is missing", "yes"),
        ("termination_date has happened", "no"),
        ("termination_date has not happened", "yes"),
        ("supervisor_since has not happened", "yes"),
        ("start_date has happened", "unknown"),
    ],
)
def test_what_has_not_happened(expression: str, wanted: str) -> None:
    assert answer(expression) == wanted


@pytest.mark.parametrize(
    ("ended", "wanted"), [("2025-07-01", "yes"), ("", "no"), ("unreadable", "unknown"), ("not supplied", "no")]
)
def test_an_event_that_cannot_be_read_may_have_a_day(ended: str, wanted: str) -> None:
    given = f"{{termination_date: {ended}}}" if ended else "{}"
    assert answer("termination_date is known", given) == wanted


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("2", "yes"), ("", "no"), ("unreadable", "unknown"), ("distrusted", "unknown"), ("not supplied", "no")],
)
@pytest.mark.parametrize(
    "asked",
    [
        "expected_business_days is known",
        "not (expected_business_days is missing)",
        "exists(employment_spell where expected_business_days is known)",
    ],
)
def test_a_cell_that_cannot_be_read_is_neither_known_nor_missing(asked: str, cell: str, wanted: str) -> None:
    rule, world = made(f"kind: check\nabout: employment_spell\nmust: {asked}", "{expected_business_days: 2}")
    row = dict(world.subject)
    lost = {"unreadable": Lost.UNREADABLE, "distrusted": Lost.DISTRUSTED, "not supplied": Lost.NOT_SUPPLIED}
    if cell != "2":
        row |= {"expected_business_days": lost[cell]} if cell else {}
        row = {name: value for name, value in row.items() if cell or name != "expected_business_days"}
    (verdict,) = judge(rule, replace(world, subject=row, rows={"employment_spell": [row]}))
    assert {"compliant": "yes", "breach": "no"}.get(verdict.state.value, verdict.state.value) == wanted


@pytest.mark.parametrize(
    ("asked", "given", "wanted"),
    [
        ("assignment.job_title is known", "{assignment: {job_title: unreadable}}", "unknown"),
        ("assignment.job_title is known", "{assignment: {}}", "no"),
        ("assignment.job_title is known", "{}", "no"),
        ("work_state is known", "{worksite: {state: unreadable}}", "unknown"),
        ("work_state is known", "{worksite: {state: us.ca}}", "yes"),
        ("employer.sector is missing", "{employer: {sector: unreadable}}", "unknown"),
        ("employer.sector is missing", "{employer: {}}", "yes"),
        ("employer.sector is missing", "{employer: not supplied}", "yes"),
        ("latest(training.completed_on) is missing", "{training: {completed_on: unreadable}}", "unknown"),
        ("latest(training.completed_on) is missing", "{training: {}}", "yes"),
        ("latest(training.completed_on) is missing", "{training: not supplied}", "yes"),
    ],
)
def test_what_is_known_of_related_records(asked: str, given: str, wanted: str) -> None:
    assert answer(asked, given) == wanted


@pytest.mark.parametrize(("ended", "wanted"), [("2025-07-01", "yes"), ("2025-07-02", "no"), ("unreadable", "unknown")])
def test_an_event_after_the_as_of_date_is_scheduled(ended: str, wanted: str) -> None:
    assert answer("termination_date has happened", f"{{termination_date: {ended}}}") == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("{law_codes: [us.fmla, us.ca.cfra]}", "yes"), ("{law_codes: [us.ca.cfra]}", "no"), ("{}", "unknown")],
)
def test_lists(given: str, wanted: str) -> None:
    assert answer("law_codes contains 'us.fmla'", given, about="leave_usage") == wanted


NIGHT = "2025-06-02T23:30-04:00"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        # Half past eleven at night in New York is the next day in UTC; the worksite's day counts.
        ("resigned_at < 2025-06-03", "yes"),
        ("resigned_at > 2025-06-01", "yes"),
        ("2025-06-03 > resigned_at", "yes"),
        ("resigned_at <= 2025-06-02", "unknown"),
        ("resigned_at = 2025-06-02", "unknown"),
        ("resigned_at has happened", "yes"),
        ("2025-06-05 - resigned_at = 3", "yes"),
    ],
)
def test_a_moment_beside_a_day(expression: str, wanted: str) -> None:
    assert answer(expression, f"{{resigned_at: {NIGHT}, worksite: {{time_zone: America/New_York}}}}") == wanted


@pytest.mark.parametrize(
    ("site", "wanted"),
    [
        ("time_zone: America/New_York", "no"),
        ("time_zone: America/Los_Angeles", "yes"),
        ("state: us.ny", "no"),
        ("state: us.ca", "yes"),
        ("state: us.tx", "unknown"),
        ("time_zone: Nowhere/At_All", "unknown"),
    ],
)
def test_the_day_of_a_moment_at_one_in_the_morning_of_the_east_needs_a_zone(site: str, wanted: str) -> None:
    given = f"{{resigned_at: 2025-06-03T01:00-04:00, worksite: {{{site}}}}}"
    assert answer("resigned_at < 2025-06-04 and 2025-06-04 - resigned_at = 2", given) == wanted


def test_the_day_of_a_moment_at_noon_is_the_same_everywhere() -> None:
    assert answer("resigned_at < 2025-06-03", "{resigned_at: 2025-06-02T12:00-04:00}") == "yes"
    assert answer("resigned_at < 2025-06-03") == "no"


@pytest.mark.parametrize(
    ("born", "day", "wanted"),
    [
        ("2007-07-01", "2025-06-30", "no"),
        ("2007-07-01", "2025-07-01", "yes"),
        ("2008-02-29", "2026-02-28", "no"),
        ("2008-02-29", "2026-03-01", "yes"),
        ("unreadable", "2026-03-01", "unknown"),
    ],
)
def test_age(born: str, day: str, wanted: str) -> None:
    assert answer(f"age on {day} >= 18", f"{{employee: {{date_of_birth: {born}}}}}") == wanted


def test_age_on_a_day_that_has_not_come_is_unknown() -> None:
    assert answer("age on termination_date >= 18", "{employee: {date_of_birth: 2000-01-01}}") == "unknown"
    assert answer("age >= 18", "{employee: {date_of_birth: 2000-01-01}}") == "yes"


@pytest.mark.parametrize(
    ("expression", "given", "wanted"),
    [
        ("choice(x.limit) is known", "{choices: {x.limit: 14}}", "yes"),
        ("choice(x.limit) is known", "{}", "no"),
        ("choice(x.limit) >= 14", "{choices: {x.limit: 14}}", "yes"),
        ("choice(x.limit) >= 14", "{}", "unknown"),
        ("choice(x.on) = yes", "{choices: {x.on: yes}}", "yes"),
        ("choice(x.on) = yes", "{choices: {x.on: no}}", "no"),
    ],
)
def test_choices(expression: str, given: str, wanted: str) -> None:
    assert answer(expression, given) == wanted


@pytest.mark.parametrize(("cell", "wanted"), [("2", "compliant"), ("null", "breach"), ("unreadable", "unknown")])
def test_a_name_is_known_as_what_it_stands_for(cell: str, wanted: str) -> None:
    keys = "kind: check\nabout: employment_spell\nlet: {length: expected_business_days}\nmust: length is known"
    assert state(keys, f"{{expected_business_days: {cell}}}") == wanted


@pytest.mark.parametrize("cell", ["2", "null", "unreadable"])
def test_what_is_presumed_is_known(cell: str) -> None:
    keys = "kind: check\nabout: employment_spell\npresume: {expected_business_days: 3}\nmust: expected_business_days is known"
    assert state(keys, f"{{expected_business_days: {cell}}}") == "compliant"
