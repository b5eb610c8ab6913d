"""What `compliance check` does: decide, evaluate, keep the run, write the outputs, answer with an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import click

from compliance_engine.cli.baselines import baseline_of, cannot_write, write_baseline
from compliance_engine.cli.beginning import begin
from compliance_engine.cli.exit_codes import ExitCode, exit_code
from compliance_engine.cli.feeding import feeds_before, folders
from compliance_engine.cli.gate import FailOn, summary_of
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import cache_folder, runs_folder
from compliance_engine.cli.showing import view_of, write
from compliance_engine.cli.sinks import Sink, read_sinks
from compliance_engine.cli.stages import Stages
from compliance_engine.language.policy import Policy
from compliance_engine.language.waivers import WaiverFile
from compliance_engine.outputs import BINARY, EXPLAINED, EXPLAINING, FEEDS, FORMATS
from compliance_engine.outputs.view import Redact
from compliance_engine.problems import Level, Problem, has_errors, in_order, render
from compliance_engine.runs.database import Limits
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.evaluate import evaluate_into
from compliance_engine.runs.folder import Run, keep_as, keep_numbered, may_hold_run, unfinished
from compliance_engine.runs.guards import with_run_before
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.read import Group


@dataclass(frozen=True)
class Request:
    """The flags of `compliance check`, as given."""

    data: tuple[Path, ...]
    rules: tuple[Path, ...]
    policy: Path | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    as_of: date | None
    profile: str | None
    fail_on: FailOn
    unknown: Literal["fail", "warn"]
    allow_empty: bool
    waivers: Path | None
    no_waivers: bool
    outputs: tuple[str, ...]
    redact: Redact | None
    max_findings: int | None
    group_by: Group | None
    junit_per_subject: bool
    per_owner: bool
    explain_findings: int | None
    run_folder: Path | None
    baseline: Path | None
    write_baseline: Path | None
    jobs: int | None
    memory_limit: str | None
    timings: bool
    quiet: bool
    verbose: bool
    plain: bool


@refusing("evaluated", warnings=True)
def check(request: Request) -> ExitCode:
    """Run the verb."""
    stages = Stages(shown=not request.quiet and sys.stderr.isatty())
    stages.begin("reading rules")
    sinks, problems = read_sinks(request.outputs, (*FORMATS, *FEEDS), BINARY, folders(per_owner=request.per_owner))
    start = begin(
        problems, request.policy, request.jobs, request.memory_limit, request.waivers, no_waivers=request.no_waivers
    )
    policy, today = start.policy, start.today
    plan, ruleset, found = decide(_asked(request, start.waiver_file, today), policy)
    problems = [*start.problems, *found]
    sources = {**start.sources, **ruleset.sources}
    problems += _folder_problems(request, policy)
    feeds, found = feeds_before(
        sinks, plan.key if plan is not None else None, request.as_of or today, per_owner=request.per_owner
    )
    problems += found
    if plan is not None and not has_errors(problems):
        baseline, found = baseline_of(request.baseline, plan.key)
        plan = with_run_before(replace(plan, baseline=baseline), request.run_folder, runs_folder(policy))
        problems += [*found, *cannot_write(request.write_baseline, plan, today)]
    if plan is None or has_errors(problems):
        raise RefusedError(problems, sources)
    if not plan.rules and not request.allow_empty:
        none = Problem("no-rules", "No rule is selected.", help="--allow-empty consents to that")
        raise RefusedError([*problems, none], sources)
    stages.end()
    _tell(request, problems, sources)
    if not request.quiet and plan.settings.as_of != today:
        kind = "retrospective" if plan.settings.as_of < today else "projected"
        click.echo(f"note: {kind}: asked as of {plan.settings.as_of}, today is {today}", err=True)
    run = _evaluate(request, plan, policy, start.limits, stages, _explained(request, sinks))
    _tell_waivers(request, run)
    code = exit_code(
        summary_of(run, request.fail_on, unknown_fails=request.unknown == "fail", allow_empty=request.allow_empty)
    )
    for sink in sinks:
        stages.begin(f"writing {sink.form}")
        write(run, view_of(request, policy, plan.key, code, sink), sink, feeds)
    if request.write_baseline is not None and plan.key is not None:
        write_baseline(request.write_baseline, run, plan.key, plan.baseline)
    stages.end()
    if request.timings:
        click.echo(stages.table(), err=True)
    if not request.quiet:
        click.echo(f"run kept in {run.folder}", err=True)
        if sys.stderr.isatty() and plan.key is not None and code is ExitCode.FOUND:
            named = f" --policy {request.policy}" if request.policy is not None else ""
            click.echo(f"why a finding is one: compliance explain FINGERPRINT{named}", err=True)
    return code


# ---- before the run --------------------------------------------------------------------------------------------------


def _asked(request: Request, waiver_file: WaiverFile | None, today: date) -> Asked:
    return Asked(
        as_of=request.as_of or today,
        as_of_given=request.as_of is not None,
        rules=request.rules,
        chosen=request.select,
        excluded=request.exclude,
        profile=request.profile,
        waivers=not request.no_waivers,
        waiver_file=waiver_file,
        cache=cache_folder(),
    )


def _folder_problems(request: Request, policy: Policy | None) -> list[Problem]:
    """A run that could not be kept is refused before it is begun."""
    if request.run_folder is not None and not may_hold_run(request.run_folder):
        return [
            Problem("not-a-run", f"{request.run_folder} holds something that is no run.", help="name another folder")
        ]
    parent = request.run_folder.parent if request.run_folder is not None else runs_folder(policy)
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    if parent.is_dir() and os.access(parent, os.W_OK):
        return []
    return [Problem("unwritable-run-folder", f"{parent} cannot be written to.", help="keep the run with --run-folder")]


# ---- the run ---------------------------------------------------------------------------------------------------------


def _explained(request: Request, sinks: Sequence[Sink]) -> int:
    """How many results are explained: as many as are asked for, else as many as some output usually shows."""
    if request.explain_findings is not None:
        return request.explain_findings
    return EXPLAINED if any(sink.form in EXPLAINING for sink in sinks) else 0


def _evaluate(
    request: Request, plan: Plan, policy: Policy | None, limits: Limits, stages: Stages, explained: int
) -> Run:
    target = request.run_folder
    parent = target.parent if target is not None else runs_folder(policy)
    with unfinished(parent) as folder:
        run, _ = evaluate_into(folder, plan, request.data, limits, stages.begin, explained)
        if target is not None:
            return replace(run, folder=keep_as(folder, target))
        return replace(run, folder=keep_numbered(folder, parent, plan.settings.as_of))


# ---- what standard error is told -------------------------------------------------------------------------------------


def _tell(request: Request, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    """Warnings, and with -v notes, about rules and policy; a waiver that does not hold is always worth a note."""
    for problem in in_order(problems):
        note = problem.level is Level.NOTE and not problem.code.startswith("waiver-")
        if not request.quiet and (request.verbose or not note):
            click.echo(render(problem, sources), err=True)


def _tell_waivers(request: Request, run: Run) -> None:
    for waiver in run.info.waivers:
        if not waiver.results and not request.quiet:
            click.echo(f"note: the waiver {waiver.id} covers nothing", err=True)
