"""The twin and the SQL give the same answers on every example of the sixty hard duties."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from compliance_engine.engine.examples import Result, run_examples
from compliance_engine.engine.twin import Verdict, judge
from compliance_engine.engine.twin.example import world_of
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

SIXTY = Path(__file__).parents[3] / "docs" / "language-sixty.yaml"
NO_DATE = (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
"""Outcomes whose date says nothing: the SQL works it out all the same."""

Told = tuple[str, str, object]


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """The rules of the sixty duties that can be read; E-Verify's own calendar is one of a policy."""
    folder = tmp_path_factory.mktemp("sixty")
    for number, law in enumerate(SIXTY.read_text("utf-8").split("\n---\n")):
        (folder / f"{number:02}.yaml").write_text(law, "utf-8")
    return load_rules([folder], VOCABULARY, frozenset({"everify"}))[0]


@pytest.fixture(scope="module")
def results(sixty: RuleSet) -> list[Result]:
    """Every example in SQL."""
    return run_examples(sixty, [*sixty.rules.values(), *sixty.facts.values()])


def test_every_example_comes_out_as_it_says(results: list[Result]) -> None:
    assert len(results) > 380
    assert not [(r.rule.id, r.example.title, r.differences) for r in results if not r.passed]


def test_what_is_read_and_not_run_is_listed(sixty: RuleSet) -> None:
    section = SIXTY.with_suffix(".md").read_text("utf-8").split("## Read and not run")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
    text = SIXTY.read_text("utf-8")
    named = set(re.findall(r"^  (us\.[^:\s]+):$", text, re.MULTILINE))
    run = {rule.id for rule in sixty.rules.values() if rule.body is not None}
    assert listed == named - run - set(sixty.tables) - set(sixty.facts)


def test_same_as_sql(results: list[Result]) -> None:
    differ = []
    for result in results:
        mine, theirs = by_twin(judge(result.rule, world_of(result.rule, result.example, VOCABULARY))), by_sql(result)
        if len(mine) != len(theirs) or not all(map(same, mine, theirs)):
            differ.append((result.rule.id, result.example.title, mine, theirs))
    assert not differ


def same(mine: Told, theirs: Told) -> bool:
    """Where only some branches of a clock count hours, the SQL shows the day of the moment."""
    day = mine[2].date() if isinstance(mine[2], datetime) and not isinstance(theirs[2], datetime) else mine[2]
    return (*mine[:2], day) == theirs


def by_twin(verdicts: tuple[Verdict, ...]) -> list[Told]:
    days = [None if v.due is None else v.due.exact for v in verdicts]
    return [(v.instance, v.state.value, _day(v.outcome, day)) for v, day in zip(verdicts, days, strict=True)]


def by_sql(result: Result) -> list[Told]:
    return [(instance or "", state.value, _day(OUTCOME_OF[state], day)) for instance, state, day in result.found]


def _day(outcome: Outcome, day: object) -> object:
    """A date that counts; the ends of time stand for events that are open or never were."""
    counts = outcome not in NO_DATE and isinstance(day, date) and 1 < day.year < date.max.year
    return day if counts else None
