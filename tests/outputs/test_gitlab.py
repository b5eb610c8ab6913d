"""Code Quality reports, as GitLab asks for them."""

import json
from typing import Any

import jsonschema
import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .conftest import Say
from .html.company import CANARIES, IDS, KEY

ISSUES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}
"""The keys that GitLab's documentation requires of a report."""


@pytest.mark.parametrize(
    "view", [View(), View("ids", KEY), View("ids"), View("all", KEY), View("all"), View(max_findings=0)]
)
def test_it_has_what_gitlab_asks_for_and_no_fingerprint_twice(judged: Run, say: Say, view: View) -> None:
    issues = json.loads(say(judged, "gitlab", view))
    jsonschema.validate(issues, ISSUES)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    listed = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR)
    assert len(issues) == (0 if view.max_findings == 0 else sum(judged.info.counts[each] for each in listed))


def test_severities_are_gitlabs_words(judged: Run, say: Say) -> None:
    issues = json.loads(say(judged, "gitlab", View()))
    severities = {
        (issue["check_name"], "cannot be told" in issue["description"]): issue["severity"] for issue in issues
    }
    assert severities["us.paper.form", False] == "blocker"
    assert severities["us.paper.form", True] == "minor"
    assert severities["us.paper.age", False] == "major"
    assert severities["us.remembered.city", False] == "info"


def test_an_issue_is_at_the_row_of_its_subject(judged: Run, say: Say) -> None:
    first = json.loads(say(judged, "gitlab", View()))[0]
    assert first["location"] == {"path": "company/export/employees.csv", "lines": {"begin": 2}}


@pytest.mark.parametrize("redact", ["ids", "all"])
def test_nobody_can_be_told_from_it(judged: Run, say: Say, redact: Any) -> None:
    text = say(judged, "gitlab", View(redact, KEY))
    assert [word for word in (*CANARIES, *IDS) if word in text] == []
