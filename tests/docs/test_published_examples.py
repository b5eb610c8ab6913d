"""docs/rules/published-examples.md and the rules say the same of what is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compliance_engine.calendars import tables
from compliance_engine.language import yaml
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "rules" / "published-examples.md"
LAW = REPOSITORY.parent / "shared" / "law"


@pytest.fixture(scope="module")
def library() -> RuleSet:
    return load_rules([REPOSITORY / "rules"], VOCABULARY, frozenset(tables.names()))[0]


def listed() -> Iterator[tuple[str, str, str, list[str]]]:
    """(duty, case, where it is published, rules) of each line."""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            yield cells[0].strip("`"), cells[1], cells[2], re.findall(r"`([^`]+)`", cells[3])


def test_every_source_of_an_example_is_listed_with_its_rule_and_no_other(library: RuleSet) -> None:
    in_rules = {(rule.id, e.source) for rule in library.rules.values() for e in rule.examples if e.source}
    assert {(rule, source) for _, _, source, rules in listed() for rule in rules} == in_rules


def test_each_duty_is_served_by_its_rules(library: RuleSet) -> None:
    for duty, case, _, rules in listed():
        assert all(duty in (library.rules[rule].serves or (rule,)) for rule in rules), (duty, case)


def test_what_is_in_no_rule_has_a_reason() -> None:
    rest = [line for line in PAGE.read_text("utf-8").splitlines() if "| not in a rule" in line]
    assert len(rest) == sum(1 for *_, rules in listed() if not rules)
    assert all(re.search(r"not in a rule: \w", line) for line in rest)


def test_every_published_example_of_the_researched_duties_is_listed(library: RuleSet) -> None:
    if not LAW.is_dir():
        pytest.skip("the researched facts are not on this machine")
    served = {duty for rule in library.rules.values() for duty in rule.serves or (rule.id,)}
    found = set()
    for file in LAW.glob("*.yaml"):
        node, _ = yaml.parse(file.read_bytes(), file.name)
        assert node is not None
        facts: Any = yaml.data(node)
        for fact in facts:
            if fact["id"] in served:
                found |= {(fact["id"], e["title"], e["source"]) for e in fact.get("examples") or ()}
    assert {(duty, case, source) for duty, case, source, _ in listed()} == found
