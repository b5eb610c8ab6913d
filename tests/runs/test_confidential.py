"""Which of the shipped rules calendars do not name."""

from pathlib import Path

import pytest

from compliance_engine.data import rules_folder
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.confidential import is_confidential


@pytest.fixture(scope="module")
def confidential() -> set[str]:
    ruleset, _ = load_rules([rules_folder() / "us" / file for file in FILES], VOCABULARY, known_calendars())
    assert ruleset.rules
    return {id_ for id_, rule in ruleset.rules.items() if is_confidential(rule, VOCABULARY)}


FILES = (Path("i9.yaml"), Path("i9-papers.yaml"), Path("new-hire-reporting.yaml"))


def test_a_duty_about_somebodys_right_to_work_is(confidential: set[str]) -> None:
    assert "us.i9.reverification" in confidential


def test_a_duty_that_everybody_has_is_not_though_it_reads_such_a_record(confidential: set[str]) -> None:
    assert not confidential & {"us.i9.section1", "us.i9.section2", "us.new-hire-report"}
