"""A stranger's variant of a sample is read rightly, or refused with the reason, and never read wrongly.

Every sample is written anew with other headings, other dates, another delimiter or a row out of place. Whatever value is
then in a table must be one that the sample itself gives for the same person, and whoever misses a value must be told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance_engine.problems import Level
from compliance_engine.records.load import load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.quality import examine

SAMPLES = Path(__file__).parents[2] / "fixtures/profiles"
TABLES = sorted(path.relative_to(SAMPLES) for path in SAMPLES.glob("*/*.csv") if path.name != "worksites.csv")
READ = {
    "employment_spell": ("employee_number", ("hire_date", "start_date", "original_hire_date", "termination_date", "status",
                                             "employment_type", "flsa_status", "last_day_worked")),
    "employee": ("employee_number", ("date_of_birth", "home_state", "home_postal_code")),
    "assignment": ("employee_number", ("worksite_id", "job_title", "standard_hours_per_week")),
    "training": ("employee_number", ("course_id", "status", "assigned_on", "due_on", "completed_on", "score")),
    "injury": ("case_number", ("date_of_incident", "incident_outcome", "dafw_num_away")),
    "injury_annual_summary": ("year_filing_for", ("state", "total_dafw_days")),
}  # fmt: skip
Cells = dict[tuple[str, str, str], object]
"""(type, key of the row, field) to its value; a cell without a value is left out."""
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T00:00:00)?|(\d{2})/(\d{2})/(\d{4})")


@dataclass(frozen=True)
class Got:
    cells: Cells
    told: bool


def read(name: str, table: str, text: str) -> Got:
    profile, _ = load_shipped(name)
    assert profile is not None
    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        path = Path(folder) / table
        path.write_text(text, encoding="utf-8", newline="")
        loaded, problems = load(connection, [path], profile, hash_key=b"key")
        findings = examine(connection, loaded, as_of=date(2026, 1, 31))
        cells: Cells = {}
        for type_name, (key, fields) in READ.items():
            shown = ", ".join(f"CAST({field} AS VARCHAR)" for field in fields)
            for row_key, *values in connection.execute(f"SELECT {key}, {shown} FROM {type_name}").fetchall():
                found = zip(fields, values, strict=True)
                cells |= {(type_name, str(row_key), field): value for field, value in found if value is not None}
    told = any(problem.level is not Level.NOTE for problem in problems) or bool(findings)
    return Got(cells, told or any(problem.code == "unused-columns" for problem in problems))


@cache
def sample(table: Path) -> tuple[tuple[tuple[str, ...], ...], Got]:
    text = (SAMPLES / table).read_text("utf-8")
    return tuple(tuple(row) for row in csv.reader(io.StringIO(text))), read(table.parts[0], table.name, text)


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def never_wrong(table: Path, got: Got) -> None:
    right = sample(table)[1].cells
    wrong = {at: value for at, value in got.cells.items() if right.get(at) != value}
    assert not wrong
    assert got.told or got.cells == right


def dates_as(rows: list[list[str]], write: Callable[[str, str, str], str]) -> list[list[str]]:
    def one(cell: str) -> str:
        match = _DAY.fullmatch(cell)
        if match is None:
            return cell
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[7], match[5], match[6])
        return write(year, month, day)

    return [rows[0], *([one(cell) for cell in row] for row in rows[1:])]


FORMS: dict[str, Callable[[str, str, str], str]] = {
    "year first": lambda y, m, d: f"{y}-{m}-{d}",
    "month first": lambda y, m, d: f"{int(m)}/{int(d)}/{y}",
    "day first": lambda y, m, d: f"{d}/{m}/{y}",
    "with dots": lambda y, m, d: f"{d}.{m}.{y}",
    "two digits": lambda y, m, d: f"{m}/{d}/{y[2:]}",
    "moments": lambda y, m, d: f"{y}-{m}-{d}T00:00:00",
    "in words": lambda y, m, d: f"{d} March {y}",
    "serial": lambda y, m, d: str((date(int(y), int(m), int(d)) - date(1899, 12, 30)).days),
    "days in UTC": lambda y, m, d: f"{y}-{m}-{d}T05:00:00Z",
}


@pytest.mark.parametrize("table", TABLES, ids=str)
@given(data=st.data())
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_strangers_export_is_never_read_wrongly(table: Path, data: st.DataObject) -> None:
    rows = [list(row) for row in sample(table)[0]]
    if form := data.draw(st.none() | st.sampled_from(sorted(FORMS)), "dates"):
        rows = dates_as(rows, FORMS[form])
    places = range(len(rows[0]))
    for place in data.draw(st.lists(st.sampled_from(places), max_size=2, unique=True), "headings"):
        rows[0][place] = data.draw(
            st.sampled_from([rows[0][place].upper(), f"My {rows[0][place]}", "Col X"]), "heading"
        )
    order = data.draw(st.just(list(places)) | st.permutations(list(places)), "order")
    rows = [[row[place] for place in order] for row in rows]
    never_wrong(
        table, read(table.parts[0], table.name, written(rows, data.draw(st.sampled_from(",;\t|"), "delimiter")))
    )


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_way_to_write_a_day_is_read_or_told(form: str) -> None:
    table = Path("bamboohr/employees.csv")
    got = read("bamboohr", table.name, written(dates_as([list(row) for row in sample(table)[0]], FORMS[form])))
    never_wrong(table, got)
    hired = ("employment_spell", "T-001", "hire_date")
    readable = {"year first", "month first", "day first", "with dots", "moments"}
    assert (hired in got.cells) is (form in readable)


@pytest.mark.parametrize("table", TABLES, ids=str)
@pytest.mark.parametrize("shift", ["a cell too many", "a cell too few", "one to the right", "one to the left"])
def test_a_row_out_of_place_is_told(table: Path, shift: str) -> None:
    rows = [list(row) for row in sample(table)[0]]
    row = rows[1]
    rows[1] = {
        "a cell too many": ["", *row],
        "a cell too few": row[1:],
        "one to the right": ["", *row[:-1]],
        "one to the left": [*row[1:], ""],
    }[shift]
    got = read(table.parts[0], table.name, written(rows))
    assert got.told
    moved = {at: value for at, value in got.cells.items() if sample(table)[1].cells.get(at) not in (None, value)}
    assert not moved


def test_one_day_that_cannot_have_the_stated_order_takes_the_trust_from_the_others() -> None:
    rows = [list(row) for row in sample(Path("osha-ita/case_data.csv"))[0]]
    place = rows[0].index("date_of_incident")
    rows[1][place], rows[2][place] = "03/04/2025", "30/09/2025"
    got = read("osha-ita", "case_data.csv", written(rows))
    assert got.told
    assert ("injury", "1", "date_of_incident") not in got.cells
    assert got.cells["injury", "2", "date_of_incident"] == "2025-09-30"
