"""A run folder appears when it is whole, has a free name, and is recognised."""

from datetime import date
from pathlib import Path

import pytest

from compliance_engine.runs.folder import keep_as, keep_numbered, may_hold_run, read_run, unfinished

DAY = date(2026, 11, 22)


def put(folder: Path, text: str = "{}") -> Path:
    (folder / "run.json").write_text(text)
    return folder


def test_runs_of_a_day_are_numbered(tmp_path: Path) -> None:
    kept = []
    for _ in range(3):
        with unfinished(tmp_path) as folder:
            kept.append(keep_numbered(put(folder), tmp_path, DAY).name)
    assert kept == ["2026-11-22-1", "2026-11-22-2", "2026-11-22-3"]


def test_nothing_is_left_of_a_run_that_failed(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        put(folder)
        raise RuntimeError

    with pytest.raises(RuntimeError), unfinished(tmp_path) as folder:
        fail(folder)
    assert list(tmp_path.iterdir()) == []


def test_while_it_is_written_a_run_is_private_and_does_not_look_like_one(tmp_path: Path) -> None:
    with unfinished(tmp_path) as folder:
        assert folder.name.startswith(".unfinished-")
        assert folder.stat().st_mode & 0o077 == 0


def test_a_named_run_replaces_an_earlier_one(tmp_path: Path) -> None:
    target = tmp_path / "nightly"
    for text in ("first", "second"):
        with unfinished(tmp_path) as folder:
            keep_as(put(folder, text), target)
    assert (target / "run.json").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["nightly"]


def test_only_a_run_or_nothing_may_be_replaced(tmp_path: Path) -> None:
    other = tmp_path / "documents"
    other.mkdir()
    assert may_hold_run(other)
    (other / "letter.txt").write_text("dear")
    assert not may_hold_run(other)
    assert not may_hold_run(other / "letter.txt")
    put(other)
    assert may_hold_run(other)
    assert may_hold_run(tmp_path / "absent")


def test_what_is_no_run_is_a_problem(tmp_path: Path) -> None:
    run, problems = read_run(tmp_path)
    assert run is None
    assert [problem.code for problem in problems] == ["no-run"]


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [("9.0", "newer-run", "a newer version of the program: its format is 9.0"), ("0.9", "no-run", "another version")],
)
def test_a_run_of_another_version_is_a_problem(tmp_path: Path, written: str, code: str, words: str) -> None:
    (tmp_path / "run.json").write_text(f'{{"format_version": "{written}"}}')
    (tmp_path / "rules.json").write_text("{}")
    run, problems = read_run(tmp_path)
    assert run is None
    assert problems[0].code == code
    assert words in problems[0].message
