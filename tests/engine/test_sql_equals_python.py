"""SQL and plain values answer alike: every form of the language, every kind of rule, every written rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from tests.engine.random_rules import random_rules
from tests.engine.sql_equals_python import of_random_rules, of_rules, written

from compliance_engine.engine.coverage import nodes
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.tables import Cell

SEEDS = range(101, 109)
NEVER_IN_A_RULE = {t.Name, t.NamedFact}
"""What checking replaces by something else."""


def forms(seed: int) -> Iterator[type]:
    for rule in random_rules(seed, 60).rules.values():
        yield type(rule.body)
        for node in nodes(rule):
            yield type(node)
            yield from (type(cell.is_) for cell in _cells(node) if cell.is_ is not None)


def _cells(node: t.Node) -> list[Cell]:
    table = node.table if isinstance(node, t.Value) else None
    return [] if table is None else [cell for _, cells in table.cells for cell in cells]


def test_every_form_and_every_kind_of_rule_is_among_the_random_ones() -> None:
    tried = {form for seed in SEEDS for form in forms(seed)}
    missing = {form.__name__ for form in {*get_args(t.Expression), *get_args(r.Body)} - NEVER_IN_A_RULE - tried}
    assert not missing


@pytest.mark.parametrize("seed", SEEDS)
def test_random_rules_over_random_worlds(seed: int) -> None:
    cases, differences = of_random_rules(seed, rules=60, worlds=20)
    assert cases > 300
    assert not differences, "\n".join(str(difference) for difference in differences[:5])


def test_written_rules_over_random_worlds() -> None:
    total = 0
    for seed, (ruleset, rules) in enumerate(written(), start=201):
        cases, differences = of_rules(ruleset, rules, worlds=80, seed=seed)
        total += cases
        assert not differences, "\n".join(str(difference) for difference in differences[:5])
    assert total > 1500
