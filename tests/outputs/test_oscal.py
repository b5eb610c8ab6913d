"""Assessment results, held to NIST's schema."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid5

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs import oscal_items
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .conftest import Say
from .html.company import CANARIES, IDS, KEY

SCHEMA = Path(__file__).parent / "data/oscal_assessment-results_schema.json"
VIEWS = [
    View(),
    View("ids", KEY),
    View("ids"),
    View("all", KEY),
    View("all"),
    View(max_findings=2),
    View(max_findings=0),
]


def document(text: str) -> Any:
    return json.loads(text)["assessment-results"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_uuids_are_those_of_the_standard_library(name: str) -> None:
    assert oscal_items.uuid5(name) == str(uuid5(oscal_items.SPACE, name))


def everything(value: Any) -> list[tuple[str, Any]]:
    """All keys with their values, however deep."""
    if isinstance(value, list):
        return [pair for item in value for pair in everything(item)]
    if isinstance(value, dict):
        return [*value.items(), *(pair for item in value.values() for pair in everything(item))]
    return []


@pytest.mark.parametrize("view", VIEWS)
def test_it_is_what_the_public_schema_says(judged: Run, ordered: Run, say: Say, view: View) -> None:
    # Python has no classes of Unicode letters in its expressions; ASCII ones are stricter.
    text = SCHEMA.read_text("utf-8").replace(r"\\p{L}", "[A-Za-z]").replace(r"\\p{N}", "[0-9]")
    validator = jsonschema.Draft7Validator(json.loads(text))
    for run in (judged, ordered):
        validator.validate(json.loads(say(run, "oscal", view)))


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_referred_to_is_there_once(judged: Run, say: Say, view: View) -> None:
    whole = everything(document(say(judged, "oscal", view)))
    made = Counter([value for key, value in whole if key == "uuid"])
    assert set(made.values()) == {1}
    referred = {value for key, value in whole if key in ("observation-uuid", "risk-uuid")}
    referred |= {value[1:] for key, value in whole if key == "href" and value.startswith("#")}
    assert referred <= made.keys()


def test_findings_say_whether_an_objective_is_satisfied(judged: Run, say: Say) -> None:
    result = document(say(judged, "oscal", View(key=KEY)))["results"][0]
    status = Counter((f["target"]["status"]["state"], f["target"]["status"]["reason"]) for f in result["findings"])
    counts = judged.info.counts
    assert status["not-satisfied", "fail"] == counts[Outcome.VIOLATION] + counts[Outcome.WAIVED]
    assert status["not-satisfied", "other"] == counts[Outcome.UNKNOWN] > 0
    satisfied = {f["target"]["target-id"] for f in result["findings"] if f["target"]["status"]["state"] == "satisfied"}
    assert satisfied == {
        rule
        for rule in judged.rules
        if judged.info.of_rule(rule, Outcome.PASS)
        and not any(judged.info.of_rule(rule, each) for each in (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.WAIVED))
    }


def test_a_waiver_is_an_approved_deviation_and_what_is_due_has_its_days(judged: Run, say: Say) -> None:
    risks = document(say(judged, "oscal", View(key=KEY)))["results"][0]["risks"]
    waived = [risk for risk in risks if risk["status"] == "deviation-approved"]
    assert [risk["statement"].endswith("It is waived by payroll-1 until 2026-12-01.") for risk in waived] == [True]
    tasks = [task for risk in risks for remedy in risk.get("remediations", []) for task in remedy.get("tasks", [])]
    assert [task["timing"] for task in tasks] == [
        # Chicago begins its day six hours after UTC.
        {"within-date-range": {"start": "2026-11-17T06:00:00Z", "end": "2026-12-17T06:00:00Z"}}
    ]


def test_an_observation_points_at_the_row_of_a_file_that_is_named_with_its_hash(judged: Run, say: Say) -> None:
    whole = document(say(judged, "oscal", View(key=KEY)))
    evidence = whole["results"][0]["observations"][0]["relevant-evidence"][0]
    assert evidence["description"] == "record 2 of company/export/employees.csv"
    resource = next(r for r in whole["back-matter"]["resources"] if f"#{r['uuid']}" == evidence["href"])
    file = next(file for file in judged.info.inputs if file.path.endswith("employees.csv"))
    assert resource["rlinks"] == [
        {"href": "company/export/employees.csv", "hashes": [{"algorithm": "SHA-256", "value": file.sha256}]}
    ]


def test_days_that_oscal_has_no_word_for_are_left_out() -> None:
    assert [oscal_items.has_instant(day) for day in (None, date(197, 1, 1), date(2026, 1, 1), date(9999, 12, 31))] == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("redact", ["ids", "all"])
def test_nobody_can_be_told_from_it(judged: Run, say: Say, redact: Any) -> None:
    text = say(judged, "oscal", View(redact, KEY))
    assert [word for word in (*CANARIES, *IDS) if word in text] == []


def test_without_a_key_nothing_is_made_of_an_identifier(judged: Run, say: Say) -> None:
    result = document(say(judged, "oscal", View("ids")))["results"][0]
    assert all("subjects" not in observation for observation in result["observations"])
