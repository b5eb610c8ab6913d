"""docs/cli.md and the flags agree."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from compliance_engine.cli.main import VERBS

PAGE = (Path(__file__).parents[2] / "docs/cli.md").read_text()


def section(verb: str) -> str:
    found = re.search(rf"^## `compliance {verb}.*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


def flags(command: click.Command) -> set[str]:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    own = {max(option.opts, key=len) for option in command.params if isinstance(option, click.Option)}
    return own.union(*(flags(part) for part in inner))


def test_every_verb_is_in_the_table() -> None:
    assert re.findall(r"^\| `([a-z]+)` \| ", PAGE, re.MULTILINE)[: len(VERBS)] == list(VERBS)


@pytest.mark.parametrize(
    "verb",
    ["init", "validate", "test", "deadlines", "report", "diff", "compile", "doctor", "explain", "rules", "check"],
)
def test_every_flag_is_explained_and_every_explained_flag_is_there(verb: str) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", section(verb)))
    short = {"-o": "--output", "-j": "--jobs", "-q": "--quiet", "-v": "--verbose"}
    named |= {long for letter, long in short.items() if re.search(rf"`{letter}[ `]", section(verb))}
    assert named == flags(import_module(f"compliance_engine.cli.{verb}").command)
