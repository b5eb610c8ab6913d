"""Only what is certainly the rest of a killed run is removed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance_engine.runs.abandoned import begun, remove_abandoned

FILES = ("run.json", "outcomes.parquet")


def rest(parent: Path, name: str = ".unfinished-ab12_xyz", files: tuple[str, ...] = FILES) -> Path:
    folder = parent / name
    folder.mkdir()
    for file in files:
        (folder / file).write_text("")
    return folder


@pytest.mark.parametrize("files", [(), FILES, ("tmp_outcomes.parquet",)])
@pytest.mark.parametrize("name", [".unfinished-ab12_xyz", ".unfinished-ab12_xyz-ended"])
def test_a_rest_is_removed(tmp_path: Path, name: str, files: tuple[str, ...]) -> None:
    rest(tmp_path, name, files)
    remove_abandoned(tmp_path, FILES)
    assert list(tmp_path.iterdir()) == []


def test_what_a_run_writes_is_left_to_it(tmp_path: Path) -> None:
    with begun(tmp_path) as folder:
        remove_abandoned(tmp_path, FILES)
        assert folder.is_dir()


def a_link(parent: Path) -> None:
    (parent / ".unfinished-ab12_xyz").symlink_to(rest(parent, "run"))


def a_folder_in_it(parent: Path) -> None:
    (rest(parent) / "more").mkdir()


@pytest.mark.parametrize(
    "make",
    [
        lambda parent: rest(parent, "2026-11-22-1"),
        lambda parent: rest(parent, ".unfinished-report"),
        lambda parent: rest(parent, ".unfinished-ab12_xyz-earlier"),
        lambda parent: rest(parent, files=(*FILES, "notes.txt")),
        lambda parent: (parent / ".unfinished-ab12_xyz").write_text("a file"),
        a_folder_in_it,
        a_link,
    ],
    ids=["a run", "a word", "an earlier run", "a strange file in it", "a file", "a folder in it", "a link"],
)
def test_anything_else_stays(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    remove_abandoned(tmp_path, FILES)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    remove_abandoned(tmp_path / "absent", FILES)
