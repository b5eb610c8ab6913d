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
    library = rules_folder()
    click.echo(f"rules             {(library / 'VERSION').read_text('utf-8').strip()} in {library}")
    return ExitCode.OK
