"""Documents: SQL and plain values agree on the one verdict over floors and ceilings of several places, and on where it belongs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import duckdb
from tests.engine.random_worlds import hints, random_world, surroundings

from compliance_engine.engine import twin
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.twin.family import document
from compliance_engine.engine.twin.world import World
from compliance_engine.engine.world_tables import write
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.tree import Absent
from compliance_engine.problems import Level
from compliance_engine.records.types import VOCABULARY

FILE = """\
law: Random
jurisdiction: {place}
authority: none
checked: {{on: 2026-01-01, by: text}}
rules:
"""
RULE = """\
  {id}:
    kind: retention
    title: Random
    cite: none
    about: document
    class: [i9_form]
    {when}
    {which}: {clock}
    fix: none
"""
PLACES = ("us", "us.ca", "us.tx", "us.ca.los-angeles")
DATES = ("document_date", "received_date", "period_end", "expires_on", "employment_spell.termination_date")
CONDITIONS = (
    "employment_spell.termination_date has happened",
    "document_date < 2024-01-01",
    "received_date is known",
    "worksite.state = 'us.ca'",
    "exists(training)",
)


def random_floors(seed: int) -> RuleSet:
    """Floors and ceilings of the nation, and of some places."""
    random = Random(seed)
    with TemporaryDirectory() as folder:
        for place in PLACES:
            rules = [
                RULE.format(
                    id=f"{place}.r{number}",
                    which=random.choice(["keep", "destroy"]),
                    clock=f"{random.choice(['30 days', '1 year', '4 years'])} after {random.choice(DATES)}",
                    when=f"when: {random.choice(CONDITIONS)}" if random.random() < 0.3 else "topic: retention",
                )
                for number in range(1 if place == "us" else random.choice([0, 1, 2]))
            ]
            if not rules:
                continue
            Path(folder, f"{place}.yaml").write_text(FILE.format(place=place) + "".join(rules), "utf-8")
        found, problems = load_rules([Path(folder)], VOCABULARY)
    assert [problem for problem in problems if problem.level is Level.ERROR] == []
    return found


def belonging(random: Random, world: World) -> World:
    """A document of somebody, of a worksite, of both or of neither."""
    subject = {**world.subject, "class_code": "i9_form"}
    subject.pop("worksite_id", None)
    if random.random() < 0.4:
        subject["worksite_id"] = random.choice(["1", "2", "elsewhere"])
    if random.random() < 0.2:
        subject.pop("employee_number", None)
    if "destroyed_on" in subject and random.random() < 0.8:
        subject["destroyed_on"] = Absent.NONE
    others = [row for row in world.rows["document"] if row["_row"] != subject["_row"]]
    return replace(world, subject=subject, rows={**world.rows, "document": [subject, *others]})


def told(ruleset: RuleSet, world: World) -> dict[str, State]:
    """The state of every rule that has one, beside the others."""
    found = [(rule, verdict) for rule in ruleset.rules.values() for verdict in twin.judge(rule, world)]
    return {rule.id: verdict.state for rule, verdict in document(found, world)}


def test_a_document_has_the_same_verdict_in_sql_and_on_plain_values() -> None:
    seen: set[State] = set()
    for seed in range(71, 79):
        seen |= agreed(seed)
    assert {
        State.SUPERSEDED, State.UNKNOWN, State.CONDITIONS, State.RETAIN, State.DISPOSABLE, State.OVER_RETAINED,
    } < seen  # fmt: skip


def agreed(seed: int) -> set[State]:
    """The states that SQL and plain values gave alike."""
    random = Random(seed)
    ruleset, around = random_floors(seed), surroundings(random)
    shaped = [hints(rule) for rule in ruleset.rules.values()]
    worlds = [belonging(random, random_world(random, "document", random.choice(shaped), around)) for _ in range(60)]
    with duckdb.connect(config={"threads": 2}) as connection:
        subjects = write(connection, VOCABULARY, worlds, around.absent, around.settings.complete_from)
        evaluation = evaluate(connection, ruleset, list(ruleset.rules.values()), around.settings)
        query = "SELECT _row, rule_no, state::VARCHAR FROM _outcome WHERE about = 'document'"
        in_sql: dict[int, dict[str, State]] = {}
        for row, number, state in connection.execute(query).fetchall():
            in_sql.setdefault(row, {})[evaluation.rules[number].id] = State(state)
    assert not evaluation.errors
    seen: set[State] = set()
    for world, row in zip(worlds, subjects, strict=True):
        wanted = told(ruleset, world)
        seen |= set(wanted.values())
        assert in_sql.get(row, {}) == wanted
    return seen
