"""`compliance version`: what a report of a problem must name."""

import platform
from importlib.metadata import version

import click

from compliance_engine import __version__
from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.data import rules_folder


@click.command("version")
def command() -> ExitCode:
    """Show the versions and the rule library in use."""
    click.echo(f"compliance-engine {__version__}")
    click.echo(f"python            {platform.python_version()}")
    click.echo(f"duckdb            {version('duckdb')}")
    click.echo(f"rules             {rules_folder()}")
    return ExitCode.OK
