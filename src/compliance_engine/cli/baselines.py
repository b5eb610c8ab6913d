"""What `--baseline` and `--write-baseline` of `compliance check` do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from compliance_engine.cli.sinks import Sink, opened, writable
from compliance_engine.problems import Problem
from compliance_engine.runs.baseline import Baseline, baseline_lines, read_baseline
from compliance_engine.runs.folder import Run
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.read import opened as opened_run


def baseline_of(path: Path | None, key: bytes | None) -> tuple[Baseline | None, list[Problem]]:
    """The baseline that is named, and what is wrong with it."""
    if path is None:
        return None, []
    return (None, [_no_key("read")]) if key is None else read_baseline(path, key)


def cannot_write(path: Path | None, plan: Plan, today: date) -> list[Problem]:
    """Why a baseline cannot be written; told before anything is evaluated."""
    if path is None:
        return []
    problems = []
    if plan.key is None:
        problems.append(_no_key("written"))
    if plan.settings.as_of != today:
        message = f"A baseline is what is known today, {today}; this run is asked as of {plan.settings.as_of}."
        problems.append(Problem("not-today", message, help="leave --as-of out where a baseline is written"))
    if not writable(path):
        problems.append(Problem("unwritable-output", f"{path} cannot be written."))
    return problems


def write_baseline(path: Path, run: Run, key: bytes, before: Baseline | None) -> None:
    """Write what a run found as a baseline."""
    with opened_run(run, key) as reader, opened(Sink("baseline", path)) as out:
        out.writelines(baseline_lines(run, reader, key, before))


def _no_key(done: str) -> Problem:
    message = f"A baseline cannot be {done} without a key: findings are named by keyed hashes."
    return Problem("no-key", message, help="compliance init makes a policy with a key; key_file names it")
