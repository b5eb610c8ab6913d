"""Runs that formats for machines are made of: the small company, and one whose people are called like orders."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from freezegun import freeze_time

from compliance_engine.outputs import renderer
from compliance_engine.outputs.view import View
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run, read_run

from .html.company import DAY, company, explained

Say = Callable[[Run, str, View], str]

ORDERS = ("x](1){0}", "%0A::error::50%", "]]> -->&amp;", "a,b:c\\n")
"""Parts of links, placeholders, commands and markup."""


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small company: violations, something waived, something due, and what cannot be told."""
    return judged_in(tmp_path_factory.mktemp("judged"), {})


@pytest.fixture(scope="session")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small company, in which people, a place and a policy are called what a program might take for orders."""
    names = dict(zip(("E-101", "E-103", "W-2", "handbook-secret"), ORDERS, strict=True))
    return judged_in(tmp_path_factory.mktemp("ordered"), names)


def judged_in(folder: Path, names: dict[str, str]) -> Run:
    """The company with other names, called from its folder, so that paths are as in a repository."""
    made = company(folder / "company")
    with (made / "export/employees.csv").open("a") as rows:
        rows.write("E-105,2026-02-30,2026-02-30,,,W-1,Ottoline,Quicksilver,512-44-9731,1957-03-14,,\n")
    for file in (made / "export").glob("*.csv"):
        text = file.read_text()
        for name, order in names.items():
            text = text.replace(name, f'"{order}"')
        file.write_text(text)
    with chdir(folder):
        return explained(Path("company"), folder / "run", 0)


@pytest.fixture(scope="session")
def say() -> Say:
    """What a format says of a run."""

    def said(run: Run, form: str, view: View) -> str:
        out = io.StringIO()
        renderer(form)(run, view, out)
        return out.getvalue()

    return said


@pytest.fixture(scope="session")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The example company in which much is wrong."""
    root = Path(__file__).parents[2]
    run, problems = evaluate(
        [], root / "policies/example", [root / "fixtures/example/bad"], DAY, tmp_path_factory.mktemp("bad") / "run"
    )
    assert run is not None, problems
    return run


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small company once more, with everything but what is new at E-101 in its baseline."""
    from compliance_engine.cli.main import run as called

    folder = tmp_path_factory.mktemp("known")
    company(folder / "company")
    flags = ["--policy", str(folder / "company/policy"), "--as-of", str(DAY), "-q", "-o", f"json={folder / 'out.json'}"]
    baseline = ["--write-baseline", str(folder / "baseline.json")]
    employees = folder / "company/export/employees.csv"
    whole = employees.read_text()
    employees.write_text("\n".join(line for line in whole.splitlines() if "E-101" not in line) + "\n")
    with freeze_time(f"{DAY}T18:00:00Z"):  # a baseline is written on the day that it is of
        called(["check", str(folder / "company/export"), *flags, *baseline, "--run-folder", str(folder / "first")])
    employees.write_text(whole)
    flags += ["--baseline", str(folder / "baseline.json"), "--run-folder", str(folder / "run")]
    called(["check", str(folder / "company/export"), *flags])
    run, problems = read_run(folder / "run")
    assert run is not None, problems
    assert run.info.baseline is not None
    return run
