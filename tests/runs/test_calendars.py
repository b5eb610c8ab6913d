"""Calendars that a policy defines by name: what counts by them, and what happens where one is not defined."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from compliance_engine.language.policy import load_policy
from compliance_engine.problems import Level
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars, named_calendars, worksite_calendars
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.folder import OUTCOMES

from .company import DAY, change, copied, evaluated

LEFT_TO_POLICY = "policy_calendars: {everify: Business days without the outages of E-Verify.}\n\nbase:"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The form is due three business days of E-Verify after the start, Monday 5 October 2026."""
    folder = copied(tmp_path / "company")
    change(folder / "rules/paperwork.yaml", "base:", LEFT_TO_POLICY)
    change(folder / "rules/paperwork.yaml", "3 us-federal business", "3 everify business")
    return folder


def define(company: Path, text: str) -> None:
    change(company / "policy/policy.yaml", "key_file:", f"{text}\nkey_file:")


def due_days(company: Path) -> dict[str, tuple[str, date | None]]:
    """State and due day of each form."""
    run = evaluated(company, company / "run")
    query = "SELECT subject, state, due FROM read_parquet(?) WHERE rule = 'us.paper.form'"
    found = duckdb.execute(query, [str(run.folder / OUTCOMES)]).fetchall()
    return {subject: (state, due) for subject, state, due in found}


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ("", date(2026, 10, 8)),
        ("closed: [{from: 2026-10-05}]", date(2026, 10, 8)),  # the day that is counted from
        ("closed: [{from: 2026-10-06}]", date(2026, 10, 9)),  # the first day that counts
        ("closed: [{from: 2026-10-08}]", date(2026, 10, 9)),  # the last day that counts
        ("closed: [{from: 2026-10-09}]", date(2026, 10, 8)),  # the day after it
        ("closed: [{from: 2026-10-08, to: 2026-10-09}]", date(2026, 10, 13)),  # then a weekend and Columbus Day
        ("closed: [{from: 2026-10-08, to: 2026-10-09}], open: [{from: 2026-10-12}]", date(2026, 10, 12)),
        ("based_on: weekdays, closed: [{from: 2026-10-08, to: 2026-10-09}]", date(2026, 10, 12)),
        ("closed: [{from: 2026-10-08}], open: [{from: 2026-10-08}]", date(2026, 10, 9)),  # closed beats open
    ],
)
def test_a_rule_of_a_pack_counts_by_the_days_of_the_policy(company: Path, closed: str, due: date) -> None:
    define(company, f"named_calendars: {{everify: {{{closed}}}}}")
    assert due_days(company)["E-104/1"][1] == due


def test_a_calendar_that_the_policy_leaves_out_is_unknown_and_said_before_the_run(company: Path) -> None:
    policy, _ = load_policy(company / "policy", VOCABULARY, known_calendars())
    plan, _, problems = decide(Asked(DAY), policy)
    assert plan is not None
    (problem,) = [problem for problem in problems if problem.level is Level.WARNING]
    assert (problem.code, problem.position.file if problem.position else "") == (
        "undefined-calendar",
        (company / "policy/policy.yaml").as_posix(),
    )
    assert "everify" in problem.message
    assert {state for state, _ in due_days(company).values()} == {"unknown"}


def test_nothing_is_said_of_a_calendar_that_only_other_rules_count_by(company: Path) -> None:
    policy, _ = load_policy(company / "policy", VOCABULARY, known_calendars())
    _, _, problems = decide(Asked(DAY, chosen=("us.paper.final-pay",)), policy)
    assert [problem.code for problem in problems if problem.level is Level.WARNING] == []


def test_rules_of_the_organisation_name_it_without_more(company: Path) -> None:
    own = company / "policy/own"
    own.mkdir()
    text = (company / "rules/paperwork.yaml").read_text().replace(LEFT_TO_POLICY, "base:")
    text = (
        text.replace("everify", "plant").replace("us.paper", "org.own").replace("jurisdiction: us", "jurisdiction: org")
    )
    (own / "ours.yaml").write_text(text)
    define(company, "own_rules: own\nnamed_calendars: {plant: {}, everify: {}}")
    policy, _ = load_policy(company / "policy", VOCABULARY, known_calendars())
    plan, _, problems = decide(Asked(DAY), policy)
    assert [problem.code for problem in problems if problem.level is not Level.NOTE] == []
    assert plan is not None
    assert "org.own.form" in [rule.id for rule in plan.rules]


def test_a_worksite_keeps_what_the_calendar_it_is_based_on_says(company: Path) -> None:
    define(company, "named_calendars: {plant: {closed: [{from: 2026-10-06}], open: [{from: 2026-10-12}]}}")
    define(company, "calendars: {W-1: {based_on: plant, closed: [{from: 2026-10-07}]}}")
    policy, _ = load_policy(company / "policy", VOCABULARY, known_calendars())
    assert policy is not None
    plant, worksite = named_calendars(policy)["plant"], worksite_calendars(policy)["W-1"]
    assert (plant.name, worksite.name) == ("plant", "W-1")
    assert worksite.closed - plant.closed == {date(2026, 10, 7)}
    assert worksite.open == plant.open == {date(2026, 10, 12)}
