"""Where outputs go: `-o FORMAT` is standard output, `-o FORMAT=PATH` a file that appears when it is whole."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Problem

TEXT_AND_JSON = ("text", "json")
"""What every verb writes."""


@dataclass(frozen=True)
class Sink:
    """One output; without a path it goes to standard output."""

    form: str
    path: Path | None


def read_sinks(written: Sequence[str], forms: Collection[str] = TEXT_AND_JSON) -> tuple[list[Sink], list[Problem]]:
    """What the options `-o` ask for, checked before anything is evaluated; `forms` are those that the verb has."""
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
        if sink.path is not None and not _writable(sink.path)
    ]
    return sinks, problems


def _writable(path: Path) -> bool:
    if path.exists():
        return path.is_file() and os.access(path, os.W_OK)
    return path.parent.is_dir() and os.access(path.parent, os.W_OK)


@contextmanager
def opened(sink: Sink) -> Iterator[TextIO]:
    """A stream to write an output to."""
    if sink.path is None:
        yield sys.stdout
        return
    handle, name = tempfile.mkstemp(prefix=f".{sink.path.name}-", dir=sink.path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        Path(name).replace(sink.path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
