"""Mutants: every class of mistake is made, and one that an example notices does not survive."""

from dataclasses import replace

import pytest
from tests.engine.authored import library, sign, traced

from compliance_engine.engine.mutate import Mutant, is_noticed, mutants, survivors
from compliance_engine.engine.testing import run

IN_TIME = "title: in time, given: {i9: {section2_signed_on: 2026-03-16}}, as_of: 2026-04-01, expect: met"
LATE = "title: late, given: {i9: {section2_signed_on: 2026-03-17}}, as_of: 2026-04-01, expect: met-late"


def made(rule: str, **files: str) -> list[str]:
    """Every mutant in words."""
    rules = library(rule, **files)
    return [f"{mutant.id}: {mutant.text}" for mutant in mutants(list(rules.rules.values()))]


def surviving(rule: str, **files: str) -> list[str]:
    """The mutants that no example notices, in words."""
    rules = library(rule, **files)
    return [mutant.text for mutant in survivors(list(rules.rules.values()), traced(rules))[0]]


# ---- which mistakes are made -----------------------------------------------------------------------------------------

CHECK = """
    kind: check
    about: employment_spell
    must: >-
      {}
    """

CONDITIONS = [
    ("start_date >= 2020-01-01", ["start_date >= 2020-01-01 → start_date > 2020-01-01",
                                  "start_date >= 2020-01-01 → start_date >= 2019-12-31",
                                  "start_date >= 2020-01-01 → start_date >= 2020-01-02"]),
    ("expected_business_days < 3", ["expected_business_days < 3 → expected_business_days <= 3",
                                    "expected_business_days < 3 → expected_business_days < 2",
                                    "expected_business_days < 3 → expected_business_days < 4"]),
    ("covered_by_form = yes", ["covered_by_form = yes → covered_by_form <> yes",
                               "covered_by_form = yes → covered_by_form = no"]),
    ("worker_type in ('employee', 'volunteer')", [
        "worker_type in ('employee', 'volunteer') → worker_type not in ('employee', 'volunteer')",
        "worker_type in ('employee', 'volunteer') → worker_type in ('volunteer')",
        "worker_type in ('employee', 'volunteer') → worker_type in ('employee')"]),
    ("start_date is known", ["start_date is known → start_date is missing"]),
    ("termination_date has happened", ["termination_date has happened → termination_date has not happened"]),
    ("not covered_by_form", ["not covered_by_form → covered_by_form"]),
    ("covered_by_form and rehire_eligible", [
        "covered_by_form and rehire_eligible → covered_by_form or rehire_eligible",
        "covered_by_form and rehire_eligible → rehire_eligible",
        "covered_by_form and rehire_eligible → covered_by_form"]),
    ("covered_by_form or rehire_eligible", [
        "covered_by_form or rehire_eligible → covered_by_form and rehire_eligible",
        "covered_by_form or rehire_eligible → rehire_eligible",
        "covered_by_form or rehire_eligible → covered_by_form"]),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "mistakes"), CONDITIONS, ids=[condition for condition, _ in CONDITIONS])
def test_mistakes_in_a_condition(condition: str, mistakes: list[str]) -> None:
    assert made(CHECK.format(condition)) == [f"us.tried: must: {mistake}" for mistake in mistakes]


CLOCKS = [
    ("3 days after start_date", ["3 days before start_date", "3 business days after start_date",
                                 "2 days after start_date", "4 days after start_date"]),
    ("3 business days after start_date", ["3 business days before start_date", "3 days after start_date",
                                          "2 business days after start_date", "4 business days after start_date"]),
    ("later of (start_date, hire_date)", ["earlier of (start_date, hire_date)"]),
    ("earlier of (start_date, hire_date)", ["later of (start_date, hire_date)"]),
    ("end of calendar month of start_date", ["start of calendar month of start_date"]),
    ("start_date rolled to next business day", ["start_date"]),
    ("February 28 of start_date", ["February 27 of start_date", "February 29 of start_date"]),
    ("next March 1 after start_date", ["next March 2 after start_date"]),
    ("15th business day of month of start_date", ["14th business day of month of start_date",
                                                  "16th business day of month of start_date"]),
    ("first Monday of May of start_date", ["second Monday of May of start_date"]),
    ("(1 month after start_date) rounding up", ["1 month after start_date rounding down", "1 month before start_date"]),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "mistakes"), CLOCKS, ids=[clock for clock, _ in CLOCKS])
def test_mistakes_in_a_clock(clock: str, mistakes: list[str]) -> None:
    found = made(sign(IN_TIME, starts="start_date", due=clock))
    for mistake in mistakes:
        assert any(text.endswith(f" → {mistake}") for text in found), found


def test_what_is_left_out_of_a_rule() -> None:
    rule = """
        kind: deadline
        about: employment_spell
        when: worker_type = 'employee'
        unless:
          - {when: covered_by_form, title: carried over, cite: none}
        in_force: {from: 2020-01-01, to: 2030-12-31}
        opens: 30 days before start_date
        starts: start_date
        due:
          - {when: start_date is known, is: same day as start_date}
          - {is: same day as hire_date}
        done: i9.section2_signed_on
        lapses: termination_date
        """
    found = made(rule)
    for text in (
        "when left out",
        'unless "carried over" left out',
        "in_force: in force from 2020-01-01 → 2019-12-31",
        "in_force: in force from 2020-01-01 → 2020-01-02",
        "in_force: in force to 2030-12-31 → 2030-12-30",
        "in_force: in force to 2030-12-31 → 2031-01-01",
        "opens left out",
        "lapses left out",
    ):
        assert f"us.tried: {text}" in found
    assert sum("left out" in text and "branch" in text for text in found) == 1


def test_mistakes_in_a_poster_are_its_revisions_and_the_share_that_reads_a_language() -> None:
    rule = """
        kind: posting
        about: worksite
        post: tried
        revisions:
          - {revision: 2020-01-01, from: 2020-01-01}
          - {revision: 2024-01-01, from: 2024-01-01, replace_by: 2024-03-31}
        languages: [en, {spoken_by: 10}]
        """
    found = made(rule)
    assert "us.tried: revisions: revision 2024-01-01 from 2024-01-01 → 2024-01-02" in found
    assert "us.tried: revisions: revision 2024-01-01 replace_by 2024-03-31 → 2024-04-01" in found
    assert [text for text in found if "spoken by" in text] == [
        "us.tried: languages: spoken by 10 → 9",
        "us.tried: languages: spoken by 10 → 11",
    ]


def test_what_a_name_stands_for_is_changed_once_wherever_it_is_read() -> None:
    rule = sign(IN_TIME, let="{fortnight: 14 days after start_date}", due="fortnight", lapses="fortnight")
    found = made(rule)
    assert found.count("us.tried: fortnight: 14 days after start_date → 13 days after start_date") == 1
    assert not any(text.startswith("us.tried: due: 14") for text in found)


def test_a_long_text_is_told_by_what_differs() -> None:
    condition = " and ".join(f"start_date <> 2020-01-0{n}" for n in range(1, 7))
    changed = "… and start_date <> 2020-01-03 and start_date <> 2020-01-04 and start_date <> …"
    assert f"us.tried: must: {changed} → … and start_date <> 2020-01-04 and start_date <> …" in made(
        CHECK.format(condition)
    )


# ---- which survive ---------------------------------------------------------------------------------------------------


def test_examples_on_both_sides_of_a_boundary_notice_every_slip_of_a_day() -> None:
    on_a_sunday = "title: weekends count, given: {start_date: 2026-03-01, i9: {section2_signed_on: 2026-03-16}}, as_of: 2026-04-01, expect: met-late"
    assert surviving(sign(IN_TIME, LATE, on_a_sunday)) == []


def test_an_example_far_from_the_boundary_notices_little() -> None:
    early = "title: early, given: {i9: {section2_signed_on: 2026-03-04}}, as_of: 2026-04-01, expect: met"
    assert surviving(sign(early)) == [
        "due: 14 days after start_date → 14 business days after start_date",
        "due: 14 days after start_date → 13 days after start_date",
        "due: 14 days after start_date → 15 days after start_date",
    ]


def test_a_due_date_that_an_example_states_is_noticed_too() -> None:
    early = "title: early, given: {i9: {section2_signed_on: 2026-03-04}}, as_of: 2026-04-01, due: 2026-03-16"
    assert surviving(sign(early)) == []


def test_an_example_that_fails_notices_nothing() -> None:
    assert len(surviving(sign(IN_TIME.replace("expect: met", "expect: met-late")))) == 4


def test_a_rule_without_examples_notices_nothing() -> None:
    rule = CHECK.format("start_date is known")
    assert surviving(rule) == ["must: start_date is known → start_date is missing"]


TABLE = """
    values:
      us.days:
        title: Days to sign
        type: number
        cells:
          - {to: 2025-12-31, is: 30, cite: none}
          - {from: 2026-01-01, is: 14, cite: none}
    """


def test_cells_of_a_table_are_changed_in_every_rule_that_reads_it() -> None:
    rule = sign(IN_TIME, LATE, due="value(us.days) days after start_date")
    found = made(rule, values=TABLE)
    assert "us.days: 30 → 31" in found
    assert "us.days: to 2025-12-31 → 2025-12-30" in found
    assert "us.days: from 2026-01-01 → 2026-01-02" in found
    rest = surviving(rule, values=TABLE)
    assert {"30 → 29", "30 → 31"} <= set(rest)
    assert not {"14 → 13", "14 → 15"} & set(rest)


def test_another_rule_that_reads_the_table_may_notice_for_it() -> None:
    weak = sign("title: early, given: {i9: {section2_signed_on: 2026-03-04}}, as_of: 2026-04-01, expect: met",
                due="value(us.days) days after start_date")  # fmt: skip
    strong = sign(IN_TIME, LATE, due="value(us.days) days after start_date")
    assert "14 → 13" in surviving(weak, values=TABLE)
    assert "14 → 13" not in surviving(weak, values=TABLE, more=strong)


def test_a_mutant_that_cannot_be_judged_is_noticed() -> None:
    rules = library(sign(IN_TIME))
    (rule,) = rules.rules.values()
    broken = Mutant(rule.id, "no body", rule.position, ((replace(rule, body=None), frozenset()),))
    assert is_noticed(broken, traced(rules))


# ---- what may survive ------------------------------------------------------------------------------------------------


def test_accepted_survivors_are_counted_and_those_that_are_noticed_are_outdated() -> None:
    rules = library(sign(IN_TIME, LATE))
    listed = list(rules.rules.values())
    weekend = ("us.tried", "due: 14 days after start_date → 14 business days after start_date")
    noticed = ("us.tried", "due: 14 days after start_date → 13 days after start_date")
    elsewhere = ("us.other", "due: 14 days after start_date → 13 days after start_date")
    found = run(rules, listed, accepted={}).mutation
    assert found is not None
    unlisted = {(mutant.id, mutant.text) for mutant in found.survivors}
    again = run(rules, listed, accepted=dict.fromkeys([*unlisted, noticed, elsewhere], "a reason")).mutation
    assert again is not None
    assert again.survivors == ()
    assert again.accepted == len(unlisted)
    assert again.outdated == (noticed,)
    assert weekend not in unlisted
