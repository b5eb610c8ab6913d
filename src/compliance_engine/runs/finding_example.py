"""Makes an example out of a result of a run: the records are read again for its one subject."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from compliance_engine.engine.from_finding import finding_example
from compliance_engine.engine.from_finding.records import Refusal
from compliance_engine.engine.worlds import TooManyRowsError, world_of
from compliance_engine.language.examples_new import Proposal
from compliance_engine.language.rule import Rule
from compliance_engine.problems import Problem
from compliance_engine.runs.database import Limits
from compliance_engine.runs.explain import Target, at_hand
from compliance_engine.runs.plan import Plan


def example_of_result(
    plan: Plan, target: Target, records: Sequence[Path], limits: Limits, scratch: Path, seed: str
) -> tuple[tuple[Rule, Proposal] | None, list[Problem]]:
    """A rule and an example of it that answers as it did for a result, about nobody.

    Args:
        scratch: the only folder that may be written to.
        seed: what names and days are chosen by; whoever knows it and the example could find the days again.
    """
    with at_hand(plan, target, records, limits, scratch) as (found, problems):
        if found is None:
            return None, problems
        world = world_of(found.connection, plan.ruleset.vocabulary, found.rule, found.row, found.settings)
        text = plan.ruleset.sources[found.rule.position.file]
        try:
            made = finding_example(found.rule, world, target.instance or "", text, random.Random(seed))  # noqa: S311
        except TooManyRowsError:
            made = Refusal("the rule looks at too many rows")
        if isinstance(made, Refusal):
            message = f"No example can be made of this result: {made.why}."
            help_ = "compliance explain shows what was read; write the example by hand"
            return None, [*problems, Problem("no-example", message, found.rule.position, help=help_)]
        return (found.rule, made), problems
