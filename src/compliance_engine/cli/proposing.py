"""What `compliance init --from` does: print a source profile for an export, and say what is left to decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.problems import Level, render
from compliance_engine.records.propose import propose
from compliance_engine.runs.database import database, usual_limits

NEXT = """next: keep it in a file, correct it line by line, and then
  compliance validate PROFILE.yaml
  compliance validate --profile PROFILE.yaml --data EXPORT"""


def propose_profile(exports: Sequence[Path]) -> ExitCode:
    """Run the verb; the profile goes to standard output."""
    with database(usual_limits()) as connection:
        text, problems = propose(connection, exports)
    for problem in problems:
        click.echo(render(problem, {}), err=True)
    click.echo(text, nl=False)
    if not any(problem.level is Level.ERROR for problem in problems):
        click.echo(NEXT, err=True)
    return exit_code(Summary(unread=sum(problem.level is Level.ERROR for problem in problems)))
