"""`compliance deadlines`: its flags. What they do is in deadlining.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode

EVALUATING = ("rules", "select", "exclude", "as_of", "profile", "waivers", "no_waivers")
"""Flags that say how DATA are evaluated; a kept run was evaluated already."""


class Days(click.ParamType["int | None"]):
    """A number of days: `30d`, `30`, or `all`."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """The number; None for all."""
        written = str(value).strip().lower()
        if written == "all":
            return None
        digits = written.removesuffix("d")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 6):
            self.fail(f'"{value}" is no number of days; write 30d, or all.', param, ctx)
        return int(digits)


@click.command("deadlines")
@click.argument("data", metavar="[RUN | DATA...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--within", type=Days(), default="30d", show_default=True, help="How far ahead: 30d, or all.")
@click.option("--owner", help="Only the deadlines of this owner, as the policy names owners.")
@click.option(
    "--group-by",
    type=click.Choice(["week", "owner", "rule"]),
    default="week",
    show_default=True,
    help="What text and html group by.",
)
@options.which_rules
@options.as_of
@options.profile
@options.waivers
@options.unknown
@click.option("--exit-code", "exit_code", is_flag=True, help="Exit code 1 if there is any deadline.")
@options.output("text, csv, json, html or ics")
@click.option("--overdue", is_flag=True, help="In ics too, what is overdue already.")
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Feed that an ics follows; left out, the file that it takes the place of.",
)
@options.per_owner
@options.redact
@options.limits
@click.option("-q", "--quiet", is_flag=True, help="No progress, no notes.")
def command(**flags: Any) -> ExitCode:
    """List what is overdue and what is due next.

    Of a kept RUN, the last one if none is named, nothing is evaluated again. DATA are files of an export, or folders
    that hold them; they are evaluated now and the run is not kept.
    """
    from compliance_engine.cli.deadlining import Request, deadlines

    flags["as_of"] = flags["as_of"].date() if flags["as_of"] else None
    return deadlines(Request(evaluating=options.given(EVALUATING), **flags))
