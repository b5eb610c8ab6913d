"""The text of a run, as somebody at a terminal reads it."""

import io
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from compliance_engine.outputs import FORMATS, renderer
from compliance_engine.outputs.view import View
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

COMPANY = Path(__file__).parents[1] / "runs/data"
GOLDEN = Path(__file__).parent / "golden"
KEY = (COMPANY / "policy/key.txt").read_bytes().strip()
DAY = date(2026, 11, 22)


def said(run: Run, view: View) -> str:
    out = io.StringIO()
    renderer("text")(run, view, out)
    return out.getvalue()


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small company, in the current directory, so that paths are as a user writes them."""
    monkeypatch.chdir(shutil.copytree(COMPANY, tmp_path / "company"))
    return Path()


def run_of(company: Path, as_of: date = DAY) -> Run:
    run, problems = evaluate([], company / "policy", [company / "export"], as_of, company / "run")
    assert run is not None, problems
    return run


def put(company: Path, file: str, *rows: str) -> None:
    with (company / "export" / file).open("a") as stream:
        stream.writelines(row + "\n" for row in rows)


def test_the_long_text_says_as_what_each_file_was_taken(company: Path) -> None:
    text = said(run_of(company), View(key=KEY, verbose=True))
    assert "employees.csv: csv, utf-8, commas between cells; 4 rows read; days year first (" in text
    assert "as they were taken" not in said(run_of(company), View(key=KEY))


def test_the_long_text_says_what_of_a_file_was_not_needed(company: Path) -> None:
    employees = company / "export/employees.csv"
    head, *rows = employees.read_text().splitlines()
    employees.write_text("\n".join([f"{head},shoe_size", *(f"{row},42" for row in rows)]) + "\n")
    run = run_of(company)
    note = 'employees.csv:1  a column is not used: "shoe_size"\n'
    assert note in said(run, View(key=KEY, verbose=True))
    assert note not in said(run, View(key=KEY))
    assert f"  {note.partition('  ')[2]}" in said(run, View(key=KEY, verbose=True, redact="all"))


def test_the_whole_text(company: Path) -> None:
    put(company, "employees.csv", "E-105,2026-10-05,2026-02-30,,,W-1", "E-106,2026-10-05,,,,W-1")
    text = said(run_of(company), View(key=KEY))
    assert text == (GOLDEN / "company.txt").read_text("utf-8")


def test_a_run_without_a_finding_says_so_and_still_counts_all_outcomes(company: Path) -> None:
    (company / "rules/remembered.yaml").unlink()
    text = said(run_of(company, date(2026, 10, 5)), View())
    assert "Violations" not in text
    assert "\nNo violations.\n" in text
    assert "0 violations · 0 unknown" in text


def test_without_a_key_a_finding_points_to_its_row_only(company: Path) -> None:
    text = said(run_of(company), View())
    assert "export/employees.csv:2" in text
    assert "f-" not in text


def test_only_so_many_findings_are_listed_and_the_rest_is_counted(company: Path) -> None:
    text = said(run_of(company), View(max_findings=2))
    assert "3 more of 5 violations are not shown" in text
    assert "E-103/1" in text
    assert "E-104/1" not in text
    assert "5 violations" in text


def test_deadlines_are_those_of_the_days_ahead(company: Path) -> None:
    run = run_of(company)
    assert "2026-12-17  us.paper.handbook" in said(run, View(within_days=25))
    assert "2026-12-17" not in said(run, View(within_days=24))


def test_more_deadlines_than_ten_are_counted(company: Path) -> None:
    put(company, "employees.csv", *(f"E-2{n:02},2026-11-20,2026-11-20,,,W-1" for n in range(11)))
    text = said(run_of(company), View())
    assert text.count("2026-11-25  us.paper.form") == 10
    assert "  … and 13 more" in text  # eleven handbooks, the one that was there, and a form


def test_colours_mark_and_never_carry_meaning(company: Path) -> None:
    run = run_of(company)
    plain, coloured = said(run, View()), said(run, View(colour=True))
    assert "\x1b[" not in plain
    assert "\x1b[31mcritical\x1b[0m" in coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[33m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_records_cannot_move_the_cursor(company: Path) -> None:
    put(company, "employees.csv", "E-\x1b[2J\u202e9,2026-10-05,2026-10-05,,,W-1")
    text = said(run_of(company), View())
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "E-\\u001b[2J\\u202e9/1" in text


def test_rules_that_were_not_evaluated_are_named_on_request(company: Path) -> None:
    run = run_of(company)
    run = replace(
        run, info=run.info.model_copy(update={"not_run": {"us.ca.a": "nobody is there", "us.ca.b": "nobody is there"}})
    )
    assert "  nobody is there: us.ca.a, us.ca.b" in said(run, View(verbose=True))
    assert "nobody is there" not in said(run, View())


def test_many_causes_are_cut_and_the_cut_is_told(company: Path) -> None:
    put(company, "employees.csv", "E-105,2026-10-05,,,,W-1")
    run = run_of(company)
    cause = run.info.causes[0]
    many = tuple(cause.model_copy(update={"fact": f"type.fact_{n:02}"}) for n in range(22))
    run = replace(run, info=run.info.model_copy(update={"causes": many}))
    text = said(run, View())
    assert "… and 2 more causes; -v shows all" in text
    assert "type.fact_21" not in text
    assert "type.fact_21" in said(run, View(verbose=True))


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_has_a_renderer(form: str) -> None:
    assert callable(renderer(form))


RETENTION = """
law: Retention law of the tests
jurisdiction: us
authority: Test Code 4
checked: {on: 2026-11-01, by: text}
rules:
  us.keep.notes:
    kind: retention
    title: Notes are kept two years
    cite: Test Code 4
    about: document
    class: [handbook]
    keep: 2 years after document_date
    fix: Restore them.
    examples:
      - {title: kept, given: {class_code: handbook, document_date: 2026-01-01}, as_of: 2026-11-22, expect: retain}
  us.drop.notes:
    kind: retention
    title: Notes are gone after three years
    cite: Test Code 5
    about: document
    class: [handbook]
    destroy: 3 years after document_date
    fix: Destroy them.
    examples:
      - {title: over, given: {class_code: handbook, document_date: 2020-01-01}, as_of: 2026-11-22, expect: violation}
"""


def test_documents_are_told_in_the_words_of_retention(company: Path) -> None:
    (company / "keep.yaml").write_text(RETENTION)
    (company / "papers").mkdir()
    rows = "d1,handbook,2025-03-01,2026-04-01", "d2,handbook,2020-03-01,"
    table = "\n".join(("document_id,class_code,document_date,destroyed_on", *rows, ""))
    (company / "papers/documents.csv").write_text(table)
    run, problems = evaluate([company / "keep.yaml"], None, [company / "papers"], DAY, company / "run")
    assert run is not None, problems
    text = said(run, View())
    assert "destroyed-early: destroyed on 2026-04-01, to be kept through 2027-03-01" in text
    assert "over-retained: to be gone by 2023-03-01" in text
