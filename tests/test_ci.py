"""What other repositories use in their CI: each is run as its system would run it, on a repository made for the test."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github/actions/check/action.yml"
TEMPLATE = ROOT / ".gitlab/compliance.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a policy as `init` makes it, whose key is no part of it, and `compliance` on the path."""
    place = tmp_path_factory.mktemp("made")
    program = place / "bin/compliance"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from compliance_engine.cli.main import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    folder = place / "repository"
    folder.mkdir()
    bash("git init -q .; compliance init policies/acme --time-zone America/Chicago", folder, {})
    (folder / "policies/acme/fingerprint.key").rename(place / "secret")
    return place


@pytest.fixture
def repository(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "copy")) / "repository"


def bash(script: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run lines as runners do: the first one that fails ends the step."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src"), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def make_violation(folder: Path) -> None:
    """Somebody who began long ago without any form."""
    with (folder / "policies/acme/sample/employees.csv").open("r+") as file:
        names = file.readline().strip().split(",")
        row = {
            "employee_number": "T-9",
            "worker_type": "employee",
            "hire_date": "2025-02-03",
            "start_date": "2025-02-03",
        }
        file.seek(0, os.SEEK_END)
        file.write(",".join(row.get(name, "") for name in names) + "\n")


# ---- GitHub ----------------------------------------------------------------------------------------------------------


def act(folder: Path, given: Mapping[str, str]) -> tuple[list[tuple[str, int]], dict[str, str]]:
    """Run the steps of the action but the first, which installs; gives their names and codes, and the log and files."""
    action = loaded(ACTION)
    values = {name: str(declared.get("default", "")) for name, declared in action["inputs"].items()} | dict(given)
    missing = [name for name, declared in action["inputs"].items() if declared.get("required") and not values[name]]
    assert missing == []
    temp = folder.parent / "temp"
    temp.mkdir(exist_ok=True)
    files = {name: str(temp / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for path in files.values():
        Path(path).write_text("")
    done, log = [], ""
    for step in action["runs"]["steps"][1:]:
        assert step["shell"] == "bash"
        if step.get("if") == "inputs.key != ''" and not values["key"]:
            continue
        assert "${{" not in step["run"], "what an input says never becomes part of a script"
        env = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)
            for name, text in step.get("env", {}).items()
        }
        result = bash(step["run"], folder, {**env, **files, "RUNNER_TEMP": str(temp)})
        done.append((step["name"], result.returncode))
        log += result.stdout + result.stderr
        if result.returncode:
            break
    return done, {"log": log, **{name: Path(path).read_text() for name, path in files.items()}}


def given(folder: Path, **more: str) -> dict[str, str]:
    key = (folder.parent / "secret").read_text()
    return {"policy": "policies/acme", "data": "policies/acme/sample\n", "key": key.strip(), **more}


def test_the_action_installs_the_revision_that_it_is_part_of() -> None:
    install = loaded(ACTION)["runs"]["steps"][0]
    engine = Path(install["env"]["ENGINE"].replace("${{ github.action_path }}", str(ACTION.parent)))
    for needed in ("requirements/run.lock", "pyproject.toml"):
        assert (engine / needed).is_file()


def test_the_action_shows_violations_and_blocks(repository: Path) -> None:
    make_violation(repository)
    done, told = act(repository, given(repository))
    assert done[-1] == ("Check the records", 1)
    assert [code for _, code in done[:-1]] == [0, 0, 0]
    assert told["GITHUB_OUTPUT"] == "exit-code=1\n"
    assert re.search(
        r"^::error file=policies/acme/sample/employees.csv,line=\d+,title=critical", told["log"], re.MULTILINE
    )
    assert told["GITHUB_STEP_SUMMARY"].startswith("## Compliance check")
    sarif = json.loads((repository / "compliance.sarif").read_text())
    assert sarif["runs"][0]["invocations"][0]["exitCode"] == 1
    assert "<testsuites" in (repository / "compliance-junit.xml").read_text()
    assert "T-9" not in told["log"] + told["GITHUB_STEP_SUMMARY"] + json.dumps(sarif)


def test_options_of_the_action_are_flags_of_check(repository: Path) -> None:
    make_violation(repository)
    done, told = act(repository, given(repository, options="--fail-on=never\n--unknown=warn"))
    assert done[-1] == ("Check the records", 0)
    assert told["GITHUB_OUTPUT"] == "exit-code=0\n"


def test_the_action_stops_at_a_rule_that_is_wrong(repository: Path) -> None:
    rule = repository / "policies/acme/rules/handbook.yaml"
    rule.write_text(rule.read_text().replace("severity:", "severty:"))
    done, told = act(repository, given(repository))
    assert done[-1] == ("Validate the rules", 1)
    assert 'did you mean "severity"' in told["log"]
    shown = r"^::error file=policies/acme/rules/handbook\.yaml,line=\d+,col=\d+,title=unknown-key::"
    assert re.search(shown, told["log"], re.MULTILINE)
    assert re.search(r"^ *\| *\^+", told["log"], re.MULTILINE), "the line itself stands in the log"


def test_the_action_shows_an_example_that_fails_beside_it(repository: Path) -> None:
    rule = repository / "policies/acme/rules/handbook.yaml"
    rule.write_text(rule.read_text().replace("expect: met", "expect: overdue", 1))
    done, told = act(repository, given(repository))
    assert done[-1] == ("Test the rules", 1)
    shown = r"^::error file=policies/acme/rules/handbook\.yaml,line=\d+,col=\d+,title=failed-example::org\."
    assert re.search(shown, told["log"], re.MULTILINE)


def test_without_its_key_the_action_says_what_is_missing(repository: Path) -> None:
    done, told = act(repository, given(repository, key=""))
    assert done[-1][1] != 0
    assert "error[no-key]" in told["log"]


def test_the_job_that_init_writes_runs(repository: Path) -> None:
    job = loaded(repository / "policies/acme/ci/github-workflow.yml.example")["jobs"]["compliance"]
    secret = {"COMPLIANCE_KEY": (repository.parent / "secret").read_text().strip()}
    summary = {"GITHUB_STEP_SUMMARY": str(repository.parent / "summary.md")}
    for step in job["steps"]:
        if "run" in step and not step["run"].startswith("pip install"):
            result = bash(step["run"], repository, {**secret, **summary})
            assert result.returncode == 0, result.stderr
    assert Path(summary["GITHUB_STEP_SUMMARY"]).read_text().startswith("## Compliance check")


# ---- GitLab ----------------------------------------------------------------------------------------------------------


def test_the_template_writes_the_reports_that_it_names(repository: Path) -> None:
    make_violation(repository)
    job = loaded(TEMPLATE)[".compliance"]
    variables = {**job["variables"], "COMPLIANCE_POLICY": "policies/acme", "COMPLIANCE_DATA": "policies/acme/sample"}
    variables |= {
        "CI_BUILDS_DIR": str(repository.parent),
        "COMPLIANCE_KEY": (repository.parent / "secret").read_text().strip(),
    }
    lines = [line for line in job["before_script"] if "pip" not in line and "venv" not in line] + job["script"]
    result = bash("\n".join(lines), repository, variables)
    assert result.returncode == 1, result.stderr
    issues = json.loads((repository / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {issue["severity"] for issue in issues} >= {"blocker"}
    assert "<testsuites" in (repository / job["artifacts"]["reports"]["junit"]).read_text()
    assert "T-9" not in result.stdout


def test_an_answer_that_is_not_complete_is_a_warning_in_gitlab() -> None:
    from compliance_engine.cli.exit_codes import ExitCode

    assert loaded(TEMPLATE)[".compliance"]["allow_failure"] == {"exit_codes": [ExitCode.INCOMPLETE]}


# ---- pre-commit ------------------------------------------------------------------------------------------------------


def test_hooks_pass_what_is_right_and_stop_what_is_wrong(repository: Path) -> None:
    (repository / "policies/acme/fingerprint.key").write_text((repository.parent / "secret").read_text())
    commands = {hook["id"]: shlex.join([*shlex.split(hook["entry"]), *hook["args"]]) for hook in loaded(HOOKS)}
    assert [bash(command, repository, {}).returncode for command in commands.values()] == [0, 0]
    rule = repository / "policies/acme/rules/handbook.yaml"
    text = rule.read_text()
    rule.write_text(text.replace("expect: met", "expect: overdue", 1))
    assert bash(commands["compliance-test"], repository, {}).returncode == 1
    rule.write_text(text.replace("severity:", "severty:"))
    assert bash(commands["compliance-validate"], repository, {}).returncode == 1


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [("policies/acme/policy.yaml", True), ("policies/acme/rules/a.yaml", True), ("rules/us/i9.yaml", True),
     ("docs/rules.md", False), ("chart/values.yaml", False), ("myrules/a.yaml", False)],
)  # fmt: skip
def test_hooks_look_at_files_of_policies_and_rules(path: str, looked_at: bool) -> None:
    for hook in loaded(HOOKS):
        assert bool(re.search(hook["files"], path)) is looked_at
