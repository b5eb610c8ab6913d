"""The workbook, as openpyxl reads it."""

import io
import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from compliance_engine.outputs import xlsx
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .html.company import HOSTILE, KEY, company, explained, with_formula
from .test_tables import said, unpacked, written


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("book")
    return explained(company(folder / "company"), folder / "run", 0)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("hostile")
    return explained(with_formula(folder / "company"), folder / "run", 0)


def book(run: Run, view: View) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(run, "xlsx", view)))


def column(read: Workbook, sheet: str, title: str) -> list[object]:
    head, *rows = read[sheet].iter_rows(values_only=True)
    return [row[head.index(title)] for row in rows]


def test_it_has_its_sheets_with_head_filter_and_widths(kept: Run) -> None:
    read = book(kept, View(key=KEY))
    assert read.sheetnames == ["Summary", "Findings", "Deadlines", "Unknown", "Data", "Rules"]
    for sheet in read.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.column_dimensions["A"].width >= 10


def test_it_holds_what_json_holds(kept: Run) -> None:
    whole = json.loads(said(kept, "json", View(key=KEY)))
    read = book(kept, View(key=KEY))
    told = {sheet: set(column(read, sheet, "fingerprint")) for sheet in ("Findings", "Unknown", "Deadlines")}
    assert told["Findings"] | told["Unknown"] == {finding["fingerprint"] for finding in whole["findings"]}
    assert told["Deadlines"] == {finding["fingerprint"] for finding in whole["pending"]}
    assert column(read, "Rules", "rule") == sorted(kept.rules)


def test_days_are_days_and_ids_are_texts(kept: Run) -> None:
    read = book(kept, View(key=KEY))
    assert datetime.fromisoformat("2026-10-08") in column(read, "Findings", "due")
    assert all(value is None or isinstance(value, datetime) for value in column(read, "Findings", "due"))
    subjects = [cell for row in read["Findings"].iter_rows(min_row=2) for cell in row if cell.value == "E-101/1"]
    assert {(cell.data_type, cell.number_format) for cell in subjects} == {("s", "@")}


def test_cells_come_out_as_they_went_in() -> None:
    texts = ["_x0041_", " before", "after ", "<b>&amp;]]>", "=1+1", "2026-11-22"]
    days = [date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31)]
    old = [date(1, 1, 1), date(1899, 12, 31), date(1900, 1, 1), date(1900, 2, 28)]
    cells: list[xlsx.Cell] = [*texts, *days, *old, 1.5]
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, xlsx.SAFE)
    xlsx.Sheets(made).write("Cells", (("cell", 10),), [(cell,) for cell in cells])
    made.close()
    _, *rows = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert [cell for (cell,) in rows] == [*texts, *days, *(day.isoformat() for day in old), 1.5]


def test_a_text_that_looks_like_a_part_of_the_file_is_a_text() -> None:
    hostile = '<r><t>a</t></r></is></c><c r="B2"><f>1+1</f></c><c r="C2" t="inlineStr"><is><r><t>b</t></r>'
    whole = f"<r>{'x' * 40_000}</r>"
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, xlsx.SAFE)
    xlsx.Sheets(made).write("Cells", (("cell", 10), ("next", 10)), [(hostile, None), ("<r></r>", whole)])
    made.close()
    assert "<f>" not in unpacked(out.getvalue())
    _, first, second = openpyxl.load_workbook(out)["Cells"].iter_rows(values_only=True)
    assert first == (f"{hostile} ", None)
    assert second == ("<r></r> ", f"<r>{'x' * 32_763}…")


def test_nothing_is_a_formula_or_a_link(attacked: Run) -> None:
    content = written(attacked, "xlsx", View(key=KEY))
    assert "<f>" not in unpacked(content)
    assert "hyperlink" not in unpacked(content)
    subjects = column(book(attacked, View(key=KEY)), "Findings", "subject")
    assert "=1+1/1" in subjects
    assert any(str(subject).startswith(HOSTILE[0]) for subject in subjects)


def test_what_does_not_fit_on_a_sheet_goes_on_in_another(kept: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = column(book(kept, View(key=KEY)), "Findings", "fingerprint")
    monkeypatch.setattr(xlsx, "ROWS", 4)
    read = book(kept, View(key=KEY))
    parts = [name for name in read.sheetnames if name.startswith("Findings")]
    assert len(parts) == -(-len(whole) // 3)
    assert [value for part in parts for value in column(read, part, "fingerprint")] == whole


def test_the_file_tells_of_no_other_day_than_the_one_asked_for(kept: Run) -> None:
    assert book(kept, View()).properties.created == datetime.combine(kept.info.as_of, datetime.min.time())


def test_what_waits_to_be_packed_is_where_an_interrupted_run_removes_it(
    kept: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    opened = tempfile.mkstemp

    def noted(*args: Any, **kwargs: Any) -> tuple[int, str]:
        handle, name = opened(*args, **kwargs)
        made.append(Path(name))
        return handle, name

    monkeypatch.setattr(tempfile, "mkstemp", noted)
    written(kept, "xlsx", View(key=KEY))
    assert made
    assert {path.parent.name.startswith("compliance-") for path in made} == {True}
    assert not any(path.parent.exists() for path in made)


def test_what_is_cut_is_told(kept: Run) -> None:
    read = book(kept, View(max_findings=1))
    assert "findings left out (--max-findings)" in column(read, "Summary", "what")
    assert len(column(read, "Findings", "rule")) == 1
