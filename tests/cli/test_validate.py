"""`compliance validate`: all problems of rules, policies and profiles at once, and what counts as one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compliance_engine import __version__, data

Compliance = Callable[..., Any]

LIBRARY = """\
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
    examples:
      - {title: in time, given: {start_date: 2026-03-02, hire_date: 2026-03-16}, as_of: 2026-04-01, expect: met}
      - {title: late, given: {start_date: 2026-03-02, hire_date: 2026-03-17}, as_of: 2026-04-01, expect: met-late}
      - {title: unknown, given: {start_date: unreadable}, as_of: 2026-04-01, expect: unknown}
"""
OWN = LIBRARY.replace("us.signed", "org.signed").replace("jurisdiction: us", "jurisdiction: org")
OWN = OWN[: OWN.index("values:")] + OWN[OWN.index("rules:") :]
POLICY = "name: Acme\ntime_zone: UTC\nrules: [{pack: library}]\nown_rules: rules\nprofile: spreadsheet\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose library has one rule, and a folder to work in that has one policy."""
    (tmp_path / "_data/rules").mkdir(parents=True)
    (tmp_path / "_data/rules/law.yaml").write_text(LIBRARY)
    monkeypatch.setattr(data, "_PACKAGE", tmp_path)
    (tmp_path / "work/policies/acme/rules").mkdir(parents=True)
    (tmp_path / "work/policies/acme/policy.yaml").write_text(POLICY)
    (tmp_path / "work/policies/acme/rules/own.yaml").write_text(OWN)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def test_rules_name_the_calendars_of_the_policy_in_whose_folder_they_are(place: Path, compliance: Compliance) -> None:
    rules = place / "policies/acme/rules"
    (rules / "own.yaml").write_text(OWN.replace("value(us.days) days after", "14 plant business days after"))
    called = compliance("validate", str(rules))
    assert called.code == 1
    assert "unknown-calendar" in called.out
    with (place / "policies/acme/policy.yaml").open("a") as policy:
        policy.write("named_calendars: {plant: {closed: [{from: 2026-03-03}]}}\n")
    for verb in ("validate", "test"):
        assert "unknown-calendar" not in compliance(verb, str(rules)).out
    assert compliance("rules", "list", "--rules", str(rules)).code == 0
    assert "org.signed" in compliance("rules", "list").out


def test_a_calendar_that_rules_leave_to_the_policy_is_missed_in_the_policy(place: Path, compliance: Compliance) -> None:
    law = place.parent / "_data/rules/law.yaml"
    law.write_text(law.read_text().replace("values:", "policy_calendars: {plant: open days of the plant}\nvalues:", 1))
    law.write_text(law.read_text().replace("value(us.days) days", "3 plant business days"))
    called = compliance("validate")
    assert "warning[undefined-calendar]" in called.out
    assert "policies/acme/policy.yaml:1:1" in called.out


def test_a_file_of_waivers_is_known_by_its_key_and_held_to_the_rules(place: Path, compliance: Compliance) -> None:
    granted = "reason: a, owner: b, approved_by: c, approved_on: 2026-03-02, expires_on: 2026-06-30"
    (place / "waived.yaml").write_text(
        f"waivers:\n  - {{rule: us.signd, {granted}}}\n  - {{rule: us.signed, {granted}}}\n"
    )
    called = compliance("validate", "waived.yaml")
    assert called.code == 1
    assert "waived.yaml:2:12" in called.out
    assert 'did you mean "us.signed"?' in called.out
    assert "1 error in 1 of 1 file" in called.out


def test_without_paths_the_library_and_every_policy_are_looked_at(compliance: Compliance) -> None:
    called = compliance("validate")
    assert (called.code, called.out, called.err) == (0, "No problems in 3 files (2 rules).\n", "")


def test_a_file_may_refer_to_the_library_and_is_alone_reported_on(compliance: Compliance, place: Path) -> None:
    (place.parent / "_data/rules/broken.yaml").write_text("law: [")
    called = compliance("validate", "policies/acme/rules/own.yaml")
    assert (called.code, called.out) == (0, "No problems in 1 file (1 rule).\n")


def test_a_file_may_refer_to_the_files_beside_it(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/rules/values.yaml").write_text(
        LIBRARY[: LIBRARY.index("rules:")]
        .replace("us.days", "org.days")
        .replace("jurisdiction: us", "jurisdiction: org")
    )
    (place / "policies/acme/rules/own.yaml").write_text(OWN.replace("us.days", "org.days"))
    assert compliance("validate", "policies/acme/rules/own.yaml").code == 0


def test_a_named_library_stands_in_for_the_shipped_one(compliance: Compliance, place: Path) -> None:
    (place / "other").mkdir()
    (place / "other/law.yaml").write_text(LIBRARY.replace("us.days", "us.time"))
    called = compliance("validate", "policies/acme/rules", "--rules", "other")
    assert called.code == 1
    assert '"us.days"' in called.out


def test_two_errors_in_one_file_are_both_shown_with_place_and_excerpt(compliance: Compliance, place: Path) -> None:
    own = place / "policies/acme/rules/own.yaml"
    own.write_text(OWN.replace("due:", "duee:").replace("about:", "abuot:"))

    called = compliance("validate", own)

    assert called.code == 1
    assert 'error[unknown-key]: "abuot" is not a key' in called.out
    assert 'error[unknown-key]: "duee" is not a key' in called.out
    assert f"  --> {own}:10:5\n    9 |     cite: 1 CFR 1(b)\n   10 |     abuot: employment_spell\n" in called.out
    assert '^^^^^ did you mean "about"?' in called.out
    assert called.out.endswith("errors in 1 of 1 file (0 rules).\n")
    assert called.err == ""


def test_problems_of_several_files_come_in_one_run_in_order_of_file(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/policy.yaml").write_text(POLICY.replace("UTC", "Mars/Olympus").replace("name", "nmae"))
    (place / "policies/acme/rules/own.yaml").write_text("law: Handbook\n")
    (place / "policies/acme/export.yaml").write_text("profile: export\ntables: {a: {files: a.csv, fills: emploee}}\n")

    called = compliance("validate", "policies")

    assert called.code == 1
    arrows = [line.split(":")[0].strip() for line in called.out.splitlines() if line.startswith("  -->")]
    names = ["export.yaml", "policy.yaml", "rules/own.yaml"]
    assert list(dict.fromkeys(arrows)) == [f"--> policies/acme/{name}" for name in names]
    assert 'did you mean "name"?' in called.out
    assert 'did you mean "employee"?' in called.out
    assert "in 3 of 3 files (0 rules)." in called.out


def test_warnings_are_shown_and_count_only_when_strict(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/rules/own.yaml").write_text(OWN.replace("Everybody signs", "x" * 101))
    called = compliance("validate", "policies")
    assert called.code == 0
    assert "warning[long-title]" in called.out
    assert called.out.endswith("\n1 warning in 1 of 2 files (1 rule).\n")
    assert compliance("validate", "policies", "--strict").code == 1


def test_notes_never_count(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/rules/own.yaml").write_text(OWN.replace("Everybody signs", "Everybody signs  "))
    called = compliance("validate", "policies", "--strict")
    assert called.code == 0
    assert "note[untidy]" in called.out


def test_old_comparisons_are_told_only_for_a_day(compliance: Compliance) -> None:
    assert "checked-long-ago" not in compliance("validate").out
    called = compliance("validate", "--as-of", "2027-06-01", "--strict")
    assert called.code == 1
    assert called.out.count("warning[checked-long-ago]") == 2


def test_fix_tidies_what_nobody_reads_and_nothing_else(compliance: Compliance, place: Path) -> None:
    own = place / "policies/acme/rules/own.yaml"
    own.chmod(0o640)
    own.write_bytes(OWN.replace("\n", "  \r\n").encode())
    broken = place / "policies/acme/rules/broken.yaml"
    broken.write_bytes(b"law: [  \r\n")

    called = compliance("validate", "policies", "--fix")

    assert own.read_text() == OWN
    assert own.stat().st_mode & 0o777 == 0o640
    assert broken.read_bytes() == b"law: [  \r\n"
    assert called.err == "tidied 1 file\n"
    assert sorted(path.name for path in own.parent.iterdir()) == ["broken.yaml", "own.yaml"]


def test_fix_leaves_a_file_alone_whose_bytes_are_no_text(compliance: Compliance, place: Path) -> None:
    own = place / "policies/acme/rules/own.yaml"
    content = OWN.replace("Everybody", "Töchter  ").encode("cp1252")
    own.write_bytes(content)
    called = compliance("validate", "policies", "--fix")
    assert own.read_bytes() == content
    assert called.code == 1
    assert "error[not-utf-8]" in called.out


def test_files_that_would_never_be_read_are_named(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/rules/more.yml").write_text(OWN)
    called = compliance("validate", "policies")
    assert "more.yml is not read: rule files end in .yaml" in called.out
    assert called.code == 0


def test_hidden_folders_are_not_searched(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/.github").mkdir()
    (place / "policies/acme/.github/job.yaml").write_text("on: push\n")
    assert compliance("validate", "policies").out == "No problems in 2 files (1 rule).\n"


@pytest.mark.parametrize(
    ("written", "suggestion"), [("spreadsheat", 'did you mean "spreadsheet"?'), ("mine.yaml", "shipped: ")]
)
def test_a_profile_that_a_policy_names_must_be_there(
    compliance: Compliance, place: Path, written: str, suggestion: str
) -> None:
    (place / "policies/acme/policy.yaml").write_text(POLICY.replace("spreadsheet", written))
    called = compliance("validate", "policies")
    assert called.code == 1
    assert "error[no-profile]" in called.out
    assert suggestion in called.out


def test_what_a_policy_says_of_rules_is_compared_with_them(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/policy.yaml").write_text(
        POLICY.replace("pack: library", "pack: library, select: [us.singed]")
    )
    called = compliance("validate", "policies")
    assert called.code == 1
    assert 'did you mean "us.signed"?' in called.out


@pytest.mark.parametrize("name", ["policy.yaml", "rules/own.yaml"])
def test_a_file_that_cannot_be_read_is_told(compliance: Compliance, place: Path, name: str) -> None:
    file = place / "policies/acme" / name
    file.unlink()
    file.symlink_to("nowhere")
    called = compliance("validate", "policies")
    assert called.code == 1
    assert f"error[unreadable-file]: policies/acme/{name} cannot be read: No such file or directory." in called.out


def test_a_policy_may_adopt_a_folder_of_rules(compliance: Compliance, place: Path) -> None:
    (place / "packs").mkdir()
    (place / "packs/pack.yaml").write_text(
        LIBRARY.replace("us.", "org.").replace("jurisdiction: us", "jurisdiction: org")
    )
    (place / "policies/acme/policy.yaml").write_text(
        POLICY.replace("own_rules: rules\n", "").replace("pack: library", "pack: ../../packs, select: [org.signed]")
    )
    called = compliance("validate", "policies/acme/policy.yaml")
    assert (called.code, called.out) == (0, "No problems in 1 file (0 rules).\n")


def test_json_holds_every_problem_and_every_count(compliance: Compliance, place: Path) -> None:
    own = place / "policies/acme/rules/own.yaml"
    own.write_text(OWN.replace("about:", "abuot:").replace("    fix:", "    severity: hgh\n    fix:"))
    called = compliance("validate", "policies/acme/rules", "-o", "json")
    assert called.code == 1
    told = json.loads(called.out)
    assert told["tool"] == {"name": "compliance-engine", "version": __version__}
    assert told["counts"] == {"files": 1, "rules": 0, "errors": 2, "warnings": 0, "notes": 0}
    unknown = next(problem for problem in told["problems"] if problem["code"] == "unknown-key")
    assert unknown == {
        "code": "unknown-key",
        "level": "error",
        "message": unknown["message"],
        "file": "policies/acme/rules/own.yaml",
        "line": 10,
        "column": 5,
        "length": 5,
        "suggestion": "about",
        "help": unknown["help"],
    }


def test_several_outputs_in_one_run(compliance: Compliance, place: Path) -> None:
    called = compliance("validate", "-o", "text", "-o", "json=problems.json")
    assert called.out == "No problems in 3 files (2 rules).\n"
    assert json.loads((place / "problems.json").read_text())["problems"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["absent.yaml"],
        ["-o", "csv"],
        ["-o", "json=policies/acme/policy.yaml/x"],
        ["--as-of", "2026-02-30"],
        ["--rules", "no"],
    ],
)
def test_wrong_usage_is_invalid_and_says_so_on_standard_error(compliance: Compliance, arguments: list[str]) -> None:
    called = compliance("validate", *arguments)
    assert (called.code, called.out) == (2, "")
    assert called.err


def test_a_long_list_of_problems_is_cut_and_says_so(compliance: Compliance, place: Path) -> None:
    for number in range(70):
        (place / f"policies/acme/rules/own{number}.yaml").write_text("law: 1\njurisdction: x\n")
    called = compliance("validate", "policies")
    assert called.out.count("\nerror[") + called.out.startswith("error[") == 200
    assert "more; -o json lists all" in called.out


def test_nothing_reaches_a_pipe_that_only_a_terminal_understands(place: Path) -> None:
    (place / "policies/acme/rules/own.yaml").write_text(OWN.replace("about:", "ab\x1b[31mout:"))
    program = "from compliance_engine.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "validate", "policies"],
        capture_output=True,
        check=False,
        env={**os.environ, "FORCE_COLOR": "1"},
    )
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_profile_is_tried_rule_by_rule(compliance: Compliance) -> None:
    called = compliance("validate", "--profile", "bamboohr")
    assert called.code == 0
    assert "2 can never be decided from these columns\n  org.signed: lacks employment_spell.start_date\n" in called.out
    assert "employment_spell.start_date: 2 rules lack it; it alone settles 2" in called.out
    assert "the hire date may be another day" in called.out
    assert "\n2 can be decided\n  org.signed\n  us.signed\n" in compliance("validate", "--profile", "workday").out


def test_only_the_columns_that_an_export_has_count(place: Path, compliance: Compliance) -> None:
    (place / "workers.csv").write_text("Employee ID,Hire Date\nE1,2025-01-31\n")
    called = compliance("validate", "--profile", "workday", "--data", str(place / "workers.csv"), "-o", "json")
    tried = json.loads(called.out)["profile"]
    assert tried["with_data"] is True
    assert {rule["standing"] for rule in tried["rules"]} == {"never"}
    assert tried["missing"][0]["name"] == "employment_spell.start_date"


def test_with_data_it_says_as_what_each_file_was_taken(place: Path, compliance: Compliance) -> None:
    text = "Employee ID;Date of Birth;Hire Date\nE1;05/17/1979;03/04/2019\nE2;02/03/1980;01/02/2020\n"
    (place / "workers.csv").write_bytes(text.encode("utf-16"))
    called = compliance("validate", "--profile", "workday", "--data", str(place / "workers.csv"))
    assert "workers.csv: csv, utf-16, semicolons between cells; 2 rows read; " in called.out
    assert "; days month first, as the values prove (Date of Birth); " in called.out
    assert "days order of month and day not proven (Hire Date)" in called.out


def test_the_policy_may_say_that_hire_dates_are_first_days(place: Path, compliance: Compliance) -> None:
    with (place / "policies/acme/policy.yaml").open("a") as policy:
        policy.write("sources: {employment_spell: {hire_date_is_first_day: yes}}\n")
    called = compliance("validate", "--profile", "bamboohr", "--policy", "policies/acme")
    assert "can never be decided" not in called.out
    assert "2 can be decided" in called.out


@pytest.mark.parametrize("flags", [("--profile", "bambohr"), ("--data", ".")])
def test_a_profile_that_is_not_there_and_data_without_one_are_wrong_usage(
    compliance: Compliance, flags: tuple[str, ...]
) -> None:
    called = compliance("validate", *flags)
    assert called.code == 2
    assert "bamboohr" in called.err or "--data needs --profile" in called.err


@pytest.mark.parametrize("step", ["access", "mkstemp"])
def test_fix_says_which_file_it_cannot_write_and_leaves_it(
    step: str, compliance: Compliance, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = place / "policies/acme/rules/own.yaml"
    rule.write_text(OWN.replace("law: Law of the land", "law: Law of the land  "))
    before = rule.read_bytes()

    def refused(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    if step == "access":
        read_only = SimpleNamespace(access=lambda *_: False, W_OK=os.W_OK)
        monkeypatch.setattr("compliance_engine.cli.rewriting.os", read_only)
    else:
        monkeypatch.setattr("compliance_engine.leftovers.mkstemp", refused)
    called = compliance("validate", "policies", "--fix")
    assert called.code == 2
    assert "error[unwritable-file]: The file cannot be written" in called.err
    assert "--> policies/acme/rules/own.yaml:1:1" in called.err
    assert "tidied 0 files" in called.err
    assert "1 note" in called.out, "what is wrong is told all the same"
    assert rule.read_bytes() == before
    assert [path.name for path in rule.parent.iterdir()] == ["own.yaml"]


def test_github_shows_problems_beside_their_lines(compliance: Compliance, place: Path) -> None:
    rule = place / "policies/acme/rules/own.yaml"
    rule.write_text(OWN.replace("    fix:", "    severty: low\n    fix:"))
    called = compliance("validate", "policies", "-o", "github")
    assert called.code == 1
    first, *_, last = called.out.splitlines()
    number = rule.read_text().splitlines().index("    severty: low") + 1
    assert first.startswith(f"::error file=policies/acme/rules/own.yaml,line={number},col=5,title=unknown-key::")
    assert '%0Adid you mean "severity"?' in first
    assert last == "1 error in 1 of 2 files (0 rules)."


def test_github_shows_ten_of_a_level_and_counts_the_rest(compliance: Compliance, place: Path) -> None:
    wrong = "".join(f"    word{number}: 1\n" for number in range(13))
    (place / "policies/acme/rules/own.yaml").write_text(OWN.replace("    fix:", f"{wrong}    fix:"))
    lines = compliance("validate", "policies", "-o", "github").out.splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert lines[-2] == "3 more are not annotated; other outputs list all."


def test_a_mistake_in_a_rule_does_not_make_its_topic_unknown(compliance: Compliance, place: Path) -> None:
    rule, policy = place / "policies/acme/rules/own.yaml", place / "policies/acme/policy.yaml"
    policy.write_text(POLICY + "owners: {papers: Human resources}\n")
    assert "unknown-topic" in compliance("validate", "policies").out
    rule.write_text(OWN.replace("    kind: deadline", "    kind: deadline\n    topic: papers"))
    assert "unknown-topic" not in compliance("validate", "policies").out
    rule.write_text(OWN.replace("    kind: deadline", "    kind: deadline\n    topic: papers\n    severty: low"))
    called = compliance("validate", "policies").out
    assert "unknown-key" in called
    assert "unknown-topic" not in called


def test_a_folder_without_a_file_is_told_so(compliance: Compliance, place: Path) -> None:
    (place / "none").mkdir()
    called = compliance("validate", "none")
    assert called.code == 1
    assert called.out.splitlines()[-1] == "1 error. There was no file to look at."


@pytest.mark.parametrize("day", ["2026-02-30", "22.11.2026", "today"])
def test_a_day_that_is_none_is_told_with_a_day_as_it_is_written(compliance: Compliance, day: str) -> None:
    called = compliance("validate", "policies", "--as-of", day)
    assert called.code == 2
    assert f'there is no day "{day}"; a day is written as 2026-11-22.' in called.err


def test_github_says_that_nothing_is_wrong(compliance: Compliance) -> None:
    called = compliance("validate", "policies", "-o", "github")
    assert (called.code, called.out.splitlines()[-1][:11]) == (0, "No problems")
