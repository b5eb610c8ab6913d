"""A stranger's variant of a sample is read rightly, or refused with the reason, and never read wrongly.

Every sample is written anew with other headings, other dates, another delimiter, other numbers, as JSON lines or as CSV, or
with a row out of place. Whatever value is then in a table must be one that the sample itself gives for the same person,
and of a value that is missing something must be said: of its field, its row, its column or its file.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance_engine.problems import Level
from compliance_engine.records.cells import fold
from compliance_engine.records.load import load
from compliance_engine.records.profile import beside, load_shipped
from compliance_engine.records.profile_model import Table
from compliance_engine.records.quality import examine

SAMPLES = Path(__file__).parents[2] / "fixtures/profiles"
TABLES = sorted(path.relative_to(SAMPLES) for path in SAMPLES.glob("*/*.*") if path.name != "worksites.csv")
FLAT = [table for table in TABLES if table.suffix == ".csv"]
READ = {
    "employment_spell": ("employee_number", ("hire_date", "start_date", "original_hire_date", "termination_date", "status",
                                             "employment_type", "flsa_status", "last_day_worked")),
    "employee": ("employee_number", ("date_of_birth", "home_state", "home_postal_code")),
    "assignment": ("employee_number", ("worksite_id", "job_title", "standard_hours_per_week")),
    "training": ("employee_number", ("course_id", "status", "assigned_on", "due_on", "completed_on", "score", "minutes_spent")),
    "worksite": ("worksite_id", ("state", "city", "postal_code")),
    "injury": ("case_number", ("date_of_incident", "incident_outcome", "dafw_num_away")),
    "injury_annual_summary": ("year_filing_for", ("state", "total_dafw_days")),
}  # fmt: skip
Cells = dict[tuple[str, str, str], object]
"""(type, key of the row, field) to its value; a cell without a value is left out."""
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T00:00:00)?|(\d{2})/(\d{2})/(\d{4})")


@dataclass(frozen=True)
class Got:
    cells: Cells
    found: frozenset[tuple[str, str, int]]
    """(type, field, rows) of every finding; the field is empty where a row is concerned."""
    told: bool
    """Something is said of a file, a row or a column."""


def read(name: str, table: str, text: str | bytes) -> Got:
    profile, _ = load_shipped(name)
    assert profile is not None
    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        path = Path(folder) / table
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        loaded, problems = load(connection, [path], profile, hash_key=b"key")
        findings = examine(connection, loaded, as_of=date(2026, 1, 31))
        cells: Cells = {}
        for type_name, (key, fields) in READ.items():
            shown = ", ".join(f"CAST({field} AS VARCHAR)" for field in fields)
            for row_key, *values in connection.execute(f"SELECT {key}, {shown} FROM {type_name}").fetchall():
                found = zip(fields, values, strict=True)
                shown_as = {(type_name, str(row_key), field): value for field, value in found if value is not None}
                cells |= shown_as if row_key is not None else {}  # a row that has lost its number is nobody's
    told = any(problem.level is not Level.NOTE or problem.code == "unused-columns" for problem in problems)
    return Got(cells, frozenset((finding.type, finding.field, finding.count) for finding in findings), told)


def rows_of(text: str, suffix: str) -> list[list[str]]:
    """A sample as a table of texts: for JSON lines each name with dots is a heading."""
    if suffix == ".csv":
        return [list(row) for row in csv.reader(io.StringIO(text))]
    lines = [flat(json.loads(line)) for line in text.splitlines()]
    headings = list(dict.fromkeys(name for line in lines for name in line))
    return [headings, *([line.get(name, "") for name in headings] for line in lines)]


def flat(found: dict[str, Any], prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            cells |= flat(value, f"{prefix}{name}.")
        elif value is None or isinstance(value, bool):
            cells[prefix + name] = "" if value is None else str(value).lower()
        else:
            cells[prefix + name] = "|".join(value) if isinstance(value, list) else str(value)
    return cells


@cache
def sample(table: Path) -> tuple[tuple[tuple[str, ...], ...], Got]:
    text = (SAMPLES / table).read_text("utf-8")
    return tuple(map(tuple, rows_of(text, table.suffix))), read(table.parts[0], table.name, text)


def written(rows: list[list[str]], delimiter: str = ",", *, quoted: bool = False) -> str:
    out = io.StringIO()
    quoting: Literal[0, 1] = 1 if quoted else 0  # every cell, or those that need it
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=quoting).writerows(rows)
    return out.getvalue()


def as_lines(rows: list[list[str]], empty: str, *, nested: bool) -> str:
    """JSON lines of a table.

    Args:
        empty: what an empty cell is: null, an empty text, or no name at all.
        nested: headings with dots are objects.
    """
    lines = []
    for row in rows[1:]:
        line: dict[str, Any] = {}
        for heading, cell in zip(rows[0], row, strict=True):
            if cell or empty != "left out":
                *outer, name = heading.split(".") if nested else [heading]
                place = line
                for part in outer:
                    place = place.setdefault(part, {})
                place[name] = cell if cell or empty == "text" else None
        lines.append(json.dumps(line))
    return "\n".join(lines) + "\n"


def never_wrong(table: Path, got: Got) -> None:
    """Every value is one of the sample, and of every value that is missing something is said where it would be."""
    right = sample(table)[1]
    wrong = {at: value for at, value in got.cells.items() if right.cells.get(at) != value}
    assert not wrong
    missing = {(type_name, field) for type_name, _, field in right.cells.keys() - got.cells.keys()}
    new = {(type_name, field) for type_name, field, _ in got.found - right.found}
    untold = {at for at in missing if not {at, (at[0], "")} & new}
    assert got.told or not untold


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


def described(table: Path) -> Table:
    """What the profile says of the table that a sample is."""
    profile, _ = load_shipped(table.parts[0])
    assert profile is not None
    names = ((one, one.table_of(Path(f"{table.stem}.csv"))[0]) for one in beside(profile))
    return next(one.tables[name] for one, name in names if name is not None)


def synonyms(table: Path, heading: str, there: Sequence[str]) -> list[str]:
    """Other headings that the profile takes for just the same fields."""
    of = described(table)
    lists = {field: column.headings for field, column in of.columns.items()}
    lists |= {made: listed.first_filled for made, listed in of.made.items()}

    def known_as(word: str) -> set[str]:
        return {field for field, headings in lists.items() if fold(word) in map(fold, headings)}

    words = dict.fromkeys(word for headings in lists.values() for word in headings)
    taken = {fold(word) for word in there}
    return [word for word in words if fold(word) not in taken and known_as(word) == known_as(heading) != set()]


def numbers(table: Path) -> list[int]:
    """The columns of a sample that hold numbers which are read."""
    fields = ("standard_hours_per_week", "score", "minutes_spent", "dafw_num_away", "total_dafw_days")
    columns = described(table).columns
    words = {fold(word) for field in fields for word in (field, *(columns[field].headings if field in columns else ()))}
    return [place for place, heading in enumerate(sample(table)[0][0]) if fold(heading) in words]


NUMBERS: dict[str, Callable[[str], str]] = {
    "with thousands": lambda whole: f"{int(whole):,}",
    "with cents": lambda whole: f"{int(whole):,}.00",
    "with a comma before the fraction": lambda whole: f"{int(whole):,}".replace(",", ".") + ",0",
    "with three places": lambda whole: f"{int(whole)},000",
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def drawn_text(data: st.DataObject, table: Path, rows: list[list[str]], delimiters: str) -> tuple[str, bytes]:
    """A table as a file: its name, and its bytes in some encoding."""
    encoding = data.draw(st.sampled_from(ENCODINGS), "encoding")
    if data.draw(st.booleans(), "as JSON lines"):
        empty = data.draw(st.sampled_from(["null", "text", "left out"]), "empty")
        nested = data.draw(st.booleans(), "nested") and not any(
            other.startswith(heading + ".") for heading in rows[0] for other in rows[0]
        )
        return table.stem + ".jsonl", as_lines(rows, empty, nested=nested).encode(encoding)
    delimiter = data.draw(st.sampled_from(delimiters), "delimiter")
    text = written(rows, delimiter, quoted=data.draw(st.booleans(), "quoted"))
    return table.stem + ".csv", text.encode(encoding)


def moved_about(data: st.DataObject, table: Path) -> list[list[str]]:
    """A sample under other headings that are known, in another order, with columns that nobody knows."""
    rows = [list(row) for row in sample(table)[0]]
    for place in data.draw(st.lists(st.sampled_from(range(len(rows[0]))), max_size=4, unique=True), "renamed"):
        known = synonyms(table, rows[0][place], rows[0])
        if known:
            rows[0][place] = data.draw(st.sampled_from(known), "heading")
    for number, word in enumerate(data.draw(st.lists(st.sampled_from(["", "17", "03/04/2025", "no"]), max_size=2))):
        rows = [[*row, f"Zz{number}" if row is rows[0] else word] for row in rows]
    order = data.draw(st.permutations(range(len(rows[0]))), "order")
    return [[row[place] for place in order] for row in rows]


@pytest.mark.parametrize("table", TABLES, ids=str)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_says_the_same_gives_the_same_records(table: Path, data: st.DataObject) -> None:
    name, content = drawn_text(data, table, moved_about(data, table), ",;\t|")
    got = read(table.parts[0], name, content)
    assert got.cells == sample(table)[1].cells
    assert got.found == sample(table)[1].found


@pytest.mark.parametrize("table", TABLES, ids=str)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_strangers_export_is_never_read_wrongly(table: Path, data: st.DataObject) -> None:
    rows = [list(row) for row in sample(table)[0]]
    if form := data.draw(st.none() | st.sampled_from(sorted(FORMS)), "dates"):
        rows = dates_as(rows, FORMS[form])
    places = numbers(table)
    style = data.draw(st.none() | st.sampled_from(sorted(NUMBERS)), "numbers") if places else None
    for row in rows[1:] if style else []:
        for place in places:
            if row[place].isdigit():
                row[place] = NUMBERS[style or ""](row[place])
    for place in data.draw(st.lists(st.sampled_from(range(len(rows[0]))), max_size=2, unique=True), "headings"):
        rows[0][place] = data.draw(st.sampled_from([rows[0][place].upper(), f"My {rows[0][place]}", "Col X"]))
    # Whoever puts a comma before three places of a fraction puts semicolons between cells, and then it is no thousand.
    name, content = drawn_text(data, table, rows, ";" if style == "with three places" else ",;\t|")
    if style == "with three places" and name.endswith(".jsonl"):
        return
    never_wrong(table, read(table.parts[0], name, content))


@pytest.mark.parametrize("form", ["Z", "+00:00", "+0000"])
def test_a_moment_in_another_zone_is_no_day_of_the_place(form: str) -> None:
    table = Path("scorm-xapi/statements.jsonl")
    text = (SAMPLES / table).read_text("utf-8")

    def in_utc(match: re.Match[str]) -> str:
        return datetime.fromisoformat(match[0]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + form

    moved = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+-08:00", in_utc, text)
    assert moved != text
    got = read(table.parts[0], table.name, moved)
    never_wrong(table, got)
    assert not [at for at in got.cells if at[2] == "completed_on" and got.cells[at] != "infinity"]
    assert ("training", "completed_on", 2) in got.found


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_way_to_write_a_day_is_read_or_told(form: str) -> None:
    table = Path("bamboohr/employees.csv")
    got = read("bamboohr", table.name, written(dates_as([list(row) for row in sample(table)[0]], FORMS[form])))
    never_wrong(table, got)
    hired = ("employment_spell", "T-001", "hire_date")
    readable = {"year first", "month first", "day first", "with dots", "moments"}
    assert (hired in got.cells) is (form in readable)


@pytest.mark.parametrize("table", FLAT, ids=str)
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
    assert got.told or got.found - sample(table)[1].found
    moved = {at: value for at, value in got.cells.items() if sample(table)[1].cells.get(at) not in (None, value)}
    assert not moved


def test_one_day_that_cannot_have_the_stated_order_takes_the_trust_from_the_others() -> None:
    rows = [list(row) for row in sample(Path("osha-ita/case_data.csv"))[0]]
    place = rows[0].index("date_of_incident")
    rows[1][place], rows[2][place] = "03/04/2025", "30/09/2025"
    got = read("osha-ita", "case_data.csv", written(rows))
    assert got.found
    assert ("injury", "1", "date_of_incident") not in got.cells
    assert got.cells["injury", "2", "date_of_incident"] == "2025-09-30"
