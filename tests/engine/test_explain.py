"""An explanation tells the working: the facts with their records, the keys of the rule, and the answer of both ways."""

import pytest
from tests.engine.authored import library, sign

from compliance_engine.engine.examples import run_examples
from compliance_engine.engine.explain import Explanation, explain, first_false, missing
from compliance_engine.engine.twin.example import world_of
from compliance_engine.language.rule import RuleSet
from compliance_engine.records.types import VOCABULARY

SIGNED = sign("title: late, given: {i9: {section2_signed_on: 2026-03-17}}, as_of: 2026-04-01, expect: met-late",
              due="10 us-federal business days after start_date")  # fmt: skip


def explained(rules: RuleSet, name: str = "us.tried", *beside: str) -> tuple[Explanation, ...]:
    """The first example of a rule explained, beside other rules."""
    rule = rules.rules[name]
    world = world_of(rule, rule.examples[0], VOCABULARY)
    return explain(rule, world, [rules.rules[other] for other in beside])


def the_one(rule: str, **files: str) -> Explanation:
    (found,) = explained(library(rule, **files))
    return found


# ---- facts -----------------------------------------------------------------------------------------------------------


def test_every_cell_that_was_read_is_told_with_its_record() -> None:
    facts = {fact.text: (str(fact.value), fact.source) for fact in the_one(SIGNED).facts}
    assert facts == {
        "start_date": ("2026-03-02", ("employment_spell", 1)),
        "i9.section2_signed_on": ("2026-03-17", ("i9", 1)),
    }


def test_a_cell_that_is_read_often_is_told_once() -> None:
    rule = """
        kind: check
        about: employment_spell
        must: start_date >= 2020-01-01 and start_date <= 2030-01-01
        examples: [{title: x, given: {start_date: 2026-03-02}, as_of: 2026-04-01, expect: compliant}]
        """
    assert [fact.text for fact in the_one(rule).facts] == ["start_date"]


def test_a_count_that_decides_by_its_bounds_is_told_too() -> None:
    rule = """
        kind: check
        about: employment_spell
        must: headcount('all workers anywhere') on as_of >= 5
        examples: [{title: x, given: {headcount: 4}, as_of: 2026-04-01, expect: breach}]
        """
    assert [(fact.text, str(fact.value)) for fact in the_one(rule).facts] == [
        ("headcount('all workers anywhere') on as_of", "4")
    ]


def test_of_other_people_nothing_is_told() -> None:
    rule = """
        kind: check
        about: employee
        must_not: exists(employee where ssn_hash = this.ssn_hash and employee_number <> this.employee_number)
        examples:
          - title: shared
            given: {employee_number: E1, ssn_hash: a1, employee: [{employee_number: E2, ssn_hash: a1}]}
            as_of: 2026-04-01
            expect: breach
        """
    found = the_one(rule)
    assert found.verdict.state.value == "breach"
    assert {fact.source for fact in found.facts if fact.field is not None} == {("employee", 1)}


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_each_key_of_the_rule_is_told_with_what_it_came_to_and_the_days_it_skipped() -> None:
    parts = {part.key: part for part in the_one(SIGNED).parts}
    (line,) = parts["due"].lines
    assert (line.text, str(line.value)) == ("10 us-federal business days after start_date", "2026-03-16")
    assert [day.isoformat() for day in line.skipped] == ["2026-03-07", "2026-03-08", "2026-03-14", "2026-03-15"]


def test_keys_stand_in_the_order_in_which_they_decide() -> None:
    rule = """
        kind: deadline
        about: employment_spell
        when: worker_type = 'employee'
        unless:
          - {when: rehire_eligible = no, title: left for good, cite: none}
        opens: 7 days before start_date
        due: 14 days after start_date
        done: i9.section2_signed_on
        lapses: 1 day after termination_date
        examples:
          - title: x
            given: {start_date: 2026-03-02, termination_date: 2026-06-01, worker_type: employee, rehire_eligible: yes}
            as_of: 2026-04-01
            expect: overdue
        """
    assert [part.key for part in the_one(rule).parts] == ["when", 'unless "left for good"', "opens", "due", "lapses"]


def test_a_window_and_a_check_have_the_keys_that_are_written() -> None:
    check = """
        kind: check
        about: employment_spell
        must_not: start_date < 2020-01-01
        examples: [{title: x, given: {start_date: 2026-03-02}, as_of: 2026-04-01, expect: compliant}]
        """
    assert [part.key for part in the_one(check).parts] == ["must_not"]
    window = """
        kind: posting
        about: worksite
        post: tried
        during: {from: 7 days after opened_on, to: 30 days after opened_on}
        examples:
          - {title: x, given: {opened_on: 2026-03-02, posting_display: []}, as_of: 2026-03-20, expect: missing}
        """
    assert [part.key for part in the_one(window).parts] == ["during from", "during to"]


# ---- why -------------------------------------------------------------------------------------------------------------

WHY = """
    kind: check
    about: employment_spell
    when: worker_type = 'employee' and start_date >= 2020-01-01
    unless:
      - {when: covered_by_form, title: carried over, cite: 1 TC 2}
    must: hire_date is known
    base: {start_date: 2026-03-02, worker_type: employee, covered_by_form: no}
    examples: [{title: x, given: GIVEN, as_of: 2026-04-01, expect: unknown}]
    """


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ("{hire_date: 2026-03-02}", None),
        ("{}", "hire_date is known"),
        ("{worker_type: volunteer}", "worker_type = 'employee'"),
        ("{start_date: 2019-12-31}", "start_date >= 2020-01-01"),
        ("{covered_by_form: yes}", '"carried over": covered_by_form (1 TC 2)'),
    ],
)
def test_what_does_not_apply_or_is_broken_says_which_condition_was_first_false(given: str, because: str | None) -> None:
    assert first_false(the_one(WHY.replace("GIVEN", given)).verdict) == because


def test_what_cannot_be_told_names_what_is_missing() -> None:
    found = the_one(WHY.replace("GIVEN", "{worker_type: unreadable, start_date: not supplied}"))
    assert [(cause.what, cause.why) for cause in missing(found.verdict)] == [
        ("employment_spell.start_date", "not supplied"),
        ("employment_spell.worker_type", "unreadable"),
    ]


@pytest.mark.parametrize(
    ("given", "as_of", "days"),
    [
        ("{i9: {section2_signed_on: 2026-03-17}}", "2026-04-01", 1),
        ("{i9: {section2_signed_on: 2026-03-11}}", "2026-04-01", -5),
        ("{}", "2026-03-20", 4),
        ("{start_date: unreadable}", "2026-03-20", None),
    ],
)
def test_days_run_from_the_due_date_to_the_proof_or_to_the_day_of_asking(
    given: str, as_of: str, days: int | None
) -> None:
    assert the_one(sign(f"title: x, given: {given}, as_of: {as_of}, expect: unknown")).days == days


# ---- several ---------------------------------------------------------------------------------------------------------

YEARLY = """
    kind: recurring
    about: employment_spell
    starts: start_date
    repeat: calendar year
    due: 30 days before turn.end
    done: training.completed_on
    base: {start_date: 2024-03-04, training: [{completed_on: 2024-05-01}]}
    examples:
      - {title: two years, as_of: 2025-12-31, expect: [met, overdue]}
    """


def test_each_obligation_has_a_working_of_its_own() -> None:
    first, second = explained(library(YEARLY))
    assert (first.verdict.instance, second.verdict.instance) == ("2024", "2025")
    dues = [part.lines[0].value for found in (first, second) for part in found.parts if part.key == "due"]
    assert [str(day) for day in dues] == ["2024-12-01", "2025-12-01"]


FAMILY = "family: {name: signing, wins: earliest}\n"


def test_beside_the_rules_of_its_family_the_strictest_is_the_finding() -> None:
    lax = FAMILY + sign("title: x, as_of: 2026-03-10, expect: due", due="21 days after start_date")
    strict = FAMILY + sign("title: x, as_of: 2026-03-10, expect: due", due="7 days after start_date")
    (found,) = explained(library(lax, more=strict), "us.tried", "us.other")
    assert (found.alone.state.value, found.verdict.state.value) == ("due-soon", "superseded")
    assert [(other.id, verdict.state.value) for other, verdict in found.others] == [("us.other", "overdue")]


@pytest.mark.parametrize(
    "rule", [SIGNED, YEARLY, WHY.replace("GIVEN", "{}"), WHY.replace("GIVEN", "{covered_by_form: null}")]
)
def test_the_answer_that_is_explained_is_the_one_of_the_sql(rule: str) -> None:
    rules = library(rule)
    (in_sql,) = run_examples(rules, list(rules.rules.values()))
    told = [(e.verdict.instance or None, e.verdict.state) for e in explained(rules)]
    assert told == [(instance or None, state) for instance, state, _ in in_sql.found]
