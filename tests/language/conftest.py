"""Rule files written as text in the tests, loaded as files are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.problems import Level, Problem
from compliance_engine.records.types import VOCABULARY

HEAD = """\
law: A law for tests
jurisdiction: us
authority: 1 Test Code 1
checked: {on: 2026-11-22, by: text}
"""


@dataclass(frozen=True)
class Loaded:
    """What came of the files of a test."""

    ruleset: RuleSet
    problems: list[Problem]

    @property
    def errors(self) -> list[str]:
        """`code line:column word` of each error, with the suggestion if there is one."""
        return [self._short(p) for p in self.problems if p.level is Level.ERROR]

    @property
    def warnings(self) -> list[str]:
        return [self._short(p) for p in self.problems if p.level is Level.WARNING]

    @property
    def rule(self) -> Rule:
        assert not self.errors, [p.message for p in self.problems]
        (rule,) = self.ruleset.rules.values()
        return rule

    def _short(self, p: Problem) -> str:
        """The code, the text that is pointed at, and the suggestion."""
        shown = p.code
        if p.position is not None:
            lines = self.ruleset.sources[p.position.file].split("\n")
            line = lines[p.position.line - 1] if p.position.line <= len(lines) else ""
            shown += " @ " + line[p.position.column - 1 : p.position.column - 1 + p.position.length]
        return shown + (f" → {p.suggestion}" if p.suggestion else "")


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Loaded]:
    """Load texts as rule files: `load(text)`, or `load(**{name: text})` for several."""

    def loaded(text: str = "", **files: str) -> Loaded:
        for name, content in {**({"file": text} if text else {}), **files}.items():
            (tmp_path / f"{name}.yaml").write_text(dedent(content), "utf-8")
        return Loaded(*load_rules([tmp_path], VOCABULARY))

    return loaded


@pytest.fixture
def load_rule(load: Callable[..., Loaded]) -> Callable[[str], Loaded]:
    """Load one rule, `us.test`, of which only what matters is written; an example is added unless there is one."""

    def loaded(keys: str) -> Loaded:
        keys = dedent(keys).strip("\n")
        for key, value in (("title", "A test"), ("cite", "1(a)"), ("fix", "Do it."), ("about", "employment_spell")):
            if f"\n{key}:" not in f"\n{keys}":
                keys = f"{key}: {value}\n{keys}"
        if "examples:" not in keys:
            keys += "\nexamples: [{title: nothing known, as_of: 2025-01-01, expect: unknown}]"
        return load(HEAD + "rules:\n  us.test:\n" + indent(keys, "    ") + "\n")

    return loaded
