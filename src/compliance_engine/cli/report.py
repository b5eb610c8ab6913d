"""`compliance report`: its flags. What they do is in reporting.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("report")
@click.argument("run", metavar="[RUN]", required=False, type=click.Path(path_type=Path))
@options.outputs_of_run
@click.option(
    "--policy",
    type=options.EXISTING,
    envvar=options.env("POLICY"),
    help="Whose runs, key and redaction; left out, the only one under policies/.",
)
@click.option("--exit-code", "exit_code", is_flag=True, help="Answer with the exit code that check has for this run.")
@options.fail_on
@options.unknown
@options.talk
def command(**flags: Any) -> ExitCode:
    """Write any output of a kept run.

    RUN is its folder; left out, the last one. Nothing is evaluated again: the same bytes as check wrote.
    """
    from compliance_engine.cli.reporting import Request, report

    return report(Request(**flags))
