"""Changing rule files at the author's wish: the difference is shown, then a file is written whole or not at all."""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

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
            problems.append(Problem("unwritable-file", "The file cannot be written.", Position(file, 1, 1)))
    return problems


def replace(file: Path, text: str) -> None:
    """Write a file whole or not at all; a link stays one.

    Raises:
        OSError: it cannot be written.
    """
    file = file.resolve()
    if not os.access(file, os.W_OK):
        raise PermissionError(file.name)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as new:
        new.write(text)
    shutil.copymode(file, name)
    Path(name).replace(file)
