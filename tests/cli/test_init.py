"""`compliance init`: a policy folder that validates, tests and checks from the first minute."""

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from compliance_engine.engine.examples import run_examples
from compliance_engine.language.policy import load_policy
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

Compliance = Callable[..., Any]

MADE = [
    ".gitignore",
    "README.md",
    "ci/github-workflow.yml.example",
    "fingerprint.key",
    "policy.yaml",
    "rules/handbook.yaml",
    "sample/acknowledgements.csv",
    "sample/employees.csv",
    "sample/i9.csv",
    "sample/worksites.csv",
    "schemas/policy.schema.json",
    "schemas/profile.schema.json",
    "schemas/rules.schema.json",
]


@pytest.fixture(autouse=True)
def _work_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_makes_the_folder_and_says_what_and_what_next(compliance: Compliance, tmp_path: Path) -> None:
    called = compliance("init", "policies/acme")
    assert (called.code, called.err) == (0, "")
    assert files(tmp_path / "policies/acme") == MADE
    assert [path.name for path in (tmp_path / "policies").iterdir()] == ["acme"]
    for name in MADE:
        assert f"  {name}\n" in called.out
    assert called.out.splitlines()[-3:] == [
        "  compliance validate policies/acme",
        "  compliance test policies/acme/rules",
        "  compliance check policies/acme/sample --policy policies/acme",
    ]


def test_without_a_folder_it_is_the_one_under_policies(compliance: Compliance, tmp_path: Path) -> None:
    assert compliance("init").code == 0
    assert files(tmp_path / "policies/organisation") == MADE


def test_what_it_makes_validates(compliance: Compliance) -> None:
    compliance("init", "policies/acme")
    called = compliance("validate", "policies/acme", "--strict")
    assert (called.code, called.out) == (0, "No problems in 2 files (1 rule).\n")


def test_what_it_makes_passes_its_own_examples(compliance: Compliance, tmp_path: Path) -> None:
    compliance("init", "acme")
    ruleset, problems = load_rules([tmp_path / "acme/rules"], VOCABULARY)
    assert problems == []
    results = run_examples(ruleset, list(ruleset.rules.values()))
    assert len(results) == 9
    assert [result.differences for result in results if not result.passed] == []


@pytest.mark.parametrize("as_of", ["2026-11-22", "2031-01-01"])
def test_what_it_makes_checks_its_sample_on_any_day(compliance: Compliance, as_of: str) -> None:
    compliance("init", "policies/acme")
    called = compliance("check", "policies/acme/sample", "--policy", "policies/acme", "--as-of", as_of)
    assert called.code == 0, called.out + called.err
    assert "6 pass · 0 pending · 0 violations · 0 unknown · 3 not applicable" in called.out


def test_the_key_is_random_and_only_its_owner_reads_it(compliance: Compliance, tmp_path: Path) -> None:
    keys = []
    for name in ("a", "b"):
        compliance("init", name)
        key = tmp_path / name / "fingerprint.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        keys.append(key.read_text())
    assert keys[0] != keys[1]
    assert all(re.fullmatch("[0-9a-f]{64}\n", key) for key in keys)
    assert "fingerprint.key\n" in (tmp_path / "a/.gitignore").read_text()
    assert "runs/\n" in (tmp_path / "a/.gitignore").read_text()


def test_the_key_is_never_shown(compliance: Compliance, tmp_path: Path) -> None:
    called = compliance("init", "acme")
    assert (tmp_path / "acme/fingerprint.key").read_text().strip() not in called.out + called.err


@pytest.mark.parametrize("file", ["policy.yaml", "rules/handbook.yaml"])
def test_editors_find_the_schema_and_the_file_is_as_it_says(compliance: Compliance, tmp_path: Path, file: str) -> None:
    compliance("init", "acme")
    written = tmp_path / "acme" / file
    line, rest = written.read_text().split("\n", 1)
    named = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", line)
    assert named is not None
    schema = yaml.safe_load((written.parent / named[1]).read_text())
    # Days are texts in JSON, so they are read as such here.
    content = yaml.load(rest, Loader=yaml.BaseLoader)
    errors = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(content)]
    assert [error for error in errors if "type" not in error] == []


def test_name_and_time_zone_are_written_whatever_they_hold(compliance: Compliance, tmp_path: Path) -> None:
    name = "Söhne & \"Co\": 'x' # {no}"
    assert compliance("init", "acme", "--name", name, "--time-zone", "America/Chicago").code == 0
    policy, problems = load_policy(tmp_path / "acme", VOCABULARY)
    assert problems == []
    assert policy is not None
    assert (policy.name, policy.time_zone) == (name, "America/Chicago")


def test_a_zone_that_is_none_is_invalid(compliance: Compliance, tmp_path: Path) -> None:
    called = compliance("init", "acme", "--time-zone", "America/Chcago")
    assert called.code == 2
    assert 'Did you mean "America/Chicago"?' in called.err
    assert list(tmp_path.iterdir()) == []


def test_the_texts_name_the_folder(compliance: Compliance, tmp_path: Path) -> None:
    compliance("init", "policies/acme")
    for file in MADE:
        assert "POLICY_FOLDER" not in (tmp_path / "policies/acme" / file).read_text()
    job = yaml.safe_load((tmp_path / "policies/acme/ci/github-workflow.yml.example").read_text())
    runs = [step["run"] for step in job["jobs"]["compliance"]["steps"] if "run" in step]
    assert "compliance validate --strict policies/acme" in runs


def test_an_empty_folder_is_filled(compliance: Compliance, tmp_path: Path) -> None:
    assert compliance("init", ".").code == 0
    assert files(tmp_path) == MADE


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_nothing_is_overwritten(compliance: Compliance, tmp_path: Path, kind: str) -> None:
    kept = tmp_path / "acme" / "notes.txt" if kind == "folder" else tmp_path / "acme"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("mine")
    called = compliance("init", "acme")
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith("error[not-empty]: acme exists already and is left as it is.")
    assert files(tmp_path) == [kept.relative_to(tmp_path).as_posix()]
    assert kept.read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_invalid(compliance: Compliance, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    called = compliance("init", "file/acme")
    assert (called.code, called.out) == (2, "")
    assert "error[unwritable]: Nothing can be made in" in called.err


def test_nothing_is_left_behind_when_it_is_interrupted(
    compliance: Compliance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("secrets.token_hex", interrupted)
    assert compliance("init", "acme").code == 130
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_profile_is_proposed_for_an_export(tmp_path: Path, compliance: Compliance) -> None:
    export, ours = tmp_path / "people.csv", tmp_path / "ours.yaml"
    export.write_text("Employee ID,Hire Date\nE1,05/31/2025\nE2,06/01/2025\n")
    called = compliance("init", "--from", str(export))
    assert called.code == 0
    assert called.err.startswith("next: ")
    assert 'hire_date: {from: "Hire Date", dates: "us"}' in called.out
    ours.write_text(called.out)
    assert compliance("validate", str(ours)).code == 0
    export.write_text("Employee ID,Hire Date\nE1,05/06/2025\n")
    asked = compliance("init", "--from", str(export))
    assert asked.code == 0
    assert "unproven-order" in asked.err
    ours.write_text(asked.out)
    assert compliance("validate", str(ours)).code == 1
