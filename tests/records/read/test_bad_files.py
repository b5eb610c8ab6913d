"""Files that are broken: every row is read or reported, and nothing that a cell says is repeated."""

import os
from pathlib import Path

import duckdb
import pytest

from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.csv import read_csv
from compliance_engine.records.read.report import CELL_LIMIT, LINE_LIMIT, SHOWN
from compliance_engine.records.read.structure import count_plain_rows
from compliance_engine.records.read.table import RawTable

SECRET = "123-45-6789"
S = SECRET


def read(connection: duckdb.DuckDBPyConnection, path: Path, data: bytes | str) -> tuple[RawTable | None, list[Problem]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    raw, problems = read_csv(connection, path, "raw")
    assert SECRET not in repr(problems)
    return raw, problems


def read_ids(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[tuple[int, str]]:
    return connection.execute(f"SELECT _record, c0 FROM {raw.rows} ORDER BY _record").fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.csv"


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


class TestRowsLeftOut:
    """Each case: the rows, the records read, the problems with record and line."""

    @pytest.mark.parametrize(
        ("rows", "kept", "reported"),
        [
            (f"1,{S}\n2\n3,{S},x\n4,x\n", [2, 5], [("ragged-row", 3, 3), ("ragged-row", 4, 4)]),
            (f'1,x\n2,"{S}\n', [2], [("unclosed-quote", 3, 3)]),
            (f'1,x\n2,"{S}\n3,x\n4,x\n', [2, 4, 5], [("unclosed-quote", 3, 3)]),
            (f'1,x\n2,"{S}\n3,"y"\n4,"z"\n', [2, 4, 5], [("broken-quotes", 3, 3)]),
            (f'1,x\n2,"{S}"x\n3,y\n', [2, 4], [("broken-quotes", 3, 3)]),
            (f"1,x\n2,{S}\0\n3,y\n", [2, 4], [("nul-byte", 3, 3)]),
            (f"1,x\n\n\n2,{S},\n3,x\n", [2, 6], [("ragged-row", 5, 5)]),
            (f'1,"x\ny"\n2,{S},\n3,x\n', [2, 4], [("ragged-row", 3, 4)]),
            (f"1,x\r\n2,y\n3,{S}\r4,z,\n5,w\r\n", [2, 3, 4, 6], [("ragged-row", 5, 5)]),
        ],
        ids=[
            "ragged",
            "unclosed quote in the last row",
            "unclosed quote costs one row",
            "unclosed quote closed by the next cell",
            "text after a quote",
            "zero byte",
            "blank lines take numbers",
            "line break in a cell",
            "all kinds of line ends",
        ],
    )
    def test_the_rest_is_read(
        self,
        rows: str,
        kept: list[int],
        reported: list[tuple[str, int, int]],
        path: Path,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        raw, problems = read(connection, path, "n,value\n" + rows)
        assert raw is not None
        assert (raw.rows_read, raw.rows_reported, raw.reader) == (len(kept), len(reported), "tolerant")
        assert [number for number, _ in read_ids(connection, raw)] == kept
        for problem, (code, record, line) in zip(problems, reported, strict=True):
            assert problem.position is not None
            assert (problem.code, problem.position.line, problem.level) == (code, line, Level.ERROR)
            assert problem.message.startswith(f"record {record} is left out: ")

    @pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"])
    def test_any_one_kind_of_line_end_is_in_order(
        self, line_end: str, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        raw, problems = read(connection, path, line_end.join(["n,value", "1,x", "2,y", ""]))
        assert raw is not None
        assert read_ids(connection, raw) == [(2, "1"), (3, "2")]
        assert problems == []

    def test_ragged_rows_are_counted_in_cells(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        _, problems = read(connection, path, "n,value\n1,x\n2\n3,y\n")
        assert problems[0].message == "record 3 is left out: the row has 1 cell where the header has 2"

    def test_a_cell_up_to_the_limit_is_read_and_a_longer_one_reported(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        longest, longer = "é" * CELL_LIMIT, "x" * (5 * CELL_LIMIT)
        raw, problems = read(connection, path, f'n,value\n1,{longest}\n2,{longer}\n3,"{longer}"\n4,x\n')
        assert raw is not None
        assert read_ids(connection, raw) == [(2, "1"), (5, "4")]
        assert codes(problems) == ["cell-too-long", "cell-too-long"]
        assert connection.execute("SELECT length(c1) FROM raw WHERE c0 = '1'").fetchone() == (CELL_LIMIT,)

    def test_a_cell_little_over_the_limit_is_not_let_through_by_the_fast_reader(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        raw, problems = read(connection, path, f"n,value\n1,{'x' * (CELL_LIMIT + 1)}\n2,y\n")
        assert raw is not None
        assert (read_ids(connection, raw), codes(problems)) == ([(3, "2")], ["cell-too-long"])

    def test_rows_of_many_long_cells_are_read(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        cells = ["é" * (CELL_LIMIT - 1)] * 6
        raw, problems = read(connection, path, f"a,b,c,d,e,f,g\n1,{','.join(cells)}\n2,,,,,,\n\n3\n")
        assert raw is not None
        assert (read_ids(connection, raw), codes(problems)) == ([(2, "1"), (3, "2")], ["ragged-row"])

    def test_an_endless_line_is_reported_and_passed_over(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        many = ",".join(["x" * 1000] * (LINE_LIMIT // 1000 + 1))
        raw, problems = read(connection, path, f'n,value\n1,x\n{many}\n2,y\n3,"open\n{many}\n4,z\n')
        assert raw is not None
        assert read_ids(connection, raw) == [(2, "1"), (4, "2"), (7, "4")]
        assert codes(problems) == ["line-too-long", "cell-too-long", "line-too-long"]

    def test_many_bad_rows_are_counted_exactly_and_shown_in_part(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        bad = SHOWN + 7
        raw, problems = read(connection, path, "n,value\n" + "1,x\n" * 200 + f"{S}\n" * bad)
        assert raw is not None
        assert (raw.rows_read, raw.rows_reported) == (200, bad)
        assert codes(problems) == ["ragged-row"] * SHOWN + ["more-bad-rows"]
        assert problems[-1].message.startswith("7 more rows ")


class TestFilesThatAreNoTable:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty-file"),
            (b"\xef\xbb\xbf", "empty-file"),
            (b"\r\n\r\n", "empty-file"),
            (b"PK\x03\x04 workbook", "not-text"),
            (b"PAR1 columns", "not-text"),
            (b"\x1f\x8b\x08 packed", "not-text"),
            (b"ORC\x01\x02", "not-text"),
            (bytes(range(1, 32)) * 20, "not-text"),
            (f"n;value,x\n{S};2,3\n{S};3,4\n".encode(), "unclear-delimiter"),
            (f"n,value\n{S},2,\n{S},3,\n".encode(), "unclear-delimiter"),
            (f"All employees\nn,value\n{S},2\n{S},3\n".encode(), "unclear-delimiter"),
            (f"n~value;x\n{S}~2\n{S}~3\n".encode(), "unclear-delimiter"),
            (f'n,"{S}\nx,y\n'.encode(), "unclear-delimiter"),
        ],
        ids=[
            "empty",
            "only a byte order mark",
            "only blank lines",
            "workbook",
            "parquet",
            "gzip",
            "orc",
            "binary",
            "two delimiters fit",
            "rows longer than the header",
            "title above the header",
            "a delimiter that is not known",
            "header with an unclosed quote",
        ],
    )
    def test_one_problem_says_why(
        self, data: bytes, code: str, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        raw, problems = read(connection, path, data)
        assert raw is None
        assert codes(problems) == [code]
        assert problems[0].position is not None
        assert problems[0].position.file == str(path)

    def test_a_workbook_is_sent_back_with_advice(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        _, problems = read(connection, path, b"PK\x03\x04 workbook")
        assert "save the sheet as CSV" in str(problems[0].help)

    @pytest.mark.parametrize(
        ("name", "code"), [("", "not-a-file"), ("missing.csv", "missing-file"), ("nul\0.csv", "unreadable-file")]
    )
    def test_no_file(self, name: str, code: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        raw, problems = read_csv(connection, tmp_path / name, "raw")
        assert (raw, codes(problems)) == (None, [code])

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        os.mkfifo(tmp_path / "pipe")
        raw, problems = read_csv(connection, tmp_path / "pipe", "raw")
        assert (raw, codes(problems)) == (None, ["not-a-file"])

    def test_a_loop_of_links_is_unreadable(self, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        raw, problems = read_csv(connection, tmp_path / "loop", "raw")
        assert (raw, codes(problems)) == (None, ["unreadable-file"])

    def test_a_header_that_cannot_be_read_with_the_stated_delimiter(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path.write_text(f'n,"{S}\nx,y\n')
        raw, problems = read_csv(connection, path, "raw", delimiter=",")
        assert (raw, codes(problems)) == (None, ["bad-header"])

    def test_rows_that_duckdb_cannot_hold_are_a_problem_without_its_message(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        connection.execute("CREATE VIEW raw AS SELECT 1")  # a view of that name cannot become a table
        raw, problems = read(connection, path, f"n,value\n1,{S}\n")
        assert (raw, codes(problems)) == (None, ["cannot-load"])


class TestHeaders:
    @pytest.mark.parametrize("data", ["n,value", "n,value\n", "n,value\r\n\r\n", "n,value\r", '"n","va\nlue"\n'])
    def test_a_header_alone_is_an_empty_table_with_a_warning(
        self, data: str, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        raw, problems = read(connection, path, data)
        assert raw is not None
        assert (raw.rows_read, raw.rows_reported, len(raw.columns)) == (0, 0, 2)
        assert [(problem.code, problem.level) for problem in problems] == [("header-only", Level.WARNING)]
        assert connection.execute(f"SELECT _record, c0, c1 FROM {raw.rows}").fetchall() == []

    def test_names_that_occur_twice_or_are_missing_are_placed_but_not_repeated(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        raw, problems = read(connection, path, f'{S},"a,b",,{S}\n1,2,3,4\n')
        assert raw is not None
        assert raw.columns == (S, "a,b", "", S)
        assert [(problem.code, str(problem.position), problem.level) for problem in problems] == [
            ("blank-column-name", f"{path}:1:19", Level.WARNING),
            ("duplicate-column-name", f"{path}:1:20", Level.ERROR),
        ]

    def test_blank_lines_above_the_header_are_passed_over(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        raw, problems = read(connection, path, "\n\nn,value\n1,x\n")
        assert raw is not None
        assert (raw.header_line, raw.columns, problems) == (3, ("n", "value"), [])
        assert read_ids(connection, raw) == [(2, "1")]

    def test_a_stated_delimiter_that_does_not_split_the_header_draws_a_warning(
        self, path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path.write_text("n;value\n1;2\n")
        raw, problems = read_csv(connection, path, "raw", delimiter=",")
        assert raw is not None
        assert [(problem.code, problem.level) for problem in problems] == [("single-column", Level.WARNING)]


class TestFilesThatChange:
    def test_a_file_that_changes_while_it_is_read_is_refused(
        self, path: Path, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def and_append(text: Path, header_line: int, delimiter: str, columns: int) -> int | None:
            rows = count_plain_rows(text, header_line, delimiter, columns)
            with path.open("a") as file:
                file.write("2,y\n")
            return rows

        monkeypatch.setattr("compliance_engine.records.read.csv.count_plain_rows", and_append)
        raw, problems = read(connection, path, "n,value\n1,x\n")
        assert (raw, codes(problems)) == (None, ["file-changed"])
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)
