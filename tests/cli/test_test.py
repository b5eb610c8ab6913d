"""`compliance test`: what counts as a failing test, and what is said about examples that are missing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance_engine import data

Compliance = Callable[..., Any]

LAW = """\
law: Law of the land
jurisdiction: us
authority: 1 CFR 1
checked: {on: 2026-01-01, by: text}
values:
  us.days:
    title: Days to sign
    type: number
    cells: [{is: 14, cite: 1 CFR 1(a)}]
rules:
  us.signed:
    kind: deadline
    title: Everybody signs
    cite: 1 CFR 1(b)
    about: employment_spell
    due: value(us.days) days after start_date
    done: hire_date
    fix: Ask for the signature.
    base: {employment_spell: {start_date: 2026-03-02}}
    examples:
      - {title: in time, given: {hire_date: 2026-03-16}, as_of: 2026-04-01, expect: met, due: 2026-03-16}
      - {title: late, given: {hire_date: 2026-03-17}, as_of: 2026-04-01, expect: met-late}
      - {title: unknown, given: {start_date: unreadable}, as_of: 2026-04-01, expect: unknown}
"""
LATE = LAW[LAW.index("      - {title: late") : LAW.index("      - {title: unknown")]


@pytest.fixture(autouse=True)
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one rule file of an installation, from a folder without policies."""
    (tmp_path / "_data/rules").mkdir(parents=True)
    (tmp_path / "_data/rules/law.yaml").write_text(LAW)
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(data, "_PACKAGE", tmp_path)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "_data/rules/law.yaml"


def test_without_paths_the_library_is_tested(compliance: Compliance) -> None:
    called = compliance("test")
    assert (called.code, called.out) == (0, "1 rule · 3 tests · 3 passed\n")


def test_a_policy_is_tested_without_the_library(compliance: Compliance) -> None:
    own = Path("policies/acme/rules")
    own.mkdir(parents=True)
    Path("policies/acme/policy.yaml").write_text(
        "name: Acme\ntime_zone: UTC\nrules: [{pack: library}]\nown_rules: rules\n"
    )
    rules = LAW[: LAW.index("values:")] + LAW[LAW.index("rules:") :]
    (own / "own.yaml").write_text(
        rules.replace("us.signed", "org.signed").replace("jurisdiction: us", "jurisdiction: org")
    )
    assert compliance("test").out == "2 rules · 6 tests · 6 passed\n"
    for name in ("policies/acme", "policies/acme/policy.yaml"):
        assert compliance("test", "--policy", name).out == "1 rule · 3 tests · 3 passed\n"


def test_a_failing_example_is_shown_with_its_line_and_both_answers(compliance: Compliance, law: Path) -> None:
    law.write_text(LAW.replace("expect: met-late", "expect: met"))
    called = compliance("test")
    assert called.code == 1
    line = LAW[: LAW.index("{title: late")].count("\n") + 1
    assert f"failed: us.signed: late\n  --> {law.as_posix()}:{line}\n  expected met, is met-late\n" in called.out
    assert called.out.endswith("1 rule · 3 tests · 2 passed · 1 failed\n")


def test_rules_without_any_example_are_no_success(compliance: Compliance, law: Path) -> None:
    law.write_text(LAW[: LAW.index("    examples:")])
    called = compliance("test")
    assert called.code == 3
    assert "us.signed: without an example" in called.out


def test_a_selection_that_matches_nothing_is_invalid(compliance: Compliance) -> None:
    assert compliance("test", "--select", "us.sined").code == 2


def test_an_invalid_rule_keeps_everything_from_being_tested(compliance: Compliance, law: Path) -> None:
    law.write_text(LAW.replace("start_date\n", "stat_date\n"))
    called = compliance("test")
    assert (called.code, called.out) == (2, "")
    assert "stat_date" in called.err
    assert called.err.endswith("1 error. Nothing was tested.\n")


def test_what_is_wrong_with_other_files_does_not_keep_a_file_from_being_tested(
    compliance: Compliance, law: Path
) -> None:
    mine = Path("mine.yaml")
    mine.write_text(LAW[: LAW.index("values:")] + LAW[LAW.index("rules:") :].replace("us.signed", "us.mine"))
    law.with_name("broken.yaml").write_text("law: [")
    called = compliance("test", mine)
    assert (called.code, called.out) == (0, "1 rule · 3 tests · 3 passed\n")


def test_coverage_says_what_no_example_does(compliance: Compliance, law: Path) -> None:
    law.write_text(LAW.replace(LATE, ""))
    called = compliance("test", "--coverage")
    assert called.code == 0
    assert "us.signed  pass ✓  violation ✗  boundary 1/2  unknown ✓\n" in called.out
    assert "  ✗ boundary: no example asks, or proves it, on the day after the last\n" in called.out
    assert called.out.endswith("coverage 4/6 = 66.7 %\n")


@pytest.mark.parametrize(("least", "code"), [("66", 0), ("67", 1)])
def test_too_little_coverage_is_found(compliance: Compliance, law: Path, least: str, code: int) -> None:
    law.write_text(LAW.replace(LATE, ""))
    assert compliance("test", "--min-coverage", least).code == code


def test_a_mistake_that_no_example_notices_is_listed(compliance: Compliance, law: Path) -> None:
    assert compliance("test", "--mutate").code == 0
    law.write_text(LAW.replace(", due: 2026-03-16", "").replace("2026-03-16", "2026-03-15"))
    called = compliance("test", "--mutate")
    assert called.code == 1
    assert "survives: us.days: 14 → 13\n" in called.out
    assert "survives: us.days: 14 → 15\n" not in called.out


def test_a_survivor_may_be_accepted_for_a_reason_and_must_survive_then(compliance: Compliance, law: Path) -> None:
    weak = LAW.replace(", due: 2026-03-16", "").replace("2026-03-16", "2026-03-15")
    listed = law.with_name("mutants-accepted.yaml")
    listed.write_text("accepted:\n  - {rule: us.days, mutant: 14 → 13, reason: nobody signs on a Sunday}\n")
    law.write_text(weak)
    called = compliance("test", "--mutate")
    assert called.code == 0
    assert "0 survive (1 more are accepted)" in called.out
    law.write_text(LAW)
    called = compliance("test", "--mutate")
    assert called.code == 1
    assert "no longer survives, take it off the list: us.days: 14 → 13" in called.out


def test_an_accepted_mutant_needs_a_reason(compliance: Compliance, law: Path) -> None:
    law.with_name("mutants-accepted.yaml").write_text("accepted:\n  - {rule: us.days, mutant: 14 → 13}\n")
    called = compliance("test", "--mutate")
    assert called.code == 2
    assert "mutants-accepted.yaml:2:5" in called.err


def test_json_has_counts_failures_coverage_and_survivors(compliance: Compliance, law: Path) -> None:
    law.write_text(LAW.replace("expect: met-late", "expect: met").replace(", due: 2026-03-16", ""))
    called = compliance("test", "--coverage", "--mutate", "-o", "json")
    content = json.loads(called.out)
    assert content["counts"] == {"rules": 1, "tests": 3, "passed": 2, "failed": 1}
    assert content["failures"][0]["title"] == "late"
    assert content["coverage"]["of"][0]["id"] == "us.signed"
    survivors = [(mutant["id"], mutant["mutant"]) for mutant in content["mutation"]["survivors"]]
    assert ("us.days", "14 → 15") in survivors
