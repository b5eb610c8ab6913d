"""A small file is looked through in Python and a large one in SQL: both must see the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compliance_engine.language.vocabulary import Field, FieldType, Missing
from compliance_engine.records import survey
from compliance_engine.records.cells import Fault
from compliance_engine.records.dictionary import direct

if TYPE_CHECKING:
    from tests.records.conftest import Export

TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
    | st.sampled_from(
        [
            "",
            " ",
            "12",
            "-3.50",
            "+4",
            "1.5E+10",
            "1e+3",
            "a b",
            " a",
            "a\t",
            "é",
            "1,200",
            "$3",
            "٣",
            "1.23456",
            "1.250",
            "37,5",
            "0.500",
            "1,250.5",
            " 2,125 ",
        ]
    ),
    min_size=1,
    max_size=5,
)


@given(TEXTS, st.sampled_from(",;"))
@example(["12\n"], ",")
@example(["!"], ",")
@settings(deadline=None)
def test_both_ways_of_looking_see_the_same(texts: list[str], mark: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest(?::VARCHAR[]) AS c0", [texts])
        assert survey._looks(connection, "t", {"c0": True}, mark) == {"c0": survey._look(texts, True, mark)}
        assert survey._distinct(connection, "t", ["c0"]) == survey._all_texts(connection, "t", ["c0"])


DAY = Field("day", FieldType.DATE, "a day", Missing.EVENT)
CODE = Field("word", FieldType.CODE, "a word", codes=("red", "green"))
ANSWER = Field("answer", FieldType.YES_NO, "yes or no")
LIST = Field("words", FieldType.LIST, "words")


@pytest.mark.parametrize(
    ("field", "words", "values"),
    [
        (DAY, [("", "infinity", None), ("2024-02-29", "2024-02-29", None)], [date.max, date(2024, 2, 29)]),
        (DAY, [("2024-02-29", "2024-02-29", None)], [date(2024, 2, 29)]),
        (CODE, [("", None, None), ("red", "red", None)], [None, "red"]),
        (CODE, [("R", "red", None), ("x'y", None, Fault.UNKNOWN_CODE)], ["red", None]),
        (ANSWER, [("Y", "True", None), ("n", "False", None), ("?", None, Fault.UNREADABLE)], [True, False, None]),
        (LIST, [("a/b", "a/b", None)], [["a/b"]]),
        (DAY, [("soon", None, Fault.UNREADABLE)], [None]),
    ],
)
def test_what_can_be_said_shortly_means_the_same(
    field: Field, words: list[tuple[str, str | None, Fault | None]], values: list[object]
) -> None:
    sql = direct(field, words).replace("{0}", "c0")
    with duckdb.connect() as connection:
        texts = [text for text, _, _ in words]
        rows = connection.execute(f"SELECT {sql} FROM (SELECT unnest(?::VARCHAR[]) AS c0)", [texts]).fetchall()
    assert [row[0] for row in rows] == values


def test_many_words_and_words_with_quotes_go_into_a_table() -> None:
    assert direct(ANSWER, [("it's", "True", None)]) == ""
    assert direct(DAY, [(f"{n}/1/2024", f"2024-{n:02}-01", None) for n in range(1, 13)]) == ""


def test_a_large_file_gives_the_same_records(export: Export) -> None:
    export.write(
        "employees.csv",
        "employee_number,start_date,worker_type,termination_date\nE1,2024-01-02,employee,\nE2,3/14/2025, volunteer,soon\n",
    )
    export.write(
        "training.csv",
        'employee_number,course_id,minutes_spent,completed_on\nE1,C,60,2024-03-01\nE1,C,1e+2,\nE2, D,"1,200",2024-02-30\n',
    )
    export.load()
    small = {
        t: export.connection.execute(f"FROM {t} ORDER BY _row").fetchall()
        for t in ("employment_spell", "training", "_bad_cell")
    }
    again = type(export)(export.folder)
    with patch.object(survey, "_SMALL", 0):
        again.load()
    assert again.findings == export.findings
    for table, rows in small.items():
        assert again.connection.execute(f"FROM {table} ORDER BY _row").fetchall() == rows
