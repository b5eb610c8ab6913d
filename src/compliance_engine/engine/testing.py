"""The examples of rules run in both ways, with what they reach and what they would not notice if asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from compliance_engine.engine.coverage import Coverage, coverage
from compliance_engine.engine.examples import Result, agree, run_examples
from compliance_engine.engine.mutate import Mutant, survivors
from compliance_engine.engine.traces import traces
from compliance_engine.language.rule import Rule, RuleSet

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not come out as it says, or (`disagreement`) one that SQL and plain values answer apart."""

    result: Result
    differences: tuple[str, ...]
    disagreement: bool = False


@dataclass(frozen=True, slots=True)
class Mutation:
    """What mutating found: how many mutants there were, those that nobody notices, and accepted ones that are noticed.

    accepted: how many survivors are accepted. outdated: (id, text) of accepted mutants that do not survive.
    """

    mutants: int
    survivors: tuple[Mutant, ...]
    accepted: int
    outdated: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tested:
    """What running the examples of some rules found.

    not_run: ids of rules of a kind that is not run yet. bare: ids of rules without an example.
    """

    rules: tuple[Rule, ...]
    examples: int
    failures: tuple[Failure, ...]
    not_run: tuple[str, ...]
    bare: tuple[str, ...]
    coverage: tuple[Coverage, ...] | None = None
    mutation: Mutation | None = None

    @property
    def reached(self) -> tuple[int, int]:
        """Items of the coverage that examples reach, and all items."""
        listed = self.coverage or ()
        return sum(c.reached for c in listed), sum(len(c.items) for c in listed)


def run(
    ruleset: RuleSet,
    rules: Sequence[Rule],
    *,
    with_coverage: bool = False,
    accepted: Mapping[tuple[str, str], str] | None = None,
    progress: Progress = lambda _: None,
) -> Tested:
    """Run every example of the rules, and those of named facts.

    Args:
        ruleset: what the rules were read with, and the facts.
        with_coverage: whether to say what the examples reach.
        accepted: (id, text) of mutants that may survive, and why; None does not mutate.
        progress: told which stage begins, and with which rule behind a colon.
    """
    runnable = [rule for rule in (*rules, *ruleset.facts.values()) if rule.body is not None]
    progress("running examples")
    in_sql = run_examples(ruleset, runnable, lambda id_: progress(f"running examples: {id_}"))
    traced = {}
    for rule in runnable:
        progress(f"running examples on plain values: {rule.id}")
        traced[rule.id] = traces(rule, ruleset.vocabulary)
    on_values = [trace.result for rule in runnable for trace in traced[rule.id]]
    failures = [_failure(one, other) for one, other in zip(in_sql, on_values, strict=True)]
    mutation = None
    if accepted is not None:
        progress("mutating rules")
        mutation = _mutation(*survivors(runnable, traced), accepted)
    return Tested(
        rules=tuple(rules),
        examples=len(in_sql),
        failures=tuple(failure for failure in failures if failure is not None),
        not_run=tuple(rule.id for rule in rules if rule.body is None),
        bare=tuple(rule.id for rule in runnable if not rule.examples),
        coverage=tuple(coverage(traced, runnable)) if with_coverage else None,
        mutation=mutation,
    )


def _failure(in_sql: Result, on_values: Result) -> Failure | None:
    if not in_sql.passed:
        return Failure(in_sql, in_sql.differences)
    if agree(in_sql, on_values):
        return None
    return Failure(in_sql, (f"in SQL {_told(in_sql)}", f"on plain values {_told(on_values)}"), disagreement=True)


def _told(result: Result) -> str:
    return ", ".join(f"{state.value} {due or ''}".strip() for _, state, due in result.found) or "nothing"


def _mutation(
    surviving: Sequence[Mutant], mutants: Sequence[Mutant], accepted: Mapping[tuple[str, str], str]
) -> Mutation:
    found = {(mutant.id, mutant.text) for mutant in surviving}
    told = tuple(mutant for mutant in surviving if (mutant.id, mutant.text) not in accepted)
    # What is accepted for rules or values that are not looked at now says nothing.
    looked_at = {mutant.id for mutant in mutants}
    outdated = tuple(sorted(key for key in accepted if key not in found and key[0] in looked_at))
    return Mutation(len(mutants), told, len(surviving) - len(told), outdated)
