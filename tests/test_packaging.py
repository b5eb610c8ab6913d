"""What is installed is what the checkout says."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points, requires, version
from pathlib import Path

import pytest

from compliance_engine import __version__, data

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def test_the_installed_version_is_that_of_the_source() -> None:
    assert version("compliance-engine") == __version__


def test_the_command_is_installed() -> None:
    (command,) = (entry for entry in entry_points(group="console_scripts") if entry.name == "compliance")
    assert command.value == "compliance_engine.cli.main:main"


def test_running_needs_only_the_declared_dependencies() -> None:
    always = [need for need in requires("compliance-engine") or [] if "extra ==" not in need]
    assert len(always) == len(PROJECT["dependencies"])


def test_optional_libraries_are_not_needed_to_run() -> None:
    locked = (ROOT / "requirements/run.lock").read_text()
    assert not any(name in locked for name in ("boto3==", "durable-rules==", "holidays=="))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_pin_every_package_by_hash_and_name_no_host(lock: Path) -> None:
    text = lock.read_text()
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "://" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_agree_on_every_version(lock: Path) -> None:
    def pinned(path: Path) -> dict[str, str]:
        lines = (line.split(" ")[0] for line in path.read_text().splitlines() if "==" in line and line[0] not in " #")
        return {name: pin for name, _, pin in (line.partition("==") for line in lines)}

    run, other = pinned(ROOT / "requirements/run.lock"), pinned(lock)
    assert {name: pin for name, pin in other.items() if name in run} == {
        name: run[name] for name in run if name in other
    }


def test_what_is_tested_holds_all_that_is_run() -> None:
    run, dev = ((ROOT / "requirements" / name).read_text() for name in ("run.lock", "dev.lock"))
    assert all(line in dev for line in run.splitlines() if "==" in line)


def test_the_extension_that_does_not_import_on_newer_pythons_is_locked_for_older_ones_only() -> None:
    text = (ROOT / "requirements/bench.lock").read_text()
    assert 'durable-rules==2.0.28 ; python_version < "3.13"' in text


def test_the_wheel_copy_of_the_rules_comes_before_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "src/compliance_engine"
    (tmp_path / "rules").mkdir()
    (tmp_path / "policies/template").mkdir(parents=True)
    monkeypatch.setattr(data, "_PACKAGE", package)
    assert data.rules_folder() == tmp_path / "rules"
    assert data.policy_template_folder() == tmp_path / "policies/template"

    (package / "_data/rules").mkdir(parents=True)
    assert data.rules_folder() == package / "_data/rules"


def test_an_installation_without_rules_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "_PACKAGE", tmp_path / "src/compliance_engine")
    with pytest.raises(FileNotFoundError, match="no rules folder"):
        data.rules_folder()


def test_the_wheel_carries_the_templates_style_and_script_of_the_pages(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT, check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    templates = [path.name for path in (ROOT / "src/compliance_engine/outputs/html").glob("*.jinja")]
    for name in ("page.css", "page.js", "report.html.jinja", *templates):
        assert f"compliance_engine/outputs/html/{name}" in names
