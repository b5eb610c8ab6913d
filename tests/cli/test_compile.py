"""`compliance compile`: the SQL of each rule, which finds the same in a plain DuckDB as the run did."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode

Compliance = Callable[..., Any]
DAY = ("--as-of", "2026-11-22")


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied(tmp_path / "company"))


def compiled(compliance: Compliance, *arguments: object) -> Any:
    return compliance("compile", *arguments, "--policy", "policy", "-q")


def test_the_statements_find_in_a_plain_database_what_the_run_found(compliance: Compliance) -> None:
    checked = json.loads(
        compliance("check", "export", "--policy", "policy", *DAY, "--no-waivers", "-o", "json", "--redact", "none").out
    )
    told = json.loads(compiled(compliance, "export", *DAY, "-o", "json", "--database", "kept.duckdb").out)
    found: Counter[tuple[str, str]] = Counter()
    listed = set()
    with duckdb.connect("kept.duckdb", read_only=True) as connection:
        for rule in told["rules"]:
            for employer, subject, instance, state, starts, due, _ in connection.execute(rule["sql"]).fetchall():
                found[rule["rule"], state] += 1
                listed.add((rule["rule"], employer, subject, instance or "", state, str(starts), str(due)))
    assert found == {(rule, state): n for rule, states in checked["by_rule"].items() for state, n in states.items()}
    kept = {
        (f["rule"], f["employer"], f["subject"], f["instance"] or "", f["state"], str(f["starts"]), str(f["due"]))
        for f in [*checked["findings"], *checked["pending"]]
    }
    assert kept
    assert kept <= listed


def test_the_tables_that_a_statement_reads_are_named_and_kept(compliance: Compliance) -> None:
    told = json.loads(
        compiled(compliance, "export", *DAY, "-o", "json", "--rule", "us.paper.form", "--database", "kept.duckdb").out
    )
    (rule,) = told["rules"]
    assert rule["tables"] == ["_calendar", "employment_spell", "i9"]
    with duckdb.connect("kept.duckdb", read_only=True) as connection:
        there = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert set(rule["tables"]) <= there


def test_as_text_it_runs_as_it_is_and_says_what_it_is(compliance: Compliance) -> None:
    done = compiled(compliance, "export", *DAY, "--rule", "us.paper.final-pay", "--database", "kept.duckdb")
    assert "-- us.paper.final-pay: Final wages are paid within twenty days\n--   law: Test Code 1(b)\n" in done.out
    assert "--   body.due: 20 days after termination_date\n" in done.out
    with duckdb.connect("kept.duckdb", read_only=True) as connection:
        rows = connection.execute(done.out).fetchall()
    assert ("main", "E-102/1", None, "overdue") in [row[:4] for row in rows]


def test_the_same_text_twice_and_the_database_is_readable_by_its_owner_only(compliance: Compliance) -> None:
    first = compiled(compliance, "export", *DAY, "--database", "kept.duckdb").out
    assert compiled(compliance, "export", *DAY).out == first
    assert Path("kept.duckdb").stat().st_mode & 0o077 == 0


def test_of_a_kept_run_the_records_are_read_again_and_must_be_the_same(compliance: Compliance) -> None:
    compliance("check", "export", "--policy", "policy", *DAY)
    assert compiled(compliance).out == compiled(compliance, "export", *DAY).out
    change(Path("export/i9.csv"), "2026-10-30", "2026-10-29")
    refused = compiled(compliance, "policy/runs/2026-11-22-1")
    assert refused.code == ExitCode.INVALID
    assert "export/i9.csv" in refused.err
    assert refused.out == ""


def test_an_unknown_rule_is_refused(compliance: Compliance) -> None:
    refused = compiled(compliance, "export", "--rule", "us.paper.from")
    assert refused.code == ExitCode.INVALID
    assert 'Did you mean "us.paper.form"' in refused.err
