"""`compliance validate`: its flags. What they do is in validating.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("validate")
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@options.library
@click.option(
    "--policy",
    type=options.EXISTING,
    envvar=options.env("POLICY"),
    help="Policy folder to look at; left out, all under policies/.",
)
@click.option("--strict", is_flag=True, help="Warnings make the exit code 1 too.")
@click.option("--fix", is_flag=True, help="First tidy line ends, wherever that changes nothing that is read.")
@click.option("--as-of", type=options.DAY, help="Also warn of rules compared with their source over a year before.")
@click.option("--profile", help="Also say which rules can be decided from the columns of this source profile.")
@click.option(
    "--data",
    multiple=True,
    type=options.EXISTING,
    help="With --profile: files of an export; then only the columns that they have count.",
)
@options.outputs_about_rules
def command(**flags: Any) -> ExitCode:
    """Report everything that is wrong with rules, policies and profiles.

    PATHS are files and folders; without any, the rule library and the policies under policies/ are looked at. Files
    may refer to the rules of the library and to those beside them. Warnings are shown and do not change the exit
    code unless --strict is given.
    """
    from compliance_engine.cli.validating import Request, validate

    flags["as_of"] = flags["as_of"].date() if flags["as_of"] else None
    return validate(Request(**flags))
