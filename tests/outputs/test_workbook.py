"""Workbooks, read by two programs that are not ours: what goes in comes out, cell by cell."""

import io
from datetime import date, datetime, timedelta
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from compliance_engine.outputs import workbook
from compliance_engine.outputs.view import visible
from compliance_engine.outputs.workbook import Cell, Column, Table, write_workbook

DAY = date(2026, 11, 22)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False)
CELLS: st.SearchStrategy[Cell] = st.none() | TEXTS | NUMBERS | st.dates(date(1900, 3, 1), date(9999, 12, 31))


def book(rows: list[tuple[Cell, ...]], title: str = "Table", *, repeats: bool = False) -> bytes:
    columns = [Column(f"column {number}", 10, repeats) for number in range(len(rows[0]))]
    out = io.BytesIO()
    write_workbook(out, "A title", DAY, [Table(title, columns, rows)])
    return out.getvalue()


def as_openpyxl_reads(content: bytes) -> list[tuple[Any, ...]]:
    sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]


def expected(cell: Cell) -> object:
    if isinstance(cell, str):
        return visible(cell)
    return datetime.combine(cell, datetime.min.time()) if isinstance(cell, date) else cell


@given(st.lists(st.tuples(CELLS, CELLS, st.just("last")), min_size=1, max_size=5), st.booleans())
def test_what_goes_in_comes_out(rows: list[tuple[Cell, ...]], repeats: bool) -> None:
    content = book(rows, repeats=repeats)
    assert as_openpyxl_reads(content) == [tuple(map(expected, row)) for row in rows]
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(read) == len(rows) + 1
    for row, found in zip(rows, read[1:], strict=True):
        for cell, seen in zip(row, found, strict=True):
            if isinstance(cell, date):
                assert seen == cell
            elif isinstance(cell, str):
                assert seen == visible(cell)
            else:
                assert seen == ("" if cell is None else cell)


@pytest.mark.parametrize(
    "text", ["_x0041_", "a_x005F_x0041_", " before", "after ", "<b>&amp;]]>", "=1+1", "\ufffe\0\n"]
)
@pytest.mark.parametrize("repeats", [False, True])
def test_texts_that_are_anything_else_to_a_reader_stay_what_they_are(text: str, repeats: bool) -> None:
    read = CalamineWorkbook.from_filelike(io.BytesIO(book([(text, "last")], repeats=repeats)))
    assert read.get_sheet_by_index(0).to_python()[1:] == [[visible(text), "last"]]


def test_the_days_that_never_were_move_no_other() -> None:
    days = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(1970, 1, 1), date(9999, 12, 31)]
    numbers = [workbook._serial(day) for day in days]
    assert numbers == [1, 59, 61, 25_569, 2_958_465]
    assert as_openpyxl_reads(book([(day,) for day in days])) == [(expected(day),) for day in days]
    before = date(1900, 1, 1) - timedelta(days=1)
    assert as_openpyxl_reads(book([(before, "last")])) == [("1899-12-31", "last")]


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    ((kept, whole),) = as_openpyxl_reads(book([("x" * 40_000, "y" * 32_767)]))
    assert (len(kept), kept[-2:], whole) == (32_767, "x…", "y" * 32_767)


def test_texts_are_written_once_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_SHARED", 2)
    content = book([(text,) for text in ("one", "two", "three", "one", "three")], repeats=True)
    assert [text for (text,) in as_openpyxl_reads(content)] == ["one", "two", "three", "one", "three"]
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("xl/sharedStrings.xml").count(b"<si>") == 2
        assert archive.read("xl/worksheets/sheet1.xml").count(b"three") == 2


@pytest.mark.parametrize(("name", "most", "sheets"), [("ROWS", 4, 4), ("_BYTES", 1, 10)])
def test_what_does_not_fit_goes_on_in_another_sheet(
    monkeypatch: pytest.MonkeyPatch, name: str, most: int, sheets: int
) -> None:
    monkeypatch.setattr(workbook, name, most)
    monkeypatch.setattr(workbook, "_AT_ONCE", 1)
    content = book([(number, "text") for number in range(10)], "A & B")
    read = openpyxl.load_workbook(io.BytesIO(content))
    assert read.sheetnames == ["A & B", *(f"A & B {number}" for number in range(2, sheets + 1))]
    assert [number for number, _ in as_openpyxl_reads(content)] == list(range(10))
    assert [sheet.auto_filter.ref for sheet in read.worksheets][-1] == "A1:B2"


def test_a_table_without_rows_has_its_head() -> None:
    out = io.BytesIO()
    write_workbook(out, "A title", DAY, [Table("Empty", [Column(f"c{n}", 5) for n in range(30)], [])])
    sheet = openpyxl.load_workbook(out)["Empty"]
    assert [cell.value for cell in sheet[1]] == [f"c{n}" for n in range(30)]
    assert sheet.auto_filter.ref == "A1:AD1"


def test_it_may_be_written_where_nothing_can_be_changed_any_more() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, some: Any) -> int:
            self.content += bytes(some)
            return len(some)

    pipe = Pipe()
    write_workbook(pipe, "A title", DAY, [Table("Table", [Column("a", 5)], [("b",)])])  # type: ignore[arg-type]
    assert as_openpyxl_reads(pipe.content) == [("b",)]
