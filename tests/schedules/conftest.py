"""Rules out of a schedule, as a company would get them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from compliance_engine.engine.testing import run
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.problems import Problem, has_errors
from compliance_engine.records.types import VOCABULARY
from compliance_engine.schedules.planned import Became, account, file_of, plan_rules
from compliance_engine.schedules.read import read_schedule
from compliance_engine.schedules.rules_text import Heading

HEADING = Heading("Retention schedule of the example company", "schedule.csv", "org.schedule", date(2026, 11, 22))


@dataclass(frozen=True)
class Made:
    """What a schedule became."""

    became: list[Became]
    rules: RuleSet
    account: str

    def column(self, name: str) -> dict[str, str]:
        """One column of the account, by the number of the series."""
        return {row["series_id"]: row[name] for row in csv.DictReader(io.StringIO(self.account))}


Make = Callable[[str | bytes], Made]


def loaded(text: str, folder: Path) -> RuleSet:
    """The rules of a file without an error."""
    file = folder / "rules.yaml"
    file.write_text(text, "utf-8")
    rules, problems = load_rules([file], VOCABULARY, frozenset())
    assert not has_errors(problems)
    return rules


def read_problems(content: str) -> list[Problem]:
    """What is wrong with a schedule."""
    return read_schedule(content.encode(), "schedule.csv")[1]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make rules of the text of a schedule; their examples must come out."""

    def made(content: str | bytes) -> Made:
        raw = content.encode() if isinstance(content, str) else content
        series, problems = read_schedule(raw, "schedule.csv")
        assert problems == []
        became = plan_rules(series, HEADING.prefix)
        rules = loaded(file_of(HEADING, became), tmp_path)
        tested = run(rules, list(rules.rules.values()))
        assert [failure.differences for failure in tested.failures] == []
        assert tested.bare == ()
        return Made(became, rules, account(HEADING, became))

    return made
