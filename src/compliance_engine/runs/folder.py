"""The run folder on disk: `run.json`, `rules.json`, `outcomes.parquet`, and what outputs ask for beside them.

A run is written under a name that no reader looks at and renamed when it is whole, so that a run that was interrupted
is never taken for a result.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from compliance_engine.leftovers import held, undisturbed
from compliance_engine.problems import Problem
from compliance_engine.runs.abandoned import begun, remove_abandoned
from compliance_engine.runs.model import FORMAT_VERSION, RuleCard, RunInfo

OUTCOMES = "outcomes.parquet"
EXPLANATIONS = "explanations.jsonl"
PEOPLE = "people.parquet"
_INFO, _RULES = "run.json", "rules.json"
_FILES = (_INFO, _RULES, OUTCOMES, EXPLANATIONS, PEOPLE)
_PARQUET = b"PAR1"
_CARDS = TypeAdapter(dict[str, RuleCard])


@dataclass(frozen=True)
class Run:
    """A kept run: its folder, what it says of itself, and its rules by id."""

    folder: Path
    info: RunInfo
    rules: dict[str, RuleCard]


def read_run(folder: Path) -> tuple[Run | None, list[Problem]]:
    """Open a run folder."""
    try:
        info = RunInfo.model_validate_json((folder / _INFO).read_bytes())
        rules = _CARDS.validate_json((folder / _RULES).read_bytes())
    except OSError as error:
        return None, [Problem("no-run", f"{folder} is no run folder: {error.strerror or 'it cannot be read'}")]
    except ValidationError:
        if (written := _newer_format(folder / _INFO)) is not None:
            message = f"{folder} was written by a newer version of the program: its format is {written}"
            help_ = f"this one reads formats up to {FORMAT_VERSION}: use the newer one, or evaluate again"
            return None, [Problem("newer-run", message, help=help_)]
        message = f"{folder} was written by another version, or was changed"
        return None, [Problem("no-run", message, help="evaluate again with compliance check")]
    if not _is_whole(folder / OUTCOMES):
        message = f"{(folder / OUTCOMES).as_posix()} is missing, cut off or damaged"
        return None, [Problem("no-run", message, help="evaluate again with compliance check")]
    return Run(folder, info, rules), []


def _is_whole(results: Path) -> bool:
    """Whether a Parquet file begins and ends as one: what is cut off has no end."""
    try:
        with results.open("rb") as file:
            begins = file.read(len(_PARQUET)) == _PARQUET
            file.seek(-len(_PARQUET), os.SEEK_END)
            return begins and file.read() == _PARQUET
    except OSError:
        return False


def _newer_format(file: Path) -> str | None:
    """The format of a run if its major version is beyond those that are read here."""
    found = re.search(rb'"format_version": *"(\d+)(\.\d+)*"', file.read_bytes())
    if found is None or int(found[1]) <= int(FORMAT_VERSION.partition(".")[0]):
        return None
    return found[0].decode("ascii").split('"')[3]


def write_description(folder: Path, info: RunInfo, rules: dict[str, RuleCard]) -> None:
    """Write the two JSON files in the order of the models, so that outputs of the kept run are those of the run."""
    _write(folder / _INFO, info.model_dump(mode="json"))
    _write(folder / _RULES, {rule: card.model_dump(mode="json") for rule, card in rules.items()})


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


@contextmanager
def unfinished(parent: Path) -> Iterator[Path]:
    """A folder to write a run into, readable by this user only; whatever is left in it at the end is removed.

    What earlier runs left behind that were killed is removed first.
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(parent, _FILES)
    with begun(parent) as folder, held(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def keep_as(whole: Path, target: Path) -> Path:
    """Give a whole run its name; a run that has the name already makes way once the new one is there."""
    if not target.exists():
        return whole.rename(target)
    with undisturbed:
        earlier = target.rename(whole.with_name(whole.name + "-earlier"))
        kept = whole.rename(target)
        shutil.rmtree(earlier)
    return kept


def keep_numbered(whole: Path, parent: Path, as_of: date) -> Path:
    """Give a whole run the next free name of its day: 2026-11-22-1, then 2026-11-22-2."""
    number = 1
    while True:
        target = parent / f"{as_of}-{number}"
        if not target.exists():
            try:
                return whole.rename(target)
            except OSError:
                # Another run of this moment may have taken the name; anything else is the caller's to tell.
                if not target.exists():
                    raise
        number += 1


def is_run(folder: Path) -> bool:
    """Whether a folder says of itself that it is a run."""
    return (folder / _INFO).is_file()


def may_hold_run(target: Path) -> bool:
    """Whether a run may be written there: nothing, an empty folder, or an earlier run."""
    return not target.exists() or (target.is_dir() and ((target / _INFO).is_file() or not any(target.iterdir())))
