"""The command `compliance`: verbs imported when they are called, and an exit code whatever happens."""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from compliance_engine import __version__
from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.cli.signals import tidy_at_the_end, wait_if_ending

VERBS = {
    "init": "Make a policy folder to start from, or propose a source profile.",
    "validate": "Report everything that is wrong with rules, policies and profiles.",
    "test": "Run the examples that rules carry.",
    "check": "Evaluate record exports and report findings.",
    "deadlines": "List what is overdue and what is due next.",
    "report": "Write any output of a kept run.",
    "diff": "Compare two runs, or two rule sets, policies, days or exports.",
    "explain": "Show how one result came about.",
    "compile": "Show the SQL that rules are judged by.",
    "rules": "List the rules, show one, or print the schema of rule files.",
    "doctor": "Say which versions and settings are in use, and what is wrong with them.",
    "version": "Show the versions and the rule library in use.",
}
"""Verb to its line of help. Module `compliance_engine.cli.<verb>` defines the click command `command`,
whose callback returns an ExitCode."""


HELP = """Policy-as-code for HR compliance and records. Not legal advice.

\b
Exit codes: 0 nothing to report; 1 found something; 2 invalid input;
3 answer incomplete; 4 a defect of the program.
"""


class LazyGroup(click.Group):
    """A group that knows its verbs by name and imports one only when it is called: `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which somebody meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"compliance_engine.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb of a command line; a misspelt one is answered with the nearest."""
        if args[0] not in VERBS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], VERBS, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"The verbs are {', '.join(VERBS)}."
            raise click.UsageError(f'there is no verb "{args[0]}". {hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, from the table alone."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=LazyGroup, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="compliance-engine %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a defect (anywhere).")
def cli() -> None:
    """Policy-as-code for HR compliance and records."""


def main() -> None:
    """Entry point of the console script."""
    tidy_at_the_end()
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code; no exception leaves here."""
    debug, arguments = _debug_first(args)
    try:
        code = _call(arguments)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the one place where a defect becomes an exit code)
        wait_if_ending()
        if isinstance(error, OSError) and error.errno in (errno.EPIPE, errno.ENOSPC, errno.EDQUOT):
            # What is still buffered cannot be written; the interpreter must not complain about that on its way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EPIPE:
                return ExitCode.CLOSED_PIPE
            click.echo("error[disk-full]: the disk is full, so the result could not be written", err=True)
            return ExitCode.INCOMPLETE
        if _is_memory(error):
            click.echo("error[memory]: the answer needs more memory than it may use", err=True)
            click.echo(
                "  help: allow more with --memory-limit, or share it among fewer threads with --jobs 1", err=True
            )
            return ExitCode.INCOMPLETE
        from compliance_engine.cli.defects import report

        report(error, arguments, debug=debug)
        return ExitCode.INTERNAL
    return code


def _is_memory(error: Exception) -> bool:
    """Whether the interpreter or the database, which is imported only by verbs that need it, is out of memory."""
    database = sys.modules.get("duckdb")
    return isinstance(error, MemoryError) or (database is not None and isinstance(error, database.OutOfMemoryException))


def _call(arguments: list[str]) -> int:
    try:
        with cli.make_context("compliance", arguments) as context:
            return ExitCode(cli.invoke(context))
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.INVALID


def _debug_first(args: Sequence[str]) -> tuple[bool, list[str]]:
    """Move `--debug` before the verb, so that every verb takes it in any place."""
    arguments = list(args)
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--debug" not in options:
        return False, arguments
    rest = [argument for argument in options if argument != "--debug"]
    return True, ["--debug", *rest, *arguments[len(options) :]]
