"""`compliance init`: its flags. What they do is in starting.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path

import click

from compliance_engine.cli.exit_codes import ExitCode


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("policies/organisation"), required=False)
@click.option("--name", help="Name of the organisation.  [default: Our organisation]")
@click.option("--time-zone", metavar="ZONE", help="Where its day begins.  [default: America/New_York]")
@click.option(
    "--from",
    "exports",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Instead print a source profile for this file of an export; may be repeated.",
)
@click.option(
    "--schedule",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Retention schedule (CSV or JSON), or Purview file plan (CSV), that becomes rules.",
)
def command(
    folder: Path, name: str | None, time_zone: str | None, exports: tuple[Path, ...], schedule: Path | None
) -> ExitCode:
    """Make a policy folder to start from, or propose a source profile.

    FOLDER must not exist, or be empty; left out, it is policies/organisation. The folder holds a policy, a rule with
    examples, a sample export, a secret key, a job for CI, and schemas for editors. With --schedule it also holds the
    rules that a retention schedule becomes; a policy folder that is in use gets only those.
    """
    if exports and schedule is not None:
        raise click.UsageError("--from prints a profile and --schedule makes rules; one at a time.")
    if exports:
        from compliance_engine.cli.proposing import propose_profile

        return propose_profile(exports)
    if schedule is not None:
        from compliance_engine.cli.scheduling import start_with

        return start_with(schedule, folder, name, time_zone)
    from compliance_engine.cli.starting import start

    return start(folder, name, time_zone)
