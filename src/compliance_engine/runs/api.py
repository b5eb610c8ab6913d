"""The whole path in one call, for programs; the command line takes the same steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from compliance_engine.language.outcomes import State
from compliance_engine.language.policy import load_policy
from compliance_engine.problems import Level, Problem, has_errors
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.database import usual_limits
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.evaluate import evaluate_into
from compliance_engine.runs.folder import Run, keep_as, may_hold_run, unfinished
from compliance_engine.runs.guards import with_run_before


def evaluate(
    rules: Sequence[Path],
    policy: Path | None,
    records: Sequence[Path],
    as_of: date,
    run_folder: Path,
    *,
    keep: Collection[State] = (),
    explained: int = 0,
) -> tuple[Run | None, list[Problem]]:
    """Judge records by rules, as of a day, and keep the run.

    Args:
        rules: files and folders of rules; none takes the packs of the policy, or the shipped library.
        policy: the folder of a policy.
        records: files of an export, or folders that hold them.
        as_of: the day the question is asked for.
        run_folder: where the run is kept; an earlier run there is replaced.
        keep: states that are written one by one; none takes those that somebody looks at. All are counted.
        explained: how many of the worst results are explained in the run, for the HTML report.

    Returns:
        The run, None if an error among the problems kept it from starting; problems of records do not.
    """
    if not may_hold_run(run_folder):
        return None, [Problem("not-a-run", f"{run_folder} holds something that is no run.")]
    problems: list[Problem] = []
    adopted = None
    if policy is not None:
        adopted, problems = load_policy(policy, VOCABULARY, known_calendars())
        if adopted is None:
            return None, problems
    plan, _, found = decide(Asked(as_of, rules=tuple(rules)), adopted)
    problems += found
    if plan is not None and not plan.rules:
        problems.append(Problem("no-rules", "No rule is selected."))
    if plan is None or has_errors(problems):
        return None, problems
    plan = with_run_before(plan, run_folder, run_folder.parent)
    if keep:
        plan = replace(plan, settings=replace(plan.settings, keep=frozenset(keep)))
    with unfinished(run_folder.parent) as folder:
        run, found = evaluate_into(folder, plan, records, usual_limits(), explained=explained)
        kept = replace(run, folder=keep_as(folder, run_folder))
    return kept, [problem for problem in [*problems, *found] if problem.level is not Level.NOTE]
