"""The bad example company: the same question, the same bytes, whatever surrounds the process and its rows."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BAD = ROOT / "fixtures/example/bad"
PROGRAM = "from compliance_engine.cli.main import main; main()"


def judged(place: Path, company: Path, zone: str, seed: str) -> Path:
    """What processes write about a company, which they see at the path `company`: outputs and the run folder."""
    place.mkdir()
    (place / "company").symlink_to(company)
    policy = ["--policy", str(ROOT / "policies/example"), "--quiet"]
    day = ["--as-of", "2026-11-22", "--run-folder", "run"]
    for code, command in (
        (1, ["check", "company", *policy, *day, "-o", "text=out.txt", "-o", "json=out.json"]),
        (3, ["deadlines", "run", *policy, "--group-by", "owner", "-o", "text=next.txt", "-o", "html=next.html"]),
    ):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *command],
            cwd=place,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")
    return place


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return judged(tmp_path_factory.mktemp("first") / "place", BAD, "UTC", "0")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Once more, in another time zone and with another hash seed."""
    return judged(tmp_path_factory.mktemp("second") / "place", BAD, "Pacific/Kiritimati", "4711")


@pytest.fixture(scope="module")
def other_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of every file in another order."""
    folder = tmp_path_factory.mktemp("shuffled")
    company = Path(shutil.copytree(BAD, folder / "company"))
    for seed, file in enumerate(sorted(company.glob("*.csv"))):
        header, *rows = file.read_text("utf-8").splitlines()  # no cell of the example has a line end
        random.Random(seed).shuffle(rows)
        file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return judged(folder / "place", company, "America/Chicago", "7")


FILES = ("out.txt", "out.json", "next.txt", "next.html", "run/run.json", "run/rules.json", "run/outcomes.parquet")


def test_these_are_all_the_files(first: Path) -> None:
    written = {
        str(path.relative_to(first)) for path in first.rglob("*") if path.is_file() and "company" not in path.parts
    }
    assert written == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_neither_a_second_run_nor_its_time_zone_and_hash_seed_change_a_byte(
    first: Path, second: Path, name: str
) -> None:
    assert (second / name).read_bytes() == (first / name).read_bytes()


def test_the_order_of_rows_changes_no_line_of_text_but_the_row_it_names(first: Path, other_order: Path) -> None:
    one, other = (without_rows((place / "out.txt").read_text("utf-8")) for place in (first, other_order))
    assert other.splitlines() == one.splitlines()


@pytest.mark.parametrize("name", ["out.json", "run/run.json", "run/rules.json"])
def test_the_order_of_rows_changes_nothing_in_json_but_the_rows_it_names(
    first: Path, other_order: Path, name: str
) -> None:
    one, other = (placeless(json.loads((place / name).read_bytes())) for place in (first, other_order))
    assert json.dumps(other, indent=1).splitlines() == json.dumps(one, indent=1).splitlines()


def without_rows(text: str) -> str:
    """Text without the numbers of rows."""
    text = re.sub(r"\.csv:\d+", ".csv", text)
    return re.sub(r"rows?:? [\d, …]+", "rows", text)


def placeless(value: Any) -> Any:
    """JSON without what follows from where a row stands: its number, and the hash of its file."""
    if isinstance(value, dict):
        return {key: placeless(each) for key, each in value.items() if key not in {"record", "records", "sha256"}}
    return [placeless(each) for each in value] if isinstance(value, list) else value
