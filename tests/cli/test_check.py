"""`compliance check` from the outside: exit codes, streams, outputs, and the same bytes every time."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time

from compliance_engine.cli.exit_codes import ExitCode

COMPANY = Path(__file__).parents[1] / "runs/data"
Compliance = Callable[..., Any]


@pytest.fixture(autouse=True)
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small company in the current directory."""
    monkeypatch.chdir(shutil.copytree(COMPANY, tmp_path / "company"))
    return Path()


@pytest.fixture
def check(compliance: Compliance) -> Compliance:
    """`compliance check export …` as of 22 November 2026, with the company's policy."""

    def call(*more: object, data: object = "export", as_of: str | None = "2026-11-22") -> Any:
        day = ["--as-of", as_of] if as_of else []
        return compliance("check", data, "--policy", "policy", *day, *more)

    return call


def change(file: str, old: str, new: str) -> None:
    path = Path(file)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# ---- exit codes ------------------------------------------------------------------------------------------------------


def test_a_violation_is_1_and_the_result_is_on_standard_output(check: Compliance) -> None:
    called = check()
    assert called.code == ExitCode.FOUND
    assert called.out.startswith("compliance check   as of 2026-11-22")
    assert called.out.rstrip().endswith("Not legal advice: a person who knows the law decides what to do.")
    assert "us.paper.form" not in called.err


def test_nothing_wrong_is_0(check: Compliance) -> None:
    assert check("--select", "us.paper.form", as_of="2026-10-06").code == ExitCode.OK


def test_an_unknown_alone_is_3_with_a_violation_1_and_warned_of_0(check: Compliance) -> None:
    change("export/employees.csv", "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-02-30")
    assert check("--exclude", "us.remembered.*", as_of="2026-10-06").code == ExitCode.INCOMPLETE
    assert check("--exclude", "us.remembered.*").code == ExitCode.FOUND
    assert check("--unknown", "warn", as_of="2026-10-06").code == ExitCode.OK
    assert check("--fail-on", "never").code == ExitCode.INCOMPLETE


def test_a_threshold_above_every_violation_is_0(check: Compliance) -> None:
    assert check("--exclude", "us.paper.form", "--fail-on", "high").code == ExitCode.OK


def test_wrong_rules_are_2_all_of_them_are_told_and_nothing_is_evaluated(check: Compliance) -> None:
    change("rules/paperwork.yaml", "done: final_pay_on", "done: final_pay_om")
    change("rules/remembered.yaml", "severity: high", "severety: high")
    called = check()
    assert called.code == ExitCode.INVALID
    assert called.out == ""
    assert 'did you mean "final_pay_on"?' in called.err
    assert 'did you mean "severity"?' in called.err
    assert "rules/paperwork.yaml:30:11" in called.err
    assert called.err.endswith("2 errors. Nothing was evaluated.\n")
    assert not Path("policy/runs").exists()


def test_a_wrong_policy_is_2_with_its_place(check: Compliance) -> None:
    change("policy/policy.yaml", "time_zone: America/Chicago", "time_zone: America/Chicgo")
    called = check()
    assert called.code == ExitCode.INVALID
    assert "policy/policy.yaml:2:12" in called.err
    assert 'did you mean "America/Chicago"?' in called.err


def test_a_selection_that_matches_nothing_is_2(check: Compliance) -> None:
    called = check("--select", "topic:paperwrk")
    assert called.code == ExitCode.INVALID
    assert 'No rule matches "topic:paperwrk". Did you mean "paperwork"?' in called.err


def test_no_records_are_3_and_0_with_consent(check: Compliance) -> None:
    Path("nothing").mkdir()
    assert check(data="nothing").code == ExitCode.INCOMPLETE
    assert check("--allow-empty", data="nothing").code == ExitCode.OK


def test_a_file_that_is_not_there_is_3(check: Compliance) -> None:
    called = check(data="export/employes.csv")
    assert called.code == ExitCode.INCOMPLETE
    assert "export/employes.csv" in called.out


def test_no_data_at_all_is_wrong_usage(compliance: Compliance) -> None:
    assert compliance("check").code == ExitCode.INVALID


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["-o", "jsn"], 'There is no output "jsn". Did you mean "json"?'),
        (["-o", "json", "-o", "text"], "Only one output can go to standard output."),
        (["-o", "json=absent/out.json"], "absent/out.json cannot be written."),
        (["-o", "json=export"], "export cannot be written."),
        (["--run-folder", "export"], "export holds something that is no run."),
        (["--memory-limit", "plenty"], '"plenty" is no amount of memory.'),
        (["--profile", "spredsheet"], 'There is no source profile "spredsheet". Did you mean "spreadsheet"?'),
    ],
)
def test_what_could_not_be_done_is_refused_before_anything_is_evaluated(
    check: Compliance, more: list[str], message: str
) -> None:
    called = check(*more)
    assert called.code == ExitCode.INVALID
    assert message in called.err
    assert called.err.endswith("1 error. Nothing was evaluated.\n")
    assert not Path("policy/runs").exists()


def test_an_extract_that_shrank_since_the_last_run_is_3_and_no_green_run(check: Compliance) -> None:
    change("policy/policy.yaml", "sources:", 'sources:\n  "*": {may_shrink: 20%}')
    change("policy/policy.yaml", "key_file:", "redact: none\nkey_file:")
    assert check("--fail-on", "never", "--unknown", "warn").code == 0
    rows = Path("export/employees.csv").read_text().splitlines(keepends=True)
    Path("export/employees.csv").write_text("".join(rows[:2]))
    called = check("--fail-on", "never")
    assert called.code == 3
    assert "the policy lets 20% go" in " ".join(called.out.split())
    told = json.loads(check("-o", "json").out)
    assert told["compared_with"] == "2026-11-22"


# ---- which policy, which day -----------------------------------------------------------------------------------------


def test_the_only_policy_under_policies_is_taken(compliance: Compliance) -> None:
    shutil.copytree("policy", "policies/ours")
    change("policies/ours/policy.yaml", "../rules", "../../rules")
    assert "(America/Chicago)" in compliance("check", "export", "--as-of", "2026-11-22").out
    shutil.copytree("policies/ours", "policies/theirs")
    called = compliance("check", "export", "--as-of", "2026-11-22")
    assert called.code == ExitCode.INVALID
    assert "There are several policies: policies/ours, policies/theirs." in called.err


def test_without_a_policy_the_named_rules_run_in_utc(compliance: Compliance) -> None:
    called = compliance("check", "export", "--rules", "rules/paperwork.yaml", "--as-of", "2026-11-22")
    assert "as of 2026-11-22 (UTC)   rules 0 (3 of 3 rules evaluated)" in called.out
    assert Path("runs/2026-11-22-1/run.json").is_file()


@pytest.mark.parametrize(
    ("moment", "day"), [("2026-11-22T05:59:59Z", "2026-11-21"), ("2026-11-22T06:00:00Z", "2026-11-22")]
)
def test_today_is_the_day_in_the_zone_of_the_policy(check: Compliance, moment: str, day: str) -> None:
    with freeze_time(moment):
        called = check(as_of=None)
    assert f"as of {day} (America/Chicago)" in called.out
    assert "note:" not in called.err


@pytest.mark.parametrize(("as_of", "kind"), [("2026-11-01", "retrospective"), ("2026-12-01", "projected")])
def test_another_day_than_today_is_told(check: Compliance, as_of: str, kind: str) -> None:
    with freeze_time("2026-11-22T12:00:00Z"):
        called = check(as_of=as_of)
    assert f"note: {kind}: asked as of {as_of}, today is 2026-11-22" in called.err


def test_settings_come_from_the_environment_and_flags_go_first(
    check: Compliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPLIANCE_SELECT", "us.paper.form")
    monkeypatch.setenv("COMPLIANCE_AS_OF", "2026-10-09")
    assert "as of 2026-10-09 (America/Chicago)   rules 0 (1 of 1 rule evaluated)" in check(as_of=None).out
    assert "as of 2026-10-10 (America/Chicago)" in check(as_of="2026-10-10").out


# ---- outputs ---------------------------------------------------------------------------------------------------------


def test_several_outputs_of_one_run(check: Compliance) -> None:
    called = check("-o", "text", "-o", "json=out.json")
    found = json.loads(Path("out.json").read_text("utf-8"))
    assert "us.paper.form" in called.out
    assert found["counts"]["violation"] == 5
    assert [path.name for path in Path().glob(".out*")] == []


def test_json_on_standard_output_parses_though_standard_error_is_busy(check: Compliance) -> None:
    called = check("-o", "json", "--timings", "-v")
    assert json.loads(called.out)["format_version"] == "1.0"
    assert " s  judging" in called.err
    assert "run kept in" in called.err


def test_json_hides_ids_as_the_policy_says_unless_told_otherwise(check: Compliance) -> None:
    assert "E-101" not in check("-o", "json").out
    assert "E-101" in check("-o", "json", "--redact", "none").out
    change("policy/policy.yaml", "key_file:", "redact: none\nkey_file:")
    assert "E-101" in check("-o", "json").out


def test_text_shows_ids_unless_told_otherwise(check: Compliance) -> None:
    assert "E-101/1" in check().out
    assert "E-101" not in check("--redact", "ids").out


def test_quiet_says_nothing_beside_the_result(check: Compliance) -> None:
    assert check("-q").err == ""


def test_no_escape_codes_where_there_is_no_terminal(check: Compliance) -> None:
    called = check()
    assert "\x1b" not in called.out + called.err


def test_fifty_findings_are_listed_in_text_and_all_in_json(check: Compliance) -> None:
    rows = "".join(f"E-2{n:02},2026-10-05,2026-10-05,,,W-1\n" for n in range(60))
    with Path("export/employees.csv").open("a") as stream:
        stream.write(rows)
    called = check("-o", "text", "-o", "json=out.json", "--select", "us.paper.form")
    assert "13 more of 63 violations are not shown" in called.out
    assert len(json.loads(Path("out.json").read_text())["findings"]) == 63
    assert "62 more of 63" in check("--max-findings", "1", "--select", "us.paper.form").out


def test_runs_are_kept_beside_the_policy_or_where_told(check: Compliance) -> None:
    check()
    check()
    check("--run-folder", "nightly")
    assert sorted(path.name for path in Path("policy/runs").iterdir()) == ["2026-11-22-1", "2026-11-22-2"]
    assert sorted(path.name for path in Path("nightly").iterdir()) == ["outcomes.parquet", "rules.json", "run.json"]


def test_limits_of_memory_and_threads_are_taken(check: Compliance) -> None:
    assert check("--memory-limit", "500MB", "--jobs", "1").code == ExitCode.FOUND


def test_a_policy_may_be_named_by_its_file(compliance: Compliance) -> None:
    called = compliance("check", "export", "--policy", "policy/policy.yaml", "--as-of", "2026-11-22")
    assert called.code == ExitCode.FOUND


# ---- waivers ---------------------------------------------------------------------------------------------------------


def test_an_expired_waiver_is_a_finding_again_with_a_note(check: Compliance) -> None:
    called = check(as_of="2026-12-02")
    assert "E-102/1  export/employees.csv:3  overdue" in called.out
    assert "payroll-1 expired on 2026-12-01" in called.err


def test_a_waiver_that_covers_nothing_is_told(check: Compliance) -> None:
    change("policy/policy.yaml", "subject: E-102/1", "subject: E-999/1")
    called = check()
    assert "note: the waiver payroll-1 covers nothing" in called.err


def test_an_auditor_judges_without_waivers(check: Compliance) -> None:
    called = check("--no-waivers")
    assert "E-102/1  export/employees.csv:3  overdue" in called.out
    assert "0 waived" in called.out


GRANTED = "reason: closed, owner: HR, approved_by: counsel, approved_on: 2026-11-01, expires_on: 2026-11-22"


def test_a_file_of_waivers_takes_the_place_of_the_policys(check: Compliance) -> None:
    Path("waivers.yaml").write_text(f"waivers:\n  - {{rule: us.paper.form, subject: E-101/1, {GRANTED}}}\n")
    called = check("--waivers", "waivers.yaml", "-o", "json")
    told = json.loads(called.out)
    assert [(w["rule"], w["results"]) for w in told["waivers"]] == [("us.paper.form", 1)]
    assert len(told["waiver_file"]["hash"]) == 64
    states = {(f["rule"], f["state"]) for f in told["findings"]}
    assert ("us.paper.final-pay", "overdue") in states
    assert check("--waivers", "waivers.yaml", as_of="2026-11-23").err.count("expired on 2026-11-22") == 1


def test_waivers_need_no_policy(compliance: Compliance) -> None:
    Path("waivers.yaml").write_text(f"waivers:\n  - {{rule: us.paper.form, {GRANTED}}}\n")
    arguments = ("check", "export", "--rules", "rules", "--as-of", "2026-11-22", "--select", "us.paper.form")
    assert compliance(*arguments).code == ExitCode.FOUND
    called = compliance(*arguments, "--waivers", "waivers.yaml", "--unknown", "warn")
    assert called.code == ExitCode.OK
    assert "1 waived" in called.out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"waivers:\n  - {{rule: us.paper.farm, {GRANTED}}}\n", "unknown-name"),
        ("waivers:\n  - {rule: us.paper.form}\n", "missing-key"),
    ],
)
def test_a_wrong_file_of_waivers_stops_the_run(check: Compliance, text: str, code: str) -> None:
    Path("waivers.yaml").write_text(text)
    called = check("--waivers", "waivers.yaml")
    assert called.code == ExitCode.INVALID
    assert f"error[{code}]" in called.err
    assert "waivers.yaml:2:" in called.err
    assert "{rule: us.paper.f" in called.err


def test_waivers_are_named_or_left_out_but_not_both(check: Compliance) -> None:
    Path("waivers.yaml").write_text("waivers: []\n")
    assert check("--waivers", "waivers.yaml", "--no-waivers").code == ExitCode.INVALID
    assert check("--waivers", "none.yaml").code == ExitCode.INVALID


# ---- the same bytes, and no network ----------------------------------------------------------------------------------


def command(*more: str) -> list[str]:
    code = "from compliance_engine.cli.main import main; main()"
    return [sys.executable, "-c", code, "check", "export", "--policy", "policy", "--as-of", "2026-11-22", *more]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_question_gets_the_same_bytes(form: str) -> None:
    said = []
    for zone, seed in (("UTC", "0"), ("Pacific/Auckland", "7")):
        around = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
        done = subprocess.run(command("-o", form), capture_output=True, check=False, env=around)
        assert done.returncode == ExitCode.FOUND
        said.append(done.stdout)
    assert said[0] == said[1]


def test_no_socket_is_opened() -> None:
    watch = (
        "import socket, sys\n"
        "def refuse(event, _):\n"
        "    if event.startswith('socket.'): print('socket', event); sys.stdout.flush(); import os; os._exit(99)\n"
        "sys.addaudithook(refuse)\n"
    )
    arguments = command()
    arguments[2] = watch + arguments[2]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.FOUND, done.stdout + done.stderr


def test_help_is_shown_without_loading_the_engine() -> None:
    code = (
        "import sys; from compliance_engine.cli.main import run; code = run(['check', '--help']);"
        "heavy = {'duckdb', 'pydantic', 'lark', 'yaml'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    assert "--as-of" in done.stdout
