"""`compliance diff`: its flags. What they do is in diffing.py, which is imported when the verb is called."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode

EVALUATING = ("rules", "select", "exclude", "as_of", "profile")
"""Flags that say how DATA are evaluated; a kept run was evaluated already."""


class Days(click.ParamType["tuple[date, ...]"]):
    """A day, or two of them: `2026-11-22`, `2026-11-22..2026-12-22`."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, ...]:
        """The day before and the day after; one day is both."""
        parts = str(value).split("..")
        try:
            days = tuple(datetime.strptime(part, "%Y-%m-%d").date() for part in parts)  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            days = ()
        if len(days) not in (1, 2):
            self.fail(f'"{value}" is neither a day nor two: write 2026-11-22 or 2026-11-22..2026-12-22.', param, ctx)
        return days


def _twice(what: str) -> str:
    return f"{what}; given twice, of before and of after."


@click.command("diff")
@click.argument("before", metavar="BEFORE", type=options.EXISTING)
@click.argument("after", metavar="[AFTER]", required=False, type=options.EXISTING)
@click.option("--rules", multiple=True, type=options.EXISTING, help=_twice("Rule file or folder, for DATA"))
@click.option("--policy", "policies", multiple=True, type=options.EXISTING, help=_twice("Policy folder"))
@click.option("--as-of", type=Days(), metavar="DAY[..DAY]", help="Day, or day before and day after, for DATA.")
@click.option("--select", multiple=True, metavar="EXPR", help="Only these rules, for DATA.")
@click.option("--exclude", multiple=True, metavar="EXPR", help="Not these rules, for DATA.")
@options.profile
@click.option(
    "--explain-findings",
    type=click.IntRange(0),
    default=40,
    show_default=True,
    help="Changes of DATA whose cells are looked up, the gravest first.",
)
@click.option("--exit-code", "exit_code", is_flag=True, help="Exit code 1 if anything changes.")
@options.output("text, md or json")
@options.redact
@click.option(
    "--max-findings", type=click.IntRange(0), help="Changes that text lists.  [default: 50 on standard output]"
)
@options.limits
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(**flags: Any) -> ExitCode:
    """Compare two runs, or two rule sets, policies, days or exports.

    BEFORE and AFTER are kept runs, or DATA: files or folders of an export that are evaluated now. Without AFTER the
    same DATA are evaluated twice, with what --rules, --policy or --as-of say of before and after.
    """
    from compliance_engine.cli.diffing import Request, diff

    return diff(Request(evaluating=options.given(EVALUATING), **flags))
