"""Workbooks and CSV files as a spreadsheet program opens them: Gnumeric, without its window."""

import csv
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .html.company import FORMULA, HOSTILE, KEY, company, explained, with_formula
from .test_tables import said, written

GNUMERIC = shutil.which("ssconvert")
pytestmark = pytest.mark.skipif(
    GNUMERIC is None, reason="there is no Gnumeric: make programs, or apt-get install gnumeric"
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("opened")
    return explained(company(folder / "company"), folder / "run", 0)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("attacked")
    return explained(with_formula(folder / "company"), folder / "run", 0)


def converted(source: Path, target: Path, *options: str) -> None:
    """Let the program open a file and save it in another form, with settings of its own in the folder."""
    surroundings = {"HOME": str(source.parent), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    assert GNUMERIC is not None
    subprocess.run([GNUMERIC, *options, source, target], check=True, capture_output=True, env=surroundings, timeout=60)


def sheets(content: bytes, folder: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The sheets of a workbook with their rows, as the program shows them."""
    book = folder / "book.xlsx"
    book.write_bytes(content)
    converted(book, folder / "sheet-%s.csv", "--export-file-per-sheet")
    for file in sorted(folder.glob("sheet-*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            yield file.stem.removeprefix("sheet-"), list(csv.DictReader(lines))


def opened(source: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as the program shows them."""
    target = source.with_name("shown.csv")
    converted(source, target)
    with target.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_workbook_opens_and_shows_what_json_says(kept: Run, tmp_path: Path) -> None:
    shown = dict(sheets(written(kept, "xlsx", View(key=KEY)), tmp_path))
    whole = json.loads(said(kept, "json", View(key=KEY)))
    told = {finding["fingerprint"]: finding for finding in whole["findings"]}
    assert {row["fingerprint"] for row in (*shown["Findings"], *shown["Unknown"])} == told.keys()
    for row in shown["Findings"]:
        for column in ("rule", "subject", "outcome"):
            assert row[column] == told[row["fingerprint"]][column]
    assert {row["fingerprint"] for row in shown["Deadlines"]} == {due["fingerprint"] for due in whole["pending"]}


def test_days_are_shown_as_days(kept: Run, tmp_path: Path) -> None:
    shown = dict(sheets(written(kept, "xlsx", View(key=KEY)), tmp_path))
    whole = json.loads(said(kept, "json", View(key=KEY)))
    days = {finding["fingerprint"]: finding.get("due") or "" for finding in whole["findings"]}
    assert any(days.values())
    assert {row["fingerprint"]: row["due"].replace("/", "-") for row in shown["Findings"]}.items() <= days.items()


def test_texts_of_a_workbook_stay_texts(attacked: Run, tmp_path: Path) -> None:
    shown = dict(sheets(written(attacked, "xlsx", View(key=KEY)), tmp_path))
    subjects = {row["subject"] for row in shown["Findings"]}
    assert {f"{FORMULA}/1", f"{HOSTILE[0]}/1"} <= subjects


def test_a_csv_file_is_shown_as_it_was_written(attacked: Run, tmp_path: Path) -> None:
    source = tmp_path / "findings.csv"
    source.write_text(said(attacked, "csv", View(key=KEY)), "utf-8")
    subjects = {row["subject"] for row in opened(source)}
    # The apostrophe before it is a sign to the program, and not shown.
    assert {f"{FORMULA}/1", f"{HOSTILE[0]}/1"} <= subjects


def test_the_program_would_have_counted(tmp_path: Path) -> None:
    source = tmp_path / "plain.csv"
    source.write_text(f"subject\n{FORMULA}\n", "utf-8")
    assert opened(source) == [{"subject": "2"}]
