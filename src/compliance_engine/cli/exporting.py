"""What `compliance rules export` does: the rules of retention as a file plan, and what a plan cannot say."""

from __future__ import annotations

from collections.abc import Sequence

import click

from compliance_engine.cli.browsing import Which, selected
from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.cli.refusing import RefusedError
from compliance_engine.cli.sinks import opened, read_sinks
from compliance_engine.problems import Problem, has_errors, render
from compliance_engine.schedules.purview_out import write_plan

FORMATS = ("purview",)


def export(which: Which, outputs: Sequence[str]) -> ExitCode:
    """Write the selected rules; rules that cannot be read, or a plan without a label, write nothing."""
    sinks, problems = read_sinks(outputs or FORMATS, FORMATS)
    ruleset, found = selected(which)
    problems += found
    if has_errors(problems):
        return RefusedError(problems, {}).told("written")
    plan, told = write_plan(ruleset.rules.values())
    retention = [rule for rule in ruleset.rules.values() if rule.kind == "retention"]
    out = sum(problem.code == "not-in-plan" for problem in told)
    for problem in [*problems, *told]:
        click.echo(render(problem, {}), err=True)
    if out == len(retention):
        message = f"None of {len(ruleset.rules)} rules has a place in a file plan."
        return RefusedError([Problem("nothing-to-export", message)], {}).told("written")
    for sink in sinks:
        with opened(sink) as stream:
            stream.write(plan)
    labels = plan.count("\r\n") - 1
    click.echo(f"{len(retention)} rules of retention: {labels} labels, {out} not in the plan", err=True)
    return ExitCode.OK
