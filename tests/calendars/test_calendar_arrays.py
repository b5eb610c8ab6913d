"""The SQL gives the same answer as Python for every calendar, day and count."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pytest

from compliance_engine.calendars import arrays, tables
from compliance_engine.calendars import calendar as python
from compliance_engine.calendars.calendar import BASE, END, MAX_STEPS, Calendar


def shipped(name: str) -> Calendar:
    found = tables.named(name)
    assert found is not None
    return found


FEDERAL = shipped("us-federal")
CALENDARS = (
    FEDERAL,
    shipped("us.tx"),
    tables.worksite(
        FEDERAL,
        closed=[(date(2025, 6, 4), date(2025, 6, 4)), (date(2089, 1, 1), date(2090, 12, 31))],
        open=[(date(2025, 7, 4), date(2025, 7, 6)), (date(1940, 1, 1), date(1940, 1, 1))],
        week=frozenset({1, 2, 3, 4, 5}),
    ),
    replace(tables.WEEKDAYS, first=BASE + timedelta(days=1), last=END - timedelta(days=1), week=frozenset(range(7))),
    replace(tables.WEEKDAYS, week=frozenset()),
    replace(FEDERAL, open=frozenset({date(2025, 7, 4), date(2025, 7, 7), date(2025, 7, 12)})),
    replace(tables.WEEKDAYS, first=date(2025, 1, 1), last=date(2025, 1, 1)),
)
Row = tuple[int, int, date, int]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """(row, calendar number, day, count): the ends of each calendar, and days drawn with a fixed seed."""
    draw = random.Random(20251122)
    sample: list[tuple[int, date, int]] = []
    for cal_no, cal in enumerate(CALENDARS):
        edges = (BASE, END, cal.first, cal.last, date(1850, 1, 1), date(2300, 1, 1), date(2025, 7, 4))
        near = [edge + timedelta(days=step) for edge in edges for step in range(-4, 5)]
        sample += [(cal_no, day, n) for day in near for n in (-3, -1, 0, 1, 2, 23)]
        sample += [
            (cal_no, BASE + timedelta(days=draw.randrange(arrays.SPAN)), draw.randint(-40, 40)) for _ in range(1500)
        ]
        far = (-MAX_STEPS - 1, -MAX_STEPS, MAX_STEPS, MAX_STEPS + 1)
        sample += [(cal_no, day, n) for day in (date(2000, 1, 1), cal.first, cal.last) for n in far]
    return [(row, *values) for row, values in enumerate(sample)]


@pytest.fixture(scope="module")
def connection(rows: list[Row]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        arrays.create(connection, CALENDARS)
        values = ", ".join(f"({row}, {cal_no}, DATE '{day}', {n})" for row, cal_no, day, n in rows)
        connection.execute(f"CREATE TABLE x AS SELECT * FROM (VALUES {values}) t(row_no, cal_no, day, n)")
        yield connection


def compare(
    connection: duckdb.DuckDBPyConnection, rows: list[Row], sql: str, function: Callable[[Calendar, date, int], object]
) -> None:
    found = connection.execute(f"SELECT {sql} FROM x CROSS JOIN _calendar k ORDER BY row_no").fetchall()
    differences = [
        (CALENDARS[cal_no].name, cal_no, day, n, expected, in_sql)
        for (_, cal_no, day, n), (in_sql,) in zip(rows, found, strict=True)
        if (expected := function(CALENDARS[cal_no], day, n)) != in_sql
    ]
    assert differences == []


@pytest.mark.parametrize(
    ("sql", "function"),
    [
        pytest.param(arrays.sql_after("day", "n", "cal_no"), python.business_days_after, id="after"),
        pytest.param(arrays.sql_before("day", "n", "cal_no"), python.business_days_before, id="before"),
        pytest.param(arrays.sql_nth("day", "n", "cal_no"), python.nth_business_day, id="nth"),
        pytest.param(
            arrays.sql_after("day", "3", "cal_no"),
            lambda cal, day, n: python.business_days_after(cal, day, 3),
            id="three after",
        ),
        pytest.param(
            arrays.sql_roll_forward("day", "cal_no"),
            lambda cal, day, n: python.roll_forward(cal, day),
            id="roll forward",
        ),
        pytest.param(
            arrays.sql_roll_back("day", "cal_no"), lambda cal, day, n: python.roll_back(cal, day), id="roll back"
        ),
    ],
)
def test_sql_and_python_agree(
    connection: duckdb.DuckDBPyConnection,
    rows: list[Row],
    sql: str,
    function: Callable[[Calendar, date, int], object],
) -> None:
    compare(connection, rows, sql, function)


@pytest.mark.parametrize(
    "build",
    [
        lambda day: arrays.sql_after(day, "3", "0"),
        lambda day: arrays.sql_before(day, "3", "0"),
        lambda day: arrays.sql_roll_forward(day, "0"),
        lambda day: arrays.sql_roll_back(day, "0"),
        lambda day: arrays.sql_nth(day, "3", "0"),
    ],
    ids=["after", "before", "roll forward", "roll back", "nth"],
)
@pytest.mark.parametrize("day", ["DATE 'infinity'", "DATE '-infinity'", "NULL::DATE"])
def test_open_ended_and_unknown_dates_stay_what_they_are(
    connection: duckdb.DuckDBPyConnection, build: Callable[[str], str], day: str
) -> None:
    constant = f"SELECT {build(day)} IS NOT DISTINCT FROM {day} FROM _calendar k"
    column = f"SELECT {build('d')} IS NOT DISTINCT FROM d FROM (SELECT {day} AS d FROM range(3)) CROSS JOIN _calendar k"
    assert connection.execute(constant).fetchall() == [(True,)]
    assert connection.execute(column).fetchall() == [(True,)] * 3


def test_an_unknown_count_or_calendar_gives_an_unknown_day(connection: duckdb.DuckDBPyConnection) -> None:
    for sql in (
        arrays.sql_after("DATE '2025-06-02'", "NULL", "0"),
        arrays.sql_before("DATE '2025-06-02'", "NULL", "0"),
        arrays.sql_nth("DATE '2025-06-01'", "NULL", "0"),
        arrays.sql_after("DATE '2025-06-02'", "3", "NULL::INTEGER"),
    ):
        assert connection.execute(f"SELECT {sql} FROM _calendar k").fetchall() == [(None,)], sql


def test_the_slots_are_laid_out_as_documented(connection: duckdb.DuckDBPyConnection) -> None:
    lengths = connection.execute("SELECT len(le), len(lt) FROM _calendar").fetchall()
    assert lengths == [(arrays.SPAN * len(CALENDARS),) * 2]


def test_no_calendars_still_make_the_table() -> None:
    with duckdb.connect() as connection:
        arrays.create(connection, ())
        assert connection.execute("SELECT le, lt, opens FROM _calendar").fetchall() == [([], [], [])]
