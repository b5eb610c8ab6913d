"""validate, test, check and explain work where there is no network at all: in a network namespace of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POLICY = ["--policy", "policies/example"]
ASKED = [*POLICY, "--as-of", "2026-11-22"]
ALONE = ["unshare", "--map-root-user", "--net"]


def alone(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command where not even the loopback interface is up."""
    return subprocess.run([*ALONE, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)


@pytest.fixture(autouse=True)
def namespace() -> None:
    if shutil.which("unshare") is None or alone("true").returncode != 0:
        pytest.skip("this system does not let a test make a network namespace")


def test_the_namespace_has_no_network() -> None:
    dial = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    assert "Network is unreachable" in alone(sys.executable, "-c", dial).stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["validate", "rules/us/i9.yaml"], 0),
        (["test", "rules/us/cobra-general-notice.yaml"], 0),
        (["check", "fixtures/example/good", *ASKED], 0),
        (["explain", "fixtures/example/good", *ASKED, "--rule", "us.i9.section2", "--record", "E1001/1"], 0),
    ],
    ids=["validate", "test", "check", "explain"],
)
def test_a_verb_needs_no_network(words: list[str], code: int, tmp_path: Path) -> None:
    kept = ["--run-folder", str(tmp_path / "run")] if words[0] == "check" else []
    done = alone(str(Path(sys.executable).with_name("compliance")), *words, *kept)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr[-2000:]
    assert done.stdout
