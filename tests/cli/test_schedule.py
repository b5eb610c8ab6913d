"""`compliance init --schedule` and `compliance rules export`: retention schedules in and out."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Compliance = Callable[..., Any]

SCHEDULE = """\
series_id,title,trigger,period
PER-1,Files of staff,Employee separation,7 years
PER-2,Payments,Paid,3 years
PER-3,Other payments,Paid,3 years
PER-4,Founding papers,,permanent
"""


@pytest.fixture(autouse=True)
def _work_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def schedule(tmp_path: Path) -> Path:
    (tmp_path / "Our Schedule.csv").write_text(SCHEDULE, "utf-8")
    return Path("Our Schedule.csv")


def test_makes_a_policy_folder_with_the_rules_of_the_schedule(compliance: Compliance, schedule: Path) -> None:
    called = compliance("init", "policies/acme", "--schedule", schedule)
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines()[-5:] == [
        "Our Schedule.csv: 4 series, 2 became rules, 2 did not",
        "      2  no record tells on which day it was paid",
        "what each became, or why not: policies/acme/our-schedule-series.csv",
        "the rules are unconfirmed until somebody has compared them with the schedule: change checked: in",
        "  policies/acme/rules/our-schedule.yaml",
    ]
    with Path("policies/acme/our-schedule-series.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["row"], row["rule"]) for row in csv.DictReader(file)] == [
            ("2", "org.our-schedule.per-1"),
            ("3", ""),
            ("4", ""),
            ("5", "org.our-schedule.per-4"),
        ]
    checked = compliance("validate", "policies/acme", "--strict")
    assert (checked.code, checked.out) == (0, "No problems in 3 files (3 rules).\n")
    tested = compliance("test", "policies/acme/rules")
    assert tested.code == 0
    assert re.match(r"3 rules · \d+ tests · \d+ passed", tested.out)


def test_a_policy_folder_in_use_gets_only_the_rules_and_only_once(compliance: Compliance, schedule: Path) -> None:
    compliance("init", "policies/acme")
    before = {path for path in Path("policies").rglob("*") if path.is_file()}
    called = compliance("init", "policies/acme", "--schedule", schedule)
    assert (called.code, called.err) == (0, "")
    after = {path for path in Path("policies").rglob("*") if path.is_file()}
    made = {Path("policies/acme/our-schedule-series.csv"), Path("policies/acme/rules/our-schedule.yaml")}
    assert after - before == made
    named = compliance("init", "policies/acme", "--schedule", schedule, "--name", "Acme")
    assert named.code == 2
    assert "policies/acme has its name and time zone already" in named.err
    again = compliance("init", "policies/acme", "--schedule", schedule)
    assert again.code == 2
    assert "policies/acme/rules/our-schedule.yaml exists already and is left as it is." in again.err


def test_an_error_makes_nothing_and_is_shown_at_its_row(compliance: Compliance, schedule: Path) -> None:
    schedule.write_text(SCHEDULE.replace("7 years", "seven years"), "utf-8")
    called = compliance("init", "policies/acme", "--schedule", schedule)
    assert called.code == 2
    assert 'Row 2, period: "seven years" is not a number of days, weeks, months or years.' in called.err
    assert "--> Our Schedule.csv:2:1" in called.err
    assert not Path("policies").exists()


def test_a_schedule_without_a_rule_is_no_success(compliance: Compliance, schedule: Path) -> None:
    schedule.write_text("series_id,trigger,period\nPER-2,Paid,3 years\n", "utf-8")
    called = compliance("init", "policies/acme", "--schedule", schedule)
    assert called.code == 2
    assert "1 series, 0 became rules, 1 did not" in called.err
    assert "No series of Our Schedule.csv became a rule." in called.err
    assert not Path("policies").exists()


def test_from_and_schedule_are_two_things(compliance: Compliance, schedule: Path) -> None:
    called = compliance("init", "--from", schedule, "--schedule", schedule)
    assert called.code == 2
    assert "one at a time" in called.err


def test_rules_go_out_as_a_file_plan_and_come_in_again(compliance: Compliance, schedule: Path) -> None:
    compliance("init", "policies/acme", "--schedule", schedule)
    called = compliance("rules", "export", "--rules", "policies/acme/rules", "-o", "purview=plan.csv")
    assert (called.code, called.out) == (0, "")
    assert "The label of org.our-schedule.per-1 does not say: 7 years, which became 2557 days." in called.err
    assert called.err.splitlines()[-1] == "2 rules of retention: 2 labels, 0 not in the plan"
    again = compliance("init", "policies/back", "--schedule", "plan.csv")
    assert "plan.csv: 2 series, 2 became rules, 0 did not" in again.out
    tested = compliance("test", "policies/back/rules")
    assert tested.code == 0
    shown = compliance("rules", "show", "org.our-schedule.per-1", "--policy", "policies/back")
    assert "2557 days after employment_spell.termination_date" in shown.out


def test_without_a_path_the_plan_is_on_standard_output(compliance: Compliance) -> None:
    called = compliance("rules", "export", "--select", "us.flsa.agreements")
    assert called.code == 0
    assert called.out.splitlines()[1].startswith("us-flsa-agreements,")


def test_a_plan_without_a_label_is_no_success(compliance: Compliance) -> None:
    called = compliance("rules", "export", "--select", "us.i9.*")
    assert called.code == 2
    assert called.out == ""
    assert "us.i9.retention is not in the plan: its end is not one period after one day." in called.err
    assert "rules has a place in a file plan." in called.err


def test_an_output_that_there_is_not(compliance: Compliance) -> None:
    called = compliance("rules", "export", "-o", "purvew=plan.csv")
    assert called.code == 2
    assert 'There is no output "purvew". Did you mean "purview"?' in called.err
