"""The page of the example company in which much is wrong: the same numbers as the output for programs."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from compliance_engine.outputs import renderer
from compliance_engine.outputs.view import View
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

from .company import DAY, rendered

ROOT = Path(__file__).parents[3]
KEY = (ROOT / "policies/example/demo-key.txt").read_bytes().strip()


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs") / "bad"
    run, problems = evaluate([], ROOT / "policies/example", [ROOT / "fixtures/example/bad"], DAY, folder, explained=60)
    assert run is not None, problems
    return run


@pytest.fixture(scope="module")
def page(bad: Run) -> str:
    return rendered(bad, View(key=KEY))


@pytest.fixture(scope="module")
def told(bad: Run) -> Any:
    out = io.StringIO()
    renderer("json")(bad, View(key=KEY), out)
    return json.loads(out.getvalue())


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_the_counts_are_those_of_json(page: str, told: Any) -> None:
    shown = re.findall(r'<dt>[^<]*</dt><dd class="([a-z-]+)">([\d,]+)</dd>', page)
    assert {name: int(number.replace(",", "")) for name, number in shown} == told["counts"]


def test_the_findings_are_those_of_json(page: str, told: Any) -> None:
    shown = re.findall(r'data-outcome="([a-z-]+)" data-severity="([a-z]+)"[^>]* data-rule="([^"]+)"', page)
    wanted = [(f["outcome"], f["severity"], f["rule"]) for f in (*told["findings"], *told["pending"])]
    assert sorted(shown) == sorted(wanted)
    digits = set(re.findall(r"<code>(f-[0-9a-f]{8,})</code>", page))
    assert len(digits) == len(told["findings"]) + len(told["pending"])
    assert all(any(f["fingerprint"].startswith(d) for d in digits) for f in told["findings"])


def test_the_table_of_topics_adds_up_to_the_violations(page: str, told: Any) -> None:
    table = page.partition('<table class="matrix">')[2].partition("</table>")[0]
    assert sum(int(number) for number in re.findall(r"<b>(\d+)</b>", table)) == told["counts"]["violation"]
    assert sum(int(number) for number in re.findall(r">(\d+)</a>", table)) == told["counts"]["violation"]
    by_topic = [told["rule_texts"][f["rule"]] for f in told["findings"] if f["outcome"] == "violation"]
    owners = {card["topic"]: card["owner"] or "nobody named" for card in by_topic}
    shown = dict(re.findall(r'<tr><th scope="row">([a-z0-9-]+)</th><td>(?:<span class="none">)?([^<]+)</', table))
    assert shown == owners


def test_the_ages_are_those_of_the_open_violations(page: str, told: Any) -> None:
    still_open = ("overdue", "missing", "over-retained", "breach")
    late = [f for f in told["findings"] if f["state"] in still_open and f["due"] and f["due"] < "2026-11-22"]
    assert f"{len(late)} open violations past a due day." in page


def test_what_it_may_cost_is_the_fine_for_one_form_times_the_forms(page: str, told: Any) -> None:
    forms = [
        f
        for f in told["findings"]
        if f["outcome"] == "violation" and told["rule_texts"][f["rule"]]["exposure"] is not None
    ]
    assert f"${len(forms) * 288:,} to ${len(forms) * 2861:,}" in text_of(page)
    assert "What it is not: a forecast" in page


def test_of_what_cannot_be_told_the_page_says_what_to_supply_and_not_how_to_mend_a_breach(page: str) -> None:
    unknown = [part for part in page.split("<details ") if 'data-outcome="unknown"' in part]
    forms = [part for part in unknown if 'data-rule="us.i9.retention"' in part]
    assert forms
    assert all("Supply or correct employment_spell." in part and "Restore the form" not in part for part in forms)


def test_a_closed_day_that_moved_a_deadline_is_named(page: str) -> None:
    late = next(part for part in page.split("<details ") if "E1020/1" in part and "us.i9.section2" in part)
    assert "closed: Tue 2025-11-11" in late
    assert "trigger 2025-11-10, due 2025-11-14, done 2025-11-17" in late


def test_what_is_not_explained_in_the_run_names_its_command(page: str, told: Any) -> None:
    number = len(told["findings"]) + len(told["pending"])
    assert page.count("compliance explain f-") == number - 60
