"""The one path from a plan and records to a run folder, for the command line and for Python alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from compliance_engine.engine.run import evaluate as judge
from compliance_engine.problems import Problem
from compliance_engine.records.load import load
from compliance_engine.records.quality import examine
from compliance_engine.runs.database import Limits, close_to_files, database
from compliance_engine.runs.folder import Run, write_description
from compliance_engine.runs.guards import guarded
from compliance_engine.runs.known import mark_known
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.waive import waive_findings
from compliance_engine.runs.write import cards, describe, write_outcomes

NO_KEY = b"compliance-engine"
"""Stands in for the key while numbers are compared within one run; nothing hashed with it is kept."""

Progress = Callable[[str], None]


def evaluate_into(
    folder: Path,
    plan: Plan,
    records: Sequence[Path],
    limits: Limits,
    progress: Progress = lambda _: None,
    explained: int = 0,
) -> tuple[Run, list[Problem]]:
    """Read records, judge them by the rules of a plan, and write the run into an empty folder.

    Problems of reading do not stop the run; they are part of it.

    Args:
        progress: told which stage begins.
        explained: how many of the worst results are explained in the run.
    """
    with database(limits) as connection:
        progress("reading records")
        loaded, problems = load(connection, records, plan.profile, hash_key=plan.key or NO_KEY)
        close_to_files(connection, folder)
        progress("looking at the data")
        data_findings = examine(connection, loaded, as_of=plan.settings.as_of)
        data_findings = guarded(connection, plan, loaded, data_findings)
        told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
        settings = replace(plan.settings, complete_from={**told, **plan.settings.complete_from})
        progress("judging")
        evaluation = judge(connection, plan.ruleset, plan.rules, settings, lambda done: progress(f"judging: {done}"))
        evaluation, waivers = waive_findings(connection, plan, evaluation)
        baseline = mark_known(connection, plan, evaluation, data_findings)
        progress("writing the run")
        write_outcomes(connection, plan.ruleset, evaluation.rules, plan.settings.as_of, folder)
        if explained:
            from compliance_engine.runs.explanations import write_explanations

            progress("explaining")
            write_explanations(connection, plan, settings, evaluation, folder, explained)
        info = describe(connection, plan, loaded, data_findings, problems, evaluation, waivers)
        info = info.model_copy(update={"baseline": baseline})
    rules = cards(plan)
    write_description(folder, info, rules)
    return Run(folder, info, rules), problems
