"""Changing rule files at the author's wish: the difference is shown, then a file is written whole or not at all."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from compliance_engine.leftovers import held_new_file
from compliance_engine.problems import Position, Problem


def read_exactly(file: Path) -> str:
    """The text of a file with its own line ends.

    Raises:
        OSError: it cannot be read.
        UnicodeDecodeError: it is not UTF-8.
    """
    return file.read_bytes().decode("utf-8")


def change(texts: Mapping[str, str]) -> list[Problem]:
    """Show on standard error how files change, and write them.

    Args:
        texts: the new text of each file by its path.
    """
    problems = []
    for file, text in texts.items():
        before, after = (one.splitlines() for one in (read_exactly(Path(file)), text))
        click.echo("\n".join(difflib.unified_diff(before, after, file, file, lineterm="")), err=True)
        try:
            replace(Path(file), text)
        except OSError:
            problems.append(unwritable_file(Path(file)))
    return problems


def unwritable_file(file: Path) -> Problem:
    """What is told where a file was to be changed and could not be."""
    message = "The file cannot be written, or no other can be made beside it, so it is left as it was."
    return Problem("unwritable-file", message, Position(file.as_posix(), 1, 1))


def replace(file: Path, text: str) -> None:
    """Write a file whole or not at all; a link stays one.

    Raises:
        OSError: it cannot be written.
    """
    file = file.resolve()
    if not os.access(file, os.W_OK):
        raise PermissionError(file.name)
    with held_new_file(file) as (handle, unfinished):
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as new:
                new.write(text)
            shutil.copymode(file, unfinished)
            unfinished.replace(file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
