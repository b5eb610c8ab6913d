"""Waivers in a file of their own: read whole or not at all, with every problem at its place."""

from datetime import date
from pathlib import Path

import pytest

from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.waivers import WaiverFile, check_waivers, load_waivers, waivers_on
from compliance_engine.problems import Problem
from compliance_engine.records.types import VOCABULARY

RULES = Path(__file__).parent / "data" / "good"
GRANTED = "reason: closed, owner: HR, approved_by: counsel, approved_on: 2026-03-02, expires_on: 2026-06-30"
FILE = f"""\
waivers:
  - {{rule: us.test.notice, subject: E-1042/1, {GRANTED}}}
  - {{id: spring, rule: us.test.notic, {GRANTED}}}
"""


def load(folder: Path, text: str) -> tuple[WaiverFile | None, list[Problem]]:
    (folder / "waivers.yaml").write_text(text, "utf-8")
    return load_waivers(folder / "waivers.yaml")


def test_a_file_of_waivers_is_read_like_those_of_a_policy(tmp_path: Path) -> None:
    found, problems = load(tmp_path, FILE)
    assert problems == []
    assert found is not None
    assert [(w.id, w.subject) for w in found.waivers] == [("us.test.notice/E-1042/1", "E-1042/1"), ("spring", None)]
    assert len(found.sha256) == 64


def test_a_waiver_for_no_rule_is_shown_where_it_names_it(tmp_path: Path) -> None:
    ruleset, _ = load_rules([RULES], VOCABULARY)
    found, _ = load(tmp_path, FILE)
    assert found is not None
    (problem,) = check_waivers(found.waivers, ruleset)
    assert (problem.code, problem.suggestion) == ("unknown-name", "us.test.notice")
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (3, 24)


@pytest.mark.parametrize(
    ("day", "holds"),
    [(date(2026, 3, 1), 0), (date(2026, 3, 2), 2), (date(2026, 6, 30), 2), (date(2026, 7, 1), 0)],
)
def test_it_holds_from_approval_through_its_last_day(tmp_path: Path, day: date, holds: int) -> None:
    found, _ = load(tmp_path, FILE)
    assert found is not None
    holding, notes = waivers_on(found.waivers, day)
    assert (len(holding), len(notes)) == (holds, 2 - holds)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty-file", 1),
        ("waivers: [{rule: us.a}]", "missing-key", 1),
        ("waiver: []", "unknown-key", 1),
        ("waivers:\n  - {", None, None),
        (FILE.replace("2026-06-30", "2026-02-30"), "not-a-date", 2),
        (FILE.replace("2026-06-30", "2026-03-01"), "value-order", 2),
        (
            FILE.replace("id: spring, rule: us.test.notic,", "rule: us.test.notice, subject: E-1042/1,"),
            "duplicate-id",
            3,
        ),
        (FILE.replace("subject: E-1042/1", "subject: a, finding: b"), "wrong-type", 2),
    ],
)
def test_a_file_with_a_problem_gives_no_waiver(tmp_path: Path, text: str, code: str | None, line: int | None) -> None:
    found, problems = load(tmp_path, text)
    assert found is None
    assert problems
    assert all(problem.position is not None for problem in problems)
    if code is not None:
        assert code in {problem.code for problem in problems if problem.position and problem.position.line == line}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found, (problem,) = load_waivers(tmp_path / "none.yaml")
    assert (found, problem.code) == (None, "unreadable-file")
