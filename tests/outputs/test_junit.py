"""Test reports, held to the schema that Jenkins reads them by."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from compliance_engine.language.outcomes import State
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .conftest import ORDERS, Say
from .html.company import CANARIES, IDS, KEY

SCHEMA = Path(__file__).parent / "data/junit-10.xsd"
VIEWS = [View(), View("ids", KEY), View("ids"), View("all", KEY), View(max_findings=1)]


def suites(text: str) -> dict[str, ET.Element]:
    return {suite.get("name", ""): suite for suite in ET.fromstring(text.encode("utf-8"))}


def counted(suite: ET.Element) -> tuple[int, int, int, int]:
    return tuple(int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped"))  # type: ignore[return-value]


@pytest.mark.parametrize("per_subject", [False, True])
@pytest.mark.parametrize("view", VIEWS)
def test_it_is_what_the_schema_says_and_the_numbers_are_those_of_the_cases(
    judged: Run, ordered: Run, say: Say, view: View, per_subject: bool
) -> None:
    schema = xmlschema.XMLSchema(SCHEMA)
    for run in (judged, ordered):
        text = say(run, "junit", replace(view, per_subject=per_subject))
        schema.validate(ET.ElementTree(ET.fromstring(text.encode("utf-8"))))
        for suite in suites(text).values():
            kinds = ("failure", "error", "skipped")
            found = [sum(case.find(kind) is not None for case in suite.iter("testcase")) for kind in kinds]
            assert counted(suite) == (len(list(suite.iter("testcase"))), *found)


def test_a_suite_for_each_rule_with_one_case(judged: Run, say: Say) -> None:
    found = suites(say(judged, "junit", View()))
    assert set(found) == {"data", *judged.rules}
    assert all(counted(suite)[0] == 1 for suite in found.values())
    numbers = [judged.rules[rule].severity for rule in found if rule != "data"]
    assert numbers[0] == "critical"


def test_violations_fail_the_case_and_are_listed_in_it(judged: Run, say: Say) -> None:
    form = suites(say(judged, "junit", View(key=KEY)))["us.paper.form"]
    failure = form.find("testcase/failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("3 violations", "critical")
    first, *_, last = (failure.text or "").strip().splitlines()
    assert first.startswith("company/export/employees.csv:2: E-101/1: overdue: from 2026-10-05")
    assert "cannot be told: not known: employment_spell.start_date" in last, "listed too, behind the violations"


def test_what_cannot_be_told_is_an_error(judged: Run, say: Say) -> None:
    info = judged.info.model_copy(update={"by_rule": {"us.paper.form": {State.UNKNOWN: 1}}})
    form = suites(say(replace(judged, info=info), "junit", View()))["us.paper.form"]
    error = form.find("testcase/error")
    assert error is not None
    assert (error.get("type"), error.get("message")) == ("unknown", "1 result cannot be told")
    assert "not known: employment_spell.start_date" in (error.text or "")


def test_what_is_waived_is_skipped_with_the_waiver(judged: Run, say: Say) -> None:
    only_waived = {"us.paper.final-pay": {State.WAIVED: 1}}
    info = judged.info.model_copy(update={"by_rule": {**judged.info.by_rule, **only_waived}})
    skipped = suites(say(replace(judged, info=info), "junit", View()))["us.paper.final-pay"].find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "waived by payroll-1 until 2026-12-01"


def test_a_rule_that_decides_nothing_fails_nothing(judged: Run, say: Say) -> None:
    skipped = suites(say(judged, "junit", View()))["us.remembered.city"].find("testcase/skipped")
    assert skipped is not None
    assert (skipped.get("message") or "").startswith("Checked from memory only: 1 violation")


def test_what_is_wrong_with_the_data_is_an_error(judged: Run, say: Say) -> None:
    assert judged.info.data_findings
    assert counted(suites(say(judged, "junit", View()))["data"]) == (1, 0, 1, 0)


def test_a_rule_that_failed_or_was_not_run_is_no_pass(judged: Run, say: Say) -> None:
    update = {"errors": {"us.paper.age": "OutOfRange"}, "not_run": {"us.paper.form": "nobody is there"}, "by_rule": {}}
    found = suites(say(replace(judged, info=judged.info.model_copy(update=update)), "junit", View()))
    assert counted(found["us.paper.age"]) == (1, 0, 1, 0)
    assert counted(found["us.paper.form"]) == (1, 0, 0, 1)


def test_a_case_for_each_subject_on_request(judged: Run, say: Say) -> None:
    form = suites(say(judged, "junit", View(key=KEY, per_subject=True)))["us.paper.form"]
    names = [case.get("name") for case in form.iter("testcase")]
    assert names[0] == "1 E-101/1 company/export/employees.csv:2"
    assert len(set(names)) == len(names) == counted(form)[0]
    told = form.find("system-out")
    assert told is not None
    assert told.text == "1 pass, 3 violation, 1 unknown"


def test_what_is_cut_is_counted(judged: Run, say: Say) -> None:
    failure = suites(say(judged, "junit", View(max_findings=1)))["us.paper.form"].find("testcase/failure")
    assert failure is not None
    assert (failure.text or "").splitlines()[2] == "2 more"


def test_markup_in_a_record_is_text(ordered: Run, say: Say) -> None:
    text = say(ordered, "junit", View())
    assert ORDERS[2] in "".join(ET.fromstring(text.encode("utf-8")).itertext())


@pytest.mark.parametrize("per_subject", [False, True])
@pytest.mark.parametrize("redact", ["ids", "all"])
def test_nobody_can_be_told_from_it(judged: Run, say: Say, redact: Any, per_subject: bool) -> None:
    text = say(judged, "junit", View(redact, KEY, per_subject=per_subject))
    assert [word for word in (*CANARIES, *IDS) if word in text] == []


def test_what_the_baseline_has_fails_nothing(known: Run, say: Say) -> None:
    found = suites(say(known, "junit", View(key=KEY)))
    failure = found["us.paper.form"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "3 violations (2 in the baseline)"
    single = suites(say(known, "junit", View(key=KEY, per_subject=True)))["us.paper.form"]
    assert [case.find("failure") is not None for case in single.iter("testcase")].count(True) == 1
    assert counted(single) == (3, 1, 0, 2)
