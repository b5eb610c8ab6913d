"""What `compliance report` does: open a kept run and write outputs of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from compliance_engine.cli.exit_codes import ExitCode, exit_code
from compliance_engine.cli.feeding import feeds_before, folders
from compliance_engine.cli.gate import FailOn, summary_of
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import kept_run, policy_of
from compliance_engine.cli.showing import view_of, write
from compliance_engine.cli.sinks import read_sinks
from compliance_engine.language.policy import Policy
from compliance_engine.outputs import BINARY, FEEDS, FORMATS
from compliance_engine.outputs.view import Redact
from compliance_engine.problems import has_errors
from compliance_engine.runs.decide import policy_used, read_key
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Group


@dataclass(frozen=True)
class Request:
    """The flags of `compliance report`, as given."""

    run: Path | None
    outputs: tuple[str, ...]
    redact: Redact | None
    max_findings: int | None
    group_by: Group | None
    junit_per_subject: bool
    per_owner: bool
    policy: Path | None
    exit_code: bool
    fail_on: FailOn
    unknown: Literal["fail", "warn"]
    quiet: bool
    verbose: bool
    plain: bool


@refusing("written")
def report(request: Request) -> ExitCode:
    """Run the verb."""
    sinks, problems = read_sinks(request.outputs, (*FORMATS, *FEEDS), BINARY, folders(per_owner=request.per_owner))
    policy, sources, found = policy_of(request.policy)
    key, others = read_key(policy)
    problems += [*found, *others]
    if has_errors(problems):
        raise RefusedError(problems, sources)
    run, problems = kept_run(request.run, policy, with_records=False)
    if run is None:
        raise RefusedError(problems, {})
    feeds, problems = feeds_before(sinks, key, run.info.as_of, per_owner=request.per_owner)
    if problems:
        raise RefusedError(problems, {})
    if not request.quiet and _changed(run, policy):
        click.echo("note: the policy is not what it was when the run was made; ids may be hashed otherwise", err=True)
    code = exit_code(summary_of(run, request.fail_on, unknown_fails=request.unknown == "fail", allow_empty=False))
    for sink in sinks:
        write(run, view_of(request, policy, key, code, sink), sink, feeds)
    return code if request.exit_code else ExitCode.OK


def _changed(run: Run, policy: Policy | None) -> bool:
    """Whether the policy at hand is another one than that of the run."""
    now = policy_used(policy)
    return (now.hash if now is not None else None) != (run.info.policy.hash if run.info.policy is not None else None)
