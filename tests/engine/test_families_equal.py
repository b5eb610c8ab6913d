"""Families: SQL and plain values agree which member governs, whatever is known of the members."""

from __future__ import annotations

from random import Random

import duckdb
import pytest
from tests.engine.random_rules import Text, ruleset_of
from tests.engine.random_worlds import hints, random_world, surroundings

from compliance_engine.engine import twin
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.twin.family import govern
from compliance_engine.engine.twin.world import World
from compliance_engine.engine.world_tables import write
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import RuleSet, Wins
from compliance_engine.records.types import VOCABULARY

DATED: tuple[Wins, ...] = ("earliest", "latest")
BY_AMOUNT: tuple[tuple[Wins, str], ...] = (("highest", ">="), ("lowest", "<"))
MEASURED = ("expected_business_days", "assignment.standard_hours_per_week", "count(training)")


def random_families(seed: int, families: int) -> RuleSet:
    """So many families of a few members each, some of which replace a member of another."""
    random = Random(seed)
    text = Text(random)
    rules: dict[str, dict[str, object]] = {}
    for number in range(families):
        wins, op = random.choice([*((wins, "") for wins in DATED), *BY_AMOUNT, ("all", ">=")])
        measured = random.choice(MEASURED)
        for member in range(random.choice([2, 3, 4])):
            rule: dict[str, object] = {"title": "Random", "cite": "none", "about": "employment_spell", "fix": "none"}
            rule["family"] = {"name": f"f{number}", "wins": wins}
            if random.random() < 0.6:
                rule["when"] = text.condition(1)
            if random.random() < 0.1 and rules:
                rule["replaces"] = [random.choice(list(rules))]
            if op:
                rule |= {"kind": "check", "must": f"{measured} {op} {text.number(1)}"}
            else:
                starts = text.one("start_date", "hire_date", "termination_date")
                rule |= {"kind": "deadline", "starts": starts, "due": text.due(1), "done": text.done()}
            rules[f"us.f{number:02}.m{member}"] = rule
    return ruleset_of(rules)


def governed(ruleset: RuleSet, world: World) -> dict[str, State]:
    """The state of every rule that has one, beside the others."""
    rules = [rule for rule in ruleset.rules.values() if rule.about == world.about]
    found = [(rule, verdict) for rule in rules for verdict in twin.judge(rule, world)]
    return {rule.id: verdict.state for rule, verdict in govern(found)}


@pytest.mark.parametrize("seed", range(31, 37))
def test_the_same_member_governs_in_sql_and_on_plain_values(seed: int) -> None:
    random = Random(seed)
    ruleset, around = random_families(seed, 12), surroundings(random)
    told = [hints(rule) for rule in ruleset.rules.values()]
    worlds = [random_world(random, "employment_spell", random.choice(told), around) for _ in range(40)]
    with duckdb.connect(config={"threads": 2}) as connection:
        subjects = write(connection, VOCABULARY, worlds, around.absent, around.settings.complete_from)
        evaluation = evaluate(connection, ruleset, list(ruleset.rules.values()), around.settings)
        query = "SELECT _row, rule_no, state::VARCHAR FROM _outcome"
        in_sql: dict[int, dict[str, State]] = {}
        for row, number, state in connection.execute(query).fetchall():
            in_sql.setdefault(row, {})[evaluation.rules[number].id] = State(state)
    assert not evaluation.errors
    seen = set()
    for world, row in zip(worlds, subjects, strict=True):
        wanted = governed(ruleset, world)
        seen |= set(wanted.values())
        assert in_sql.get(row, {}) == wanted
    assert {State.SUPERSEDED, State.UNKNOWN, State.CONDITIONS} < seen
