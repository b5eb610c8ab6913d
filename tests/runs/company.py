"""The small company of these tests: four people, two worksites, four rules."""

from __future__ import annotations

import csv
import random
import shutil
from datetime import date
from pathlib import Path

from compliance_engine.problems import has_errors
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

DATA = Path(__file__).parent / "data"
DAY = date(2026, 11, 22)
KEY = b"a key for tests, known to everybody"


def copied(folder: Path) -> Path:
    """The company's rules, policy and export in a folder of the test's own."""
    return Path(shutil.copytree(DATA, folder, dirs_exist_ok=True))


def evaluated(company: Path, run_folder: Path, as_of: date = DAY) -> Run:
    """A run of the company."""
    run, problems = evaluate([], company / "policy", [company / "export"], as_of, run_folder)
    assert run is not None, problems
    assert not has_errors(problems)
    return run


def change(file: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def shuffled(file: Path, seed: int) -> None:
    """Put the rows of a CSV file into another order."""
    with file.open(newline="") as stream:
        header, *rows = csv.reader(stream)
    random.Random(seed).shuffle(rows)
    with file.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
