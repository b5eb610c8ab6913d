"""Kept rule sets: the same as those that are read, never older than the files, and no harm when they are spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from shutil import copytree

import pytest

from compliance_engine.language import tree
from compliance_engine.language.cache import load_compiled
from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.problems import Problem
from compliance_engine.records.types import VOCABULARY

DATA = Path(__file__).parent / "data" / "good"
LIBRARY = Path(__file__).parents[2] / "rules"


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., tuple[RuleSet, list[Problem]]]:
    def loaded(path: Path) -> tuple[RuleSet, list[Problem]]:
        return load_compiled([path], VOCABULARY, frozenset(), tmp_path / "kept")

    return loaded


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "kept").glob("*"))


@pytest.mark.parametrize("path", [DATA, LIBRARY], ids=["good", "library"])
def test_what_is_kept_is_what_was_read_without_examples(
    load: Callable[..., tuple[RuleSet, list[Problem]]], tmp_path: Path, path: Path
) -> None:
    read, problems = load_rules([path], VOCABULARY)
    bare = replace(read, rules={id_: replace(rule, examples=()) for id_, rule in read.rules.items()}, facts={})
    assert load(path) == (bare, problems)
    assert len(kept(tmp_path)) == 1
    again = load(path)
    assert again == (bare, problems)
    assert again[0].sources == read.sources


@pytest.mark.parametrize("path", [DATA, LIBRARY], ids=["good", "library"])
def test_expressions_that_are_one_or_two_when_read_are_so_when_kept(
    load: Callable[..., tuple[RuleSet, list[Problem]]], path: Path
) -> None:
    read, kept_ = load(path)[0], load(path)[0]
    assert parts(read.rules) == parts(kept_.rules)


def parts(rules: Mapping[str, Rule]) -> list[int]:
    """The expressions of rules in a fixed order, each by the place where it came first."""
    seen: dict[int, int] = {}
    order: list[int] = []

    def walk(value: object) -> None:
        if isinstance(value, tuple):
            for item in value:
                walk(item)
        elif is_dataclass(value):
            if isinstance(value, tree.Node):
                order.append(seen.setdefault(id(value), len(seen)))
            for field in fields(value):
                walk(getattr(value, field.name))

    walk(tuple(rules.values()))
    return order


def test_a_changed_file_is_read_anew(load: Callable[..., tuple[RuleSet, list[Problem]]], tmp_path: Path) -> None:
    copy = Path(copytree(DATA, tmp_path / "rules"))
    load(copy)
    notice = copy / "us" / "notices" / "notice.yaml"
    notice.write_text(notice.read_text("utf-8").replace("severity: high", "severity: low"), "utf-8")
    ruleset, _ = load(copy)
    assert ruleset.rules["us.test.notice"].severity == "low"
    assert len(kept(tmp_path)) == 2


def test_rules_with_errors_are_not_kept(load: Callable[..., tuple[RuleSet, list[Problem]]], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("law: [", "utf-8")
    _, problems = load(tmp_path / "bad.yaml")
    assert problems
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "spoilt", ["", "{", "[]", '{"objects": [["Path", "/"]], "top": []}', '{"objects": [["Number"]], "top": [1, 2, 3]}']
)
def test_a_spoilt_file_is_left_aside(
    load: Callable[..., tuple[RuleSet, list[Problem]]], tmp_path: Path, spoilt: str
) -> None:
    first = load(DATA)
    (file,) = kept(tmp_path)
    file.write_text(spoilt, "utf-8")
    assert load(DATA) == first


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file", "utf-8")
    ruleset, problems = load_compiled([DATA], VOCABULARY, frozenset(), tmp_path / "kept")
    assert len(ruleset.rules) == 3
    assert not problems
