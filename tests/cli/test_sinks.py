"""A file appears when its output is whole; what it held before stays until then."""

import errno
import os
import sys
from pathlib import Path

import click
import pytest

from compliance_engine.cli.sinks import Sink, opened, opened_bytes, read_sinks


def test_text_on_standard_output_is_the_default() -> None:
    assert read_sinks([]) == ([Sink("text", None)], [])


def test_a_path_may_hold_an_equals_sign(tmp_path: Path) -> None:
    path = tmp_path / "a=b.json"
    assert read_sinks([f"json={path}"]) == ([Sink("json", path)], [])


def test_an_output_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("yesterday")

    def fail() -> None:
        with opened(Sink("json", path)) as stream:
            stream.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "yesterday"
    assert [found.name for found in tmp_path.iterdir()] == ["out.json"]


def test_a_place_that_only_looks_writable_is_wrong_usage_and_a_full_disk_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(why: int) -> None:
        def mkstemp(**_: object) -> tuple[int, str]:
            raise OSError(why, os.strerror(why))

        monkeypatch.setattr("compliance_engine.leftovers.mkstemp", mkstemp)
        with opened(Sink("json", tmp_path / "out.json")):
            pass

    with pytest.raises(click.FileError) as wrong:
        refusing(errno.EROFS)
    assert wrong.value.message == "Read-only file system"
    with pytest.raises(OSError, match="No space left"):
        refusing(errno.ENOSPC)


def test_a_name_too_long_for_a_file_is_told_before_anything_is_done(tmp_path: Path) -> None:
    _, (problem,) = read_sinks([f"json={tmp_path / ('n' * 300)}"])
    assert problem.code == "unwritable-output"


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with opened_bytes(Sink("xlsx", path)) as stream:
        stream.write(b"PK\r\n\xff")
        assert not path.exists()
    assert path.read_bytes() == b"PK\r\n\xff"


@pytest.mark.parametrize(("terminal", "codes"), [(True, ["bytes-on-terminal"]), (False, [])])
def test_bytes_go_to_a_pipe_and_not_to_a_terminal(
    terminal: bool, codes: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    forms, binary = ["text", "xlsx"], ["xlsx"]
    assert [problem.code for problem in read_sinks(["xlsx"], forms, binary)[1]] == codes
    assert read_sinks([f"xlsx={tmp_path / 'a.xlsx'}", "text"], forms, binary)[1] == []
