"""One table in every format: the same records, cells and findings; broken files are told of and give up nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance_engine.problems import Problem, has_errors
from compliance_engine.records.load import Loaded, load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.read.file import read_file
from compliance_engine.records.sources import files_of, sources_of

HEADINGS = ["employee_number", "hire_date", "termination_date", "home_state", "expected_business_days", "work_basis"]
SECRET = "123-45-6789"

_texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=6).filter(
    lambda text: text == text.strip() and "_x" not in text
)
_rows = st.lists(
    st.tuples(
        st.one_of(st.from_regex(r"0{0,3}[1-9][0-9]{0,5}", fullmatch=True), _texts),
        st.one_of(st.none(), st.dates(date(1901, 1, 1), date(2100, 1, 1))),
        st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1))),
        st.sampled_from(["CA", "New York", "", "nowhere", "us.tx"]),
        st.one_of(st.none(), st.integers(0, 999).map(lambda n: Decimal(n) / 4)),
        st.sampled_from(["", "full_time", "Full time", "x|y"]),
    ),
    min_size=1,
    max_size=6,
)


def as_text(value: Any) -> str:
    return "" if value is None else str(value)


def write_csv(path: Path, rows: list[tuple[Any, ...]], delimiter: str = ",", encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADINGS, *([as_text(cell) for cell in row] for row in rows)])


def write_json_lines(path: Path, rows: list[tuple[Any, ...]]) -> None:
    def cell(value: Any) -> Any:
        return value if value is None else (float(value) if isinstance(value, Decimal) else str(value))

    lines = (json.dumps(dict(zip(HEADINGS, map(cell, row), strict=True)), ensure_ascii=False) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), "utf-8")


def write_parquet(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with duckdb.connect() as connection:
        types = ("VARCHAR", "DATE", "DATE", "VARCHAR", "DOUBLE", "VARCHAR")
        connection.execute(f"CREATE TABLE t ({', '.join(f'{h} {t}' for h, t in zip(HEADINGS, types, strict=True))})")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def write_xlsx(path: Path, rows: list[tuple[Any, ...]], sheet: str = "Employees", title: str = "") -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "d.m.yy", "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        first = 2 if title else 0
        if title:
            page.write_string(0, 0, title)
        page.write_row(first, 0, HEADINGS)
        for number, row in enumerate(rows, start=first + 1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell)
                elif isinstance(cell, Decimal):
                    page.write_number(number, place, float(cell))
                elif cell:
                    page.write_string(number, place, cell)


def loaded(*paths: Path) -> tuple[Loaded, list[Problem], dict[str, Any]]:
    """Load, and give what was loaded with the tables; `_record` as in a file with a header."""
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    with duckdb.connect() as connection:
        result, problems = load(connection, paths, profile, hash_key=b"k")
        headless = any(file.raw.reader in ("jsonl", "parquet") for file in result.files)
        record = "_record + 1" if headless else "_record"
        tables: dict[str, Any] = {
            name: connection.execute(f"SELECT * REPLACE ({record} AS _record) FROM {name} ORDER BY _row").fetchall()
            for name in ("employee", "employment_spell", "assignment")
        }
        tables["cells"] = sorted(connection.execute("SELECT * FROM _bad_cell").fetchall())
        tables["supplied"] = sorted(connection.execute("SELECT * FROM _supplied").fetchall())
        tables["findings"] = [(f.kind, f.type, f.field, f.count) for f in result.findings]
        for file in result.files:
            assert file.raw.rows_read + file.raw.rows_reported >= 0
    return result, problems, tables


def written_in_every_format(folder: Path, rows: list[tuple[Any, ...]]) -> dict[str, Path]:
    """The same rows as files, by format."""
    paths = {}
    for name, delimiter, encoding in (
        ("csv", ",", "utf-8"),
        ("semicolon", ";", "utf-8-sig"),
        ("tsv", "\t", "utf-8"),
        ("wide", ",", "utf-16"),
    ):
        (folder / name).mkdir()
        paths[name] = folder / name / "employees.csv"
        write_csv(paths[name], rows, delimiter, encoding)
    paths["csv.gz"] = folder / "employees.csv.gz"
    paths["csv.gz"].write_bytes(gzip.compress(paths["csv"].read_bytes()))
    paths["jsonl"] = folder / "employees.jsonl"
    write_json_lines(paths["jsonl"], rows)
    paths["jsonl.gz"] = folder / "employees.ndjson.gz"
    paths["jsonl.gz"].write_bytes(gzip.compress(paths["jsonl"].read_bytes()))
    paths["parquet"] = folder / "employees.parquet"
    write_parquet(paths["parquet"], rows)
    paths["xlsx"] = folder / "export.xlsx"
    write_xlsx(paths["xlsx"], rows)
    return paths


NUMBER = HEADINGS.index("expected_business_days")
SPREADSHEET = load_shipped("spreadsheet")[0]


def raw_cells(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[tuple[Any, ...]], int]:
    """The texts of a file's cells in order, and how many rows were reported; 5 and 5.0 are the same number."""
    assert SPREADSHEET is not None
    ((source,), problems) = sources_of(path, [SPREADSHEET])
    raw, found = read_file(connection, source.path, "raw", source.sheet)
    assert raw is not None
    assert not has_errors([*problems, *found]), found
    assert raw.columns == tuple(HEADINGS)
    cells = connection.execute(f"SELECT * EXCLUDE (_record) FROM {raw.rows} ORDER BY _record").fetchall()
    connection.execute("DROP TABLE raw")
    told = [[text or "" for text in row] for row in cells]
    assert raw.rows_read == len(told)
    return [(*r[:NUMBER], r[NUMBER] and Decimal(r[NUMBER]), *r[NUMBER + 1 :]) for r in told], raw.rows_reported


@settings(max_examples=40, deadline=None)
@given(_rows)
def test_the_same_texts_whichever_format(rows: list[tuple[Any, ...]]) -> None:
    """What the readers do; what becomes of the texts is the same for all of them."""
    with TemporaryDirectory() as made, duckdb.connect() as connection:
        for name, path in written_in_every_format(Path(made), rows).items():
            cells, reported = raw_cells(connection, path)
            assert reported == 0, name
            expected = [tuple("" if cell is None else cell if isinstance(cell, Decimal) else str(cell) for cell in row)
                        for row in rows]  # fmt: skip
            assert cells == expected, name


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_rows)
def test_the_same_table_whichever_format(rows: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as made:
        expected = None
        for name, path in written_in_every_format(Path(made), rows).items():
            result, problems, tables = loaded(path)
            assert not has_errors(problems), (name, problems)
            assert [file.raw.rows_read for file in result.files] == [len(rows)], name
            expected = expected or tables
            assert tables == expected, name


def one_file(path: Path) -> tuple[Loaded, list[str]]:
    result, problems, _ = loaded(path)
    assert SECRET not in repr(problems)
    assert all(problem.position is not None for problem in problems if problem.code != "nothing-to-read")
    return result, [problem.code for problem in problems]


ROWS: list[tuple[Any, ...]] = [("001", date(2025, 1, 31), None, "CA", None, ""), (SECRET, None, None, "NY", None, "")]


class TestBroken:
    def test_gzip_cut_off_or_damaged(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.csv.gz"
        packed = gzip.compress(b"employee_number\n" + SECRET.encode() * 1000)
        for data in (packed[:-9], packed[:30], packed[:20] + b"\0\xff" * 20):
            path.write_bytes(data)
            assert "broken-gzip" in one_file(path)[1]

    def test_gzip_bomb(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.csv.gz"
        path.write_bytes(gzip.compress(b"0" * (80 << 20)))
        assert "unpacks-too-large" in one_file(path)[1]

    def test_zip_that_is_no_workbook(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.csv", SECRET)
        assert "not-text" in one_file(path)[1]

    def test_zip_bomb(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        write_xlsx(path, ROWS)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/x", b"0" * (80 << 20))
        assert "unpacks-too-large" in one_file(path)[1]

    def test_workbook_cut_off_damaged_or_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        write_xlsx(path, ROWS)
        whole = path.read_bytes()
        for data in (whole[: len(whole) // 2], whole[:700] + b"\xff" * 40 + whole[740:], b"PK\x03\x04"):
            path.write_bytes(data)
            assert {"broken-workbook", "not-text"} & set(one_file(path)[1])

    def test_workbook_with_a_password_and_old_workbook(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
        assert "encrypted-file" in one_file(path)[1]
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
        assert "not-text" in one_file(path)[1]

    def test_a_cell_far_away(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        book = openpyxl.Workbook()
        book.worksheets[0]["A1"], book.worksheets[0]["XFD1048576"] = "employee_number", "x"
        book.save(path)
        assert "unpacks-too-large" in one_file(path)[1]

    def test_parquet_cut_in_half(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.parquet"
        write_parquet(path, ROWS)
        whole = path.read_bytes()
        for data in (whole[: len(whole) // 2], b"PAR1 columns", whole[:8] + b"\xff" * 60 + whole[68:]):
            path.write_bytes(data)
            result, codes = one_file(path)
            assert codes
            assert not result.files

    def test_json_lines_leave_bad_lines_out(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.jsonl"
        good = '{"employee_number": "%d"}\n'
        bad = [f'{{"employee_number": "{SECRET}"\n', "[1]\n", "7\n", '{"a": 1, "a": 2}\n', '{"a": NaN}\n']
        bad += ['{"employee_number": "\\u0000"}\n', '{"employee_number": "\\ud800"}\n', "[" * 100_000 + "\n"]
        path.write_text(good % 1 + "".join(bad) + "\n" + good % 2)
        result, problems, tables = loaded(path)
        assert SECRET not in repr(problems)
        assert (result.files[0].raw.rows_read, result.files[0].raw.rows_reported) == (2, len(bad))
        lines = [
            p.position.line for p in problems if p.code in ("bad-json", "duplicate-key", "nul-byte") and p.position
        ]
        assert lines == list(range(2, 2 + len(bad)))
        assert [row[2] for row in tables["employee"]] == [2, 12]  # one more than the line: see `loaded`

    def test_one_json_document_is_no_table(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.json"
        for text in ('[{"employee_number": "1"}]', '{\n "employee_number": "1"\n}', '[\n {"a": 1,\n "b": 2}\n]'):
            path.write_text(text)
            assert "not-json-lines" in one_file(path)[1]


class TestJsonLines:
    def test_objects_inside_become_columns_with_dots_and_digits_stay(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.jsonl"
        path.write_text(
            '{"employee_number": 12345678901234567890, "a": {"b": {"c": 1.50}}, "tags": ["x", "y"]}\n'
            '{"employee_number": "007", "later": true, "kin": [{"name": "x"}], "tags": null}\n'
        )
        raw = loaded(path)[0].files[0].raw
        assert raw.columns == ("employee_number", "a.b.c", "tags", "later", "")
        assert "nested-list" in one_file(path)[1]


class TestWorkbooks:
    def test_each_sheet_is_a_table_and_hidden_ones_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "anything.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for name in ("Employees", "Worksites", "Notes", "Training"):
                page = book.add_worksheet(name)
                page.write_row(0, 0, ["employee_number", "worksite_id"])
                page.write_row(1, 0, ["1", "HQ"])
            page.hide()
        result, codes = one_file(path)
        assert [file.raw.format for file in result.files] == ["xlsx sheet Employees", "xlsx sheet Worksites"]
        assert {"file-not-in-profile", "hidden-sheet"} <= set(codes)

    def test_a_title_is_skipped_only_where_the_header_is_certain(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        write_xlsx(path, ROWS, "Sheet1", "All people")
        result, codes = one_file(path)
        assert "title-rows" in codes
        assert result.files[0].raw.header_line == 3
        book = openpyxl.Workbook()
        for row in (["Report"], ["employee_number", 2025], ["1", "2"]):
            book.worksheets[0].append(row)
        book.save(path)
        assert "unclear-header" in one_file(path)[1]

    def test_errors_and_formulas_without_a_value_are_never_empty_cells(self, tmp_path: Path) -> None:
        path = tmp_path / "employees.xlsx"
        book = openpyxl.Workbook()
        for row in (["employee_number", "termination_date"], ["1", "#N/A"], ["2", "=TODAY()"], ["3", None]):
            book.worksheets[0].append(row)
        book.save(path)
        result, problems, tables = loaded(path)
        places = [(p.code, p.position.line) for p in problems if p.position and p.code != "unused-columns"]
        assert places == [("error-value", 2), ("formula-without-value", 3)]
        assert all(problem.message.startswith('sheet "') for problem in problems if problem.position)
        assert (result.files[0].raw.rows_read, result.files[0].raw.rows_reported) == (1, 2)
        assert [row[2] for row in tables["employee"]] == [4]


class TestFolders:
    def test_parts_of_one_table_and_several_employers(self, tmp_path: Path) -> None:
        (tmp_path / "employees-1.csv").write_text("employer_id,employee_number\nacme,1\nother,1\n")
        (tmp_path / "employees-2.jsonl").write_text('{"employer_id": "acme", "employee_number": "2"}\n')
        (tmp_path / "~$employees-3.xlsx").write_bytes(b"lock")
        _, problems, tables = loaded(tmp_path)
        assert not has_errors(problems)
        assert sorted(row[3:5] for row in tables["employee"]) == [("acme", "1"), ("acme", "2"), ("other", "1")]

    def test_a_folder_that_is_named_twice_is_read_once(self, tmp_path: Path) -> None:
        export = tmp_path / "export"
        export.mkdir()
        (export / "employees.csv").write_text("employee_number\n1\n")
        (tmp_path / "latest").symlink_to(export, target_is_directory=True)
        others = [tmp_path / "latest", export.parent / "latest/../export", export / "employees.csv"]
        assert files_of([export, *others]) == [export / "employees.csv"]
        (export / "training.csv").symlink_to("employees.csv")
        assert files_of([export]) == [export / "employees.csv", export / "training.csv"]

    @pytest.mark.parametrize("name", ["employees.csv", "employees.txt", "employees.parquet"])
    def test_the_name_does_not_decide_the_format(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        write_parquet(path, ROWS)
        assert one_file(path)[0].files[0].raw.format == "parquet"
        path.write_bytes(gzip.compress(io.BytesIO(b"employee_number\thire_date\n1\t\n").getvalue()))
        assert one_file(path)[0].files[0].raw.format == "tsv.gz"
