"""Judge random rules and the written ones over random worlds, in SQL and on plain values, and compare every answer.

`python -m tests.engine.sql_equals_python --cases 1000000` from the root of the repository.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import duckdb
from tests.engine.random_rules import random_rules
from tests.engine.random_worlds import Surroundings, hints, random_world, surroundings

from compliance_engine.engine import twin
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.twin.relations import civil
from compliance_engine.engine.twin.values import as_day
from compliance_engine.engine.twin.world import World
from compliance_engine.engine.world_tables import write
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Retention, Rule, RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

ROOT = Path(__file__).parents[2]
Told = tuple[str, State, date | None]
"""instance, state, due date where it counts."""


@dataclass(frozen=True)
class Difference:
    """One subject that SQL and plain values answer differently."""

    rule: Rule
    world: World
    seed: int
    in_sql: tuple[Told, ...]
    on_values: tuple[Told, ...]

    def __str__(self) -> str:
        causes = sorted({str(cause) for v in twin.judge(self.rule, self.world) for cause in v.causes})[:3]
        theirs = [told for told in self.in_sql if told not in self.on_values]
        mine = [told for told in self.on_values if told not in self.in_sql]
        return f"{self.rule.id} (seed {self.seed}): sql {_shown(theirs)} values {_shown(mine)} {causes}"


def _shown(told: Sequence[Told]) -> str:
    return "; ".join(f"{instance} {state.value} {due or ''}".strip() for instance, state, due in told) or "-"


# ---- comparing -------------------------------------------------------------------------------------------------------


def compare(
    ruleset: RuleSet, rules: Sequence[Rule], worlds: Sequence[World], around: Surroundings, seed: int
) -> tuple[int, list[Difference]]:
    """How many (rule, subject) pairs were compared, and those that differ."""
    with duckdb.connect(config={"threads": 2}) as connection:
        subjects = write(connection, VOCABULARY, worlds, around.absent, around.settings.complete_from)
        alone = [replace(rule, family=None, replaces=()) for rule in rules]
        evaluation = evaluate(connection, ruleset, alone, around.settings)
        found = _in_sql(connection)
    by_subject = list(zip(worlds, subjects, strict=True))
    differences = []
    cases = 0
    for number, rule in enumerate(evaluation.rules):
        for world, row in by_subject:
            if world.about == rule.about:
                cases += 1
                theirs = tuple(sorted(found.get((number, row), ())))
                mine = tuple(sorted(_told(verdict, world) for verdict in twin.judge(rule, world)))
                if not _same(theirs, mine, rule):
                    differences.append(Difference(rule, world, seed, theirs, mine))
    return cases, differences


def _in_sql(connection: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], list[Told]]:
    found: dict[tuple[int, int], list[Told]] = {}
    query = "SELECT rule_no, _row, coalesce(instance, ''), state::VARCHAR, due FROM _outcome"
    for number, row, instance, name, due in connection.execute(query).fetchall():
        state = State(name)
        found.setdefault((number, row), []).append((instance, state, _that_counts(state, due)))
    return found


def _told(verdict: twin.Verdict, world: World) -> Told:
    due = None if verdict.due is None else verdict.due.exact
    if isinstance(due, datetime):
        # Of a moment the day is kept that it is at the worksite.
        due = as_day(civil(world, due, verdict.starts))
    return verdict.instance, verdict.state, _that_counts(verdict.state, due)


def _that_counts(state: State, due: object) -> date | None:
    """The SQL works out a due date also where there is no duty, or none that can be told."""
    counts = OUTCOME_OF[state] not in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
    return due if counts and isinstance(due, date) else None


def _same(theirs: tuple[Told, ...], mine: tuple[Told, ...], rule: Rule) -> bool:
    if isinstance(rule.body, Retention) and rule.about == "document":
        # A document has one verdict over all rules, which single rules on plain values do not know.
        return {told for told in theirs if told[1] in GONE} == {told for told in mine if told[1] in GONE}
    return theirs == mine


GONE = (
    State.DESTROYED_EARLY,
    State.COMPLIANT,
    State.MET,
    State.MET_LATE,
    State.NO_LAW,
    State.CONDITIONS,
    State.EXCEPTION,
)


# ---- batches ---------------------------------------------------------------------------------------------------------


def of_random_rules(seed: int, rules: int, worlds: int) -> tuple[int, list[Difference]]:
    """So many random rules over so many worlds for each of the record types that they are about."""
    random = Random(seed)
    ruleset = random_rules(seed, rules)
    return _over_worlds(ruleset, list(ruleset.rules.values()), worlds, random, seed)


def of_rules(ruleset: RuleSet, rules: Sequence[Rule], worlds: int, seed: int) -> tuple[int, list[Difference]]:
    """Written rules, each over so many worlds that are made for it, and over those of the others about its type."""
    return _over_worlds(ruleset, rules, worlds, Random(seed), seed)


def _over_worlds(
    ruleset: RuleSet, rules: Sequence[Rule], worlds: int, random: Random, seed: int
) -> tuple[int, list[Difference]]:
    around = surroundings(random)
    runnable = [rule for rule in rules if rule.body is not None]
    made = []
    for rule in runnable if len(runnable) <= worlds else random.sample(runnable, worlds):
        told = hints(rule)
        made += [random_world(random, rule.about, told, around) for _ in range(max(1, worlds // len(runnable)))]
    return compare(ruleset, runnable, made, around, seed)


def written() -> Iterator[tuple[RuleSet, list[Rule]]]:
    """The shipped rules and the sixty hard duties, in portions."""
    shipped, _ = load_rules([ROOT / "rules"], VOCABULARY)
    with TemporaryDirectory() as folder:
        for number, law in enumerate((ROOT / "docs/language-sixty.yaml").read_text("utf-8").split("\n---\n")):
            Path(folder, f"{number:02}.yaml").write_text(law, "utf-8")
        sixty, _ = load_rules([Path(folder)], VOCABULARY)
    for ruleset in (shipped, sixty):
        rules = [rule for rule in ruleset.rules.values() if rule.body is not None]
        for start in range(0, len(rules), 40):
            yield ruleset, rules[start : start + 40]


def main() -> None:
    """Compare until enough cases are done; half of them random rules, half written ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", type=int, default=60)
    parser.add_argument("--worlds", type=int, default=600)
    parser.add_argument("--only", choices=["random", "written"])
    parser.add_argument("--show", type=int, default=2, help="differences to tell of each rule")
    asked = parser.parse_args()
    portions = list(written()) if asked.only != "random" else []
    cases, differ, seed = 0, 0, asked.seed
    while cases < asked.cases:
        batches = [of_random_rules(seed, asked.rules, asked.worlds)] if asked.only != "written" else []
        if portions:
            ruleset, rules = portions[seed % len(portions)]
            batches.append(of_rules(ruleset, rules, asked.worlds, seed))
        for number, differences in batches:
            cases += number
            differ += len(differences)
            told = Counter[str]()
            for difference in differences:
                told[difference.rule.id] += 1
                if told[difference.rule.id] <= asked.show:
                    print(difference, flush=True)  # noqa: T201
        seed += 1
        print(f"  seed {seed}: {cases:,} cases, {differ:,} differences", flush=True)  # noqa: T201
    print(f"{cases:,} cases, {differ:,} differences")  # noqa: T201


if __name__ == "__main__":
    main()
