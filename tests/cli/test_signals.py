"""What ends a run from outside leaves no run, no copy of records and nothing half written behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

COMPANY = Path(__file__).parents[1] / "runs/data"
Compliance = Callable[..., Any]

PROGRAM = """
import os, signal, sys
from compliance_engine.cli.main import main
from compliance_engine.cli.stages import Stages

begin = Stages.begin
stage = sys.argv.pop(1)

def told(self, name):
    begin(self, name)
    if name == stage:
        os.kill(os.getpid(), signal.SIGSTOP)

Stages.begin = told
main()
"""
"""The command, which stands still where a stage begins, until it is told to go on."""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """The small company with many more people, so that every stage takes a moment."""
    folder = shutil.copytree(COMPANY, tmp_path / "company")
    with (folder / "export/employees.csv").open("a") as stream:
        stream.writelines(f"P-{number},2026-10-05,2026-10-05,,,W-1\n" for number in range(3_000))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "out").mkdir()
    return folder


@contextmanager
def begun(company: Path, stage: str) -> Iterator["subprocess.Popen[str]"]:
    """A check that stands still where a stage begins."""
    beside = company.parent
    arguments = [
        "check", company / "export", "--policy", company / "policy", "--as-of", "2026-11-22",
        "--run-folder", beside / "runs/run", "-o", f"json={beside}/out/findings.json",
    ]  # fmt: skip
    around = {**os.environ, "TMPDIR": str(beside / "temporary")}
    command = [sys.executable, "-c", PROGRAM, stage, *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=around
    ) as process:
        try:
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            yield process
        finally:
            process.kill()


def ended(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[str, str]:
    """What a process that stands still says after a signal, when it goes on."""
    os.kill(process.pid, number)
    os.kill(process.pid, signal.SIGCONT)
    return process.communicate(timeout=60)


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize(
    ("stage", "number"),
    [
        ("reading records", signal.SIGTERM),
        ("judging", signal.SIGINT),
        ("judging", signal.SIGTERM),
    ],
)
def test_a_signal_ends_a_run_and_leaves_nothing_behind(company: Path, stage: str, number: signal.Signals) -> None:
    with begun(company, stage) as process:
        out, err = ended(process, number)
    # A shell shows death by signal as 128 + its number: 130 and 143.
    assert process.returncode == -number
    assert out == ""
    assert "Traceback" not in err
    assert "error" not in err
    beside = company.parent
    assert [left(beside / name) for name in ("runs", "out", "temporary")] == [[], [], []]


def test_a_signal_while_an_output_is_written_leaves_the_run_and_no_half_of_the_output(company: Path) -> None:
    with begun(company, "writing json") as process:
        ended(process, signal.SIGTERM)
    assert process.returncode == -signal.SIGTERM
    assert left(company.parent / "runs") == ["run"]
    assert left(company.parent / "out") == []


def test_an_ignored_signal_stays_ignored(company: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does; a child inherits it
    try:
        with begun(company, "judging") as process:
            ended(process, signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert process.returncode == 1
    assert left(company.parent / "runs") == ["run"]


def test_the_next_run_removes_what_a_killed_one_left(company: Path, compliance: Compliance) -> None:
    runs = company.parent / "runs"
    with begun(company, "judging") as process:
        ended(process, signal.SIGKILL)
    assert [name.startswith(".unfinished-") for name in left(runs)] == [True]
    shutil.copy(COMPANY / "export/employees.csv", company / "export")
    called = compliance("check", company / "export", "--policy", company / "policy", "--run-folder", runs / "next")
    assert called.code == 1, called.err
    assert left(runs) == ["next"]


def test_a_run_leaves_alone_what_another_one_is_writing(company: Path, compliance: Compliance) -> None:
    runs = company.parent / "runs"
    with begun(company, "judging") as process:
        small = COMPANY / "export"
        compliance("check", small, "--policy", company / "policy", "--run-folder", runs / "other")
        ended(process, signal.SIGCONT)
    assert process.returncode == 1
    assert sorted(left(runs)) == ["other", "run"]
