"""`compliance diff`: what appears, vanishes and moves between two runs, rule sets, policies, days or exports, and why."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode

Compliance = Callable[..., Any]
DAY = ("--as-of", "2026-11-22")
PAPERWORK = Path("after/paperwork.yaml")


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied(tmp_path / "company"))


def differences(compliance: Compliance, *arguments: object, redact: str = "none") -> dict[str, Any]:
    done = compliance("diff", *arguments, "--policy", "policy", "-o", "json", "--redact", redact, "-q")
    assert done.out, done.err
    told: dict[str, Any] = json.loads(done.out)
    return told


def changes(told: dict[str, Any]) -> list[tuple[str, str, str, list[str]]]:
    """How, rule, subject and reasons of each change."""
    return [
        (
            found["how"],
            rule["rule"],
            (found["after"] or found["before"])["subject"],
            [" ".join(filter(None, (reason["text"], reason["value"]))) for reason in found["because"]],
        )
        for rule in told["rules"]
        for found in rule["changes"]
    ]


def step(compliance: Compliance, old: str, new: str) -> tuple[str | None, list[str]]:
    """The suggested step where a text of the rules is changed."""
    shutil.copytree("rules", "after", dirs_exist_ok=True)
    change(PAPERWORK, old, new)
    told = differences(compliance, "export", "--rules", "rules", "--rules", "after", *DAY)
    return told["step"], told["step_because"]


# ---- exports ---------------------------------------------------------------------------------------------------------


def test_a_cell_that_changed_is_named_with_its_place_also_where_the_finding_vanishes(compliance: Compliance) -> None:
    shutil.copytree("export", "later")
    change(Path("later/i9.csv"), "E-104,2026-10-05,2026-10-30", "E-104,2026-10-05,2026-10-06")
    change(Path("later/employees.csv"), "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-11-16")
    told = differences(compliance, "export", "later", *DAY)
    assert told["files"] == ["later/employees.csv", "later/i9.csv"]
    assert changes(told)[:2] == [
        ("moves", "us.paper.form", "E-103/1", ["start_date 2026-11-17 → 2026-11-16"]),
        ("vanishes", "us.paper.form", "E-104/1", ["i9.section2_signed_on 2026-10-30 → 2026-10-06"]),
    ]
    assert told["rules"][0]["changes"][1]["because"][0]["file"] == "later/i9.csv"
    assert told["rules"][0]["changes"][1]["because"][0]["record"] == 3


def test_what_cannot_be_told_any_more_is_a_change_too(compliance: Compliance) -> None:
    shutil.copytree("export", "later")
    change(Path("later/employees.csv"), "E-101,2026-10-05,2026-10-05", "E-101,2026-10-05,soon")
    told = differences(compliance, "export", "later", *DAY, "--explain-findings", "0")
    form = next(found for found in changes(told) if found[1] == "us.paper.form")
    assert form[:3] == ("moves", "us.paper.form", "E-101/1")
    assert "not known now: employment_spell.start_date, i9.section2_signed_on" in form[3]


def test_the_same_export_twice_is_no_difference(compliance: Compliance) -> None:
    shutil.copytree("export", "later")
    told = differences(compliance, "export", "later", *DAY)
    assert told["counts"] == {"appears": 0, "vanishes": 0, "moves": 0}
    assert told["rules"] == []
    assert compliance("diff", "export", "later", *DAY, "--policy", "policy", "--exit-code").code == ExitCode.OK


# ---- rules -----------------------------------------------------------------------------------------------------------


def test_rules_that_ask_less_are_a_major_step_and_the_line_is_shown(compliance: Compliance) -> None:
    suggested, because = step(compliance, "3 us-federal", "5 us-federal")
    assert suggested == "major"
    assert because == ["us.paper.form asks less in 3 results"]
    shown = compliance("diff", "export", "--rules", "rules", "--rules", "after", *DAY, "--policy", "policy").out
    assert "  - body.due: 3 us-federal business days after start_date\n" in shown
    assert "  + body.due: 5 us-federal business days after start_date\n" in shown
    assert "because: the rule changed" in shown


@pytest.mark.parametrize(
    ("old", "new", "suggested", "because"),
    [
        ("3 us-federal", "2 us-federal", "minor", "us.paper.form asks more in 3 results"),
        (
            "severity: low",
            "severity: high",
            "minor",
            "us.paper.final-pay decides otherwise, though not on these records",
        ),
        ("severity: critical", "severity: high", "major", "us.paper.form is less severe"),
        ("us.paper.handbook:", "us.paper.manual:", "major", "us.paper.handbook is gone"),
        ("cite: Test Code 2", "cite: Test Code 2(b)", "patch", "no rule decides anything otherwise"),
    ],
)
def test_the_step_follows_what_the_rules_ask(
    compliance: Compliance, old: str, new: str, suggested: str, because: str
) -> None:
    assert step(compliance, old, new) == (suggested, [because])


def test_a_rule_that_was_renamed_keeps_its_findings(compliance: Compliance) -> None:
    assert step(compliance, "us.paper.form:", "us.paper.paper:\n    was: [us.paper.form]")[0] == "patch"


def test_a_new_rule_is_a_minor_step(compliance: Compliance) -> None:
    shutil.copytree("rules", "after")
    Path("rules/remembered.yaml").unlink()
    told = differences(compliance, "export", "--rules", "rules", "--rules", "after", *DAY)
    assert (told["step"], told["step_because"]) == ("minor", ["us.remembered.city is new"])
    assert [found[3] for found in changes(told)] == [["the rule is new"]]


# ---- days and policies -----------------------------------------------------------------------------------------------


def test_between_two_days_the_passing_of_time_is_the_reason(compliance: Compliance) -> None:
    told = differences(compliance, "export", "--as-of", "2026-11-22..2026-12-20")
    assert told["step"] is None
    assert ("moves", "us.paper.handbook", "E-103/1", ["asked as of 2026-12-20 instead of 2026-11-22"]) in changes(told)


def test_between_two_policies_the_choice_is_the_reason(compliance: Compliance) -> None:
    shutil.copytree("policy", "stricter")
    change(Path("stricter/policy.yaml"), "adopt_unconfirmed: no", "adopt_unconfirmed: no\nlead: 1 days")
    done = compliance(
        "diff", "export", "--policy", "policy", "--policy", "stricter", *DAY, "-o", "json", "--redact", "none"
    )
    told = json.loads(done.out)
    assert told["policy_added"] == ["lead_days: 1"]
    assert {found[3][-1] for found in changes(told)} == {"policy: + lead_days: 1"}
    assert told["step"] is None


# ---- kept runs -------------------------------------------------------------------------------------------------------


def kept(compliance: Compliance, folder: str, *flags: object) -> None:
    compliance("check", "export", "--policy", "policy", *DAY, "-q", "--run-folder", folder, *flags)


def test_kept_runs_are_compared_without_their_records_by_what_they_keep(compliance: Compliance) -> None:
    kept(compliance, "one", "--explain-findings", "50")
    change(Path("export/employees.csv"), "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-11-16")
    kept(compliance, "two", "--explain-findings", "50")
    shutil.rmtree("export")
    found = changes(differences(compliance, "one", "two"))
    assert ("moves", "us.paper.form", "E-103/1", ["start_date 2026-11-17 → 2026-11-16"]) in found


def test_of_runs_that_explain_nothing_the_days_and_the_files_are_told(compliance: Compliance) -> None:
    kept(compliance, "one")
    change(Path("export/employees.csv"), "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-11-16")
    change(Path("export/i9.csv"), "E-104,2026-10-05,2026-10-30", "E-104,2026-10-05,2026-10-06")
    kept(compliance, "two")
    found = changes(differences(compliance, "one", "two"))
    assert ("moves", "us.paper.form", "E-103/1", ["counted from 2026-11-17 → 2026-11-16"]) in found
    vanished = next(x for x in found if x[0] == "vanishes")
    assert vanished[3] == ["other records: export/employees.csv, export/i9.csv"]


def test_a_kept_run_beside_an_export_of_now(compliance: Compliance) -> None:
    kept(compliance, "one")
    assert differences(compliance, "one", "export", *DAY)["counts"] == {"appears": 0, "vanishes": 0, "moves": 0}


# ---- what is shown, and exit codes -----------------------------------------------------------------------------------


def test_what_is_hidden_of_people_is_hidden_here_too(compliance: Compliance) -> None:
    shutil.copytree("export", "later")
    change(Path("later/i9.csv"), "E-104,2026-10-05,2026-10-30", "E-104,2026-10-05,2026-10-06")
    change(Path("later/employees.csv"), "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-11-16")
    for form in ("text", "md", "json"):
        for redact in ("ids", "all"):
            out = compliance("diff", "export", "later", "--policy", "policy", *DAY, "-o", form, "--redact", redact).out
            assert "us.paper.form" in out
            assert not any(word in out for word in ("E-10", "handbook-secret")), (form, redact)
            assert redact == "ids" or "i9.csv:3" not in out


def test_markdown_keeps_texts_texts_and_says_the_step(compliance: Compliance) -> None:
    shutil.copytree("rules", "after")
    change(PAPERWORK, "3 us-federal", "2 us-federal")
    done = compliance("diff", "export", "--rules", "rules", "--rules", "after", *DAY, "--policy", "policy", "-o", "md")
    assert done.out.startswith("## What changes\n\n0 appeared · 0 vanished · 3 moved\n")
    assert "Suggested step of the rule set's version: minor (us.paper.form asks more in 3 results).\n" in done.out
    assert "<p><code>+ body.due: 2 us-federal business days after start_date</code></p>" in done.out
    assert done.code == ExitCode.OK


def test_with_exit_code_a_difference_is_1(compliance: Compliance) -> None:
    shown = ("diff", "export", "--as-of", "2026-11-22..2026-12-20", "--policy", "policy")
    assert compliance(*shown).code == ExitCode.OK
    assert compliance(*shown, "--exit-code").code == ExitCode.FOUND


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "only one side"),
        (["export", "--rules", "rules", "--rules", "rules", "--rules", "rules"], "has two sides"),
        (["export", "--as-of", "2026-11-22..2026-11-23..2026-11-24"], "neither a day nor two"),
        (["one", "one", "--as-of", "2026-11-22"], "--as-of cannot change them"),
        (["export", "export", "--select", "nothing.*"], "nothing.*"),
    ],
)
def test_what_cannot_be_compared_is_refused(compliance: Compliance, arguments: list[str], words: str) -> None:
    kept(compliance, "one")
    refused = compliance("diff", *arguments, "--policy", "policy")
    assert refused.code == ExitCode.INVALID
    assert words in refused.err
    assert refused.out == ""
