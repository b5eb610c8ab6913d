"""Which mark stands before a fraction is proven by the numbers of a column, or the number is not read."""

from __future__ import annotations

import pytest
from tests.records.conftest import Export

KIND = ("ambiguous-decimal-mark", "assignment", "standard_hours_per_week")


def hours(export: Export, delimiter: str, *texts: str) -> list[object]:
    lines = [("employee_number", "start_date", "worksite_id", "standard_hours_per_week")]
    lines += [(f"A{n}", "2025-01-31", "P1", text) for n, text in enumerate(texts)]
    quoted = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    export.write("employees.csv", quoted + "\n")
    export.load(look=False)
    found = export.rows("assignment", "standard_hours_per_week")
    return [None if row[0] is None else float(str(row[0])) for row in found]


@pytest.mark.parametrize(
    ("delimiter", "texts", "read"),
    [
        (",", ["1,250", "40"], [1250, 40]),
        (",", ["1.250", "40"], [1.25, 40]),
        (";", ["37.5", "1.250"], [37.5, 1.25]),
        (";", ["1,250.50", "1,250"], [1250.5, 1250]),
        (";", ["1,250,000", "1.250"], [1250000, 1.25]),
        ("\t", ["$1,250", "0.500"], [1250, 0.5]),
    ],
)
def test_numbers_of_which_the_mark_is_clear_are_read(
    export: Export, delimiter: str, texts: list[str], read: list[float]
) -> None:
    assert hours(export, delimiter, *texts) == read
    assert KIND not in export.kinds()


@pytest.mark.parametrize(
    ("delimiter", "texts", "read"),
    [
        (";", ["1,250", "40"], [None, 40]),
        (";", ["1.250", "40"], [None, 40]),
        (",", ["37,5", "1.250", "1,250", "40"], [None, None, None, 40]),
        (",", ["0,500", "37,500"], [None, None]),
        (",", ["37,5", "37.5", "1.250"], [None, 37.5, None]),
    ],
)
def test_numbers_that_could_be_read_both_ways_are_not_read(
    export: Export, delimiter: str, texts: list[str], read: list[float | None]
) -> None:
    assert hours(export, delimiter, *texts) == read
    assert export.finding(*KIND).count == sum(text.lstrip("0") in ("1,250", "1.250", "37,500") for text in texts)
    assert all(word in export.finding(*KIND).message for word in ("comma", "point"))


def test_a_large_file_is_read_like_a_small_one(export: Export) -> None:
    texts = ["1.250", *["40"] * 2_100]
    assert hours(export, ";", *texts)[:2] == [None, 40]
    again = Export(export.folder)
    assert hours(again, ";", "37.5", *texts)[:3] == [37.5, 1.25, 40]
