"""A verb that cannot start: all errors at once, how many there are, and that nothing was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TypeVar

import click

from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.problems import Level, Problem, in_order, render

Request = TypeVar("Request")
Verb = Callable[[Request], ExitCode]


class RefusedError(Exception):
    """The verb cannot start, for these reasons."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__()
        self.problems, self.sources = problems, sources

    def told(self, done: str, *, warnings: bool = False) -> ExitCode:
        """Say why on standard error.

        Args:
            done: what would have been: listed, compared.
            warnings: whether to show them too.
        """
        errors = sum(problem.level is Level.ERROR for problem in self.problems)
        shown = (Level.ERROR, Level.WARNING) if warnings else (Level.ERROR,)
        for problem in in_order(problem for problem in self.problems if problem.level in shown):
            click.echo(render(problem, self.sources), err=True)
        click.echo(f"{errors} error{'' if errors == 1 else 's'}. Nothing was {done}.", err=True)
        return exit_code(Summary(invalid=errors))


def refusing(done: str, *, warnings: bool = False) -> Callable[[Verb[Request]], Verb[Request]]:
    """A verb that says why it cannot start, and what has not been done, instead of raising.

    Args:
        done: what would have been: listed, compared.
        warnings: whether to show them too.
    """

    def decorate(verb: Verb[Request]) -> Verb[Request]:
        @wraps(verb)
        def answered(request: Request) -> ExitCode:
            try:
                return verb(request)
            except RefusedError as refused:
                return refused.told(done, warnings=warnings)

        return answered

    return decorate
