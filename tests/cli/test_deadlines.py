"""`compliance deadlines`: which days are listed, for whom, and with which exit code."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode

Compliance = Callable[..., Any]
DUE = date(2026, 12, 17)
"""Day by which one handbook is to be acknowledged."""


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied(tmp_path / "company"))


@pytest.fixture
def kept(compliance: Compliance) -> Callable[[date], None]:
    def keep(as_of: date) -> None:
        done = compliance("check", "export", "--policy", "policy", "--as-of", as_of, "-q")
        assert done.code in (ExitCode.FOUND, ExitCode.INCOMPLETE), done.err

    return keep


def listed(compliance: Compliance, *flags: str, redact: str = "none") -> list[dict[str, Any]]:
    done = compliance("deadlines", "--policy", "policy", "-o", "json", "--redact", redact, *flags)
    assert done.out, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["deadlines"]
    return found


@pytest.mark.parametrize(
    ("within", "there"), [("25d", True), ("24d", False), ("25", True), ("all", True), ("999999", True), ("0d", False)]
)
def test_within_counts_the_last_day(
    compliance: Compliance, kept: Callable[[date], None], within: str, there: bool
) -> None:
    kept(DUE - timedelta(days=25))
    assert (DUE.isoformat() in [d["due"] for d in listed(compliance, "--within", within)]) is there


def test_what_is_due_today_is_not_overdue_and_tomorrow_it_is(
    compliance: Compliance, kept: Callable[[date], None]
) -> None:
    for day, expected in ((DUE, (0, False)), (DUE + timedelta(days=1), (-1, True))):
        kept(day)
        found = [d for d in listed(compliance) if d["due"] == DUE.isoformat()]
        assert [(d["days"], d["overdue"]) for d in found] == [expected]


def test_overdue_comes_first_and_the_as_of_date_is_told(compliance: Compliance, kept: Callable[[date], None]) -> None:
    kept(date(2026, 11, 22))
    done = compliance("deadlines", "--policy", "policy")
    assert done.out.startswith("compliance deadlines   as of 2026-11-22 (America/Chicago)   through 2026-12-22\n")
    assert done.out.index("\nOverdue\n") < done.out.index("\nWeek of 2026-12-14\n")
    assert re.search(r"Thu 2026-12-17  in 25 days  us\.paper\.handbook ", done.out)
    assert "3 overdue · 1 coming" in done.out


def test_of_a_kept_run_nothing_is_evaluated_again(compliance: Compliance, kept: Callable[[date], None]) -> None:
    kept(date(2026, 11, 22))
    before = compliance("deadlines", "--policy", "policy").out
    Path("export/employees.csv").unlink()
    assert compliance("deadlines", "policy/runs/2026-11-22-1", "--policy", "policy").out == before
    refused = compliance("deadlines", "--policy", "policy", "--as-of", "2026-12-01")
    assert refused.code == ExitCode.INVALID
    assert "--as-of cannot change it" in refused.err


def test_data_evaluated_now_are_the_same_and_the_run_is_not_kept(
    compliance: Compliance, kept: Callable[[date], None]
) -> None:
    now = compliance("deadlines", "export", "--policy", "policy", "--as-of", "2026-11-22", "-q").out
    assert not Path("policy/runs").exists()
    kept(date(2026, 11, 22))
    assert compliance("deadlines", "--policy", "policy").out == now


def test_the_owner_of_a_topic_and_of_all_others(compliance: Compliance, kept: Callable[[date], None]) -> None:
    text = Path("policy/policy.yaml").read_text()
    Path("policy/policy.yaml").write_text(text + 'owners: {"*": Others, remembered: Nobody, paperwork: Records}\n')
    kept(date(2026, 11, 22))
    everything = listed(compliance)
    assert {d["owner"] for d in everything} <= {"Others", "Records"}
    assert listed(compliance, "--owner", "Records") == [d for d in everything if d["owner"] == "Records"] != []
    refused = compliance("deadlines", "--policy", "policy", "--owner", "Recrods")
    assert (refused.code, 'Did you mean "Records"?' in refused.err) == (ExitCode.INVALID, True)
    by_owner = compliance("deadlines", "--policy", "policy", "--group-by", "owner").out
    assert "\nRecords\n" in by_owner


def test_exit_codes(compliance: Compliance, kept: Callable[[date], None]) -> None:
    assert compliance("deadlines", "--policy", "policy").code == ExitCode.INVALID
    kept(date(2026, 11, 22))
    assert compliance("deadlines", "--policy", "policy").code == ExitCode.OK
    assert compliance("deadlines", "--policy", "policy", "--exit-code").code == ExitCode.FOUND
    assert compliance("deadlines", "--policy", "policy", "--within", "soon").code == ExitCode.INVALID
    change(Path("export/employees.csv"), "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-02-30")
    kept(date(2026, 11, 22))
    assert compliance("deadlines", "--policy", "policy").code == ExitCode.INCOMPLETE
    assert compliance("deadlines", "--policy", "policy", "--unknown", "warn").code == ExitCode.OK


def test_csv_has_a_row_for_each_and_no_formula(compliance: Compliance, kept: Callable[[date], None]) -> None:
    change(Path("rules/paperwork.yaml"), "title: ", "title: =1+")
    kept(date(2026, 11, 22))
    out = compliance("deadlines", "--policy", "policy", "-o", "csv", "--redact", "none").out
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["fingerprint"] for row in rows] == [d["fingerprint"] for d in listed(compliance)]
    assert any(row["title"].startswith("'=1+") for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "@")]


def test_ids_are_hidden_but_in_text(compliance: Compliance, kept: Callable[[date], None]) -> None:
    kept(date(2026, 11, 22))
    for form in ("json", "csv", "html"):
        out = compliance("deadlines", "--policy", "policy", "-o", form).out
        assert not re.search(r"E-10\d|handbook-secret", out)
    assert "E-101/1" in compliance("deadlines", "--policy", "policy").out
    assert "E-101/1" in compliance("deadlines", "--policy", "policy", "-o", "html", "--redact", "none").out
    assert not re.search(r"E-10\d|employees\.csv", compliance("deadlines", "--policy", "policy", "--redact", "all").out)


def test_a_page_is_written_beside_the_other_outputs(compliance: Compliance, kept: Callable[[date], None]) -> None:
    text = Path("policy/policy.yaml").read_text()
    Path("policy/policy.yaml").write_text(text + "owners: {paperwork: Records}\n")
    kept(date(2026, 11, 22))
    ask = ("deadlines", "--policy", "policy", "--within", "25d", "--owner", "Records", "--group-by", "rule")
    done = compliance(*ask, "-o", "html=page.html", "-o", "csv=table.csv", "-o", "text", "-o", "json=all.json")
    assert done.code == ExitCode.OK
    page = Path("page.html").read_text()
    found = json.loads(Path("all.json").read_text())["deadlines"]
    assert re.findall(r'<details class="result [a-z]+"[^>]* data-rule="([^"]+)"', page) == sorted(
        d["rule"] for d in found
    )
    assert re.findall(r"<h3 .*<code>(.*)</code></h3>", page) == ["us.paper.form", "us.paper.handbook"]
    assert re.findall(r"^us\.paper\.\w+", done.out, re.MULTILINE) == ["us.paper.form", "us.paper.handbook"]
    assert "through 17 December 2026" in page
    assert Path("table.csv").read_text().count("\n") == len(found) + 1
    assert compliance(*ask, "-o", "html").out == page


def test_a_feed_follows_the_file_that_it_takes_the_place_of(
    compliance: Compliance, kept: Callable[[date], None]
) -> None:
    kept(date(2026, 11, 22))
    ask = ("deadlines", "--policy", "policy", "-o", "ics=feed.ics")
    assert compliance(*ask).code == ExitCode.OK
    first = Path("feed.ics").read_bytes()
    assert first.count(b"BEGIN:VEVENT") == 1
    assert compliance(*ask).code == ExitCode.OK
    assert Path("feed.ics").read_bytes() == first
    Path("feed.ics").write_text("my notes")
    assert compliance(*ask).code == ExitCode.INVALID
    assert Path("feed.ics").read_text() == "my notes"


def test_without_a_key_there_is_no_feed(compliance: Compliance, kept: Callable[[date], None]) -> None:
    change(Path("policy/policy.yaml"), "key_file: key.txt\n", "")
    kept(date(2026, 11, 22))
    refused = compliance("deadlines", "--policy", "policy", "-o", "ics=feed.ics")
    assert (refused.code, "key_file" in refused.err) == (ExitCode.INVALID, True)
    assert not Path("feed.ics").exists()
