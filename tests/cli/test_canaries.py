"""Names, numbers, days of birth and diagnoses of people never reach what is shown where identifiers are hidden."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance_engine.outputs import BINARY, FEEDS, FORMATS

COMPANY = Path(__file__).parents[1] / "runs/data"
Compliance = Callable[..., Any]

CANARIES = ("Quillfeather", "912-00-4321", "1961-04-27", "04/31/1961", "sarcoidosis", "E-4471", "02/31/2026")
"""A name, a number of social security, days of birth (one is none), a diagnosis, an employee number, a day of leave."""

HEAD = "employee_number,last_name,ssn,date_of_birth,worker_type,hire_date,start_date,worksite_id,notes\n"
ROWS = (
    "E-4471,Quillfeather,912-00-4321,1961-04-27,employee,2026-10-05,2026-10-05,W-1,sarcoidosis\n"
    "E-4471-b,Quillfeather,912-00-4321,04/31/1961,sarcoidosis,2026-10-05,Quillfeather,W-2,sarcoidosis\n"
    "E-4471-c,Quillfeather,912-00-4321,1961-04-27,employee,912-00-4321,2026-10-05,sarcoidosis,x,surplus,sarcoidosis\n"
    'E-4471-d,"Quillfeather,912-00-4321,1961-04-27,sarcoidosis\n'
)


LEAVE = "employee_number,case_number,employee_notice_on,reason\nE-4471,Quillfeather,02/31/2026,sarcoidosis\n"


@pytest.fixture
def called(compliance: Compliance, tmp_path: Path) -> Callable[..., tuple[str, Path]]:
    """Everything that a check says and writes for others to read, and the folder of the run."""
    company = shutil.copytree(COMPANY, tmp_path / "company")
    (company / "export/employees.csv").write_text(HEAD + ROWS)
    (company / "export/leaves.csv").write_text(LEAVE)

    def call(*more: object) -> tuple[str, Path]:
        run = tmp_path / "run"
        day = ["--as-of", "2026-11-22", "--run-folder", run, "-v"]
        done = compliance("check", company / "export", "--policy", company / "policy", *day, *more)
        assert done.code in (1, 3)
        assert done.out
        return done.out + done.err, run

    return call


def found(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


@pytest.mark.parametrize("redact", ["ids", "all"])
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "md"])
def test_no_output_that_hides_people_shows_one(called: Callable[..., tuple[str, Path]], form: str, redact: str) -> None:
    said, _ = called("-o", form, "--redact", redact)
    assert found(said) == []


@pytest.mark.parametrize("redact", ["ids", "all"])
def test_no_other_output_shows_one_either(called: Callable[..., tuple[str, Path]], tmp_path: Path, redact: str) -> None:
    forms = [form for form in (*FORMATS, *FEEDS) if form not in BINARY]
    files = {form: tmp_path / f"out-{number}" for number, form in enumerate(forms)}
    outputs = [part for form, path in files.items() for part in ("-o", f"{form}={path}")]
    called(*outputs, "-o", "text", "--redact", redact)
    assert {form: found(path.read_text("utf-8")) for form, path in files.items()} == {form: [] for form in forms}


@pytest.mark.parametrize("redact", ["ids", "all"])
@pytest.mark.parametrize("form", ["json", "csv", "html"])
def test_no_list_of_deadlines_shows_one(
    called: Callable[..., tuple[str, Path]], compliance: Compliance, tmp_path: Path, form: str, redact: str
) -> None:
    # Rows that can be read, so that there are deadlines.
    head, first, *others = (COMPANY / "export/employees.csv").read_text().splitlines()
    about = ",Quillfeather,912-00-4321,1961-04-27,sarcoidosis"
    rows = [row + about for row in (first.replace("E-101", "E-4471"), *others)]
    text = "\n".join([f"{head},last_name,ssn,date_of_birth,notes", *rows]) + "\n"
    (tmp_path / "company/export/employees.csv").write_text(text)
    _, run = called("-o", "text", "--explain-findings", "50")
    policy = ["--policy", tmp_path / "company/policy"]
    done = compliance("deadlines", run, *policy, "--within", "all", "-o", form, "--redact", redact)
    assert "us.paper.handbook" in done.out
    assert "2026-11-04" in done.out
    assert found(done.out + done.err) == []


def test_what_the_reader_says_of_broken_rows_quotes_none(called: Callable[..., tuple[str, Path]]) -> None:
    said, run = called("-o", "text")
    assert "record" in said
    kept = json.loads((run / "run.json").read_text("utf-8"))
    assert kept["problems"]
    assert found(json.dumps([kept["problems"], kept["data_findings"], kept["causes"], kept["errors"]])) == []
    # Where nothing is hidden the number of an employee names the finding, and nothing else does.
    assert set(found(said)) <= {"E-4471"}
