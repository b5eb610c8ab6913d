"""Stages are timed, and shown on a terminal only."""

import pytest

from compliance_engine.cli.stages import Stages


def test_progress_within_a_stage_is_shown_and_counted_to_the_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stages = Stages(shown=True)
    for stage in ("judging", "judging: 24 of 48 rules", "judging: 48 of 48 rules", "writing"):
        stages.begin(stage)
    stages.end()
    assert "judging: 24 of 48 rules …" in capsys.readouterr().err
    assert [line.split("  ")[-1] for line in stages.table().splitlines()] == ["judging", "writing", "all"]


def test_nothing_is_shown_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    stages = Stages(shown=False)
    stages.begin("judging")
    stages.end()
    assert capsys.readouterr().err == ""
