"""Telling the working: every fact with its record, every clock with the days that it skipped."""

from datetime import date

from tests.engine.twin.support import explained, shown

from compliance_engine.engine.twin.trace import skipped, source
from compliance_engine.language import tree as t

RULE = """
    kind: deadline
    about: employment_spell
    when: >-
      worker_type = 'employee' and assignment.is_supervisor = no and worksite.state = 'us.ca' and work_state = 'us.ca'
    due: 3 business days after start_date
    done: i9.section2_signed_on
"""
GIVEN = """{worker_type: employee, start_date: 2025-07-03, assignment: {is_supervisor: no}, worksite: {state: us.ca},
    i9: {section2_signed_on: 2025-07-09}}"""


def test_facts_are_told_with_the_record_that_they_stand_in() -> None:
    told = {}
    for step in explained(RULE, " ".join(GIVEN.split())):
        found = source(step)
        if found is not None:
            told[found[0]] = (found[1], shown(step.value))
    assert told == {
        "employment_spell": (1, "2025-07-03"),
        "assignment": (1, "no"),
        "worksite": (1, "us.ca"),
        "i9": (1, "2025-07-09"),
    }


def test_a_clock_tells_the_days_it_skipped() -> None:
    steps = [step for step in explained(RULE, " ".join(GIVEN.split())) if isinstance(step.node, t.Shift)]
    assert [(shown(step.value), skipped(step)) for step in steps] == [
        ("2025-07-09", (date(2025, 7, 4), date(2025, 7, 5), date(2025, 7, 6)))
    ]


def test_counting_backwards_skips_too() -> None:
    keys = "kind: deadline\nabout: employment_spell\ndue: 1 business day before start_date\ndone: final_pay_on"
    (step,) = (step for step in explained(keys, "{start_date: 2025-07-07}") if isinstance(step.node, t.Shift))
    assert skipped(step) == (date(2025, 7, 4), date(2025, 7, 5), date(2025, 7, 6))


def test_where_there_is_no_record_or_nothing_was_skipped() -> None:
    keys = RULE.replace("3 business days", "3 days").replace("assignment.is_supervisor = no and ", "")
    steps = explained(keys, "{worker_type: employee, start_date: 2025-07-03, work_state: us.ca}")
    assert {source(step) for step in steps if isinstance(step.node, t.Related)} == {None}
    assert {skipped(step) for step in steps} == {()}
    unknown = explained(
        RULE.replace("3 business days after start_date", "3 business days after hire_date"), "{start_date: 2025-07-03}"
    )
    assert {skipped(step) for step in unknown} == {()}
    state = explained(
        RULE.replace("3 business days", "3 state business days"), "{worker_type: employee, start_date: 2025-07-03}"
    )
    assert {skipped(step) for step in state} == {()}


def test_rows_of_every_kind_are_told() -> None:
    keys = """
        kind: recurring
        about: employment_spell
        starts: start_date
        due: 60 days after start_date
        done: license.issued_on where kind = 'rbs'
        repeat: same day as done.expires_on
    """
    steps = explained(
        keys, "{start_date: 2025-03-03, license: [{kind: rbs, issued_on: 2025-05-01, expires_on: 2028-05-01}]}"
    )
    found = {(type(step.node).__name__, source(step)) for step in steps if source(step) is not None}
    assert {("Row", ("license", 1)), ("DoneField", ("license", 1)), ("Own", ("employment_spell", 1))} <= found
    pair = """
        kind: deadline
        about: employment_spell
        each: policy_document
        starts: policy_document.effective_on
        due: 30 days after starts
        done: final_pay_on
    """
    steps = explained(pair, "{start_date: 2025-03-03, policy_document: {effective_on: 2025-03-03}}")
    assert ("policy_document", 1) in {source(step) for step in steps}


def test_named_parts_and_bounds_are_steps_of_their_own() -> None:
    keys = """
        kind: deadline
        about: employment_spell
        let: {beginning: "later of (start_date, hire_date)"}
        starts: start_date
        due: 3 days after beginning
        done: final_pay_on
    """
    names = [type(step.node).__name__ for step in explained(keys, "{start_date: 2025-03-03, hire_date: 2025-03-04}")]
    assert {"Own", "LaterOf", "Alias", "Shift"} <= set(names)
