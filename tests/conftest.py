"""What all tests share: settings of the property tests, and the command line called in process."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from signal import SIG_IGN, SIGINT, default_int_handler, getsignal, signal

import pytest
from hypothesis import settings

# What a shell starts in the background ignores interrupts, and so would every process that a test starts and interrupts.
if getsignal(SIGINT) is SIG_IGN:
    signal(SIGINT, default_int_handler)

# Two busy cores make any time limit of a single example a matter of luck; the same examples each time are not.
settings.register_profile("shared-cores", deadline=None, derandomize=True)
settings.load_profile("shared-cores")

for _module in (
    "language.models.policies",
    "language.ruleset",
    "records.profile_model",
    "runs.baseline",
    "runs.derivation",
):
    # Models are built when their module is read, and not of days that a test lets stand still.
    import_module(f"compliance_engine.{_module}")


@dataclass(frozen=True)
class Called:
    """What one command line did."""

    code: int
    out: str
    err: str


@pytest.fixture
def compliance(capsys: pytest.CaptureFixture[str]) -> Callable[..., Called]:
    """The command `compliance`: `compliance("check", folder)` returns exit code, standard output and error."""
    from compliance_engine.cli.main import run

    def call(*arguments: object) -> Called:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Called(int(code), captured.out, captured.err)

    return call
