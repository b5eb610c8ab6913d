"""Where a result is for programs that show it beside a file, and what they know it by from run to run."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Literal
from urllib.parse import quote

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import message, who
from compliance_engine.outputs.view import View, place_shown
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""The gravest first, as SARIF and GitHub have them."""
_LEVEL: dict[str, Level] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A file and a line of it."""

    path: str
    line: int


def spot(result: Result, run: Run, view: View) -> Spot:
    """The subject's row; the rule where the subject is in no file, or where its place is hidden."""
    file, record = place_shown(result, view)
    if file is not None:
        return Spot(relative(file), result.line or record or 1)
    card = run.rules[result.rule]
    return Spot(relative(card.file), card.line)


@cache
def relative(path: str) -> str:
    """A path as programs compare it: with slashes, and no dot before it."""
    return PurePath(path).as_posix()


@cache
def uri(path: str) -> str:
    """A path as a reference of RFC 3986: relative if the path is, else of the scheme `file`."""
    shown = PurePath(path)
    return shown.as_uri() if shown.is_absolute() else quote(shown.as_posix())


def level(rule: str, run: Run) -> Level:
    """How grave a violation of a rule is; one that decides nothing is a note."""
    card = run.rules[rule]
    return _LEVEL[card.severity] if card.decides else "note"


def sentence(result: Result, run: Run, view: View) -> str:
    """Whom a result is about and what it is, on one line."""
    named, told = who(result, run, view), message(result, run)
    if result.outcome is Outcome.UNKNOWN:
        told = told.replace("unknown: ", "cannot be told: ", 1) if result.lacks else "cannot be told"
    return f"{named}: {told}" if named else told


def marked(results: Iterable[Result]) -> Iterator[tuple[Result, str]]:
    """Results, each with 32 hexadecimal digits that no other result of the run has.

    With a key these are the fingerprint. Without one they are made of a number within the rule, never of an
    identifier, which could be guessed: they tell the results of one run apart and say nothing about the next one.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for result in results:
        if result.fingerprint is not None:
            yield result, result.fingerprint
            continue
        group = (result.rule, str(result.outcome))
        seen[group] += 1
        yield result, hashlib.sha256("\x1f".join((*group, str(seen[group]))).encode()).hexdigest()[:32]
