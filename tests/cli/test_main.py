"""The command as a whole: help, usage errors, defects, interrupts; the verbs have tests of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from compliance_engine.cli import main, version
from compliance_engine.cli.exit_codes import ExitCode

Compliance = Callable[..., Any]

SECRET = "912-00-4321"


def fail_with(error: BaseException) -> click.Command:
    def callback(**_: object) -> None:
        raise error

    return click.Command("version", callback=callback, params=[click.Option(["--record"])])


@pytest.mark.parametrize("verb", main.VERBS)
def test_each_listed_verb_is_there_with_the_help_line_of_the_list(verb: str) -> None:
    command = import_module(f"compliance_engine.cli.{verb}").command
    assert isinstance(command, click.Command)
    assert command.get_short_help_str(limit=200) == main.VERBS[verb]


def test_help_lists_the_verbs_without_importing_them() -> None:
    code = (
        "import sys; from compliance_engine.cli.main import run; code = run(['--help']);"
        "heavy = {'duckdb', 'pydantic', 'lark', 'yaml', 'compliance_engine.cli.version'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert all(f"  {verb} " in done.stdout for verb in main.VERBS)
    assert done.returncode == 0


def test_help_keeps_its_lines(compliance: Compliance) -> None:
    lines = compliance("--help").out.splitlines()
    assert "  3 answer incomplete; 4 a defect of the program." in lines
    assert not any("\\b" in line or "\b" in line for line in lines)


def test_a_misspelt_verb_is_invalid_and_a_near_one_is_offered(compliance: Compliance) -> None:
    called = compliance("chekc")
    assert called.code == ExitCode.INVALID
    assert 'there is no verb "chekc". Did you mean "check"?' in called.err
    assert called.out == ""


def test_a_word_far_from_any_verb_gets_the_list(compliance: Compliance) -> None:
    assert "The verbs are init, validate, test" in compliance("xyzzy").err


@pytest.mark.parametrize("arguments", [["--nonsense"], ["version", "--nonsense"], ["version", "surplus"]])
def test_wrong_usage_is_invalid(compliance: Compliance, arguments: list[str]) -> None:
    called = compliance(*arguments)
    assert called.code == ExitCode.INVALID
    assert called.err.startswith("Usage: compliance")


def test_a_defect_names_the_place_and_keeps_no_data(
    compliance: Compliance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    error = ValueError(f"cannot cast {SECRET}")
    error.__cause__ = KeyError(SECRET)
    monkeypatch.setattr(version, "command", fail_with(error))

    called = compliance("version", "--record", SECRET)

    assert called.code == ExitCode.INTERNAL
    (kept,) = tmp_path.iterdir()
    text = kept.read_text()
    assert str(kept) in called.err
    assert "ValueError at test_main.py:" in called.err
    assert "Traceback" not in called.err
    assert SECRET not in called.err + called.out + text
    assert "verb: version, options: --record" in text
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("arguments", [["--debug", "version"], ["version", "--debug"]])
def test_debug_shows_the_traceback_before_or_after_the_verb(
    compliance: Compliance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(version, "command", fail_with(ValueError("seven")))
    called = compliance(*arguments)
    assert called.code == ExitCode.INTERNAL
    assert "Traceback" in called.err
    assert "ValueError: seven" in called.err


def test_after_two_dashes_debug_is_an_argument(compliance: Compliance) -> None:
    called = compliance("version", "--", "--debug")
    assert called.code == ExitCode.INVALID
    assert "--debug" in called.err


def test_a_defect_is_reported_though_nothing_can_be_kept(
    compliance: Compliance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    monkeypatch.setattr(version, "command", fail_with(ValueError()))
    called = compliance("version")
    assert called.code == ExitCode.INTERNAL
    assert "could not be kept" in called.err


def test_a_verb_that_returns_no_exit_code_is_a_defect(
    compliance: Compliance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(version, "command", click.Command("version", callback=lambda: None))
    assert compliance("version").code == ExitCode.INTERNAL


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_is_told_apart_from_a_defect(
    compliance: Compliance, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(version, "command", fail_with(error))
    called = compliance("version")
    assert called.code == ExitCode.INTERRUPTED
    assert called.err == "interrupted\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_though_a_query_is_running(number: signal.Signals) -> None:
    code = (
        "import duckdb, click, sys; from compliance_engine.cli import main, version;"
        "query = 'select count(*) from range(1000000) a, range(1000000) b where (a.range * b.range) % 7 = 3';"
        "version.command = click.Command('version',"
        " callback=lambda: (print('begun', flush=True), duckdb.connect().execute(query).fetchall()));"
        "sys.argv = ['compliance', 'version']; main.main()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, number)
        try:
            # A shell shows death by signal as 128 + its number: 130 and 143.
            assert process.wait(timeout=20) == -number
        finally:
            process.kill()


def test_a_reader_that_goes_away_is_no_finding() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-c", "from compliance_engine.cli.main import main; main()", "--help"]
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(arguments, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (ExitCode.CLOSED_PIPE, "")
