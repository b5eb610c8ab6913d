"""Where outputs go: `-o FORMAT` is standard output, `-o FORMAT=PATH` a file that appears when it is whole."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.leftovers import held_new_file
from compliance_engine.problems import Problem

TEXT_AND_JSON = ("text", "json")
"""What every verb writes."""
OF_RULES = (*TEXT_AND_JSON, "github")
"""What verbs about rule files write."""


@dataclass(frozen=True)
class Sink:
    """One output; without a path it goes to standard output."""

    form: str
    path: Path | None


def read_sinks(
    written: Sequence[str],
    forms: Collection[str] = TEXT_AND_JSON,
    binary: Collection[str] = (),
    folders: Collection[str] = (),
) -> tuple[list[Sink], list[Problem]]:
    """What the options `-o` ask for, checked before anything is evaluated.

    Args:
        forms: those that the verb has.
        binary: those of them that are no text, which a terminal does not show.
        folders: those of them whose path is a folder, which need not be there.
    """
    sinks = []
    problems = []
    for text in written or ("text",):
        form, given, path = text.partition("=")
        if form not in forms:
            message = f'There is no output "{form}".'
            suggestion = did_you_mean(form, forms)
            problems.append(Problem("unknown-output", message, suggestion=suggestion, help=", ".join(forms)))
        sinks.append(Sink(form, Path(path) if given else None))
    if sum(sink.path is None for sink in sinks) > 1:
        message = "Only one output can go to standard output."
        problems.append(Problem("two-outputs", message, help="give the others a file: -o json=findings.json"))
    problems += [
        Problem("unwritable-output", f"{sink.path} cannot be written.")
        for sink in sinks
        if sink.path is not None and not (open_to_files if sink.form in folders else writable)(sink.path)
    ]
    problems += [
        Problem(
            "bytes-on-terminal", f"A terminal cannot show {form}.", help=f"give it a file: -o {form}=findings.{form}"
        )
        for form in (sink.form for sink in sinks if sink.path is None and sink.form in binary)
        if sys.stdout.isatty()
    ]
    return sinks, problems


def writable(path: Path) -> bool:
    """Whether a file may be put there, as far as that can be told without writing one."""
    try:
        if path.exists():
            return path.is_file() and os.access(path, os.W_OK)
        return path.parent.is_dir() and os.access(path.parent, os.W_OK)
    except OSError:  # a name that is too long for the file system
        return False


def open_to_files(folder: Path) -> bool:
    """Whether files may be put into a folder, which is made if need be."""
    if folder.exists():
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return folder.parent.is_dir() and os.access(folder.parent, os.W_OK | os.X_OK)


@contextmanager
def opened(sink: Sink) -> Iterator[TextIO]:
    """A stream to write a text to."""
    if sink.path is None:
        yield sys.stdout
        return
    with _appearing(sink.path) as handle, os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        yield stream


@contextmanager
def opened_bytes(sink: Sink) -> Iterator[BinaryIO]:
    """A stream to write bytes to."""
    if sink.path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _appearing(sink.path) as handle, os.fdopen(handle, "wb") as stream:
        yield stream


@contextmanager
def _appearing(path: Path) -> Iterator[int]:
    """A new file, open; it takes the place of what is there when it is whole.

    Raises:
        click.FileError: no file can be made there, whatever the permissions say.
    """
    with ExitStack() as stack:
        try:
            handle, unfinished = stack.enter_context(held_new_file(path))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise click.FileError(str(path), error.strerror or "it cannot be written") from error
        try:
            yield handle
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
