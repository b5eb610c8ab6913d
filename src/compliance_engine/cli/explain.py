"""`compliance explain`: its flags. What they do is in explaining.py, which is imported when the verb is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from compliance_engine.cli import options
from compliance_engine.cli.exit_codes import ExitCode


@click.command("explain")
@click.argument("what", metavar="[FINGERPRINT] [DATA]...", nargs=-1)
@click.option("--rule", metavar="ID", help="Rule of the result, instead of a fingerprint.")
@click.option("--record", metavar="SUBJECT", help="Subject of the result, as text output calls it.")
@click.option("--instance", metavar="NAME", help="Only this obligation, such as 2025 or first.")
@click.option("--run", type=options.EXISTING, help="Kept run with the result; left out, the last one.")
@click.option(
    "--rules",
    multiple=True,
    type=options.EXISTING,
    envvar=options.env("RULES"),
    help="Rule files or folders, instead of those of the policy or the library.",
)
@click.option(
    "--policy",
    type=options.EXISTING,
    envvar=options.env("POLICY"),
    help="Policy folder; left out, the only one under policies/.",
)
@options.as_of
@options.profile
@options.waivers
@options.text_or_json
@options.redact
@options.limits
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(what: tuple[str, ...], **flags: Any) -> ExitCode:
    """Show how one result came about.

    The result is named by its FINGERPRINT, or by --rule and --record; passes, results that do not apply and those that
    cannot be told are explained too. DATA are the files that are read again; without them, those of a kept run, which
    must not have changed since.
    """
    from compliance_engine.cli.explaining import Request, explain

    if flags["rule"] is None and not what:
        raise click.UsageError("name a FINGERPRINT, or --rule ID and --record SUBJECT.")
    if (flags["rule"] is None) is not (flags["record"] is None):
        raise click.UsageError("--rule and --record go together.")
    if flags["rule"] is None and flags["instance"] is not None:
        raise click.UsageError("--instance goes with --rule and --record.")
    fingerprint = what[0] if flags["rule"] is None else None
    data = tuple(Path(path) for path in what[0 if fingerprint is None else 1 :])
    flags["as_of"] = flags["as_of"].date() if flags["as_of"] else None
    return explain(Request(fingerprint=fingerprint, data=data, **flags))
