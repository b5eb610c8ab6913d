"""The shipped tables against the statute, a pinned list and a rebuild."""

import importlib.util
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from compliance_engine.calendars.calendar import Calendar, is_open
from compliance_engine.calendars.tables import named, names

HERE = Path(__file__).parent
TABLES = files("compliance_engine.calendars") / "tables"
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def calendar(name: str) -> Calendar:
    found = named(name)
    assert found is not None, name
    return found


def nth(weekday: int, n: int, month: int, year: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def last_monday_of_may(year: int) -> date:
    return date(year, 5, 31) - timedelta(days=date(year, 5, 31).weekday())


def statute(year: int) -> Iterator[date]:
    """Holidays of 5 U.S.C. 6103 in a year before they are moved off the weekend."""
    monday_holidays = year >= 1971
    yield date(year, 1, 1)
    if year >= 1986:
        yield nth(MONDAY, 3, 1, year)
    yield nth(MONDAY, 3, 2, year) if monday_holidays else date(year, 2, 22)
    yield last_monday_of_may(year) if monday_holidays else date(year, 5, 30)
    if year >= 2021:
        yield date(year, 6, 19)
    yield date(year, 7, 4)
    yield nth(MONDAY, 1, 9, year)
    if monday_holidays:
        yield nth(MONDAY, 2, 10, year)
    yield nth(MONDAY, 4, 10, year) if 1971 <= year <= 1977 else date(year, 11, 11)
    yield nth(THURSDAY, 4, 11, year)
    yield date(year, 12, 25)


def observed(day: date) -> date:
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def test_federal_days_are_those_of_the_statute() -> None:
    """From 1960, the first full year in which the Friday before a Saturday holiday was free."""
    by_rule = {observed(day) for year in range(1960, 2092) for day in statute(year)}
    shipped = {day for day in calendar("us-federal").closed if day.year >= 1960}
    assert shipped == {day for day in by_rule if 1960 <= day.year <= 2090}


def test_federal_days_from_1990_to_2060_are_pinned() -> None:
    lines = (HERE / "golden" / "us-federal-1990-2060.txt").read_text(encoding="utf-8").splitlines()
    pinned = [date.fromisoformat(line) for line in lines if not line.startswith("#")]
    assert pinned == sorted(day for day in calendar("us-federal").closed if 1990 <= day.year <= 2060)


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        pytest.param(date(2020, 6, 19), False, id="Juneteenth was no holiday in 2020"),
        pytest.param(date(2021, 6, 18), True, id="first Juneteenth, a Saturday, observed on Friday"),
        pytest.param(date(2022, 6, 20), True, id="Juneteenth on Sunday, observed on Monday"),
        pytest.param(date(2021, 12, 31), True, id="New Year of 2022 on Saturday, observed the year before"),
        pytest.param(date(2022, 12, 26), True, id="Christmas on Sunday"),
        pytest.param(date(1985, 1, 21), False, id="no King birthday before 1986"),
        pytest.param(date(1986, 1, 20), True, id="first King birthday"),
        pytest.param(date(1977, 10, 24), True, id="last Veterans Day in October"),
        pytest.param(date(1977, 11, 11), False, id="11 November 1977 was a working day"),
        pytest.param(date(1978, 11, 10), True, id="Veterans Day back in November, a Saturday"),
        pytest.param(date(2025, 1, 20), True, id="King birthday and Inauguration Day on one day"),
        pytest.param(date(2021, 1, 20), False, id="Inauguration Day is no federal holiday elsewhere"),
        pytest.param(date(2025, 1, 9), False, id="a day of mourning by executive order is not in the statute"),
        pytest.param(date(2024, 12, 24), False, id="Christmas Eve by executive order neither"),
        pytest.param(date(2025, 11, 28), False, id="nor the day after Thanksgiving"),
    ],
)
def test_federal_days_known_by_hand(day: date, closed: bool) -> None:
    assert is_open(calendar("us-federal"), day) is not closed


def test_states_keep_days_that_the_federal_government_does_not() -> None:
    assert is_open(calendar("us.ma"), date(2026, 4, 20)) is False, "Patriots' Day"
    assert is_open(calendar("us.dc"), date(2022, 4, 15)) is False, "Emancipation Day on a Saturday"
    assert is_open(calendar("us.nv"), date(2026, 10, 30)) is False, "Nevada Day"
    assert is_open(calendar("us.ca"), date(2026, 11, 27)) is False, "day after Thanksgiving"
    assert is_open(calendar("us.ca"), date(2026, 10, 12)) is True, "no Columbus Day since 2009"
    assert is_open(calendar("us.ak"), date(1970, 12, 31)) is None, "state tables start in 1971"


def test_every_state_and_the_capital_have_a_calendar() -> None:
    assert len([name for name in names() if name.startswith("us.")]) == 51
    assert {"us-federal", "weekdays", "us.dc"} <= set(names())
    assert all(calendar(name).name == name for name in names())
    assert named("us.xx") is None


def _builder() -> ModuleType:
    path = HERE.parents[1] / "scripts" / "build_calendars.py"
    spec = importlib.util.spec_from_file_location("build_calendars", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_shipped_tables_equal_a_rebuild() -> None:
    header = (TABLES / "us-federal.csv").read_text(encoding="utf-8").splitlines()[0]
    recorded = header.split("holidays ")[1].split(",")[0]
    try:
        installed = version("holidays")
    except PackageNotFoundError:
        pytest.skip(f"holidays {recorded}, which the tables were built with, is not installed")
    if installed != recorded:
        pytest.skip(f"tables were built with holidays {recorded}, installed is {installed}")
    shipped = {item.name: item.read_text(encoding="utf-8") for item in TABLES.iterdir() if item.name.endswith(".csv")}
    assert _builder().build() == shipped
