"""Read source profiles: the shipped ones by name, people's own from their text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from compliance_engine.language.nodes import Node, locate
from compliance_engine.language.scalars import data
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.yaml import parse
from compliance_engine.problems import Problem, has_errors
from compliance_engine.records.profile_model import SPELL_START, SSN, Column, Made, Profile, Table
from compliance_engine.records.profile_names import shipped, wrong_names

__all__ = ["SPELL_START", "SSN", "Column", "Profile", "Table", "beside", "load_shipped", "read_profile", "shipped"]


def beside(profile: Profile) -> tuple[Profile, ...]:
    """A profile and the shipped ones that it reads other files by, in order."""
    return (profile, *(other for name in profile.also if (other := load_shipped(name)[0]) is not None))


def load_shipped(name: str) -> tuple[Profile | None, list[Problem]]:
    """Read a profile that comes with the program."""
    profile, problems = _read_shipped(name)
    return profile, list(problems)


@cache
def _read_shipped(name: str) -> tuple[Profile | None, list[Problem]]:
    source = files("compliance_engine.records") / "profiles" / f"{name}.yaml"
    return read_profile(source.read_bytes(), f"{name}.yaml")


def read_profile(text: str | bytes, file: str) -> tuple[Profile | None, list[Problem]]:
    """Read a profile and check it against the record types."""
    node, problems = parse(text, file)
    if node is None or has_errors(problems):
        return None, problems
    try:
        profile = Profile.model_validate(data(node))
    except ValidationError as error:
        return None, [*problems, *(_reworded(dict(item), node) for item in error.errors(include_url=False))]
    problems = [*problems, *wrong_names(profile, node)]
    return (None if has_errors(problems) else profile), problems


def _reworded(error: dict[str, Any], node: Node) -> Problem:
    path = tuple(error["loc"])
    where = locate(node, path, key=error["type"] == "extra_forbidden")
    if error["type"] == "extra_forbidden":
        known = [name for model in (Profile, Table, Column, Made) for name in model.model_fields] + ["from"]
        word = str(path[-1])
        return Problem("unknown-key", f'"{word}" is no key of a profile', where, suggestion=did_you_mean(word, known))
    if error["type"] == "missing":
        return Problem("missing-key", f'"{path[-1]}" is missing', where)
    return Problem("bad-value", f"{'.'.join(map(str, path))}: {error['msg']}", where)
