"""`replaces` between rules with turns, pairs or several triggers: SQL and explanations agree what is taken away."""

from __future__ import annotations

from datetime import date
from random import Random

import duckdb
import pytest
from tests.engine.random_rules import Text, ruleset_of
from tests.engine.random_worlds import hints, random_world, surroundings

from compliance_engine.engine.explain import explain
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.world_tables import write
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import RuleSet
from compliance_engine.records.types import VOCABULARY

RULE = {"title": "Random", "cite": "none", "about": "employment_spell", "fix": "none"}
DONE = "training.completed_on where topic = 'harassment'"


def random_pairs(seed: int, pairs: int) -> RuleSet:
    """So many pairs of a rule and one that takes it away; at least one of the two has turns or several triggers."""
    random = Random(seed)
    text = Text(random)
    rules: dict[str, dict[str, object]] = {}

    def shaped(shape: str) -> dict[str, object]:
        first = text.one("start_date", "hire_date", "termination_date")
        body: dict[str, object] = {"due": "30 days after starts", "done": DONE, "starts": first}
        if shape == "turns":
            return {**RULE, **body, "kind": "recurring", "repeat": "every 1 year from completion"}
        if shape == "years":
            return {**RULE, **body, "kind": "recurring", "repeat": "calendar year", "due": "turn.end"}
        if shape == "triggers":
            return {**RULE, **body, "kind": "deadline", "starts": ["start_date", "hire_date"]}
        return {**RULE, **body, "kind": "deadline"}

    for number in range(pairs):
        theirs, mine = random.choice(
            [("turns", "turns"), ("years", "plain"), ("triggers", "years"), ("plain", "turns")]
        )
        rules[f"us.p{number:02}.a"] = {**shaped(theirs), "when": text.condition(1)}
        rules[f"us.p{number:02}.b"] = {
            **shaped(mine),
            "when": text.condition(1),
            "in_force": {"from": date(random.randint(2015, 2025), 1, 1)},
            "replaces": [f"us.p{number:02}.a"],
        }
    return ruleset_of(rules)


@pytest.mark.parametrize("seed", range(51, 55))
def test_the_same_obligations_are_taken_away_in_sql_and_in_explanations(seed: int) -> None:
    random = Random(seed)
    ruleset, around = random_pairs(seed, 10), surroundings(random)
    rules = list(ruleset.rules.values())
    told = [hints(rule) for rule in rules]
    worlds = [random_world(random, "employment_spell", random.choice(told), around) for _ in range(24)]
    with duckdb.connect(config={"threads": 2}) as connection:
        subjects = write(connection, VOCABULARY, worlds, around.absent, around.settings.complete_from)
        evaluation = evaluate(connection, ruleset, rules, around.settings)
        query = "SELECT _row, rule_no, coalesce(instance, ''), state::VARCHAR FROM _outcome"
        in_sql: dict[tuple[int, str], set[tuple[str, State]]] = {}
        for row, number, instance, state in connection.execute(query).fetchall():
            in_sql.setdefault((row, evaluation.rules[number].id), set()).add((instance, State(state)))
    assert not evaluation.errors
    seen: set[State] = set()
    for world, row in zip(worlds, subjects, strict=True):
        for rule in rules:
            others = [other for other in rules if other.id[:6] == rule.id[:6] and other is not rule]
            wanted = {(found.verdict.instance, found.verdict.state) for found in explain(rule, world, others)}
            seen |= {state for _, state in wanted}
            assert in_sql.get((row, rule.id), set()) == wanted, rule.id
    assert {State.SUPERSEDED, State.CONDITIONS, State.UNKNOWN} < seen


def test_what_has_no_one_trigger_day_cannot_replace() -> None:
    rules: dict[str, dict[str, object]] = {
        "us.p.a": {**RULE, "kind": "deadline", "due": "30 days after start_date", "done": DONE},
        "us.p.b": {
            **RULE, "kind": "deadline", "starts": ["start_date", "hire_date"], "due": "1 day after starts", "done": DONE,
            "replaces": ["us.p.a"],
        },
    }  # fmt: skip
    with pytest.raises(AssertionError, match="has no one trigger day"):
        ruleset_of(rules)
