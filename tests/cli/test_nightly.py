"""Somebody who runs a check every night: guards, the second try, two nights compared, what pipes and terminals get."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

Compliance = Callable[..., Any]

PEOPLE = 20
HEAD = "employee_number,worker_type,hire_date,start_date,termination_date,worksite_id\n"


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compliance: Compliance) -> Path:
    """A folder with a policy that guards the list of people, and an export of twenty who began in September, one with a form."""
    monkeypatch.chdir(tmp_path)
    assert compliance("init", "policies/acme", "--time-zone", "America/Chicago").code == 0
    policy = tmp_path / "policies/acme/policy.yaml"
    guard = "sources:\n  employment_spell: {max_age: 8 weeks, may_shrink: 20%}\n"
    policy.write_text(policy.read_text().replace("sources:\n", guard))
    (tmp_path / "export").mkdir()
    (tmp_path / "export/worksites.csv").write_text("worksite_id,state\nHQ,NY\n")
    forms = "employee_number,section1_signed_on,section2_signed_on\nT-000,2026-09-01,2026-09-02\n"
    (tmp_path / "export/i9.csv").write_text(forms)
    write_people(tmp_path, PEOPLE)
    return tmp_path


def write_people(folder: Path, number: int) -> None:
    rows = "".join(f"T-{n:03},employee,2026-09-01,2026-09-01,,HQ\n" for n in range(number))
    (folder / "export/employees.csv").write_text(HEAD + rows)


def check(compliance: Compliance, day: str, *more: str) -> Any:
    flags = ["--select", "us.i9.section2", "--fail-on", "never", "--as-of", day, "-o", "concise"]
    return compliance("check", "export", *flags, *more)


def guards(told: str) -> list[str]:
    mark = "# wrong with the data: employment_spell: "
    return [line.removeprefix(mark) for line in told.splitlines() if line.startswith(mark)]


def test_a_table_that_shrank_is_told_again_when_the_job_is_run_once_more(night: Path, compliance: Compliance) -> None:
    assert guards(check(compliance, "2026-09-20").out) == []
    write_people(night, 9)
    first, second = check(compliance, "2026-09-21"), check(compliance, "2026-09-21")
    shrank = "there were 20 rows in the run of 2026-09-20 and there are 9; the policy lets 20% go (11 rows)"
    assert (first.code, guards(first.out)) == (3, [shrank])
    assert (second.code, guards(second.out)) == (3, [shrank])
    assert guards(check(compliance, "2026-09-22").out) == []


def test_a_misspelt_path_is_no_night_to_compare_with(night: Path, compliance: Compliance) -> None:
    check(compliance, "2026-09-20")
    flags = ["--select", "us.i9.section2", "--as-of", "2026-09-21", "-o", "concise"]
    misspelt = compliance("check", "exprot", *flags)
    assert misspelt.code == 3
    assert "exprot:1  there is no such file or folder" in misspelt.out
    write_people(night, 9)
    shrank = "there were 20 rows in the run of 2026-09-20 and there are 9; the policy lets 20% go (11 rows)"
    assert guards(check(compliance, "2026-09-22").out) == [shrank]


@pytest.mark.usefixtures("night")
def test_deadlines_are_those_of_the_last_run_that_read_anything(compliance: Compliance) -> None:
    compliance("check", "exprot", "--as-of", "2026-08-31")
    none = compliance("deadlines", "--within", "all")
    assert none.code == 2
    assert "There is no kept run that read any records in policies/acme/runs." in none.err
    check(compliance, "2026-09-01")
    before = compliance("deadlines", "--within", "all", "-o", "json", "--unknown", "warn")
    compliance("check", "exprot", "--as-of", "2026-09-02")
    after = compliance("deadlines", "--within", "all", "-o", "json", "--unknown", "warn")
    assert (before.code, after.code) == (0, 0)
    assert len(json.loads(after.out)["deadlines"]) == PEOPLE
    assert after.out == before.out
    runs = "policies/acme/runs/2026-09"
    assert f"note: {runs}-02-1 read no records, so this is told of {runs}-01-1\n" in after.err
    assert "0 files, 0 rows" in compliance("report").out


@pytest.mark.usefixtures("night")
def test_an_extract_that_nobody_has_renewed_is_no_green_night(compliance: Compliance) -> None:
    assert guards(check(compliance, "2026-10-27").out) == []
    called = check(compliance, "2026-10-28")
    assert called.code == 3
    (stale,) = guards(called.out)
    assert stale.startswith("the newest date in the extract is 2026-09-01, 57 days before the as-of date")
    warned = check(compliance, "2026-10-28", "--unknown", "warn")
    assert (warned.code, guards(warned.out)) == (0, [stale])


def test_two_nights_are_compared(night: Path, compliance: Compliance) -> None:
    check(compliance, "2026-09-20")
    check(compliance, "2026-09-20")
    runs = [f"policies/acme/runs/2026-09-20-{n}" for n in (1, 2)]
    assert compliance("diff", *runs, "--exit-code").code == 0
    write_people(night, 19)
    check(compliance, "2026-09-21")
    called = compliance("diff", runs[0], "policies/acme/runs/2026-09-21-1", "--exit-code")
    assert called.code == 1
    assert "records: 1 file differs" in called.out
    assert "T-019/1" in called.out


@pytest.mark.usefixtures("night")
def test_quiet_leaves_standard_error_empty(compliance: Compliance) -> None:
    assert check(compliance, "2026-09-20", "-q").err == ""
    assert check(compliance, "2026-09-20").err.endswith("run kept in policies/acme/runs/2026-09-20-2\n")


def test_doctor_says_in_the_morning_what_is_wrong(night: Path, compliance: Compliance) -> None:
    check(compliance, "2026-09-20")
    assert compliance("doctor").code == 0
    (night / "policies/acme/fingerprint.key").chmod(0o644)
    called = compliance("doctor")
    assert called.code == 1
    assert "chmod 600 policies/acme/fingerprint.key" in called.out


def on_terminal(folder: Path, *flags: str, term: str = "xterm") -> tuple[int, bytes, str]:
    """A check whose standard output is a pipe and whose standard error is a terminal."""
    ours, theirs = pty.openpty()
    program = "from compliance_engine.cli.main import main; main()"
    arguments = ["check", "export", "--select", "us.i9.section2", "--as-of", "2026-09-20", "-o", "json", *flags]
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "TERM": term},
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        told: list[bytes] = []
        reader = Thread(target=lambda: told.extend(_all_of(ours)))
        reader.start()
        assert process.stdout is not None
        out = process.stdout.read()
        code = process.wait()
        reader.join()
    os.close(ours)
    return code, out, b"".join(told).decode().replace("\r\n", "\n")


def _all_of(terminal: int) -> list[bytes]:
    """Everything that is written to a terminal; the other end closing is an error on Linux."""
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            return parts
        if not part:
            return parts
        parts.append(part)


def test_a_pipe_gets_json_and_nothing_else_while_the_terminal_gets_progress(night: Path) -> None:
    code, out, told = on_terminal(night)
    assert code == 1
    assert json.loads(out)["counts"]["violation"] == PEOPLE - 1
    assert "\r\x1b[Kjudging" in told
    kept, why = told.rpartition("\x1b[K")[2].splitlines()
    assert kept == "run kept in policies/acme/runs/2026-09-20-1"
    assert why == "why a finding is one: compliance explain FINGERPRINT"


def test_a_terminal_that_knows_no_control_codes_gets_none(night: Path) -> None:
    _, out, told = on_terminal(night, term="dumb")
    assert json.loads(out)["format_version"]
    assert "\x1b" not in told


def test_quiet_leaves_the_terminal_alone(night: Path) -> None:
    code, out, told = on_terminal(night, "-q")
    assert (code, told) == (1, "")
    assert json.loads(out)["as_of"] == "2026-09-20"
