"""What `compliance validate --profile` shows: which rules an export can decide, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from compliance_engine.language.rule import Rule
from compliance_engine.outputs.taken import taken
from compliance_engine.problems import Problem
from compliance_engine.records.load import load
from compliance_engine.records.profile import Profile
from compliance_engine.records.supplied import Supplied, by_export, by_profile
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.database import database, usual_limits
from compliance_engine.runs.decidable import Decidable, Missing, Standing, decidable
from compliance_engine.runs.evaluate import NO_KEY
from compliance_engine.runs.model import Input
from compliance_engine.runs.write import input_of

_HEADS: dict[Standing, str] = {
    "decided": "can be decided",
    "partly": "can be decided of some people only",
    "never": "can never be decided from these columns",
    "nobody": "have nobody to judge: no file fills the records that they are about",
    "nowhere": "reach nobody: no column tells where people are",
}
_SHOWN = 10
"""Columns that are listed; JSON has all."""


@dataclass(frozen=True)
class Profiled:
    """A profile, what it says of its source, and how every rule fares with it."""

    profile: Profile
    with_data: bool
    rules: tuple[Decidable, ...]
    missing: tuple[Missing, ...]
    files: tuple[Input, ...]


def profiled(profile: Profile, data: Sequence[Path], rules: Sequence[Rule]) -> tuple[Profiled, list[Problem]]:
    """Try rules on what a profile can fill or, with files of an export, on what these have columns for."""
    supplied, files, problems = _supplied(profile, data) if data else (by_profile(profile), (), [])
    found, missing = decidable(rules, VOCABULARY, supplied)
    return Profiled(profile, bool(data), found, missing, files), problems


def _supplied(profile: Profile, data: Sequence[Path]) -> tuple[Supplied, tuple[Input, ...], list[Problem]]:
    with database(usual_limits()) as connection:
        loaded, problems = load(connection, data, profile, hash_key=NO_KEY)
        return by_export(connection), tuple(input_of(file) for file in loaded.files), problems


def as_text(found: Profiled) -> str:
    """For people: what dates mean, what is not told, rule by rule, and what would help most."""
    of = "this export" if found.with_data else f"an export that has every column of the profile {found.profile.profile}"
    lines = [f"{len(found.rules)} rules with {of}:"]
    for standing, head in _HEADS.items():
        rules = [one for one in found.rules if one.standing == standing]
        if rules:
            lines.append(f"\n{len(rules)} {head}")
            lines += [f"  {_rule(one)}" for one in rules]
    if found.missing:
        lines.append("\nWhat would help most (a field, or all records of a type)")
        lines += [f"  {_column(one)}" for one in found.missing[:_SHOWN]]
    if found.files:
        lines.append("\nThe files as they were taken")
        lines += [f"  {taken(file)}" for file in found.files]
    said = (
        ("What its dates mean", found.profile.date_basis),
        ("What the source does not tell", found.profile.not_told),
    )
    for head, texts in said:
        if texts:
            lines.append(f"\n{head}")
            lines += [f"  {name}: {text}" for name, text in texts.items()]
    return "\n".join(lines) + "\n"


def _rule(one: Decidable) -> str:
    if one.standing == "decided":
        return one.rule
    some = f" ({one.kept} of {one.examples} examples)" if one.standing == "partly" else ""
    return f"{one.rule}{some}" + (f": lacks {', '.join(one.lacks)}" if one.lacks else "")


def _column(one: Missing) -> str:
    alone = f"; it alone settles {one.settles}" if one.settles else "; it settles none alone"
    return f"{one.name}: {one.lacked_by} {'rule lacks' if one.lacked_by == 1 else 'rules lack'} it{alone}"


def as_json(found: Profiled) -> dict[str, object]:
    """For programs."""
    return {
        "name": found.profile.profile,
        "with_data": found.with_data,
        "rules": [asdict(one) for one in found.rules],
        "files": [file.model_dump(mode="json") for file in found.files],
        "missing": [asdict(one) for one in found.missing],
        "date_basis": found.profile.date_basis,
        "not_told": found.profile.not_told,
    }
