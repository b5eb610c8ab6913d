"""`compliance doctor`: versions, where each setting comes from, and what is wrong; it writes nothing."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode

Compliance = Callable[..., Any]
KEY = Path("policy/key.txt")


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied(tmp_path / "company"))
    for name in [name for name in os.environ if name.startswith("COMPLIANCE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COMPLIANCE_CACHE", str(tmp_path / "cache"))
    KEY.chmod(0o600)


def told(compliance: Compliance, *flags: object) -> tuple[int, dict[str, dict[str, Any]]]:
    done = compliance("doctor", "-o", "json", *flags)
    return done.code, {found["what"]: found for found in json.loads(done.out)["findings"]}


def test_in_good_order_it_is_0_and_tells_versions_and_settings(compliance: Compliance) -> None:
    code, found = told(compliance, "--policy", "policy")
    assert code == ExitCode.OK
    assert {"compliance-engine", "python", "duckdb", "rule library"} <= found.keys()
    assert found["case engine"]["value"].startswith("none: cases")
    assert (found["policy"]["value"], found["policy"]["source"]) == ("Test company in policy", "flag")
    assert (found["time zone"]["value"], found["time zone"]["source"]) == ("America/Chicago", "policy")
    assert found["as-of date"]["source"] == "today in the time zone"
    assert found["rules"]["value"].startswith("4 of version")
    assert found["rules"]["source"] == "policy"
    assert (found["source profile"]["value"], found["source profile"]["source"]) == ("spreadsheet", "default")


def test_of_each_setting_it_says_where_it_comes_from(compliance: Compliance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLIANCE_POLICY", "policy")
    monkeypatch.setenv("COMPLIANCE_AS_OF", "2026-01-31")
    _, found = told(compliance, "--profile", "spreadsheet", "--select", "us.paper.*")
    sources = {what: found[what]["source"] for what in ("policy", "as-of date", "source profile", "select")}
    assert sources == {
        "policy": "environment", "as-of date": "environment", "source profile": "flag", "select": "flag",
    }  # fmt: skip
    assert found["rules"]["value"].startswith("3 of version")
    assert found["COMPLIANCE_AS_OF"]["value"] == "2026-01-31"


def test_a_key_that_others_can_read_is_wrong(compliance: Compliance) -> None:
    KEY.chmod(0o644)
    done = compliance("doctor", "--policy", "policy")
    assert done.code == ExitCode.FOUND
    assert "WRONG  key file" in done.out
    assert "chmod 600 policy/key.txt" in done.out
    assert "1 thing wrong.\n" in done.out
    assert KEY.read_text("utf-8").strip() not in done.out


def test_a_key_that_is_not_there_and_a_policy_that_cannot_be_read_are_wrong(compliance: Compliance) -> None:
    KEY.unlink()
    code, found = told(compliance, "--policy", "policy")
    assert (code, found["key file"]["judgement"]) == (ExitCode.FOUND, "wrong")
    change(Path("policy/policy.yaml"), "time_zone: America/Chicago", "time_zone: Chicago")
    code, found = told(compliance, "--policy", "policy")
    assert (code, found["policy"]["judgement"]) == (ExitCode.FOUND, "wrong")


def test_rules_that_cannot_be_read_are_wrong(compliance: Compliance) -> None:
    change(Path("rules/paperwork.yaml"), "kind: deadline", "kind: deadlin")
    code, found = told(compliance, "--policy", "policy")
    assert (code, found["rules"]["judgement"]) == (ExitCode.FOUND, "wrong")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_runs_that_could_not_be_kept_are_wrong(compliance: Compliance) -> None:
    Path("policy").chmod(0o500)
    code, found = told(compliance, "--policy", "policy")
    Path("policy").chmod(0o700)
    assert (code, found["runs are kept in"]["judgement"]) == (ExitCode.FOUND, "wrong")


def test_a_file_where_runs_should_be_is_wrong(compliance: Compliance) -> None:
    Path("policy/runs").write_text("no folder")
    code, found = told(compliance, "--policy", "policy")
    assert (code, found["runs are kept in"]["judgement"]) == (ExitCode.FOUND, "wrong")


def test_nothing_is_written(compliance: Compliance, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    told(compliance, "--policy", "policy")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_wrong_output_is_refused(compliance: Compliance) -> None:
    assert compliance("doctor", "-o", "xml").code == ExitCode.INVALID
