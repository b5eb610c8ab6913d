"""`compliance report`: any output of a kept run, the same bytes as check wrote."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.outputs import FORMATS

Compliance = Callable[..., Any]
RUN = Path("policy/runs/2026-11-22-1")


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied(tmp_path / "company"))


def kept(compliance: Compliance, *flags: object, as_of: str = "2026-11-22") -> Any:
    return compliance("check", "export", "--policy", "policy", "--as-of", as_of, "-q", *flags)


def report(compliance: Compliance, *flags: object) -> Any:
    return compliance("report", *flags, "--policy", "policy")


def test_every_format_is_what_check_wrote_though_the_records_are_gone(compliance: Compliance) -> None:
    def into(folder: str) -> list[str]:
        Path(folder).mkdir()
        return [word for n, form in enumerate(FORMATS) for word in ("-o", f"{form}={folder}/{n}")]

    kept(compliance, *into("check"))
    for file in Path("export").iterdir():
        file.unlink()
    assert report(compliance, *into("report")).code == ExitCode.OK
    for n, form in enumerate(FORMATS):
        written = Path(f"check/{n}").read_bytes()
        assert written, form
        assert Path(f"report/{n}").read_bytes() == written, form


def test_the_last_run_is_taken_and_standard_output_is_the_same(compliance: Compliance) -> None:
    kept(compliance, as_of="2026-11-20")
    checked = kept(compliance)
    assert report(compliance).out == checked.out
    assert report(compliance, "policy/runs/2026-11-20-1").out.startswith("compliance check   as of 2026-11-20")


def test_it_is_0_when_it_did_its_job_and_with_exit_code_what_check_answers(compliance: Compliance) -> None:
    assert kept(compliance).code == ExitCode.FOUND
    assert report(compliance).code == ExitCode.OK
    assert report(compliance, "--exit-code").code == ExitCode.FOUND
    for flags in (["--fail-on", "never"], ["--fail-on", "never", "--unknown", "warn"]):
        assert report(compliance, "--exit-code", *flags).code == kept(compliance, *flags).code


def test_flags_of_redaction_and_length_are_those_of_check(compliance: Compliance) -> None:
    kept(compliance)
    shown = json.loads(report(compliance, "-o", "json", "--redact", "none", "--max-findings", "1").out)
    assert [finding["subject"] for finding in shown["findings"]] == ["E-101/1"]
    assert "E-10" not in report(compliance, "-o", "json").out
    assert "E-10" not in report(compliance, "--redact", "all").out


@freeze_time("2031-05-01")
def test_the_day_on_which_it_is_written_does_not_matter(compliance: Compliance) -> None:
    checked = kept(compliance, "-o", "json")
    assert report(compliance, "-o", "json").out == checked.out


def test_a_run_of_a_newer_format_is_refused(compliance: Compliance) -> None:
    kept(compliance)
    change(RUN / "run.json", '"format_version": "1.0"', '"format_version": "2.0"')
    refused = report(compliance, RUN)
    assert refused.code == ExitCode.INVALID
    assert refused.out == ""
    assert "newer version of the program" in refused.err


def test_without_a_run_it_is_refused(compliance: Compliance) -> None:
    for arguments in ([], ["export"], ["nothing"]):
        refused = report(compliance, *arguments)
        assert refused.code == ExitCode.INVALID
        assert refused.out == ""
        assert "Nothing was written." in refused.err


def test_another_policy_than_that_of_the_run_is_told(compliance: Compliance) -> None:
    kept(compliance)
    assert report(compliance).err == ""
    change(Path("policy/policy.yaml"), "Test company", "Another company")
    assert "the policy is not what it was" in report(compliance).err
