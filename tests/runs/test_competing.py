"""Which rules an explanation looks at beside one: those that govern in its place in a run, and no others."""

import pytest

from compliance_engine.data import rules_folder
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.competing import competing


@pytest.fixture(scope="module")
def library() -> RuleSet:
    return load_rules([rules_folder()], VOCABULARY, known_calendars())[0]


def beside(library: RuleSet, rule: str) -> set[str]:
    return {other.id for other in competing(library.rules[rule], list(library.rules.values()))}


def test_retention_of_documents_competes_with_all_other_retention_of_documents(library: RuleSet) -> None:
    assert "us.adea.payroll" in beside(library, "us.i9.retention")
    assert "us.i9.section2" not in beside(library, "us.i9.retention")


def test_a_rule_that_replaces_another_competes_with_it_if_both_have_one_obligation(library: RuleSet) -> None:
    pairs = [(rule, library.rules[other]) for rule in library.rules.values() for other in rule.replaces]
    single = [(a, b) for a, b in pairs if a.has_one_obligation and b.has_one_obligation]
    assert single
    for one, other in pairs:
        assert (other.id in beside(library, one.id)) == ((one, other) in single)


def test_rules_with_turns_are_told_beside_each_other(library: RuleSet) -> None:
    assert beside(library, "us.ca.harassment-training.nonsupervisory") == set()
