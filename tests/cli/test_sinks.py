"""A file appears when its output is whole; what it held before stays until then."""

from pathlib import Path

import pytest

from compliance_engine.cli.sinks import Sink, opened, read_sinks


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
