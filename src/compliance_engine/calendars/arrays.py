"""Business days in SQL: one row of lists that any date of any calendar indexes into.

The table `_calendar` holds, for several calendars one after the other, a slot for each day from `BASE` to `END`:

* ``le``: ordinal of the last open day on or before the day, NULL where the calendar does not know the day;
* ``lt``: the same, strictly before the day;
* ``opens``: the open day of each ordinal, with enough NULLs around each calendar that no step reaches another one.

So the third business day after D is ``opens[le[D] + 3]``: no join on dates, no function written in Python.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

import duckdb

from compliance_engine.calendars.calendar import BASE, END, MAX_STEPS, Calendar

SPAN = (END - BASE).days + 1
PADDING = MAX_STEPS + 1000


class _Stretch(NamedTuple):
    """Days that follow the week, but for the first of them. `shift` is None where the calendar knows nothing."""

    cal_no: int
    start: int
    stop: int
    shift: int | None
    change: int


def create(connection: duckdb.DuckDBPyConnection, calendars: Sequence[Calendar]) -> None:
    """Create the one-row table `_calendar`; a calendar's number is its place in `calendars`, from 0."""
    stretches: list[_Stretch] = []
    ordinal = 0
    for cal_no, cal in enumerate(calendars):
        own, ordinal = _stretches(cal_no, cal, ordinal + PADDING)
        stretches += own
        ordinal += PADDING
    columns = [
        ",".join("" if value is None else str(value) for value in column) for column in zip(*stretches, strict=True)
    ]
    weeks = ", ".join(f"({cal_no}, {_upto(cal)}, {_before(cal)})" for cal_no, cal in enumerate(calendars))
    connection.execute(_CREATE.format(weeks=weeks or "(0, [0], [0])"), columns or [""] * 5)


def _stretches(cal_no: int, cal: Calendar, ordinal: int) -> tuple[list[_Stretch], int]:
    """Stretches of one calendar whose first open day gets the ordinal after `ordinal`, and its last ordinal."""
    first, last = (cal.first - BASE).days, (cal.last - BASE).days
    shift = ordinal - _by_week(cal, first - 1)
    found = [_Stretch(cal_no, 0, first, None, 0)]
    changes = sorted(_exceptions(cal))
    if not changes or changes[0][0] > first:
        changes.insert(0, (first, 0))
    for (start, change), stop in zip(changes, [start for start, _ in changes[1:]] + [last + 1], strict=True):
        shift += change
        found.append(_Stretch(cal_no, start, stop, shift, change))
    found.append(_Stretch(cal_no, last + 1, SPAN, None, 0))
    return found, shift + _by_week(cal, last)


def _exceptions(cal: Calendar) -> Iterator[tuple[int, int]]:
    """Days that do not follow the week: days since BASE, and -1 for closed or +1 for open."""
    for day in cal.closed - cal.open:
        if day.weekday() in cal.week and cal.first <= day <= cal.last:
            yield (day - BASE).days, -1
    for day in cal.open:
        if day.weekday() not in cal.week and cal.first <= day <= cal.last:
            yield (day - BASE).days, 1


def _upto(cal: Calendar) -> list[int]:
    """Open weekdays from Monday up to and including each weekday."""
    return list(accumulate(int(weekday in cal.week) for weekday in range(7)))


def _before(cal: Calendar) -> list[int]:
    return [0, *_upto(cal)[:-1]]


def _by_week(cal: Calendar, day: int) -> int:
    """Open days from BASE (a Monday) up to and including `day` if there were no exceptions."""
    return day // 7 * len(cal.week) + _upto(cal)[day % 7]


# Each stretch becomes a list, and the lists are joined end to end: a window over every day costs five times as much.
# Values travel as text because old DuckDB versions take seconds for a parameter that is a long list.
_CREATE = f"""
CREATE OR REPLACE TABLE _calendar AS
WITH week(cal_no, upto, before) AS (VALUES {{weeks}}),
stretch AS (
    SELECT unnest(string_split($1, ','))::INTEGER AS cal_no, unnest(string_split($2, ','))::INTEGER AS start,
           unnest(string_split($3, ','))::INTEGER AS stop,
           nullif(unnest(string_split($4, ',')), '')::INTEGER AS shift,
           unnest(string_split($5, ','))::INTEGER AS change
    WHERE $1 <> ''
),
filled AS (
    SELECT cal_no, start, shift, range(start, stop) AS days,
           list_transform(range(start, stop), lambda o: (shift + o // 7 * upto[7] + upto[o % 7 + 1])::INTEGER) AS le,
           list_transform(range(start, stop), lambda o: (shift - CASE WHEN o = start THEN change ELSE 0 END
                          + o // 7 * upto[7] + before[o % 7 + 1])::INTEGER) AS lt,
           list_transform(
               list_filter(range(start, stop), lambda o: CASE WHEN o = start THEN change ELSE 0 END
                           + upto[o % 7 + 1] - before[o % 7 + 1] > 0),
               lambda o: DATE '{BASE}' + o::INTEGER) AS opens
    FROM stretch JOIN week USING (cal_no)
)
SELECT coalesce(flatten(list(le ORDER BY cal_no, start)), []) AS le,
       coalesce(flatten(list(lt ORDER BY cal_no, start)), []) AS lt,
       coalesce(flatten(list(CASE WHEN shift IS NULL THEN list_resize([]::DATE[], {PADDING}) ELSE opens END
                             ORDER BY cal_no, start)), []) AS opens
FROM filled
"""


def sql_after(day: str, n: str, cal_no: str, k: str = "k") -> str:
    """SQL for the n-th business day strictly after a DATE; `k` is the alias of `_calendar` in the FROM clause."""
    if _is_usual(n):
        return f"(CASE WHEN isinf({day}) THEN {day} ELSE {k}.opens[{_slot('le', day, cal_no, k)} + {n}] END)"
    steps = f"({n})::BIGINT"
    ordinal = f"CASE WHEN {steps} > 0 THEN {_slot('le', day, cal_no, k)} ELSE {_slot('lt', day, cal_no, k)} + 1 END"
    return _moved(day, steps, f"{k}.opens[{ordinal} + {steps}]")


def sql_before(day: str, n: str, cal_no: str, k: str = "k") -> str:
    """SQL for the n-th business day strictly before a DATE."""
    if _is_usual(n):
        return f"(CASE WHEN isinf({day}) THEN {day} ELSE {k}.opens[{_slot('lt', day, cal_no, k)} + 1 - {n}] END)"
    steps = f"({n})::BIGINT"
    ordinal = f"CASE WHEN {steps} > 0 THEN {_slot('lt', day, cal_no, k)} + 1 ELSE {_slot('le', day, cal_no, k)} END"
    return _moved(day, steps, f"{k}.opens[{ordinal} - {steps}]")


def sql_roll_forward(day: str, cal_no: str, k: str = "k") -> str:
    """SQL for the first business day on or after a DATE."""
    return f"(CASE WHEN isinf({day}) THEN {day} ELSE {k}.opens[{_slot('lt', day, cal_no, k)} + 1] END)"


def sql_roll_back(day: str, cal_no: str, k: str = "k") -> str:
    """SQL for the last business day on or before a DATE."""
    return f"(CASE WHEN isinf({day}) THEN {day} ELSE {k}.opens[{_slot('le', day, cal_no, k)}] END)"


def sql_nth(month_start: str, n: str, cal_no: str, k: str = "k") -> str:
    """SQL for the n-th business day from a DATE on, NULL when its month has fewer."""
    found = f"{k}.opens[{_slot('lt', month_start, cal_no, k)} + ({n})::BIGINT]"
    inside = f"({n})::BIGINT BETWEEN 1 AND 31 AND {found} <= last_day({month_start})"
    return f"(CASE WHEN isinf({month_start}) THEN {month_start} WHEN {inside} THEN {found} END)"


def _is_usual(n: str) -> bool:
    """Whether the steps are a constant that neither stands still nor goes too far: no case has to be told apart."""
    return n.isdecimal() and 0 < int(n) <= MAX_STEPS


def _moved(day: str, steps: str, moved: str) -> str:
    known = f"abs({steps}) <= {MAX_STEPS}"
    return f"(CASE WHEN {steps} = 0 OR isinf({day}) THEN {day} WHEN {known} THEN {moved} END)"


def _slot(name: str, day: str, cal_no: str, k: str) -> str:
    # NULL, infinite and far-off days fall on the first or last slot, which no calendar knows.
    inside = f"least(greatest({day}, {_literal(BASE)}), {_literal(END)})"
    return f"{k}.{name}[({cal_no}) * {SPAN} + ({inside} - {_literal(BASE)}) + 1]"


def _literal(day: date) -> str:
    return f"DATE '{day}'"
