"""Formats for people and spreadsheets, read back by programs that are not ours."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.outputs import BINARY, FORMATS, byte_renderer, renderer
from compliance_engine.outputs.schema import line_schema, schema
from compliance_engine.outputs.spreadsheet import as_text, harmless
from compliance_engine.outputs.table import fitted, wide
from compliance_engine.outputs.view import Redact, View
from compliance_engine.runs.folder import Run

from .html.company import CANARIES, HOSTILE, IDS, KEY, company, explained, hostile

TEXTS = [form for form in FORMATS if form not in BINARY]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small company, whose people have departments."""
    folder = tmp_path_factory.mktemp("tables")
    made = company(folder / "company")
    employees = made / "export/employees.csv"
    header, *rows = employees.read_text().splitlines()
    departments = ("Assembly", "Assembly", "=2+3", "")
    lines = [f"{row},{department}" for row, department in zip(rows, departments, strict=True)]
    employees.write_text("\n".join([f"{header},department", *lines]) + "\n")
    return explained(made, folder / "run", 0)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("hostile")
    return explained(hostile(folder / "company"), folder / "run", 0)


def said(run: Run, form: str, view: View) -> str:
    """What a format says; of bytes, what is in the parts of the archive."""
    if form in BINARY:
        return unpacked(written(run, form, view))
    out = io.StringIO()
    renderer(form)(run, view, out)
    return out.getvalue()


def written(run: Run, form: str, view: View) -> bytes:
    out = io.BytesIO()
    byte_renderer(form)(run, view, out)
    return out.getvalue()


def unpacked(content: bytes) -> str:
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())


# ---- all formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("redact", ["none", "ids", "all"])
@pytest.mark.parametrize("by", [None, "subject", "department"])
def test_no_format_shows_what_it_must_not(kept: Run, form: str, redact: Redact, by: Any) -> None:
    text = said(kept, form, View(redact, KEY, verbose=True, group_by=by))
    hidden = CANARIES if redact == "none" else (*CANARIES, *IDS, "Assembly")
    assert [canary for canary in hidden if canary in text] == []


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_run_has_the_same_bytes(kept: Run, form: str) -> None:
    if form in BINARY:
        assert written(kept, form, View(key=KEY)) == written(kept, form, View(key=KEY))
    else:
        assert said(kept, form, View(key=KEY)) == said(kept, form, View(key=KEY))


# ---- concise and table -----------------------------------------------------------------------------------------------


def test_concise_is_a_line_for_each_finding_as_compilers_write_them(kept: Run) -> None:
    lines = [
        line for line in said(kept, "concise", View(key=KEY)).splitlines() if "employees.csv" in line and line[0] != "#"
    ]
    form = re.compile(
        r"(?P<file>[^:]+):(?P<row>\d+): (?P<severity>\w+) (?P<rule>[\w.-]+) (?P<message>.+) \[(f-[0-9a-f]+)\]"
    )
    found = [match for match in map(form.fullmatch, lines) if match]
    assert len(found) == len(lines)
    first = found[0]
    assert (first["row"], first["severity"], first["rule"]) == ("2", "critical", "us.paper.form")
    assert first["message"].startswith("E-101/1 overdue: ")


def test_concise_without_places_still_has_severity_and_rule(kept: Run) -> None:
    assert "\n-: critical us.paper.form overdue" in "\n" + said(kept, "concise", View("all", KEY))


@pytest.mark.parametrize("form", ["concise", "table"])
def test_what_is_cut_is_told(kept: Run, form: str) -> None:
    text = said(kept, form, View(max_findings=2))
    assert re.search(r"\d+ more of \d+ findings are not shown; see --max-findings", text)
    assert text.count("us.paper.") == 2


def test_columns_of_a_table_begin_at_the_same_place(kept: Run) -> None:
    head, *lines = said(kept, "table", View(key=KEY)).split("\n\n")[0].splitlines()
    for column in ("rule", "subject", "finding", "file:row"):
        at = head.index(column)
        assert {line[at - 2 : at] for line in lines} == {"  "}
        assert all(line[at] != " " for line in lines)


def test_a_table_fits_its_terminal(kept: Run) -> None:
    table = said(kept, "table", View(key=KEY, width=80)).split("\n\n")[0].splitlines()
    assert max(wide(line) for line in table) <= 80
    assert any("…" in line for line in table)


def test_a_table_has_colours_only_where_they_are_wanted(kept: Run) -> None:
    assert "\x1b" not in said(kept, "table", View())
    assert "\x1b[31mcritical\x1b[0m" in said(kept, "table", View(colour=True))


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert (wide("日本"), wide("e\u0301"), wide("abc")) == (4, 1, 3)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(0, 300))
def test_columns_give_way_to_fit_and_none_grows(widths: list[int], terminal: int) -> None:
    fit = fitted(widths, terminal)
    assert all(now <= before for now, before in zip(fit, widths, strict=True))
    assert sum(fit) + 2 * (len(fit) - 1) <= terminal or max(fit) <= 8


# ---- groups ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "concise", "table", "md"])
def test_findings_are_put_together_by_department(kept: Run, form: str) -> None:
    text = said(kept, form, View(group_by="department"))
    assert "department Assembly" in text
    assert "department not known" in text
    assert text.index("us.paper.form") > text.index("department ")
    hashed = said(kept, form, View("ids", KEY, group_by="department"))
    assert "department d-" in hashed


@pytest.mark.parametrize("form", ["text", "concise", "table", "md"])
def test_all_findings_of_a_subject_stand_together(kept: Run, form: str) -> None:
    text = said(kept, form, View(group_by="subject"))
    assert text.count("employment_spell E-101/1") == 1
    part = text[text.index("employment_spell E-101/1") :]
    assert part.index("us.paper.form") < part.index("us.paper.handbook") < part.index("employment_spell E-103/1")


# ---- jsonl -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", [View(), View("ids", KEY), View("all", KEY), View(max_findings=1)])
def test_every_line_is_what_its_schema_says(kept: Run, view: View) -> None:
    published = line_schema()
    jsonschema.Draft202012Validator.check_schema(published)
    lines = [json.loads(line) for line in said(kept, "jsonl", view).splitlines()]
    for line in lines:
        jsonschema.validate(line, published)
    assert [line["type"] for line in lines].count("run") == 1
    assert lines[0]["type"] == "run"


def test_lines_hold_what_json_holds(kept: Run) -> None:
    whole = json.loads(said(kept, "json", View(key=KEY)))
    jsonschema.validate(whole, schema())
    head, *rest = [json.loads(line) for line in said(kept, "jsonl", View(key=KEY)).splitlines()]
    lists = {"findings": whole.pop("findings"), "pending": whole.pop("pending")}
    assert head == {"type": "run", **whole}
    assert [line for line in rest if line["type"] == "finding"] == [{"type": "finding", **f} for f in lists["findings"]]
    assert [line for line in rest if line["type"] == "pending"] == [{"type": "pending", **f} for f in lists["pending"]]


def test_a_line_is_canonical(kept: Run) -> None:
    for line in said(kept, "jsonl", View(key=KEY)).splitlines():
        assert line == json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# ---- csv -------------------------------------------------------------------------------------------------------------


def test_csv_is_what_json_says_as_two_other_readers_see_it(kept: Run, tmp_path: Path) -> None:
    whole = json.loads(said(kept, "json", View(key=KEY)))
    expected = [
        (f["fingerprint"], f["rule"], f["subject"], f["due"] or "") for f in whole["findings"] + whole["pending"]
    ]
    text = said(kept, "csv", View(key=KEY))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(r["fingerprint"], r["rule"], r["subject"], r["due"]) for r in rows] == expected
    path = tmp_path / "findings.csv"
    path.write_bytes(text.encode())
    query = "SELECT fingerprint, rule, subject, coalesce(due, '') FROM read_csv(?, all_varchar=true, header=true)"
    assert duckdb.execute(query, [str(path)]).fetchall() == expected


def test_lines_of_csv_end_as_the_standard_says(kept: Run) -> None:
    text = said(kept, "csv", View(key=KEY))
    assert text.count("\r\n") == text.count("\n") == text.count("\r")


def test_the_mark_for_excel_comes_on_request(kept: Run) -> None:
    assert said(kept, "csv:bom", View(key=KEY)) == "\ufeff" + said(kept, "csv", View(key=KEY))


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_what_would_be_a_formula_is_a_text(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize(
    ("identifier", "cell"),
    [("007", "'007"), ("12/1", "'12/1"), ("1E5", "'1E5"), ("MAR-1", "'MAR-1"), ("TRUE", "'TRUE"), ("E-101/1", "E-101/1"),
     ("2024-06-10", "2024-06-10")],
)  # fmt: skip
def test_an_id_is_not_taken_for_a_number_or_a_day(identifier: str, cell: str) -> None:
    assert as_text(identifier) == cell


# ---- md --------------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Elements of a page, and the texts within `code`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.code: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["code"]:
            self.code.append(data)


def test_md_has_the_counts_and_folds_the_findings_of_each_rule(kept: Run) -> None:
    text = said(kept, "md", View(key=KEY))
    assert text.startswith("## Compliance check as of 2026-11-22\n")
    header = next(line for line in text.splitlines() if line.startswith("| violation") or "| violation |" in line)
    assert [cell.strip() for cell in header.strip("|").split("|")] == [str(outcome) for outcome in kept.info.counts]
    assert "<details><summary>critical <code>us.paper.form: " in text
    assert text.count("<details>") == text.count("</details>")
    assert text.rstrip().endswith("Not legal advice: a person who knows the law decides what to do.")


def test_in_md_a_cell_is_nothing_but_a_text(attacked: Run) -> None:
    page = Tags(said(attacked, "md", View(key=KEY)))
    assert set(page.tags) <= {"details", "summary", "code", "table", "tr", "th", "td", "p"}
    assert page.open == []
    assert any(HOSTILE[0] in code for code in page.code)


@pytest.mark.parametrize("form", TEXTS)
def test_no_cell_moves_a_cursor_or_turns_a_line(attacked: Run, form: str) -> None:
    if form in ("json", "jsonl"):  # programs get values as they are
        return
    assert "\u202e" not in said(attacked, form, View(key=KEY))
