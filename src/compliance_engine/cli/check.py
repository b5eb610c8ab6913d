"""`compliance check`: its flags. What they do is in checking.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("check")
@click.argument("data", metavar="DATA...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.which_rules
@options.as_of
@options.profile
@options.fail_on
@options.unknown
@click.option("--allow-empty", is_flag=True, help="Consent to no rules, no records and no results.")
@options.waivers
@options.outputs_of_run
@click.option(
    "--explain-findings",
    type=click.IntRange(0),
    envvar=options.env("EXPLAIN_FINDINGS"),
    help="Results to explain in the run, the worst first.  [default: 200 for html, else none]",
)
@click.option(
    "--run-folder",
    type=click.Path(path_type=Path),
    envvar=options.env("RUN_FOLDER"),
    help="Where to keep the run.  [default: the next one in runs/ beside the policy, or here]",
)
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar=options.env("BASELINE"),
    help="Findings that are known: only new ones decide the exit code.",
)
@click.option(
    "--write-baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write what is found to, as the baseline of later runs.",
)
@options.limits
@click.option("--timings", is_flag=True, help="Say how long each stage took.")
@options.talk
def command(**flags: Any) -> ExitCode:
    """Evaluate record exports and report findings.

    DATA are files of an export, or folders that hold them. The result goes to standard output, everything else to
    standard error.
    """
    from compliance_engine.cli.checking import Request, check

    flags["as_of"] = flags["as_of"].date() if flags["as_of"] else None
    return check(Request(**flags))
