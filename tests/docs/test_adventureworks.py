"""docs/adventureworks.md says what a run over the sample data finds, rule by rule."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from compliance_engine.cli.main import run

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "adventureworks_hr"
PAGE = (ROOT / "docs" / "adventureworks.md").read_text("utf-8")
FOUND = re.compile(r"^\| `(?P<rule>[^`]+)` \| (?P<state>[a-z-]+) \| (?P<number>\d+) \|$", re.MULTILINE)
UNKNOWN = re.compile(r"^\| `(?P<rule>[^`]+)` \| (?P<number>\d+) \| (?P<facts>[^|]+) \|$", re.MULTILINE)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the sample data are not beside the repository")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, transcripts: ModuleType) -> dict[str, Any]:
    """The run as JSON, by the policy that the page shows."""
    folder = tmp_path_factory.mktemp("adventureworks")
    (policy,) = (step for step in transcripts.steps(PAGE) if isinstance(step, transcripts.Made))
    transcripts.make(policy, folder)
    arguments = ["check", str(DATA), "--policy", str((folder / policy.path).parent), "--as-of", "2026-11-22", "-q"]
    assert run([*arguments, "-o", f"json={folder / 'told.json'}"]) == 1
    loaded: dict[str, Any] = json.loads((folder / "told.json").read_text("utf-8"))
    return loaded


def test_the_violations_are_those_of_the_page(told: dict[str, Any]) -> None:
    states = [(rule, state, n) for rule, counts in told["by_rule"].items() for state, n in counts.items()]
    bad = {(rule, state, n) for rule, state, n in states if state in ("breach", "missing", "overdue", "met-late")}
    assert {(m["rule"], m["state"], int(m["number"])) for m in FOUND.finditer(PAGE)} == bad
    assert told["counts"]["violation"] == sum(n for *_, n in bad)


def test_what_cannot_be_told_is_that_of_the_page_for_the_same_reasons(told: dict[str, Any]) -> None:
    causes = defaultdict(set)
    for cause in told["causes"]:
        causes[cause["rule"]].add(cause["fact"])
    unknown = {rule: counts["unknown"] for rule, counts in told["by_rule"].items() if counts.get("unknown")}
    said = {m["rule"]: (int(m["number"]), set(re.findall("`([^`]+)`", m["facts"]))) for m in UNKNOWN.finditer(PAGE)}
    assert said == {rule: (n, causes[rule]) for rule, n in unknown.items()}
    assert told["counts"]["unknown"] == sum(unknown.values())


def test_the_one_finding_about_the_data_is_that_nobody_has_a_place(told: dict[str, Any]) -> None:
    assert [(f["kind"], f["count"]) for f in told["data_findings"]] == [("person-without-place", 296)]
    assert "(296 rows)" in PAGE


def test_the_numbers_in_the_sentences_hold(told: dict[str, Any]) -> None:
    assert f"{told['counts']['pass']:,} results are" in PAGE
    passed = {rule for rule, counts in told["by_rule"].items() if counts.get("compliant")}
    assert all(rule.startswith(("us.ssn.", "us.address.")) for rule in passed)
    assert told["by_rule"]["us.i9.section2.short-job"] == {"conditions": 290}
    assert list(told["not_run"].values()) == ["nobody is there"] * 20
