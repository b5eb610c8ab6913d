"""The JSON of a run: what its schema says, and nothing that redaction hides."""

import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest

from compliance_engine.outputs import BINARY, FORMATS, byte_renderer, renderer
from compliance_engine.outputs.schema import schema
from compliance_engine.outputs.view import Redact, View
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

COMPANY = Path(__file__).parents[1] / "runs/data"
KEY = (COMPANY / "policy/key.txt").read_bytes().strip()
DAY = date(2026, 11, 22)
IDS = ("E-101", "E-102", "E-103", "E-104", "W-1", "W-2", "handbook-secret")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose waiver has no id of its own, so that it is called by its subject."""
    company = shutil.copytree(COMPANY, tmp_path_factory.mktemp("company"), dirs_exist_ok=True)
    policy = company / "policy/policy.yaml"
    policy.write_text(policy.read_text().replace("{id: payroll-1, rule:", "{rule:"))
    run, problems = evaluate([], company / "policy", [company / "export"], DAY, company / "run")
    assert run is not None, problems
    return run


def rendered(run: Run, view: View, form: str = "json") -> str:
    if form in BINARY:
        content = io.BytesIO()
        byte_renderer(form)(run, view, content)
        with ZipFile(content) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    out = io.StringIO()
    renderer(form)(run, view, out)
    return out.getvalue()


def said(run: Run, view: View) -> Any:
    return json.loads(rendered(run, view))


@pytest.mark.parametrize("view", [View(), View("ids", KEY), View("all", KEY), View("ids"), View(max_findings=1)])
def test_it_is_what_its_schema_says(kept: Run, view: View) -> None:
    published = schema()
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(said(kept, view), published)


def test_the_schema_refuses_what_is_not_in_it(kept: Run) -> None:
    wrong = said(kept, View())
    wrong["findings"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


def test_findings_come_worst_first_with_their_fingerprints(kept: Run) -> None:
    found = said(kept, View(key=KEY))
    assert [(f["severity"], f["rule"], f["subject"], f["state"]) for f in found["findings"]] == [
        ("critical", "us.paper.form", "E-101/1", "overdue"),
        ("critical", "us.paper.form", "E-103/1", "overdue"),
        ("critical", "us.paper.form", "E-104/1", "met-late"),
        ("high", "us.remembered.city", "W-2", "breach"),
        ("medium", "us.paper.handbook", "E-101/1", "overdue"),
        ("low", "us.paper.final-pay", "E-102/1", "waived"),
    ]
    assert [(f["due"], f["instance"]) for f in found["pending"]] == [("2026-12-17", "handbook-secret 7")]
    assert len({f["fingerprint"] for f in found["findings"]}) == 6


def test_a_list_that_is_cut_says_by_how_much(kept: Run) -> None:
    found = said(kept, View(max_findings=4))
    assert (len(found["findings"]), found["findings_total"], found["findings_left_out"]) == (4, 6, 2)


def test_nothing_found_is_an_empty_list(tmp_path: Path) -> None:
    run, _ = evaluate([COMPANY / "rules/remembered.yaml"], None, [tmp_path], DAY, tmp_path / "run")
    assert run is not None
    found = said(run, View())
    assert (found["findings"], found["pending"], found["findings_total"]) == ([], [], 0)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("redact", ["ids", "all"])
@pytest.mark.parametrize("key", [KEY, None])
def test_no_output_shows_an_id_that_redaction_hides(kept: Run, form: str, redact: Redact, key: bytes | None) -> None:
    text = rendered(kept, View(redact, key, verbose=True), form)
    assert [id_ for id_ in IDS if id_ in text] == []
    assert [id_ for id_ in IDS if id_ in rendered(kept, View("none", key, verbose=True), form)] != []


def test_hashed_ids_can_be_matched_within_a_key_and_not_across_keys(kept: Run) -> None:
    one, again, other = (said(kept, View("ids", key))["findings"] for key in (KEY, KEY, b"another key of the tests"))
    assert one == again
    assert one[0]["subject"].startswith("s-")
    assert {f["subject"] for f in one}.isdisjoint(f["subject"] for f in other)


def test_file_and_row_stay_when_ids_go_and_go_with_all(kept: Run) -> None:
    first = said(kept, View("ids", KEY))["findings"][0]
    assert (Path(first["file"]).name, first["record"]) == ("employees.csv", 2)
    first = said(kept, View("all", KEY))["findings"][0]
    assert (first["subject"], first["file"], first["record"]) == (None, None, None)


def test_without_a_key_nothing_stands_for_an_id(kept: Run) -> None:
    first = said(kept, View("ids"))["findings"][0]
    assert (first["subject"], first["fingerprint"], first["record"]) == (None, None, 2)


def test_a_late_finding_says_when_it_was_done(kept: Run) -> None:
    late = next(finding for finding in said(kept, View())["findings"] if finding["state"] == "met-late")
    assert (late["due"], late["done"], late["lacks"]) == ("2026-10-08", "2026-10-30", [])


def test_what_cannot_be_told_says_which_facts_it_lacks(tmp_path: Path) -> None:
    company = shutil.copytree(COMPANY, tmp_path / "company")
    with (company / "export/employees.csv").open("a") as stream:
        stream.write("E-105,2026-10-05,2026-02-30,,,W-1\n")
    run, problems = evaluate([], company / "policy", [company / "export"], DAY, company / "run")
    assert run is not None, problems
    unknown = {f["rule"]: f["lacks"] for f in said(run, View())["findings"] if f["outcome"] == "unknown"}
    assert "employment_spell.start_date" in unknown["us.paper.form"]
