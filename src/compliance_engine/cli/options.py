"""Options that several verbs share: the same spelling, environment variable and meaning everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

Command = TypeVar("Command", bound=Callable[..., Any])

EXISTING = click.Path(exists=True, path_type=Path)


class _Day(click.DateTime):
    """A day of the times that calendars and clocks know."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            day = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f'there is no day "{value}"; a day is written as 2026-11-22.', param, ctx)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(f"{day:%Y-%m-%d} is not in the years {_FIRST_YEAR} to {_LAST_YEAR}.", param, ctx)
        return day


_FIRST_YEAR, _LAST_YEAR = 1900, 2200
DAY = _Day(["%Y-%m-%d"])


def env(name: str) -> str:
    """The environment variable of an option."""
    return f"COMPLIANCE_{name}"


def given(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the options of the verb at hand that its command line names."""
    source = click.get_current_context().get_parameter_source
    return tuple(name for name in names if source(name) is ParameterSource.COMMANDLINE)


def output(forms: str, **more: Any) -> Callable[[Command], Command]:
    """`-o FORMAT[=PATH]`, as often as one likes; `forms` names the formats."""
    return click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT[=PATH]",
        help=f"{forms}, to standard output or a file; may be repeated.  [default: text]",
        **more,
    )


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, shown in this order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


chosen_rules: Callable[[Command], Command] = together(
    click.option(
        "--select",
        multiple=True,
        metavar="EXPR",
        envvar=env("SELECT"),
        help="Only these rules: us.i9.*, topic:…, tag:…, jurisdiction:…, severity:….",
    ),
    click.option("--exclude", multiple=True, metavar="EXPR", envvar=env("EXCLUDE"), help="Not these rules."),
)

which_rules: Callable[[Command], Command] = together(
    click.option(
        "--rules",
        multiple=True,
        type=EXISTING,
        envvar=env("RULES"),
        help="Rule files or folders, instead of those of the policy or the library.",
    ),
    click.option(
        "--policy",
        type=EXISTING,
        envvar=env("POLICY"),
        help="Policy folder; left out, the only one under policies/.",
    ),
    chosen_rules,
)

library: Callable[[Command], Command] = click.option(
    "--rules",
    multiple=True,
    type=EXISTING,
    envvar=env("RULES"),
    help="Rules that PATHS may refer to, instead of the library.",
)

as_of: Callable[[Command], Command] = click.option(
    "--as-of",
    type=DAY,
    envvar=env("AS_OF"),
    help="Day the question is asked for; left out, today in the policy's time zone.",
)

profile: Callable[[Command], Command] = click.option(
    "--profile", envvar=env("PROFILE"), help="Source profile: a shipped one by name, or a file."
)

waivers: Callable[[Command], Command] = together(
    click.option(
        "--waivers",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar=env("WAIVERS"),
        help="File of waivers, in place of those of the policy.",
    ),
    click.option("--no-waivers", is_flag=True, help="Judge as if nothing had been waived."),
)

fail_on: Callable[[Command], Command] = click.option(
    "--fail-on",
    type=click.Choice(["info", "low", "medium", "high", "critical", "never"]),
    default="low",
    show_default=True,
    envvar=env("FAIL_ON"),
    help="Least severity of a violation that makes the exit code 1.",
)

unknown: Callable[[Command], Command] = click.option(
    "--unknown",
    type=click.Choice(["fail", "warn"]),
    default="fail",
    show_default=True,
    envvar=env("UNKNOWN"),
    help="Whether what cannot be told makes the exit code 3.",
)

per_owner: Callable[[Command], Command] = click.option(
    "--per-owner",
    is_flag=True,
    envvar=env("PER_OWNER"),
    help="In ics a feed for each owner, in the folder that is named: -o ics=FOLDER.",
)

redact: Callable[[Command], Command] = click.option(
    "--redact",
    type=click.Choice(["none", "ids", "all"]),
    envvar=env("REDACT"),
    help="What outputs hide; left out, text shows ids and every other output does as the policy says.",
)

outputs_of_run: Callable[[Command], Command] = together(
    output(
        "text, concise, table, json, jsonl, csv, csv:bom, xlsx, md, html, junit, sarif, github, gitlab, oscal or ics",
        envvar=env("OUTPUT"),
    ),
    redact,
    click.option(
        "--max-findings",
        type=click.IntRange(0),
        envvar=env("MAX_FINDINGS"),
        help="Findings to list.  [default: 50 in text on standard output, 25,000 in sarif, else all]",
    ),
    click.option(
        "--group-by",
        type=click.Choice(["rule", "subject", "department"]),
        envvar=env("GROUP_BY"),
        help="What text, concise, table and md put findings together by.  [default: rule in text and md]",
    ),
    click.option(
        "--junit-per-subject",
        is_flag=True,
        envvar=env("JUNIT_PER_SUBJECT"),
        help="In junit a case for each subject, not for each rule.",
    ),
    per_owner,
)

text_or_json: Callable[[Command], Command] = output("text or json")

outputs_about_rules: Callable[[Command], Command] = click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help="text, json or github, to standard output or a file; may be repeated.  [default: text]",
)

talk: Callable[[Command], Command] = together(
    click.option("-q", "--quiet", is_flag=True, help="No progress, no notes."),
    click.option("-v", "--verbose", is_flag=True, help="All causes, all notes, and the rules that were not evaluated."),
    click.option("--no-color", "plain", is_flag=True, help="No colours, on a terminal either."),
)

limits: Callable[[Command], Command] = together(
    click.option("-j", "--jobs", type=click.IntRange(1), envvar=env("JOBS"), help="Threads; left out, every core."),
    click.option(
        "--memory-limit",
        metavar="SIZE",
        envvar=env("MEMORY_LIMIT"),
        help="Memory to use before intermediate results go to disk, such as 2GB.",
    ),
)
