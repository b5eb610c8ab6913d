"""`compliance compile`: its flags. What they do is in compiling.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("compile")
@click.argument("data", metavar="[RUN | DATA...]", nargs=-1, type=options.EXISTING)
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to keep every table in that the SQL reads. It holds the records.",
)
@options.which_rules
@options.as_of
@options.profile
@options.text_or_json
@options.limits
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(**flags: Any) -> ExitCode:
    """Show the SQL that rules are judged by.

    DATA are files of an export, or folders that hold them; of a kept RUN, the last one if none is named, they are read
    again and must not have changed. What the SQL asks depends on the tables and columns that there are.
    """
    from compliance_engine.cli.compiling import Request, compile_

    flags["as_of"] = flags["as_of"].date() if flags["as_of"] else None
    return compile_(Request(**flags))
