"""Rebuild the shipped holiday tables: ``python scripts/build_calendars.py``.

The days come from the `holidays` package, which nothing else here imports. Its federal set is asked for by category and
by name (its default United States set mixes in days that only states keep) and corrected where the statute differs.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import holidays

TABLES = Path(__file__).parents[1] / "src" / "compliance_engine" / "calendars" / "tables"
FEDERAL_YEARS = range(1940, 2091)
STATE_YEARS = range(1971, 2091)
STATES = """
    AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT
    NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY
"""
OBSERVED = " (observed)"
SUNDAY = 6
STATUTE = frozenset({
    "New Year's Day", "Birthday of Martin Luther King, Jr.", "Washington's Birthday", "Memorial Day",
    "Juneteenth National Independence Day", "Independence Day", "Labor Day", "Columbus Day", "Armistice Day",
    "Veterans Day", "Thanksgiving Day", "Christmas Day",
})  # fmt: skip
"""The days of 5 U.S.C. 6103(a) by the package's names; closures ordered for a single day are not among them."""


def build() -> dict[str, str]:
    """Text of every table, by file name."""
    files = {"us-federal.csv": _table("us-federal", FEDERAL_YEARS, federal())}
    for state in STATES.split():
        days = holidays.country_holidays("US", subdiv=state, years=STATE_YEARS, categories=("public",))
        name = f"us.{state.lower()}"
        files[f"{name}.csv"] = _table(name, STATE_YEARS, as_observed(_names_by_day(days)))
    return files


def federal() -> dict[date, str]:
    """Holidays of 5 U.S.C. 6103(a) as observed, with the package's gaps before 1971 filled."""
    package = holidays.country_holidays("US", years=FEDERAL_YEARS, categories=("government",))
    named = {
        day: [name for name in names if name.removesuffix(OBSERVED) in STATUTE]
        for day, names in _names_by_day(package).items()
    }
    for day, name in _missing_from_package():
        named.setdefault(day, []).append(name)
    return as_observed(named)


def _missing_from_package() -> Iterator[tuple[date, str]]:
    for year in range(1940, 1971):
        memorial_day = date(year, 5, 30)
        yield memorial_day, "Memorial Day"
        if memorial_day.weekday() == SUNDAY:
            yield memorial_day + timedelta(days=1), "Memorial Day" + OBSERVED
    # Friday instead of Saturday is law since 22 September 1959 (Pub. L. 86-362); the package starts it in 1966.
    yield date(1961, 11, 10), "Veterans Day" + OBSERVED
    yield date(1964, 2, 21), "Washington's Birthday" + OBSERVED
    yield date(1964, 5, 29), "Memorial Day" + OBSERVED
    yield date(1964, 7, 3), "Independence Day" + OBSERVED
    yield date(1965, 12, 24), "Christmas Day" + OBSERVED
    yield date(1965, 12, 31), "New Year's Day" + OBSERVED
    yield date(1970, 5, 29), "Memorial Day" + OBSERVED


def as_observed(named: Mapping[date, list[str]]) -> dict[date, str]:
    """Drop a holiday's own day where another day near it is observed instead."""

    def moved(day: date, name: str) -> bool:
        near = (day + timedelta(days=step) for step in range(-3, 4))
        return any(name + OBSERVED in named.get(other, ()) for other in near)

    kept = {day: [name for name in names if not moved(day, name)] for day, names in named.items()}
    return {day: "; ".join(sorted(set(names))) for day, names in sorted(kept.items()) if names}


def _names_by_day(days: Mapping[date, str]) -> dict[date, list[str]]:
    return {day: names.split("; ") for day, names in days.items()}


def _table(name: str, years: range, days: Mapping[date, str]) -> str:
    out = io.StringIO()
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    out.write(f"# {name} from {first} to {last}, holidays {version('holidays')}, scripts/build_calendars.py\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("day", "name"))
    rows.writerows((day, label) for day, label in days.items() if first <= day <= last)
    return out.getvalue()


if __name__ == "__main__":
    for file_name, text in build().items():
        (TABLES / file_name).write_text(text, encoding="utf-8")
