"""`compliance test --create FINDING`: an example is made of a result of a kept run and written under its rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import click

from compliance_engine.cli.beginning import begin, planned
from compliance_engine.cli.refusing import RefusedError
from compliance_engine.cli.rewriting import change, read_exactly
from compliance_engine.cli.settings import cache_folder, kept_run
from compliance_engine.language.examples_new import with_examples
from compliance_engine.leftovers import scratch_folder
from compliance_engine.problems import Problem
from compliance_engine.runs.decide import Asked
from compliance_engine.runs.explain import changed_since, find
from compliance_engine.runs.finding_example import example_of_result


@dataclass(frozen=True)
class Wanted:
    """Which result an example is made of.

    run: the kept run it is of; None for the last one. rules, policy: what the run was made with, as for `explain`.
    """

    finding: str
    run: Path | None
    rules: tuple[Path, ...]
    policy: Path | None


def create(wanted: Wanted, files: Collection[Path]) -> list[Problem]:
    """Write the example, and show how its file changes.

    Args:
        files: the files of rules that may be changed.

    Raises:
        RefusedError: no example can be made, for reasons that are all told.
    """
    start = begin([], wanted.policy, None, None)
    run, problems = kept_run(wanted.run, start.policy, with_records=True)
    if run is None:
        raise RefusedError(problems, {})
    asked = Asked(as_of=run.info.as_of, rules=wanted.rules, cache=cache_folder())
    plan = planned(asked, start.policy, start.sources, may_be_empty=True)
    if changed := changed_since(run, plan):
        raise RefusedError(changed, {})
    target, problems = find(run, plan.key, wanted.finding)
    if target is None:
        raise RefusedError(problems, {})
    records = [Path(file.path) for file in run.info.inputs]
    seed = f"{(plan.key or b'').hex()} {target}"
    with scratch_folder() as scratch:
        made, problems = example_of_result(plan, target, records, start.limits, scratch.resolve(), seed)
    if made is None:
        raise RefusedError(problems, plan.ruleset.sources)
    rule, example = made
    file = Path(rule.position.file)
    if file.resolve() not in {path.resolve() for path in files}:
        message = f"{rule.id} stands in {rule.position.file}, which is not among PATHS."
        raise RefusedError([Problem("usage", message, help="name that file, or its folder")], {})
    text = with_examples(read_exactly(file), rule, [example])
    if text is None:
        message = "There is no place for an example: the rule, or its examples, are written in braces."
        raise RefusedError([Problem("no-place", message, rule.position)], plan.ruleset.sources)
    click.echo(f"{rule.id}: an example of what the rule answered: compare it with the law, and name it", err=True)
    return change({rule.position.file: text})
