"""Waivers: for a subject, for one finding, and what each of them covers."""

from datetime import date
from pathlib import Path

import pytest

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result, opened

from .company import DAY, KEY, change, copied, evaluated

LAST = "expires_on: 2026-12-01}"


def waive(company: Path, finding: str, expires_on: str = "2026-12-31") -> None:
    added = (
        f"  - {{id: records-2, rule: us.paper.form, finding: {finding}, reason: archive burnt, owner: records, "
        f"approved_by: counsel, approved_on: 2026-11-01, expires_on: {expires_on}}}"
    )
    change(company / "policy/policy.yaml", LAST, f"{LAST}\n{added}")


def findings(run: Run, outcome: Outcome) -> dict[tuple[str, str], Result]:
    with opened(run, KEY) as reader:
        return {(result.rule, result.subject): result for result in reader.results([outcome])}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return copied(tmp_path / "company")


def test_a_waiver_for_a_subject_takes_its_violation_away(company: Path, tmp_path: Path) -> None:
    run = evaluated(company, tmp_path / "run")
    assert set(findings(run, Outcome.WAIVED)) == {("us.paper.final-pay", "E-102/1")}
    assert [(w.id, w.results, w.expires_on) for w in run.info.waivers] == [("payroll-1", 1, date(2026, 12, 1))]


def test_a_waiver_for_a_finding_is_found_by_its_first_digits(company: Path, tmp_path: Path) -> None:
    before = evaluated(company, tmp_path / "before")
    fingerprint = findings(before, Outcome.VIOLATION)["us.paper.form", "E-101/1"].fingerprint
    assert fingerprint is not None
    waive(company, f"f-{fingerprint[:10]}")
    after = evaluated(company, tmp_path / "after")
    assert ("us.paper.form", "E-101/1") in findings(after, Outcome.WAIVED)
    assert after.info.by_rule["us.paper.form"] == {
        State.MET: 1, State.MET_LATE: 1, State.OVERDUE: 1, State.WAIVED: 1,
    }  # fmt: skip
    assert after.info.results == before.info.results
    assert {w.id: w.results for w in after.info.waivers} == {"payroll-1": 1, "records-2": 1}


def test_digits_that_fit_several_findings_waive_none(company: Path, tmp_path: Path) -> None:
    waive(company, "f-")
    run = evaluated(company, tmp_path / "run")
    assert run.info.by_rule["us.paper.form"][State.OVERDUE] == 2
    assert {w.id: w.results for w in run.info.waivers} == {"payroll-1": 1, "records-2": 0}


def test_on_its_last_day_a_waiver_holds_and_on_the_next_it_does_not(company: Path, tmp_path: Path) -> None:
    last = evaluated(company, tmp_path / "last", date(2026, 12, 1))
    after = evaluated(company, tmp_path / "after", date(2026, 12, 2))
    assert last.info.counts[Outcome.WAIVED] == 1
    assert after.info.counts[Outcome.WAIVED] == 0
    assert after.info.waivers == ()
    assert ("us.paper.final-pay", "E-102/1") in findings(after, Outcome.VIOLATION)


def test_what_is_no_violation_is_not_waived(company: Path, tmp_path: Path) -> None:
    change(
        company / "export/employees.csv",
        "E-102,2026-10-05,2026-10-05,2026-10-20,",
        "E-102,2026-10-05,2026-10-05,2026-10-20,2026-10-21",
    )
    run = evaluated(company, tmp_path / "run", DAY)
    assert run.info.counts[Outcome.WAIVED] == 0
    assert [w.results for w in run.info.waivers] == [0]
