"""The way to the worst results, kept in the run for outputs that show it, and all duties of the people concerned."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.problems import has_errors
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import EXPLANATIONS, OUTCOMES, PEOPLE, Run
from compliance_engine.runs.read import derivations, duties

from .company import DATA, DAY, change, copied, evaluated


def explained(company: Path, folder: Path, number: int) -> Run:
    run, problems = evaluate([], company / "policy", [company / "export"], DAY, folder, explained=number)
    assert run is not None
    assert not has_errors(problems)
    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return explained(DATA, tmp_path_factory.mktemp("runs") / "explained", 100)


def test_violations_are_explained_first_and_the_worst_of_them_before_others(kept: Run) -> None:
    assert [(one.rule, one.subject, one.state) for one in derivations(kept)] == [
        ("us.paper.form", "E-101/1", State.OVERDUE),
        ("us.paper.form", "E-103/1", State.OVERDUE),
        ("us.paper.form", "E-104/1", State.MET_LATE),
        ("us.remembered.city", "W-2", State.BREACH),
        ("us.paper.handbook", "E-101/1", State.OVERDUE),
        ("us.paper.handbook", "E-103/1", State.DUE_SOON),
        ("us.paper.final-pay", "E-102/1", State.OVERDUE),
    ]


def test_an_explanation_tells_facts_with_their_places_and_the_days_that_were_passed_over(kept: Run) -> None:
    form = next(derivations(kept))
    assert [(fact.text, fact.value, fact.record) for fact in form.facts] == [
        ("start_date", "2026-10-05", 2),
        ("i9.section2_signed_on", "not yet", None),
    ]
    (due,) = (key for key in form.keys if key.key == "due")
    assert [(line.text, line.value, line.closed_days) for line in due.lines] == [
        ("3 us-federal business days after start_date", "2026-10-08", ())
    ]
    assert (form.days, form.agrees) == (45, True)


def test_what_is_waived_agrees_with_the_violation_that_it_covers(kept: Run) -> None:
    (waived,) = (one for one in derivations(kept) if one.rule == "us.paper.final-pay")
    assert waived.agrees


def test_people_among_the_explained_are_told_with_everything_past_and_next(kept: Run) -> None:
    told = [(d.person, d.rule, d.outcome, d.due, d.done) for d in duties(kept)]
    assert told == [
        ("E-101", "us.paper.form", Outcome.VIOLATION, date(2026, 10, 8), None),
        ("E-101", "us.paper.handbook", Outcome.VIOLATION, date(2026, 11, 4), None),
        ("E-102", "us.paper.final-pay", Outcome.WAIVED, date(2026, 11, 9), None),
        ("E-102", "us.paper.form", Outcome.PASS, date(2026, 10, 8), date(2026, 10, 6)),
        ("E-102", "us.paper.handbook", Outcome.PASS, date(2026, 11, 4), date(2026, 10, 5)),
        ("E-103", "us.paper.form", Outcome.VIOLATION, date(2026, 11, 20), None),
        ("E-103", "us.paper.handbook", Outcome.PENDING, date(2026, 12, 17), None),
        ("E-104", "us.paper.form", Outcome.VIOLATION, date(2026, 10, 8), date(2026, 10, 30)),
        ("E-104", "us.paper.handbook", Outcome.PASS, date(2026, 11, 4), date(2026, 10, 6)),
    ]


def test_what_is_told_of_people_is_what_the_run_says_of_them(kept: Run) -> None:
    import duckdb

    rows = duckdb.execute(
        f"""
        SELECT count(*) FROM read_parquet('{kept.folder / OUTCOMES}') o
        ANTI JOIN read_parquet('{kept.folder / PEOPLE}') p
        USING (rule, employer, subject, instance, state) WHERE o.about <> 'worksite'
        """
    ).fetchall()
    assert rows == [(0,)]


def test_as_many_are_explained_as_are_asked_for(tmp_path: Path) -> None:
    run = explained(DATA, tmp_path / "run", 2)
    assert len(list(derivations(run))) == 2
    assert {duty.person for duty in duties(run)} == {"E-101", "E-103"}


def test_the_same_run_gives_the_same_bytes_again(kept: Run, tmp_path: Path) -> None:
    again = explained(DATA, tmp_path / "run", 100)
    for name in (EXPLANATIONS, PEOPLE, OUTCOMES, "run.json", "rules.json"):
        assert (again.folder / name).read_bytes() == (kept.folder / name).read_bytes()


def test_without_being_asked_nothing_is_explained(tmp_path: Path) -> None:
    run = evaluated(DATA, tmp_path / "run")
    assert list(derivations(run)) == []
    assert list(duties(run)) == []
    assert sorted(path.name for path in run.folder.iterdir()) == ["outcomes.parquet", "rules.json", "run.json"]


def test_a_company_without_records_of_people_has_no_people(tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    for name in ("employees.csv", "i9.csv", "acknowledgements.csv"):
        (company / "export" / name).unlink()
    run = explained(company, tmp_path / "run", 100)
    assert [one.rule for one in derivations(run)] == ["us.remembered.city"]
    assert list(duties(run)) == []


def test_a_rule_that_looks_at_more_people_than_may_be_read_stays_without_explanation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = copied(tmp_path / "company")
    change(
        company / "rules/paperwork.yaml",
        "    starts: start_date\n    due: 3",
        "    when: headcount('all workers anywhere') on starts >= 1\n    starts: start_date\n    due: 3",
    )
    monkeypatch.setattr("compliance_engine.runs.explanations._MOST_ROWS", 3)
    run = explained(company, tmp_path / "run", 100)
    assert {one.rule for one in derivations(run)} == {"us.paper.handbook", "us.paper.final-pay", "us.remembered.city"}


def test_a_breach_may_cost_what_the_dated_value_says_on_the_day(tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    change(
        company / "rules/paperwork.yaml",
        "rules:\n",
        "values:\n  us.paper.fine:\n    title: What one form may cost\n    type: list\n    cells:\n"
        "      - {to: 2026-01-01, is: [1, 2], cite: Test Code 8, checked: text}\n"
        "      - {from: 2026-01-02, is: [288, 2861], cite: Test Code 9, checked: text}\nrules:\n",
    )
    change(
        company / "rules/paperwork.yaml",
        "    severity: critical\n",
        "    severity: critical\n    exposure: us.paper.fine\n",
    )
    run = evaluated(company, tmp_path / "run")
    fine = run.rules["us.paper.form"].exposure
    assert fine is not None
    assert (fine.low, fine.high, fine.cite, fine.value) == (288.0, 2861.0, "Test Code 9", "us.paper.fine")
    assert run.rules["us.paper.handbook"].exposure is None
    shutil.rmtree(company)
