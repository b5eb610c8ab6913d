"""Reading a kept run: order, limits, and how much of a fingerprint is shown."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.runs.folder import OUTCOMES, Run
from compliance_engine.runs.identity import keyed_hash
from compliance_engine.runs.read import opened

from .company import DATA, KEY, copied, evaluated


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return evaluated(DATA, tmp_path_factory.mktemp("runs") / "one")


def test_the_worst_come_first_and_what_is_due_by_its_day(run: Run) -> None:
    with opened(run, None) as reader:
        worst = [run.rules[result.rule].severity for result in reader.results([Outcome.VIOLATION, Outcome.WAIVED])]
        days = [result.due for result in reader.results([Outcome.VIOLATION], by="due")]
    assert worst == ["critical", "critical", "critical", "high", "medium", "low"]
    known = [day for day in days if day is not None]
    assert known == sorted(known)


def test_a_day_and_a_number_limit_what_is_read(run: Run) -> None:
    with opened(run, None) as reader:
        assert reader.count([Outcome.PENDING], until=date(2026, 12, 16)) == 0
        assert reader.count([Outcome.PENDING], until=date(2026, 12, 17)) == 1
        assert len(list(reader.results([Outcome.VIOLATION], limit=2))) == 2


def test_two_lists_can_be_read_side_by_side(run: Run) -> None:
    with opened(run, None) as reader:
        pairs = zip(reader.results([Outcome.VIOLATION]), reader.results([Outcome.VIOLATION]), strict=True)
        assert all(one == other for one, other in pairs)


def test_a_fingerprint_is_the_keyed_hash_of_what_the_finding_is_about(run: Run) -> None:
    with opened(run, KEY) as reader:
        found = next(result for result in reader.results([Outcome.VIOLATION]) if result.instance)
    assert found.fingerprint == keyed_hash(KEY, ["us.paper.handbook", "main", "E-101/1", "handbook-secret 7"])


def test_more_digits_are_shown_when_eight_do_not_tell_findings_apart(run: Run, tmp_path: Path) -> None:
    # Results about made-up people: their fingerprints are known, so the digits needed can be worked out.
    rows = 200_000
    duckdb.execute(
        f"COPY (SELECT 'us.paper.form' AS rule, 'employment_spell' AS about, 'main' AS employer, "
        f"'P-' || range AS subject, '' AS instance, 'violation' AS outcome, 'overdue' AS state, "
        f"DATE '2026-10-05' AS starts, DATE '2026-10-08' AS due, 'e.csv' AS file, range AS record "
        f"FROM range({rows})) TO '{tmp_path / OUTCOMES}' (FORMAT parquet)"
    )
    prints = [keyed_hash(KEY, ["us.paper.form", "main", f"P-{n}", ""]) for n in range(rows)]
    needed = next(digits for digits in range(8, 33) if len({text[:digits] for text in prints}) == rows)
    assert needed > 8
    with opened(Run(tmp_path, run.info, run.rules), KEY) as reader:
        assert reader.shown == needed


def test_without_a_key_there_is_no_fingerprint(run: Run) -> None:
    with opened(run, None) as reader:
        assert {result.fingerprint for result in reader.results([Outcome.VIOLATION])} == {None}
        assert reader.shown == 8


def test_a_cell_with_line_ends_moves_the_line_of_the_rows_behind_it(tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    employees = company / "export/employees.csv"
    header, *rows = employees.read_text("utf-8").splitlines()
    notes = ("", '"first\nsecond\n\nfourth"', "", "")
    lines = [f"{row},{note}" for row, note in zip(rows, notes, strict=True)]
    employees.write_text("\n".join([f"{header},notes", *lines]) + "\n", "utf-8")
    run = evaluated(company, tmp_path / "run")
    with opened(run, KEY) as reader:
        found = {result.record: result.line for result in reader.results([Outcome.VIOLATION, Outcome.WAIVED])}
    text = employees.read_text("utf-8").splitlines()
    assert found[3] is None
    assert found[5] is not None
    assert text[found[5] - 1].startswith("E-104,")
