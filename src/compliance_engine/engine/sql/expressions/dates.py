"""SQL templates of plain date arithmetic; the twin of `clocks/` in the same definitions.

Arguments are SQL texts of DATE values. A date outside the years 1 to 9999 comes out as NULL (unknown).
"""

from __future__ import annotations

from typing import Literal

from compliance_engine.language.time_words import year_begins
from compliance_engine.language.tree import Period, Unit, Way

Side = Literal["start", "end"]


def guard(text: str, day: str, infinite: bool) -> str:
    """Let an infinite day pass through unchanged."""
    return f"CASE WHEN isinf({day}) THEN {day} ELSE {text} END" if infinite else text


def whole(amount: str, constant: bool) -> str:
    """An amount as a whole number; NULL when it has a fraction."""
    return amount if constant else f"CASE WHEN {amount} = floor({amount}) THEN CAST({amount} AS INTEGER) END"


def times(factor: int, number: str) -> str:
    """A multiple as INTEGER, the only kind that days and months are counted in; of a constant, the constant."""
    return str(factor * int(number)) if number.isdecimal() else f"({factor} * ({number}))::INTEGER"


def shift(day: str, amount: str, constant: bool, unit: Unit, way: Way) -> str:
    """A day (or an instant, for hours) moved by an amount in one step; a day that does not exist is the last of its month."""
    n = whole(amount, constant)
    sign = "" if way == "after" else "-"
    match unit:
        case "day":
            return f"({day} {'+' if way == 'after' else '-'} {times(1, n)})"
        case "week":
            return f"({day} {'+' if way == 'after' else '-'} {times(7, n)})"
        case "month":
            return f"CAST({day} + to_months({sign}{times(1, n)}) AS DATE)"
        case "year":
            return f"CAST({day} + to_months({sign}{times(12, n)}) AS DATE)"
        case "hour":
            return f"({day} + to_hours({sign}({n})::BIGINT))"


def month_day(year: str, month: int, day: int, up: bool) -> str:
    """That day of that month of a year (a SQL number); a missing 29 February is rounded."""
    if month == 2 and day == 29:
        first = f"make_date(({year})::INTEGER, 3, 1)"
        last = f"({first} - 1)"
        return f"CASE WHEN day({last}) = 29 THEN {last} ELSE {first if up else last} END"
    return f"make_date(({year})::INTEGER, {month}, {day})"


def next_month_day(day: str, month: int, number: int, infinite: bool, up: bool) -> str:
    """The next such month and day strictly after a day."""
    this = month_day(f"year({day})", month, number, up)
    following = month_day(f"year({day}) + 1", month, number, up)
    return guard(f"CASE WHEN {this} > {day} THEN {this} ELSE {following} END", day, infinite)


def nth_weekday(year: str, n: int, weekday: int, month: int) -> str:
    """The n-th such weekday (Monday 0) of a month; n = -1 is the last; NULL where there is no fifth."""
    first = f"make_date(({year})::INTEGER, {month}, 1)"
    if n == -1:
        last = f"last_day({first})"
        return f"({last} - ((isodow({last})::INTEGER - 1 - {weekday} + 7) % 7)::INTEGER)"
    found = f"({first} + ((({weekday} - isodow({first})::INTEGER + 1 + 7) % 7) + {7 * (n - 1)})::INTEGER)"
    return found if n < 5 else f"CASE WHEN month({found}) = {month} THEN {found} END"


def edge(day: str, period: Period, side: Side) -> str:
    """First or last day of the calendar period that holds a day; weeks run from Sunday."""
    match period:
        case "calendar month":
            return f"date_trunc('month', {day})::DATE" if side == "start" else f"last_day({day})"
        case "calendar quarter":
            start = f"date_trunc('quarter', {day})::DATE"
            return start if side == "start" else f"last_day(CAST({start} + INTERVAL 2 MONTH AS DATE))"
        case "calendar year":
            return f"make_date(year({day})::INTEGER, {'1, 1' if side == 'start' else '12, 31'})"
        case "calendar week" | "workweek":
            start = f"({day} - (isodow({day})::INTEGER % 7))"
            return start if side == "start" else f"({start} + 6)"
        case _ if (begins := year_begins(period)) is not None:
            year = named_year(day, begins)
            return _first_of(year, begins) if side == "start" else f"({_first_of(f'{year} + 1', begins)} - 1)"
        case _:
            raise ValueError(f"{period} is read from records, not computed")


def named_year(day: str, begins: tuple[int, int]) -> str:
    """The calendar year in which the named year that holds a day began."""
    month, number = begins
    return f"(year({day}) - (month({day}) * 100 + day({day}) < {month * 100 + number})::INTEGER)"


def _first_of(year: str, begins: tuple[int, int]) -> str:
    return f"make_date(({year})::INTEGER, {begins[0]}, {begins[1]})"


def named_years(begins: tuple[int, int]) -> str:
    """The named years as turns, one for each calendar year of `_turn`; the name of a turn is its first day."""
    first, after = (_first_of(f"year(first) + {n}", begins) for n in (0, 1))
    return (
        f"(SELECT first, last, strftime(first, '%Y-%m-%d') AS label FROM "
        f"(SELECT {first} AS first, {after} - 1 AS last FROM _turn WHERE period = 'calendar year'))"
    )
