"""`compliance doctor`: its flags. What they do is in examining.py, which is imported when the verb is called."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("doctor")
@options.which_rules
@options.as_of
@options.profile
@options.text_or_json
def command(**flags: Any) -> ExitCode:
    """Say which versions and settings are in use, and what is wrong with them.

    Give it the flags and the environment that another verb gets. Nothing is written and no record is read.
    """
    from compliance_engine.cli.examining import Request, examine

    source = click.get_current_context().get_parameter_source
    names = {
        ParameterSource.COMMANDLINE: "flag",
        ParameterSource.ENVIRONMENT: "environment",
    }
    flags["as_of"] = flags["as_of"].date() if flags["as_of"] else None
    given = {name: names[found] for name in flags if (found := source(name)) in names}
    return examine(Request(given=given, **flags))
