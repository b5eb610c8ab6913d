"""Posters over a window: SQL and plain values agree, whoever works there on which days and reads what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from tests.engine.random_rules import ruleset_of
from tests.engine.random_worlds import Surroundings, hints, random_world, surroundings
from tests.engine.sql_equals_python import compare

from compliance_engine.engine import twin
from compliance_engine.engine.twin.values import Lost
from compliance_engine.engine.twin.world import Row, World
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.tree import Absent

CODES = ("en", "es", "zh")


def posters(random: Random) -> RuleSet:
    """Posters about a place or an employer, in languages by name and by readers, in windows with and without an end."""
    rules: dict[str, dict[str, object]] = {}
    for number in range(8):
        about = random.choice(["worksite", "worksite", "employer"])
        rule: dict[str, object] = {
            "kind": "posting",
            "title": "Random",
            "cite": "none",
            "fix": "none",
            "about": about,
            "post": "x",
        }
        readers = {"spoken_by": random.choice([20, 50]), **random.choice([{}, {"offered": ["es", "zh"]}])}
        rule["languages"] = random.choice([["en"], ["en", "es"], ["en", readers], [readers], []])
        until = random.choice([{}, {"to": "2024-11-30"}, {"to": "2 months after as_of"}])
        rule["during"] = {"from": random.choice(["2024-03-01", "30 days before as_of", "10 days after as_of"]), **until}
        rule["electronic"] = random.choice(["also", "no"])
        if random.random() < 0.2:
            rule |= {"repeat": "calendar year", "during": {"from": "turn.start", "to": "turn.end"}}
        rules[f"us.p{number}"] = rule
    return ruleset_of(rules)


def near(random: Random, as_of: date) -> date | Lost:
    """A day about the window, or none that can be told."""
    chance = random.random()
    if chance < 0.06:
        return Lost.UNREADABLE
    return as_of - timedelta(random.choice([-20, 0, 1, 10, 29, 30, 31, 60, 200, 300, 400]))


def staffed(world: World, random: Random, around: Surroundings) -> World:
    """The same world with people who come and go, and with displays of the poster."""
    as_of = around.settings.as_of
    languages: list[str | Lost] = [*CODES, "en", Lost.UNREADABLE] if random.random() < 0.4 else list(CODES)

    def days(row: Row, first: str, last: str) -> Row:
        return {**row, first: near(random, as_of), last: near(random, as_of) if random.random() < 0.5 else Absent.OPEN}

    people: list[Row] = [
        {"_row": n, "employee_number": str(n), "preferred_language": random.choice(languages)} for n in range(1, 4)
    ]
    jobs = [
        days(
            {"_row": n, "employee_number": str(n % 3 + 1), "worksite_id": random.choice("112")},
            "valid_from",
            "valid_to",
        )
        for n in range(1, random.choice([2, 4, 6]))
    ]
    shown = [
        days(
            {"_row": n, "posting_id": "x", "display_no": str(n), "worksite_id": "1", "medium": "physical",
             "languages": random.choice([("en",), ("en", "es"), CODES, Lost.UNREADABLE if random.random() < 0.2 else ("es",)])},
            "displayed_from", "displayed_to",
        )
        for n in range(1, random.choice([1, 2, 4]))
    ]  # fmt: skip
    rows = {"employee": people, "assignment": jobs, "posting_display": shown}
    absent = {name for name in rows if name in around.absent}
    return replace(world, rows={**world.rows, **{name: listed for name, listed in rows.items() if name not in absent}})


@pytest.mark.parametrize("seed", range(51, 57))
def test_posters_over_a_window(seed: int) -> None:
    random = Random(seed)
    ruleset, around = posters(random), surroundings(random)
    around = replace(
        around,
        absent=frozenset(random.sample(["employee", "assignment", "posting_display"], random.choice([0, 0, 0, 1]))),
    )
    rules = list(ruleset.rules.values())
    told = {rule.about: hints(rule) for rule in rules}
    worlds = [
        staffed(random_world(random, about, told[about], around), random, around) for about in told for _ in range(60)
    ]
    cases, differences = compare(ruleset, rules, worlds, around, seed)
    assert cases > 300
    assert not differences, "\n".join(str(difference) for difference in differences[:5])
    states = {
        verdict.state
        for rule in rules
        for world in worlds
        if world.about == rule.about
        for verdict in twin.judge(rule, world)
    }
    assert {State.COMPLIANT, State.UNKNOWN} <= states
