"""Policies: what one organisation adopts, as plain values, and everything in one that cannot be meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from compliance_engine.language.policy import (
    DayRange,
    OpenDays,
    Pack,
    Policy,
    check_policy,
    load_policy,
)
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.waivers import Waiver, waivers_on
from compliance_engine.problems import Level, Problem
from compliance_engine.records.types import VOCABULARY

RULES = Path(__file__).parent / "data" / "good"
LEAST = """\
name: Example Manufacturing
time_zone: America/New_York
rules: [{pack: library}]
"""
WAIVER = (
    "{rule: us.test.notice, reason: closed, owner: HR, approved_by: counsel, "
    "approved_on: 2026-03-02, expires_on: 2026-06-30%s}"
)


def load(folder: Path, text: str) -> tuple[Policy | None, list[Problem]]:
    (folder / "policy.yaml").write_text(dedent(text), "utf-8")
    return load_policy(folder, VOCABULARY)


def loaded(folder: Path, text: str) -> Policy:
    policy, problems = load(folder, text)
    assert not problems, problems
    assert policy is not None
    return policy


def test_the_least_that_a_policy_says(tmp_path: Path) -> None:
    policy = loaded(tmp_path, LEAST)
    assert policy.packs == (Pack(None, None, (), ()),)
    assert (policy.lead_days, policy.lookback_years, policy.adopt_unconfirmed, policy.redact) == (30, 3, False, "ids")
    assert policy.own_rules is None
    assert policy.waivers == ()


def test_all_that_a_policy_can_say(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    text = (
        LEAST.replace("{pack: library}", '{pack: library, version: "1.0", select: [topic:i9], exclude: "us.ca.*"}')
        + """\
own_rules: rules
choices: {fmla.leave-year: rolling_backward, ada.longest-silence: 14, plan.starts: 2026-01-01, files.elsewhere: yes, files.here: no}
lead: 6 weeks
lead_by_topic: {i9: 1 day}
calendars:
  "*": {closed: [{from: 2026-12-24, to: 2027-01-01, why: shutdown}, {from: 2026-07-03}]}
  W-02: {week: [Monday, saturday], open: [{from: 2026-11-11}]}
owners: {i9: HR operations}
lookback_years: 5
adopt_unconfirmed: yes
profile: spreadsheet
sources: {training: {complete_from: 2022-01-01}}
redact: all
key_file: fingerprint.key
waivers:
"""
        + f"  - {WAIVER % ', subject: E-1042/1'}\n"
    )
    policy = loaded(tmp_path, text)
    assert policy.packs == (Pack(None, "1.0", ("topic:i9",), ("us.ca.*",)),)
    assert policy.own_rules == tmp_path / "rules"
    assert policy.choices == {
        "files.elsewhere": True,
        "files.here": False,
        "fmla.leave-year": "rolling_backward",
        "ada.longest-silence": Decimal(14),
        "plan.starts": date(2026, 1, 1),
    }
    assert (policy.lead_days, policy.lead_by_topic) == (42, {"i9": 1})
    closed = (
        DayRange(date(2026, 12, 24), date(2027, 1, 1), "shutdown"),
        DayRange(date(2026, 7, 3), date(2026, 7, 3), ""),
    )
    assert policy.calendars["*"] == OpenDays("us-federal", None, closed, ())
    assert policy.calendars["W-02"].week == frozenset({0, 5})
    assert (policy.lookback_years, policy.adopt_unconfirmed, policy.profile, policy.redact) == (
        5,
        True,
        "spreadsheet",
        "all",
    )
    assert policy.complete_from == {"training": date(2022, 1, 1)}
    assert policy.key_file == tmp_path / "fingerprint.key"
    (waiver,) = policy.waivers
    assert (waiver.id, waiver.subject) == ("us.test.notice/E-1042/1", "E-1042/1")


def test_a_worksites_calendar_may_be_based_on_a_named_one(tmp_path: Path) -> None:
    text = """\
named_calendars: {plant: {closed: [{from: 2026-08-03, to: 2026-08-14, why: summer shutdown}]}}
calendars: {W-02: {based_on: plant, week: [Monday]}}
"""
    policy = loaded(tmp_path, LEAST + text)
    closed = (DayRange(date(2026, 8, 3), date(2026, 8, 14), "summer shutdown"),)
    assert policy.named_calendars == {"plant": OpenDays("us-federal", None, closed, ())}
    assert policy.calendars["W-02"].based_on == "plant"


@pytest.mark.parametrize(
    ("line", "code", "suggestion"),
    [
        ("time_zone: America/NewYork", "duplicate-key", None),
        ("owner: {i9: HR}", "unknown-key", "owners"),
        ("lead: soon", "bad-expression", None),
        ("lead_by_topic: {i9: 30}", "wrong-type", None),
        ("lead_by_topic: {i9: 30 months}", "bad-expression", None),
        ("lookback_years: three", "wrong-type", None),
        ("lookback_years: 0", "wrong-type", None),
        ("adopt_unconfirmed: perhaps", "wrong-type", None),
        ("redact: some", "bad-code", None),
        ("choices: {a: [b]}", "wrong-type", None),
        ("own_rules: nowhere", "no-folder", None),
        ("key_file: /etc/key", "wrong-type", None),
        ("sources: {trainings: {complete_from: 2022-01-01}}", "unknown-name", "training"),
        ("sources: {training: {complete_from: ever}}", "wrong-type", None),
        ("sources: {training: {max_age: 10}}", "wrong-type", None),
        ("sources: {training: {max_age: 10 months}}", "bad-expression", None),
        ("sources: {training: {may_shrink: 110%}}", "bad-expression", None),
        ("sources: {training: {may_lose_match: some}}", "bad-expression", None),
        ('sources: {"*": {max_age: 10 days}}', "unknown-name", None),
        ("sources: {training: {hire_date_is_first_day: yes}}", "unknown-key", None),
        ('calendars: {"*": {based_on: us-fed}}', "unknown-calendar", "us-federal"),
        ("named_calendars: {plant: {based_on: us-fed}}", "unknown-calendar", "us-federal"),
        ("named_calendars: {plant: {week: [Mondy]}}", "unknown-code", "Monday"),
        ("named_calendars: {plant: {closed: [{from: 2026-02-02, to: 2026-02-01}]}}", "value-order", None),
        ("named_calendars: {plant: {close: []}}", "unknown-key", "closed"),
        ("named_calendars: {a: {}, b: {based_on: a}}", "unknown-calendar", None),
        ("named_calendars: {The plant: {}}", "bad-id", None),
        ("named_calendars: {us-federal: {}}", "duplicate-id", None),
        ("named_calendars: {worksite: {}}", "duplicate-id", None),
        ("named_calendars: {state: {}}", "duplicate-id", None),
        ('calendars: {"*": {week: [Mondy]}}', "unknown-code", "Monday"),
        ('calendars: {"*": {closed: [{from: 2026-02-02, to: 2026-02-01}]}}', "value-order", None),
        ("waivers: [{rule: us.test.notice}]", "missing-key", None),
        (f"waivers: [{WAIVER % ', subject: a, finding: b'}]", "wrong-type", None),
        (f"waivers: [{WAIVER % ''}, {WAIVER % ''}]", "duplicate-id", None),
        (f"waivers: [{(WAIVER % '').replace('2026-06-30', '2026-01-01')}]", "value-order", None),
    ],
)
def test_what_a_policy_cannot_say(tmp_path: Path, line: str, code: str, suggestion: str | None) -> None:
    _, problems = load(tmp_path, LEAST + line + "\n")
    assert {p.code for p in problems} == {code}
    assert problems[0].suggestion == suggestion
    assert all(p.position is not None and p.position.line == 4 for p in problems)


def test_a_time_zone_must_exist(tmp_path: Path) -> None:
    policy, (problem,) = load(tmp_path, LEAST.replace("New_York", "NewYork"))
    assert policy is None
    assert (problem.code, problem.suggestion) == ("unknown-name", "America/New_York")


@pytest.mark.parametrize("text", ["", "[]", "name: [", "a text"])
def test_what_is_no_policy_is_a_problem(tmp_path: Path, text: str) -> None:
    policy, problems = load(tmp_path, text)
    assert policy is None
    assert problems


def test_a_folder_without_policy(tmp_path: Path) -> None:
    policy, (problem,) = load_policy(tmp_path, VOCABULARY)
    assert policy is None
    assert problem.code == "unreadable-file"


def test_a_policy_is_held_to_the_rules_that_it_adopts(tmp_path: Path) -> None:
    ruleset, _ = load_rules([RULES], VOCABULARY)
    policy = loaded(
        tmp_path,
        LEAST.replace("{pack: library}", "{pack: library, select: [topic:notices, topic:leaves]}")
        + "owners: {notices: HR, leave: HR}\nwaivers:\n"
        + f"  - {WAIVER.replace('notice,', 'notic,') % ''}\n  - {WAIVER % ''}\n",
    )
    problems = check_policy(policy, ruleset)
    assert [(p.code, p.level, p.position.line if p.position else 0) for p in problems] == [
        ("empty-selection", Level.ERROR, 3),
        ("unknown-topic", Level.WARNING, 4),
        ("unknown-name", Level.ERROR, 6),
    ]
    assert problems[2].suggestion == "us.test.notice"


def test_a_choice_that_no_rule_asks_for_is_told_with_the_one_that_is(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text((RULES / "us/notices/notice.yaml").read_text().replace("due: ", "due: choice( us.days )  # ", 1))
    ruleset = replace(load_rules([RULES], VOCABULARY)[0], sources={rules.name: rules.read_text()})
    policy = loaded(tmp_path, LEAST + "choices:\n  us.day: 14\n")
    (problem,) = check_policy(policy, ruleset)
    assert (problem.code, problem.level, problem.suggestion) == ("unknown-choice", Level.WARNING, "us.days")
    assert check_policy(loaded(tmp_path, LEAST + "choices:\n  us.days: 14\n"), ruleset) == []


@pytest.mark.parametrize(
    ("as_of", "note"),
    [
        (date(2026, 3, 1), "waiver-not-yet"),
        (date(2026, 3, 2), None),
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), "waiver-expired"),
    ],
)
def test_a_waiver_holds_from_approval_through_its_last_day(tmp_path: Path, as_of: date, note: str | None) -> None:
    policy = loaded(tmp_path, LEAST + f"waivers: [{WAIVER % ''}]\n")
    holding, notes = waivers_on(policy.waivers, as_of)
    assert [n.code for n in notes] == ([note] if note else [])
    assert all(n.level is Level.NOTE for n in notes)
    assert len(holding) == (0 if note else 1)
    assert all(isinstance(w, Waiver) for w in holding)
