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
@click.option(
    "--fail-on",
    type=click.Choice(["info", "low", "medium", "high", "critical", "never"]),
    default="low",
    show_default=True,
    envvar=options.env("FAIL_ON"),
    help="Least severity of a violation that makes the exit code 1.",
)
@click.option(
    "--unknown",
    type=click.Choice(["fail", "warn"]),
    default="fail",
    show_default=True,
    envvar=options.env("UNKNOWN"),
    help="Whether what cannot be told makes the exit code 3.",
)
@click.option("--allow-empty", is_flag=True, help="Consent to no rules, no records and no results.")
@options.waivers
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    envvar=options.env("OUTPUT"),
    help="text, concise, table, json, jsonl, csv, csv:bom, xlsx, md or html, to standard output or a file; may be "
    "repeated.  [default: text]",
)
@options.redact
@click.option(
    "--max-findings",
    type=click.IntRange(0),
    envvar=options.env("MAX_FINDINGS"),
    help="Findings to list.  [default: 50 in text on standard output, else all]",
)
@click.option(
    "--group-by",
    type=click.Choice(["rule", "subject", "department"]),
    envvar=options.env("GROUP_BY"),
    help="What text, concise, table and md put findings together by.  [default: rule in text and md]",
)
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
