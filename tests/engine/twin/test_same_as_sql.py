"""The twin and the SQL give the same answers on every example of the sixty hard duties."""

from datetime import date, datetime
from pathlib import Path

import pytest

from compliance_engine.engine.examples import Result, run_examples
from compliance_engine.engine.twin import Verdict, judge
from compliance_engine.engine.twin.example import world_of
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

SIXTY = Path(__file__).parents[3] / "docs" / "language-sixty.yaml"
NO_DATE = (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
"""Outcomes whose date says nothing: the SQL works it out all the same."""

Told = tuple[str, str, object]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """Every example that the SQL answers as it says."""
    folder = tmp_path_factory.mktemp("sixty")
    for number, law in enumerate(SIXTY.read_text("utf-8").split("\n---\n")):
        (folder / f"{number:02}.yaml").write_text(law, "utf-8")
    rules, _ = load_rules([folder], VOCABULARY)
    return [result for result in run_examples(rules, list(rules.rules.values())) if result.passed]


def test_same_as_sql(results: list[Result]) -> None:
    assert len(results) > 300
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
