"""Which rules, which choices and which profile a run uses, and what keeps it from starting."""

from pathlib import Path

import pytest

from compliance_engine.language.policy import Policy, load_policy
from compliance_engine.problems import Problem
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.plan import Plan

from .company import DAY, KEY, change, copied


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return copied(tmp_path / "company")


def policy_of(company: Path) -> Policy:
    policy, problems = load_policy(company / "policy", VOCABULARY, known_calendars())
    assert policy is not None, problems
    return policy


def decided(company: Path, asked: Asked | None = None) -> tuple[Plan | None, list[Problem]]:
    plan, _, problems = decide(asked or Asked(DAY), policy_of(company))
    return plan, [problem for problem in problems if problem.level == "error"]


def ids(plan: Plan | None) -> list[str]:
    assert plan is not None
    return [rule.id for rule in plan.rules]


def test_a_policy_decides_key_zone_and_completeness(company: Path) -> None:
    plan, problems = decided(company)
    assert problems == []
    assert plan is not None
    assert (plan.key, plan.time_zone, plan.adopt_unconfirmed) == (KEY, "America/Chicago", False)
    assert set(plan.settings.complete_from) == {"employment_spell", "i9", "acknowledgement"}
    assert (DAY - plan.settings.first_turn).days == 1096


def test_packs_select_and_exclude(company: Path) -> None:
    change(
        company / "policy/policy.yaml",
        "pack: ../rules",
        "pack: ../rules\n    select: ['topic:paperwork']\n    exclude: [us.paper.form]",
    )
    plan, _ = decided(company)
    assert ids(plan) == ["us.paper.final-pay", "us.paper.handbook"]


def test_the_caller_selects_among_what_the_policy_adopts(company: Path) -> None:
    plan, _ = decided(company, Asked(DAY, chosen=("severity:low", "us.remembered.*"), excluded=("severity:high",)))
    assert ids(plan) == ["us.paper.final-pay"]


def test_own_rules_stand_beside_the_packs(company: Path) -> None:
    own = company / "policy/own"
    own.mkdir()
    text = (company / "rules/remembered.yaml").read_text().replace("us.remembered", "org.own")
    (own / "ours.yaml").write_text(text.replace("jurisdiction: us", "jurisdiction: org"))
    change(company / "policy/policy.yaml", "key_file:", "own_rules: own\nkey_file:")
    plan, problems = decided(company)
    assert problems == []
    assert "org.own.city" in ids(plan)


def test_rules_that_are_named_take_the_place_of_the_packs(company: Path) -> None:
    plan, _ = decided(company, Asked(DAY, rules=(company / "rules/remembered.yaml",)))
    assert ids(plan) == ["us.remembered.city"]


def test_without_a_policy_the_named_rules_run_without_a_key(company: Path) -> None:
    plan, _, problems = decide(Asked(DAY, rules=(company / "rules",)), None)
    assert [problem for problem in problems if problem.level == "error"] == []
    assert plan is not None
    assert (plan.key, plan.policy, plan.time_zone) == (None, None, "UTC")
    assert len(plan.rules) == 4


@pytest.mark.parametrize(
    ("asked", "code", "suggestion"),
    [
        (Asked(DAY, chosen=("topic:paperwrk",)), "empty-selection", "paperwork"),
        (Asked(DAY, excluded=("us.nothing.*",)), "empty-selection", None),
        (Asked(DAY, profile="spredsheet"), "no-profile", "spreadsheet"),
    ],
)
def test_what_matches_nothing_is_an_error(company: Path, asked: Asked, code: str, suggestion: str | None) -> None:
    plan, problems = decided(company, asked)
    assert plan is None
    assert [(problem.code, problem.suggestion) for problem in problems] == [(code, suggestion)]


@pytest.mark.parametrize(("content", "code"), [(None, "no-key"), ("too short", "weak-key")])
def test_a_key_must_be_there_and_long_enough(company: Path, content: str | None, code: str) -> None:
    key = company / "policy/key.txt"
    key.unlink() if content is None else key.write_text(content)
    plan, problems = decided(company)
    assert plan is None
    assert [problem.code for problem in problems] == [code]


def test_a_profile_may_stand_beside_the_policy(company: Path) -> None:
    (company / "policy/ours.yaml").write_text(
        "profile: ours\ntables:\n  people: {files: people.csv, fills: employee}\n"
    )
    change(company / "policy/policy.yaml", "key_file:", "profile: ours.yaml\nkey_file:")
    plan, problems = decided(company)
    assert problems == []
    assert plan is not None
    assert plan.profile.profile == "ours"


def test_hire_dates_are_first_days_only_by_the_word_of_the_organisation(company: Path) -> None:
    plan, _ = decided(company, Asked(DAY, profile="bamboohr"))
    assert plan is not None
    assert not plan.profile.hire_date_is_first_day
    change(company / "policy/policy.yaml", "spell: {", "spell: {hire_date_is_first_day: yes, ")
    plan, problems = decided(company, Asked(DAY, profile="bamboohr"))
    assert plan is not None, problems
    assert plan.profile.hire_date_is_first_day


def test_a_worksite_keeps_its_own_calendar(company: Path) -> None:
    calendar = "calendars:\n  W-1: {closed: [{from: 2026-10-06, to: 2026-10-07, why: power}]}\nkey_file:"
    change(company / "policy/policy.yaml", "key_file:", calendar)
    plan, problems = decided(company)
    assert problems == []
    assert plan is not None
    (own,) = plan.settings.worksite_calendars.values()
    assert own.name == "W-1"
    assert {day.isoformat() for day in own.closed} >= {"2026-10-06", "2026-10-07", "2026-12-25"}


def test_a_waiver_may_name_a_rule_by_an_earlier_id(company: Path) -> None:
    change(
        company / "rules/paperwork.yaml",
        "    title: Final wages",
        "    was: [us.paper.last-pay]\n    title: Final wages",
    )
    change(company / "policy/policy.yaml", "rule: us.paper.final-pay", "rule: us.paper.last-pay")
    plan, problems = decided(company)
    assert problems == []
    assert plan is not None
    assert [waiver.rule for waiver in plan.settings.waivers] == ["us.paper.final-pay"]


def test_without_waivers_none_is_left(company: Path) -> None:
    plan, _ = decided(company, Asked(DAY, waivers=False))
    assert plan is not None
    assert plan.settings.waivers == ()


def test_a_pack_of_another_version_than_the_reviewed_one_is_refused(company: Path) -> None:
    (company / "rules/VERSION").write_text("1.5.0\n", "utf-8")
    plan, problems = decided(company)
    assert plan is not None
    assert (plan.ruleset.version, problems) == ("1.5.0", [])
    change(company / "policy/policy.yaml", "pack: ../rules", "pack: ../rules\n    version: 1.4.0")
    plan, problems = decided(company)
    assert plan is None
    assert [problem.code for problem in problems] == ["other-version"]
