"""Examples: what they say is held beside what comes out, in SQL and on plain values."""

from dataclasses import replace
from datetime import date

import pytest
from tests.engine.authored import library, sign

from compliance_engine.engine.examples import Result, agree, run_examples, run_on_twin
from compliance_engine.engine.testing import run
from compliance_engine.language.outcomes import State
from compliance_engine.records.types import VOCABULARY


def ran(rule: str, **files: str) -> list[Result]:
    """The results of every example in SQL, which are those on plain values."""
    rules = library(rule, **files)
    listed = list(rules.rules.values())
    in_sql, on_values = run_examples(rules, listed), run_on_twin(VOCABULARY, listed)
    assert all(agree(one, other) for one, other in zip(in_sql, on_values, strict=True))
    return in_sql


def states(rule: str, **files: str) -> list[str]:
    """What came out of each example."""
    return [" ".join(state.value for _, state, _ in result.found) for result in ran(rule, **files)]


# ---- what fails ------------------------------------------------------------------------------------------------------


def test_an_example_that_comes_out_as_it_says_passes() -> None:
    (result,) = ran(
        sign("title: x, given: {i9: {section2_signed_on: 2026-03-16}}, as_of: 2026-04-01, expect: met, due: 2026-03-16")
    )
    assert result.passed
    assert result.differences == ()


@pytest.mark.parametrize(
    ("says", "differences"),
    [
        ("expect: met-late", ("expected met-late, is met",)),
        ("expect: violation", ("expected violation, is met",)),
        ("due: 2026-03-15", ("expected due 2026-03-15, is 2026-03-16",)),
        ("due: none", ("expected due None, is 2026-03-16",)),
        ("expect: overdue, due: 2026-03-17", ("expected overdue, is met", "expected due 2026-03-17, is 2026-03-16")),
        ("expect: [met, met]", ("expected met, met; there are 1 obligations: met",)),
        ("due: [2026-03-16, 2026-03-17]", ("expected 2 dates, there are 1",)),
    ],
)
def test_an_example_that_fails_says_for_each_key_what_it_expects_and_what_is(
    says: str, differences: tuple[str, ...]
) -> None:
    (result,) = ran(sign(f"title: x, given: {{i9: {{section2_signed_on: 2026-03-16}}}}, as_of: 2026-04-01, {says}"))
    assert not result.passed
    assert result.differences == differences


def test_an_outcome_stands_for_each_of_its_states() -> None:
    late = "title: late, given: {i9: {section2_signed_on: 2026-03-17}}, as_of: 2026-04-01, expect: violation"
    (result,) = ran(sign(late))
    assert result.found[0][1].value == "met-late"
    assert result.passed


def test_where_there_are_several_obligations_one_expectation_is_of_the_last() -> None:
    yearly = """
        kind: recurring
        about: employment_spell
        starts: start_date
        repeat: calendar year
        due: turn.end
        done: training.completed_on
        base: {start_date: 2024-03-04, training: [{completed_on: 2024-05-01}]}
        examples:
          - {title: the last, as_of: 2026-01-15, expect: due, due: 2026-12-31}
          - {title: each, as_of: 2026-01-15, expect: [met, overdue, due]}
          - {title: one turn, given: {turn: 2025}, as_of: 2026-01-15, expect: overdue}
        """
    results = ran(yearly)
    assert [result.differences for result in results] == [(), (), ()]
    assert len(results[0].found) == 3
    assert len(results[2].found) == 1


# ---- what an example leaves out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("{}", "overdue"),  # a table has no such row
        ("{i9: none}", "overdue"),
        ("{i9: {section2_signed_on: null}}", "overdue"),  # an event has not happened
        ("{i9: {section2_signed_on: unreadable}}", "unknown"),
        ("{i9: {section2_signed_on: not supplied}}", "unknown"),
        ("{i9: not supplied}", "unknown"),
        ("{start_date: null}", "unknown"),  # a fact
        ("{start_date: unreadable}", "unknown"),
    ],
)
def test_what_is_left_out_is_empty_and_what_cannot_be_told_is_written(given: str, state: str) -> None:
    example = f"title: x, given: {given}, as_of: 2026-04-01, expect: {state}"
    assert states(sign(example)) == [state]


# ---- what an example states instead of records -----------------------------------------------------------------------

COUNTED = """
    kind: check
    about: employment_spell
    must: {condition}
    base: {{start_date: 2025-01-06, worker_type: employee}}
    examples:
    """


def counted(condition: str, *examples: str) -> list[str]:
    """The states of a check of a condition over counts."""
    listed = "".join(f"      - {{title: x, as_of: 2026-04-01, expect: unknown, {e}}}\n" for e in examples)
    return states(COUNTED.format(condition=f'"{condition}"') + "\n" + listed)


COUNT = "headcount('all workers anywhere') on as_of >= 2"


def test_an_example_that_does_not_state_a_fact_has_it_counted_from_its_own_records() -> None:
    second = "employment_spell: [{start_date: 2025-01-06}, {employee_number: '2', start_date: 2025-01-06}]"
    assert counted(
        COUNT,
        "given: {facts: {headcount: 40}}",
        "given: {}",
        f"given: {{{second}}}",
        "given: {facts: {headcount: unknown}}",
        f"given: {{{second}, facts: {{headcount: unknown}}}}",
    ) == ["compliant", "breach", "compliant", "unknown", "unknown"]


@pytest.mark.parametrize("fact", ["headcount('all workers anywhere')", "headcount('20 workweeks')", "workweeks_at(1)"])
def test_nobody_is_counted_where_spells_are_not_supplied_or_nothing_is_said_of_the_employer(fact: str) -> None:
    rule = f"""
        kind: check
        about: leave_case
        must: {fact} on as_of >= 1
        examples:
          - {{title: not supplied, given: {{employment_spell: not supplied}}, as_of: 2026-04-01, expect: unknown}}
          - {{title: nothing said, as_of: 2026-04-01, expect: unknown}}
          - {{title: nobody, given: {{employer: {{sector: private}}}}, as_of: 2026-04-01, expect: breach}}
        """
    assert [result.differences for result in ran(rule)] == [(), (), ()]


def test_a_fact_is_stated_as_it_is_called_and_goes_before_the_one_of_its_name() -> None:
    weeks = "workweeks_at(1) on as_of >= 52 and workweeks_at(20) on as_of < 52"
    assert counted(
        weeks,
        'given: {facts: {"workweeks_at(1)": 52, "workweeks_at(20)": 51}}',
        'given: {facts: {workweeks_at: 52, "workweeks_at( 20 )": 0}}',
        "given: {facts: {workweeks_at: 52}}",
        'given: {facts: {"workweeks_at(20)": 52}}',
        "given: {start_date: 2024-01-01}",  # 52 full weeks of one person, never 20 people
        "given: {start_date: 2025-03-03}",
    ) == ["compliant", "compliant", "breach", "breach", "compliant", "breach"]


def test_nothing_takes_back_what_the_base_states() -> None:
    rule = """
        kind: check
        about: employment_spell
        must: work_state = 'us.ca' and choice(pay.days) = 5 and headcount('all workers anywhere') on as_of = 7
        base: {work_state: us.ca, choices: {pay.days: 5}, facts: {headcount: 7}, worker_type: employee, start_date: 2025-01-06}
        examples:
          - {title: as stated, as_of: 2026-04-01, expect: compliant}
          - {title: no place, given: {work_state: null}, as_of: 2026-04-01, expect: unknown}
          - {title: the worksite's, given: {work_state: null, worksite: {state: us.ca}}, as_of: 2026-04-01, expect: compliant}
          - {title: nothing chosen, given: {choices: {pay.days: null}}, as_of: 2026-04-01, expect: unknown}
          - {title: counted, given: {facts: {headcount: null}}, as_of: 2026-04-01, expect: breach}
        """
    assert [result.differences for result in ran(rule)] == [()] * 5


IN_CALIFORNIA = """
    kind: check
    about: employment_spell
    must: start_date is known
    base: {start_date: 2025-01-06}
    examples:
      - {title: x, given: GIVEN, as_of: 2026-04-01, expect: compliant}
    """


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("{}", "compliant"),
        ("{work_state: us.ca}", "compliant"),
        ("{work_state: us.nv}", "conditions"),
        ("{places: null}", "compliant"),
        ("{work_state: us.nv, places: null}", "conditions"),
        ("{work_state: us.nv, places: [us, us.ca]}", "compliant"),
        ("{work_state: us.nv, places: unreadable}", "compliant"),
        ("{worksite: {state: us.nv, places: [us, us.nv]}}", "conditions"),
        ("{worksite: {state: us.nv, places: [us, us.nv]}, places: [us, us.ca]}", "compliant"),
    ],
)
def test_an_example_is_in_the_place_of_the_law_unless_it_names_another(given: str, state: str) -> None:
    assert states(IN_CALIFORNIA.replace("GIVEN", given), jurisdiction="us.ca") == [state]


def test_what_is_stated_and_not_known_goes_before_the_records_too() -> None:
    rule = """
        kind: check
        about: employment_spell
        must: work_state = 'us.ca' and places contains 'us.ca'
        base: {start_date: 2025-01-06, worksite: {state: us.ca, places: [us, us.ca]}}
        examples:
          - {title: of the worksite, as_of: 2026-04-01, expect: compliant}
          - {title: state, given: {work_state: unreadable}, as_of: 2026-04-01, expect: unknown}
          - {title: places, given: {places: not supplied}, as_of: 2026-04-01, expect: unknown}
        """
    assert states(rule) == ["compliant", "unknown", "unknown"]


# ---- named facts -----------------------------------------------------------------------------------------------------

FACTS = """
    facts:
      us.covered:
        title: Whether the law covers the employer
        cite: none
        about: employment_spell
        is: headcount('all workers anywhere') on as_of >= 5
        base: {start_date: 2025-01-06}
        examples:
          - {title: people, as_of: 2026-04-01, vary: headcount, over: {4: no, 5: yes}}
          - {title: unknown, given: {headcount: unknown}, as_of: 2026-04-01, expect: unknown}
          - {title: wrong, given: {headcount: 6}, as_of: 2026-04-01, expect: no}
    """


def test_the_examples_of_a_named_fact_are_run_like_those_of_a_rule() -> None:
    rules = library(sign("title: x, as_of: 2026-04-01, expect: overdue"), values=FACTS)
    tested = run(rules, list(rules.rules.values()), accepted={})
    assert tested.examples == 5
    ((failure),) = tested.failures
    assert (failure.result.rule.id, failure.result.example.title) == ("us.covered", "wrong")
    assert failure.differences == ("expected no, is yes",)
    assert tested.mutation is not None
    assert "us.covered" not in {mutant.id for mutant in tested.mutation.survivors}


# ---- both ways -------------------------------------------------------------------------------------------------------


def test_both_ways_of_judging_must_say_the_same() -> None:
    rules = library(sign("title: x, as_of: 2026-04-01, expect: overdue"))
    (result,) = run_examples(rules, list(rules.rules.values()))
    ((_, state, due),) = result.found
    assert agree(result, result)
    assert not agree(result, replace(result, found=(("", State.MET_LATE, due),)))
    assert not agree(result, replace(result, found=(("", state, date(2026, 3, 15)),)))
    assert not agree(result, replace(result, found=()))
    assert not agree(result, replace(result, error="the rule cannot be run"))


def test_a_date_says_nothing_where_there_is_no_duty() -> None:
    rules = library(sign("title: x, as_of: 2026-04-01, expect: overdue"))
    (result,) = run_examples(rules, list(rules.rules.values()))
    one, other = (replace(result, found=(("", State.UNKNOWN, due),)) for due in (None, date(2026, 3, 15)))
    assert agree(one, other)


def test_a_whole_library_is_told_by_counts() -> None:
    rules = library(
        sign("title: x, as_of: 2026-04-01, expect: overdue", "title: y, as_of: 2026-04-01, expect: met"),
        more="kind: check\nabout: employee\nmust: date_of_birth is known",
    )
    tested = run(rules, list(rules.rules.values()))
    assert (tested.examples, len(tested.failures)) == (2, 1)
    assert tested.failures[0].result.example.title == "y"
    assert not tested.failures[0].disagreement
    assert tested.bare == ("us.other",)
