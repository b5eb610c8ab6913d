"""What is said and kept when the program itself fails: where, never what the data were."""

import os
import platform
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from compliance_engine import __version__


def report(error: BaseException, arguments: Sequence[str], *, debug: bool) -> None:
    """Tell standard error about a defect and keep the details in a file that only this user can read.

    Neither holds the exception's message or the values of options: both may quote a record. With `debug` the
    whole traceback is shown, at the user's own wish.
    """
    if debug:
        click.echo("".join(traceback.format_exception(error)), err=True)
    what = f"{type(error).__name__} {_place(error)}"
    click.echo(f"error[internal]: compliance failed by a defect of its own ({what})", err=True)
    try:
        click.echo(f"  details, without your data: {_keep(diagnostic(error, arguments))}", err=True)
    except OSError:
        click.echo("  the details could not be kept: no temporary folder can be written to", err=True)
    click.echo("  help: report it with that file; --debug shows the traceback, which may quote your records", err=True)


def diagnostic(error: BaseException, arguments: Sequence[str]) -> str:
    """Versions, the verb with its option names, and the frames of each exception of the chain."""
    options = [name for name in (argument.split("=")[0] for argument in arguments) if name.startswith("-")]
    lines = [
        f"compliance-engine {__version__}, Python {platform.python_version()} on {platform.system()}",
        f"verb: {_verb(arguments)}, options: {' '.join(options) or 'none'}",
    ]
    for cause in _chain(error):
        lines += [f"{type(cause).__module__}.{type(cause).__qualname__}", *_frames(cause)]
    return "\n".join(lines) + "\n"


def _verb(arguments: Sequence[str]) -> str:
    from compliance_engine.cli.main import VERBS

    return next((argument for argument in arguments if argument in VERBS), "none")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _frames(error: BaseException) -> list[str]:
    # Line numbers only: the text of a line is in the source, and a path may hold a person's name.
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"at {_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else "before it started"


def _short(filename: str) -> str:
    """A source file as its package sees it: what follows site-packages or src."""
    parts = Path(filename).parts
    for root in ("site-packages", "src"):
        if root in parts:
            return "/".join(parts[parts.index(root) + 1 :])
    return parts[-1] if parts else filename


def _keep(text: str) -> str:
    handle, path = tempfile.mkstemp(prefix="compliance-defect-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path
