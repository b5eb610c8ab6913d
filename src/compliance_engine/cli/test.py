"""`compliance test`: its flags. What they do is in testing.py, which is imported when the verb is called."""

from __future__ import annotations

from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("test")
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=options.EXISTING)
@options.library
@click.option(
    "--policy",
    type=options.EXISTING,
    envvar=options.env("POLICY"),
    help="Policy folder whose rules to test; left out, all under policies/ beside the library.",
)
@options.chosen_rules
@click.option("--coverage", is_flag=True, help="Say which outcomes, due days, exceptions and values examples reach.")
@click.option(
    "--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Coverage under this makes exit code 1."
)
@click.option("--mutate", is_flag=True, help="List the mistakes in rules that no example would notice.")
@click.option("--update", is_flag=True, help="Write what rules answer into examples that fail; shows the difference.")
@click.option("--propose", is_flag=True, help="Write proposed examples under rules without any; shows the difference.")
@click.option(
    "--create",
    metavar="FINDING",
    help="Write an example made of a finding, named by its fingerprint, without names and on other days.",
)
@click.option("--run", type=options.EXISTING, help="Kept run with the finding; left out, the last one.")
@options.outputs_about_rules
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("--timings", is_flag=True, help="Say how long each stage and the slowest rules took.")
def command(**flags: Any) -> ExitCode:
    """Run the examples that rules carry.

    PATHS are files and folders; without any, the rule library and the policies under policies/ are tested. Every
    example is run in SQL, as records are, and on plain values; both must answer alike. No example at all is no success.
    """
    if (flags["update"] or flags["propose"] or flags["create"]) and not flags["paths"]:
        raise click.UsageError("--update, --propose and --create change files: name the files or folders as PATHS.")
    if flags["run"] and not flags["create"]:
        raise click.UsageError("--run goes with --create.")
    from compliance_engine.cli.testing import Request, test

    return test(Request(**flags))
