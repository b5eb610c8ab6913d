"""`check --baseline` and `--write-baseline`: what is known is counted and shown, and only what is new decides."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode

Compliance = Callable[..., Any]
TODAY = "2026-11-22"
EMPLOYEES = Path("export/employees.csv")


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(copied(tmp_path / "company"))
    with freeze_time(f"{TODAY}T18:00:00Z"):
        yield


def check(compliance: Compliance, *flags: object) -> Any:
    return compliance("check", "export", "--policy", "policy", "-q", "-o", "json", "--redact", "none", *flags)


def written(compliance: Compliance, *flags: object) -> list[dict[str, Any]]:
    done = check(compliance, "--write-baseline", "known.jsonl", *flags)
    assert Path("known.jsonl").exists(), done.err
    return [json.loads(line) for line in Path("known.jsonl").read_text("utf-8").splitlines()]


def against(compliance: Compliance, *flags: object) -> tuple[int, dict[str, Any]]:
    done = check(compliance, "--baseline", "known.jsonl", *flags)
    return done.code, json.loads(done.out)


def test_what_is_written_is_sorted_says_rule_and_day_and_nobody(compliance: Compliance) -> None:
    head, *lines = written(compliance)
    assert head == {"entry": "baseline", "format_version": "1.0", "as_of": TODAY, "key": head["key"]}
    found = json.loads(check(compliance).out)["findings"]
    covered = [f for f in found if f["outcome"] in ("violation", "unknown")]
    prints = [line["fingerprint"] for line in lines]
    assert prints == sorted(f["fingerprint"] for f in covered)
    assert {(line["rule"], line["since"]) for line in lines} == {(f["rule"], TODAY) for f in covered}
    text = Path("known.jsonl").read_text("utf-8")
    assert not any(word in text for word in ("E-10", "handbook-secret", "W-1", "export"))


def test_with_everything_known_the_exit_code_is_0_and_all_is_counted_and_marked(compliance: Compliance) -> None:
    assert check(compliance).code == ExitCode.FOUND
    written(compliance)
    code, told = against(compliance)
    assert code == ExitCode.OK
    assert told["counts"]["violation"] > 0
    assert {f["known"] for f in told["findings"] if f["outcome"] == "violation"} == {True}
    assert told["baseline"]["gone"] == []


def test_a_new_violation_decides_and_comes_first(compliance: Compliance) -> None:
    written(compliance)
    change(Path("export/i9.csv"), "E-102,2026-10-05,2026-10-06", "E-102,2026-10-05,2026-10-30")
    code, told = against(compliance)
    assert code == ExitCode.FOUND
    assert next((f["subject"], f["known"]) for f in told["findings"]) == ("E-102/1", False)
    shown = compliance("check", "export", "--policy", "policy", "-q", "--baseline", "known.jsonl").out
    assert shown.index("E-102/1") < shown.index("E-101/1")
    assert "(in the baseline)" in next(line for line in shown.splitlines() if "  E-101/1" in line)
    assert "Against the baseline of 2026-11-22: 1 violations new" in shown


def test_a_known_unknown_is_covered_and_does_not_cover_a_violation(compliance: Compliance) -> None:
    change(EMPLOYEES, "E-101,2026-10-05,2026-10-05", "E-101,2026-10-05,soon")
    assert any(line.get("outcome") == "unknown" for line in written(compliance))
    code, told = against(compliance)
    assert code == ExitCode.OK
    assert told["counts"]["unknown"] > 0
    change(EMPLOYEES, "E-101,2026-10-05,soon", "E-101,2026-10-05,2026-10-05")
    code, told = against(compliance)
    assert code == ExitCode.FOUND
    assert ("E-101/1", False) in [(f["subject"], f["known"]) for f in told["findings"]]


def test_findings_about_the_data_are_known_up_to_as_many_rows(compliance: Compliance) -> None:
    change(EMPLOYEES, "E-101,2026-10-05,2026-10-05", "E-101,2026-10-05,soon")
    assert [line["rows"] for line in written(compliance) if line["entry"] == "data"] == [1]
    assert against(compliance, "--fail-on", "never")[0] == ExitCode.OK
    change(EMPLOYEES, "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,later")
    assert against(compliance, "--fail-on", "never")[0] == ExitCode.INCOMPLETE
    written(compliance)
    assert against(compliance)[0] == ExitCode.OK


def test_what_a_guard_finds_is_never_known(compliance: Compliance) -> None:
    policy = Path("policy/policy.yaml")
    change(policy, "i9: {complete_from: 2020-01-01}", "i9: {complete_from: 2020-01-01, max_age: 1 days}")
    assert not any(line.get("kind") == "stale-extract" for line in written(compliance))
    code, told = against(compliance)
    assert [wrong["kind"] for wrong in told["data_findings"]] == ["stale-extract"]
    assert code == ExitCode.INCOMPLETE


def test_what_is_not_there_any_more_is_told_and_left_out_when_it_is_written_anew(compliance: Compliance) -> None:
    before = {line.get("fingerprint") for line in written(compliance)}
    change(Path("export/i9.csv"), "E-104,2026-10-05,2026-10-30", "E-104,2026-10-05,2026-10-06")
    code, told = against(compliance)
    (gone,) = told["baseline"]["gone"]
    assert code == ExitCode.OK
    assert gone["rule"] == "us.paper.form"
    text = compliance("check", "export", "--policy", "policy", "-q", "--baseline", "known.jsonl").out
    assert "1 known finding can be removed from the baseline: us.paper.form 1" in text
    after = {line.get("fingerprint") for line in written(compliance, "--baseline", "known.jsonl")}
    assert before - after == {gone["fingerprint"]}


def test_since_is_the_day_on_which_it_was_first_known(compliance: Compliance) -> None:
    written(compliance)
    with freeze_time("2026-12-20T18:00:00Z"):
        lines = written(compliance, "--baseline", "known.jsonl")
    days = {(line["rule"], line["since"]) for line in lines[1:]}
    assert ("us.paper.form", TODAY) in days
    assert lines[0]["as_of"] == "2026-12-20"
    assert any(since == "2026-12-20" for _, since in days)


def test_rules_that_are_not_evaluated_keep_what_is_known_of_them(compliance: Compliance) -> None:
    lines = written(compliance)
    code, told = against(compliance, "--select", "us.paper.final-pay")
    assert (code, told["baseline"]["gone"]) == (ExitCode.OK, [])
    assert written(compliance, "--baseline", "known.jsonl", "--select", "us.paper.final-pay") == lines


def test_the_same_baseline_of_the_same_run_and_a_report_shows_it_too(compliance: Compliance) -> None:
    first = written(compliance)
    assert written(compliance) == first
    checked = check(compliance, "--baseline", "known.jsonl")
    shown = compliance("report", "--policy", "policy", "-o", "json", "--redact", "none", "--exit-code")
    assert (shown.out, shown.code) == (checked.out, ExitCode.OK)


@pytest.mark.parametrize("flag", ["--baseline", "--write-baseline"])
def test_without_a_key_it_is_refused(compliance: Compliance, flag: str) -> None:
    written(compliance)
    change(Path("policy/policy.yaml"), "key_file: key.txt\n", "")
    refused = check(compliance, flag, "known.jsonl")
    assert refused.code == ExitCode.INVALID
    assert "without a key" in refused.err
    assert refused.out == ""


def test_a_baseline_of_another_key_is_refused(compliance: Compliance) -> None:
    written(compliance)
    Path("policy/key.txt").write_text("another key, which is long enough too")
    refused = check(compliance, "--baseline", "known.jsonl")
    assert refused.code == ExitCode.INVALID
    assert "another key" in refused.err


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{}\n", ":1:1"),
        ("", ":1:1"),
        ('{"entry":"finding","fingerprint":"f-12"}\n', ":1:1"),
    ],
)
def test_a_broken_baseline_is_refused_with_its_line(compliance: Compliance, text: str, where: str) -> None:
    Path("known.jsonl").write_text(text)
    refused = check(compliance, "--baseline", "known.jsonl")
    assert refused.code == ExitCode.INVALID
    assert f"known.jsonl{where}" in refused.err


def test_a_run_that_is_not_of_today_may_not_write_one(compliance: Compliance) -> None:
    for day in ("2026-11-21", "2026-11-23"):
        refused = check(compliance, "--as-of", day, "--write-baseline", "known.jsonl")
        assert refused.code == ExitCode.INVALID
        assert "today" in refused.err
        assert not Path("known.jsonl").exists()
    assert check(compliance, "--as-of", TODAY, "--write-baseline", "known.jsonl").code == ExitCode.FOUND
