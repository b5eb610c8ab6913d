"""`compliance rules`: list the rules, show one, print the schemas of files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode

_KINDS = ["deadline", "recurring", "cadence", "retention", "check", "posting", "required", "case", "entitlement"]


@click.group("rules")
def command() -> None:
    """List the rules, show one, or print the schema of rule files."""


@command.command("list")
@options.which_rules
@options.text_or_json
def list_rules(outputs: tuple[str, ...], **which: Any) -> ExitCode:
    """List the rules: id, kind, jurisdiction, severity, how they were checked, title."""
    from compliance_engine.cli import browsing

    return browsing.list_rules(browsing.Which(**which), outputs)


@command.command("show")
@click.argument("id_", metavar="ID")
@options.which_rules
@click.option("--as-of", type=options.DAY, help="Day whose dated values are shown; left out, today.")
def show(id_: str, as_of: datetime | None, **which: Any) -> ExitCode:
    """Show one rule: what it says, on whose authority, what it reads."""
    from compliance_engine.cli import browsing

    return browsing.show(browsing.Which(**which), id_, as_of.date() if as_of else None)


@command.command("export")
@options.which_rules
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FORMAT[=PATH]",
    multiple=True,
    help="purview, a file plan, to standard output or a file.  [default: purview]",
)
def export(outputs: tuple[str, ...], **which: Any) -> ExitCode:
    """Write the rules of retention as the file plan of a document store.

    What a plan cannot say of a rule is told on standard error.
    """
    from compliance_engine.cli import browsing, exporting

    return exporting.export(browsing.Which(**which), outputs)


@command.command("schema")
@click.argument("kind", metavar="[KIND]", type=click.Choice(_KINDS), required=False)
@click.option(
    "--of",
    "what",
    type=click.Choice(["rule", "policy", "waivers", "profile", "output", "output-line"]),
    default="rule",
    show_default=True,
    help="Kind of file.",
)
def schema(kind: str | None, what: str) -> ExitCode:
    """Print the JSON Schema of rule files, of rules of one KIND, or of what --of names.

    `output` is that of -o json, `output-line` one line of -o jsonl.
    """
    from compliance_engine.cli import schemas

    if kind is not None and what != "rule":
        raise click.UsageError(f"KIND is a kind of rule and does not go with --of {what}.")
    click.echo(json.dumps(schemas.of_kind(kind) if kind else schemas.of_file(what), indent=1, ensure_ascii=False))
    return ExitCode.OK
