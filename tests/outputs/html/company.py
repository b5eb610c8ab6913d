"""A small company with a run that is explained, and one whose cells are written by an enemy."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

from compliance_engine.outputs import renderer
from compliance_engine.outputs.view import View
from compliance_engine.problems import has_errors
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

DATA = Path(__file__).parents[2] / "runs/data"
KEY = (DATA / "policy/key.txt").read_bytes().strip()
DAY = date(2026, 11, 22)
CANARIES = ("Ottoline", "Quicksilver", "512-44-9731", "512449731", "1957-03-14", "14 Thistle", "ottoline@example.org")
"""A name, a number, a day of birth, a street and an address that stand in the records and in no redacted page."""
IDS = ("E-101", "E-102", "E-103", "E-104", "W-1", "W-2", "handbook-secret")
FORMULA = "=1+1"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "{{ 7 * 7 }}",
    "'onfocus='alert(1)",
)

_AGE = """
  us.paper.age:
    kind: check
    title: Nobody at work is over sixty-five on the first day
    cite: Test Code 4
    about: employment_spell
    must: age on start_date <= 65 and start_date >= 14 years after employee.date_of_birth
    severity: medium
    fix: Compare the dates.
    examples:
      - {title: born early, given: {employee: {date_of_birth: 1950-01-01}}, as_of: 2026-11-22, expect: breach}
"""


def company(folder: Path) -> Path:
    """The company with names, numbers and days of birth in its records, and owners in its policy."""
    made = Path(shutil.copytree(DATA, folder, dirs_exist_ok=True))
    with (made / "rules/paperwork.yaml").open("a") as stream:
        stream.write(_AGE)
    employees = made / "export/employees.csv"
    header, *rows = employees.read_text().splitlines()
    own = ",Ottoline,Quicksilver,512-44-9731,1957-03-14,14 Thistle Street,ottoline@example.org"
    header += ",first_name,last_name,ssn,date_of_birth,notes,email"
    employees.write_text("\n".join([header, *(row + own for row in rows)]) + "\n")
    policy = made / "policy/policy.yaml"
    policy.write_text(policy.read_text() + "owners: {paperwork: People desk, data: People desk}\n")
    return made


def hostile(folder: Path) -> Path:
    """The company in which people, places and policies are called what a browser might take for orders."""
    made = company(folder)
    names = dict(zip(("E-101", "E-103", "E-104", "W-2", "handbook-secret"), HOSTILE, strict=True))
    for file in (made / "export").glob("*.csv"):
        text = file.read_text()
        for name, evil in names.items():
            quoted = '"' + evil.replace('"', '""') + '"'
            text = text.replace(name, quoted)
        file.write_text(text)
    return made


def with_formula(folder: Path) -> Path:
    """The hostile company, in which somebody's number is a formula, too."""
    made = hostile(folder)
    for file in (made / "export").glob("*.csv"):
        file.write_text(file.read_text().replace("E-102", FORMULA))
    return made


def explained(made: Path, folder: Path, number: int = 100) -> Run:
    """A run of the company with its results explained."""
    run, problems = evaluate([], made / "policy", [made / "export"], DAY, folder, explained=number)
    assert run is not None, problems
    assert not has_errors(problems)
    return run


def rendered(run: Run, view: View) -> str:
    """The page."""
    out = io.StringIO()
    renderer("html")(run, view, out)
    return out.getvalue()
