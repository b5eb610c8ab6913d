"""`compliance init`: its flags. What they do is in starting.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path

import click

from compliance_engine.cli.exit_codes import ExitCode


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("policies/organisation"), required=False)
@click.option("--name", help="Name of the organisation.  [default: Our organisation]")
@click.option("--time-zone", metavar="ZONE", help="Where its day begins.  [default: America/New_York]")
def command(folder: Path, name: str | None, time_zone: str | None) -> ExitCode:
    """Make a policy folder to start from.

    FOLDER must not exist, or be empty; left out, it is policies/organisation. The folder holds a policy, a rule with
    examples, a sample export, a secret key, a job for CI, and schemas for editors.
    """
    from compliance_engine.cli.starting import start

    return start(folder, name, time_zone)
