"""Files that are in order read back cell by cell, whoever wrote them."""

import codecs
import csv
import hashlib
import io
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance_engine.problems import Level
from compliance_engine.records.read.csv import read_csv
from compliance_engine.records.read.table import RawTable

DELIMITERS = [",", ";", "\t", "|"]
AWKWARD = st.sampled_from(
    [
        "",
        " ",
        '"',
        '""',
        " x ",
        "a,b",
        "a;b",
        "a\tb",
        "a|b",
        "line\nline",
        "line\r\nline",
        "=1+1",
        "NULL",
        "007",
        "\ufeff",
    ]
)
LATIN = st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=8)
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | AWKWARD


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    widths = st.integers(1, 5)
    return widths.flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6))


def write(path: Path, rows: list[list[str]], delimiter: str, encoding: str, quoting: int) -> None:
    width = len(rows[0]) if rows else 2
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([[f"h{index}" for index in range(width)], *rows])
    path.write_bytes(text.getvalue().encode(encoding))


def content(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[list[str]]:
    names = ", ".join(f"c{index}" for index in range(len(raw.columns)))
    return [list(row) for row in connection.execute(f"SELECT {names} FROM {raw.rows} ORDER BY _record").fetchall()]


def numbers(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[int]:
    return [row[0] for row in connection.execute(f"SELECT _record FROM {raw.rows} ORDER BY _record").fetchall()]


BOTH_READERS = pytest.mark.parametrize("fast", [True, False], ids=["duckdb first", "tolerant only"])
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestRoundTrip:
    @BOTH_READERS
    @MANY
    @given(
        written=st.tuples(tables(ANY), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]))
        | st.tuples(tables(LATIN), st.just("cp1252")),
        delimiter=st.sampled_from(DELIMITERS),
        quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    def test_every_cell_comes_back(
        self,
        fast: bool,
        written: tuple[list[list[str]], str],
        delimiter: str,
        quoting: int,
        tmp_path: Path,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        rows, encoding = written
        path = tmp_path / "data.csv"
        write(path, rows, delimiter, encoding, quoting)
        with patch("compliance_engine.records.read.csv.read_fast", _or_never(fast)):
            raw, problems = read_csv(connection, path, "raw", delimiter=delimiter, encoding=encoding)
        assert raw is not None
        assert content(connection, raw) == rows
        assert numbers(connection, raw) == list(range(2, len(rows) + 2))
        assert (raw.rows_read, raw.rows_reported) == (len(rows), 0)
        assert not [problem for problem in problems if problem.level is Level.ERROR]
        assert fast or raw.reader == "tolerant"

    @MANY
    @given(rows=tables(ANY), delimiter=st.sampled_from(DELIMITERS), encoding=st.sampled_from(["utf-8", "utf-16"]))
    def test_what_is_not_stated_is_found_or_asked_for_but_never_guessed(
        self,
        rows: list[list[str]],
        delimiter: str,
        encoding: str,
        tmp_path: Path,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        path = tmp_path / "data.csv"
        write(path, rows, delimiter, encoding, csv.QUOTE_MINIMAL)
        raw, problems = read_csv(connection, path, "raw")
        if raw is None:
            assert [problem.code for problem in problems if problem.level is Level.ERROR] == ["unclear-delimiter"]
        elif len(raw.columns) > 1:
            assert content(connection, raw) == rows
        else:
            assert raw.rows_read + raw.rows_reported == len(rows)
            assert all(row in rows for row in content(connection, raw))

    @MANY
    @given(
        body=st.lists(
            st.sampled_from(['"', '""', ",", ',"', '",', '"a"', "a", " ", "\n", '"\n', "\r\n", "b,c\n"]), max_size=14
        ).map("".join)
    )
    def test_both_readers_agree_on_any_soup_of_quotes(
        self, body: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes(b"h,k\n" + body.encode())
        raw, _ = read_csv(connection, path, "raw", delimiter=",")
        assert raw is not None
        first = connection.execute(f"FROM {raw.rows} ORDER BY _record").fetchall()
        with patch("compliance_engine.records.read.csv.read_fast", _or_never(False)):
            again, _ = read_csv(connection, path, "raw", delimiter=",")
        assert again is not None
        assert connection.execute(f"FROM {again.rows} ORDER BY _record").fetchall() == first
        assert (raw.rows_read, raw.rows_reported) == (again.rows_read, again.rows_reported)
        try:
            standard = [row for row in csv.reader(io.StringIO(body, newline=""), strict=True) if row]
        except csv.Error:
            assert again.rows_reported > 0
        else:
            assert raw.rows_read + raw.rows_reported == len(standard)


class TestPlainFiles:
    def test_the_account_of_a_file(self, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        path = tmp_path / "people.csv"
        path.write_bytes(b'number, name ,state\r\n1,"Ash, A",CA\r\n2,,NY\r\n')
        raw, problems = read_csv(connection, path, "people")
        assert problems == []
        assert raw == RawTable(
            file=str(path),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            table="people",
            columns=("number", "name", "state"),
            format="csv",
            encoding="utf-8",
            delimiter=",",
            header_line=1,
            rows_read=2,
            rows_reported=0,
            reader="duckdb",
        )
        assert content(connection, raw) == [["1", "Ash, A", "CA"], ["2", "", "NY"]]

    @pytest.mark.parametrize(
        "text",
        [
            'a,b\n1,2\n3,"x\ny"\n5,6',
            'a,b\r\n1,2\r\n3,"x\ny"\r\n5,6\r\n',
            '"a","b"\n"1","2"\n"3","x\ny"\n"5","6"\n\n\n',
        ],
        ids=["unix, no last line end", "windows", "all quoted, blank lines at the end"],
    )
    def test_duckdb_reads_plain_files(self, text: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes(text.encode())
        raw, problems = read_csv(connection, path, "raw")
        assert raw is not None
        assert (raw.reader, problems) == ("duckdb", [])
        assert content(connection, raw) == [["1", "2"], ["3", "x\ny"], ["5", "6"]]
        assert numbers(connection, raw) == [2, 3, 4]

    def test_numbers_follow_the_file_over_many_blocks_and_line_breaks_in_cells(
        self, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "long.csv"
        rows = 60_000
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(
                [["n", "note"], *([str(n), f'line "{n}"\r\nnext, line' * 2] for n in range(rows))]
            )
        assert path.stat().st_size > 3 << 20
        raw, problems = read_csv(connection, path, "raw")
        assert raw is not None
        assert (raw.reader, raw.rows_read, problems) == ("duckdb", rows, [])
        assert connection.execute(f"SELECT count(*) FROM {raw.rows} WHERE _record <> c0::INT + 2").fetchone() == (0,)

    @pytest.mark.parametrize("delimiter", DELIMITERS)
    def test_the_delimiter_is_found(
        self, delimiter: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.txt"
        path.write_text(delimiter.join(["a", "b", "c"]) + "\n" + delimiter.join(["1", "2 x", ""]))
        raw, _ = read_csv(connection, path, "raw")
        assert raw is not None
        assert (raw.delimiter, raw.columns) == (delimiter, ("a", "b", "c"))

    def test_a_single_column_is_a_table(self, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        path = tmp_path / "numbers.csv"
        path.write_text('employee_number\nE1\n""\nE2\n')
        raw, problems = read_csv(connection, path, "raw")
        assert raw is not None
        assert content(connection, raw) == [["E1"], [""], ["E2"]]
        assert problems == []

    def test_cells_that_spreadsheets_would_run_stay_text(
        self, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        cells = ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"]
        path = tmp_path / "data.csv"
        write(path, [cells], ",", "utf-8", csv.QUOTE_MINIMAL)
        raw, _ = read_csv(connection, path, "raw", delimiter=",")
        assert raw is not None
        assert content(connection, raw) == [cells]

    @pytest.mark.parametrize("name", ["hr[2024].csv", "what?.csv", "a*.csv", "it's {x}.csv", "year=2024.csv.gz"])
    def test_a_path_names_one_file_whatever_characters_it_has(
        self, name: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        (tmp_path / "a1.csv").write_text("a,b\nwrong,wrong\n")
        path = tmp_path / name
        path.write_text("a,b\n1,2\n")
        raw, problems = read_csv(connection, path, 'odd "name"')
        assert raw is not None
        assert problems == []
        assert connection.execute('SELECT c0, c1 FROM "odd ""name"""').fetchall() == [("1", "2")]

    @pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "é", " "])
    def test_what_cannot_be_a_delimiter_is_refused(
        self, delimiter: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        with pytest.raises(ValueError, match="one ASCII character"):
            read_csv(connection, tmp_path / "x.csv", "raw", delimiter=delimiter)


class TestEncodings:
    def test_a_byte_order_mark_is_not_part_of_the_first_name(
        self, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes(codecs.BOM_UTF8 + b'"number","name"\n"1","x"\n')
        raw, problems = read_csv(connection, path, "raw")
        assert raw is not None
        assert (raw.columns, raw.encoding, raw.reader, problems) == (("number", "name"), "utf-8-sig", "duckdb", [])

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_utf_16_is_recognised_and_said(
        self, encoding: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes("number,name\r\n1,Zoë Ångström\r\n".encode(encoding))
        raw, problems = read_csv(connection, path, "raw")
        assert raw is not None
        assert raw.columns == ("number", "name")
        assert content(connection, raw) == [["1", "Zoë Ångström"]]
        assert [(problem.code, problem.level) for problem in problems] == [("encoding", Level.NOTE)]

    def test_cp1252_is_said_with_the_place_of_the_first_byte_that_is_not_utf_8(
        self, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes("number,name\n1,Ash\n2,Zoë – “Q”\n".encode("cp1252"))
        raw, (note,) = read_csv(connection, path, "raw")
        assert raw is not None
        assert content(connection, raw)[1] == ["2", "Zoë – “Q”"]
        assert raw.encoding == "cp1252"
        assert note.position is not None
        assert (note.code, note.level, note.position.line, note.position.column) == ("encoding", Level.NOTE, 3, 5)

    def test_a_file_glued_from_two_encodings_is_read_line_by_line_with_a_warning(
        self, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes("n,name\n1,José\n".encode() + "2,José\n".encode("cp1252"))
        raw, (warning,) = read_csv(connection, path, "raw")
        assert raw is not None
        assert content(connection, raw) == [["1", "José"], ["2", "José"]]
        assert (warning.code, warning.level) == ("mixed-encodings", Level.WARNING)

    @pytest.mark.parametrize(
        ("data", "encoding", "code"),
        [
            (b"a,b\n1,\x81\n", None, "wrong-encoding"),
            (b"a,b\n1,\xe9\n", "utf-8", "wrong-encoding"),
            (codecs.BOM_UTF16_LE + "a,b\n1,2\n".encode("utf-16-le") + b"\x00", None, "wrong-encoding"),
            (b"a,b\n1,2\n", "klingon", "unknown-encoding"),
            (b"a,b\n1,2\n", "base64", "unknown-encoding"),
        ],
        ids=["neither", "not what was stated", "half a character", "no such encoding", "not a text encoding"],
    )
    def test_what_cannot_be_decoded_is_refused(
        self, data: bytes, encoding: str | None, code: str, tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes(data)
        raw, problems = read_csv(connection, path, "raw", encoding=encoding)
        assert raw is None
        assert [problem.code for problem in problems] == [code]


def _or_never(fast: bool) -> object:
    from compliance_engine.records.read.fast import read_fast

    return read_fast if fast else lambda *_: False


class TestLines:
    """Where the lines of a text are not the numbers of its records."""

    @pytest.mark.parametrize(
        ("text", "shifts"),
        [
            ("a,b\n1,2\n3,4\n", []),
            ("a,b\r\n1,2\r\n3,4", []),
            ('a,b\n1,"x\ny"\n3,4\n5,6\n', [(3, 1)]),
            ('a,b\n1,"x\n\ny"\n3,"z\r\nz"\n5,6', [(3, 2), (4, 3)]),
            ('a,b\n1,"x\ny"', []),
            ('"a\nb",c\n1,2\n', [(2, 1)]),
            ("\n\na,b\n1,2\n", [(1, 2)]),
            ('a,b\n1,"x\ny"\n\n3,4,5\n6,7\n', [(3, 1)]),
        ],
        ids=[
            "none",
            "windows",
            "one",
            "two",
            "in the last row",
            "in the header",
            "blank lines before",
            "ragged row behind",
        ],
    )
    def test_lines_run_ahead_of_records(
        self, text: str, shifts: list[tuple[int, int]], tmp_path: Path, connection: duckdb.DuckDBPyConnection
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_bytes(text.encode())
        raw, _ = read_csv(connection, path, "raw", delimiter=",")
        assert raw is not None
        assert list(zip(raw.shifts.records, raw.shifts.further, strict=True)) == shifts
