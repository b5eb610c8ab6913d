"""The edges of the twin: values of the wrong kind are refused, and what is never supplied stays unknown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.engine.twin.support import answer, due, made, shown, state, states

from compliance_engine.engine.twin.at import At, value_of
from compliance_engine.engine.twin.conditions import truth
from compliance_engine.engine.twin.example import world_of
from compliance_engine.engine.twin.expressions import FORMS, bounds, evaluate
from compliance_engine.engine.twin.relations import work_rows
from compliance_engine.engine.twin.values import as_day, day_in, number_in
from compliance_engine.engine.twin.world import World, no_facts
from compliance_engine.language import tree as t
from compliance_engine.records.types import VOCABULARY


@pytest.mark.parametrize(("read", "value"), [(number_in, "a"), (day_in, Decimal(1)), (as_day, "a")])
def test_values_of_the_wrong_kind(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(TypeError, match="is no"):
        read(value)


def world() -> World:
    return made("kind: check\nabout: employment_spell\nmust: start_date is known")[1]


def test_every_form_of_the_language_can_be_read() -> None:
    gone_after_checking = {t.Name, t.NamedFact, t.Rows, t.Node}
    forms = {
        form
        for form in vars(t).values()
        if isinstance(form, type) and issubclass(form, t.Node) and form not in gone_after_checking
    }
    keys_of_rules = {t.Every, t.EachPeriod, t.Gap, t.PerPeriod, t.Branch}
    unread = {form for form in forms - keys_of_rules if value_of.dispatch(form) is value_of.dispatch(t.Node)}
    assert FORMS
    assert not unread
    with pytest.raises(TypeError, match="Name has no value"):
        evaluate(t.Name(("start_date",)), At(world()))


def test_a_condition_is_yes_or_no() -> None:
    with pytest.raises(TypeError, match="is no condition"):
        truth(t.Number(Decimal(1)), At(world()))


def test_an_unresolved_value_is_refused() -> None:
    with pytest.raises(TypeError, match="not resolved"):
        evaluate(t.Value("us.x", ()), At(world()))


def test_examples_hold_only_values_of_records() -> None:
    rule, _ = made("kind: check\nabout: employment_spell\nmust: start_date is known")
    example = replace(rule.examples[0], choices={"x": {"a": "mapping"}})
    with pytest.raises(TypeError, match="no value of an example"):
        world_of(rule, example, VOCABULARY)


def test_a_registry_that_knows_nothing() -> None:
    assert answer("headcount('all workers anywhere') >= 1", fact=no_facts) == "unknown"


def test_whole_numbers_in_rows_are_numbers() -> None:
    subject = {"_row": 1, "employee_number": "1", "spell_no": "1", "expected_business_days": 3}
    assert answer("expected_business_days = 3", subject=subject) == "yes"


def test_a_calendar_of_a_subject_without_a_place() -> None:
    head = "kind: deadline\nabout: benefit_plan\nstarts: plan_year_end\ndone: ended_on\n"
    keys = head + "due: 3 {}business days after plan_year_end"
    assert due(keys.format(""), "{plan_year_end: 2025-06-30}") == "2025-07-03"
    assert due(keys.format("state "), "{plan_year_end: 2025-06-30}") == "unknown"
    at_a_site = (
        "kind: deadline\nabout: worksite\nstarts: opened_on\ndue: 3 business days after opened_on\ndone: closed_on"
    )
    assert due(at_a_site, "{opened_on: 2025-06-30}") == "2025-07-03"


def test_hours_from_a_trigger_that_is_a_day() -> None:
    keys = "kind: deadline\nabout: employment_spell\nstarts: start_date\ndue: 72 hours after starts\ndone: final_pay_on"
    assert due(keys, "{start_date: 2025-06-02}") == "unknown"


def test_assignments_of_different_spells_do_not_contradict_each_other() -> None:
    jobs = "assignment: [{spell_no: '1', valid_from: 2025-01-01}, {spell_no: '2', valid_from: 2025-01-01}]"
    _, around = made("kind: check\nabout: employee\nmust: date_of_birth is known", f"{{{jobs}}}")
    rows = work_rows(around)
    assert isinstance(rows, list)
    assert len(rows) == 2
    assert answer("assignment.is_supervisor", f"{{{jobs}}}", about="employee") == "unknown"


def test_triggers_among_rows_of_the_subjects_own_kind() -> None:
    keys = """
        kind: deadline
        about: event
        starts: event.happened_on where kind = 'asked'
        due: 3 days after starts
        done: acknowledgement.presented_on where policy_id = 'p'
    """
    assert states(keys, "{kind: asked, happened_on: 2025-06-02}") == ["event 1 overdue"]


BRANCHES = """
    kind: check
    about: employment_spell
    let:
      allowance:
        - {when: worker_type = 'employee', is: 3}
        - {when: worker_type = 'volunteer', is: 5}
      beginning:
        - {when: worker_type = 'employee', is: start_date}
        - {is: hire_date}
    must: allowance = 3 and beginning = 2025-06-02
"""


@pytest.mark.parametrize(
    ("worker", "wanted"),
    [("employee", "compliant"), ("volunteer", "breach"), ("vendor_worker", "unknown"), ("unreadable", "unknown")],
)
def test_branches_of_numbers_and_of_dates(worker: str, wanted: str) -> None:
    assert state(BRANCHES, f"{{worker_type: {worker}, start_date: 2025-06-02, hire_date: 2025-06-02}}") == wanted


DAY_TABLE = """
    values:
      us.test.day:
        title: A day
        type: date
        cells: [{from: 2025-01-01, is: 2025-06-02, cite: a}]
"""


def test_a_dated_value_in_a_condition() -> None:
    assert answer("start_date = value(us.test.day)", "{start_date: 2025-06-02}", values=DAY_TABLE) == "yes"
    assert answer("start_date = value(us.test.day)", "{start_date: 2025-06-02}", "2024-07-01", DAY_TABLE) == "no"


def test_a_literal_has_no_bounds_beside_itself() -> None:
    found = bounds(t.Day(date(2025, 6, 2)), At(world())).bounds
    assert (shown(found.low), shown(found.high)) == ("2025-06-02", "2025-06-02")
