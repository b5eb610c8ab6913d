"""How many employees were on the payroll on each working day of a calendar workweek, week by week.

A workweek runs from Sunday to Saturday; its working days are taken to be Monday to Friday. Who starts after Monday or
leaves before Friday is not counted in that week, nor is anybody whose assignment lies outside the United States and its
territories all that time. A week is counted once it is over, on its Saturday, in the year of that Saturday.

Cites: 29 CFR 825.105(b) to (f).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import duckdb

from compliance_engine.engine.facts.forms import Range, Records
from compliance_engine.engine.facts.peak import UNLIMITED, settled_sql
from compliance_engine.engine.facts.places import abroad_sql, places
from compliance_engine.engine.facts.spells import BEGINNING, COMPLETE_FROM, OPEN, complete_from, spells, spells_sql
from compliance_engine.engine.facts.steps import EMPLOYERS, merged_sql

TABLE = "_fact_week"
YEARS_AHEAD = 2
"""Weeks are laid out to the end of the second year after the as-of date, for leave that is announced early."""
YEARS_BACK = 5
"""How many years before the as-of date the weeks begin where no first day of anybody is known."""


def create(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Make `_fact_week(employer_id, saturday, low, high)`; high is NULL before the spells are complete.

    The weeks begin two years before the year of the first known hire, and YEARS_BACK years back at the least.
    """
    people = "SELECT * FROM person"
    last = f"DATE '{as_of.year + YEARS_AHEAD}-12-31'"
    parts = (
        _weekly(merged_sql(people, "low_from", "low_to"), 1, 0),
        _weekly(merged_sql(people, "high_from", "high_to"), 0, 1),
        _weekly(merged_sql(abroad_sql(people), "low_from", "low_to"), -1, 0),
        _weekly(merged_sql(abroad_sql(people), "high_from", "high_to"), 0, -1),
    )
    connection.execute(f"""CREATE OR REPLACE TABLE {TABLE} AS
WITH person AS ({spells_sql("employees")}),
span AS (
  SELECT employer_id, first_day + CAST((13 - isodow(first_day)) % 7 AS INTEGER) AS first FROM (
    SELECT e.employer_id, make_date(least(min(year(s.high_from)) - 2, {as_of.year - YEARS_BACK}), 1, 1) AS first_day
    FROM ({EMPLOYERS}) e LEFT JOIN ({people}) s ON s.employer_id = e.employer_id AND s.high_from > {BEGINNING}
    GROUP BY e.employer_id)),
change AS (
  SELECT c.employer_id, greatest(c.monday + 5, span.first) AS saturday, c.low, c.high
  FROM ({" UNION ALL ".join(parts)}) c JOIN span ON span.employer_id = c.employer_id
  UNION ALL
  SELECT employer_id, first + CAST(7 * unnest(range(({last} - first) // 7 + 1)) AS INTEGER), 0, 0 FROM span),
week AS (SELECT employer_id, saturday, sum(low) AS low, sum(high) AS high FROM change GROUP BY employer_id, saturday)
SELECT employer_id, saturday, CAST(sum(low) OVER w AS INTEGER) AS low,
  CASE WHEN saturday - 5 >= {COMPLETE_FROM} THEN CAST(sum(high) OVER w AS INTEGER) END AS high
FROM week WHERE saturday <= {last} WINDOW w AS (PARTITION BY employer_id ORDER BY saturday)""")


def _weekly(intervals: str, low: int, high: int) -> str:
    """What intervals change: from the first Monday that begins five days of them to the one after the last."""
    return f"""SELECT employer_id, monday, sum(sign) * {low} AS low, sum(sign) * {high} AS high FROM (
  SELECT employer_id, unnest([first, last]) AS monday, unnest([1, -1]) AS sign FROM (
    SELECT employer_id, from_day + CAST((8 - isodow(from_day)) % 7 AS INTEGER) AS first,
      CASE WHEN to_day < {OPEN} THEN to_day + 3 - CAST(isodow(to_day - 5) AS INTEGER) ELSE {OPEN} END AS last
    FROM ({intervals}))
  WHERE first < last)
WHERE monday < {OPEN} GROUP BY employer_id, monday"""


_NOBODY = f"""(SELECT min(year(d)) + 1
  FROM (SELECT make_date(year(since)::INTEGER + n, 1, 1) AS d, since
    FROM (SELECT {COMPLETE_FROM} AS since), (SELECT unnest([0, 1, 2]) AS n))
  WHERE d + (13 - isodow(d))::INTEGER % 7 - 5 >= since)::INTEGER"""
"""The first year in which nobody can have been missed, nor in the year before it: where no weeks are laid out, none."""


def steps_sql(low: str, high: str) -> str:
    """A query of steps (employer_id, day, n, n_low, n_high): this or the last calendar year's number, the larger one.

    Args:
        low: a window expression over `low`, a week's lower count, with window w: the year's weeks so far.
        high: the same over `high`, where no limit is UNLIMITED.
    """
    return f"""WITH running AS (
  SELECT employer_id, year(saturday) AS y, saturday AS day, {low} AS low, {high} AS high
  FROM (SELECT employer_id, saturday, low, coalesce(high, {UNLIMITED}) AS high FROM {TABLE})
  WINDOW w AS (PARTITION BY employer_id, year(saturday) ORDER BY saturday ROWS UNBOUNDED PRECEDING)),
whole AS (
  SELECT employer_id, y, arg_max(low, day) AS low, arg_max(high, day) AS high FROM running GROUP BY employer_id, y),
held AS (
  SELECT r.employer_id, r.day, greatest(r.low, p.low) AS low, greatest(r.high, p.high) AS high
  FROM (SELECT * FROM running
    UNION ALL SELECT employer_id, y, make_date(y, 1, 1), 0, 0 FROM whole WHERE isodow(make_date(y, 1, 1)) <> 6) r
  JOIN whole p ON p.employer_id = r.employer_id AND p.y = r.y - 1
  UNION ALL SELECT employer_id, {BEGINNING}, 0, {UNLIMITED} FROM whole GROUP BY employer_id
  UNION ALL SELECT employer_id, make_date({_NOBODY}, 1, 1), 0, 0 FROM whole
    GROUP BY employer_id HAVING {_NOBODY} <= min(y)
  UNION ALL SELECT employer_id, make_date(max(y) + 1, 1, 1), 0, {UNLIMITED} FROM whole GROUP BY employer_id)
{settled_sql("held")}"""


def twentieth_sql() -> str:
    """A query of steps: the number of employees in each of twenty weeks of a year, 0 before there are twenty."""

    def twentieth(column: str) -> str:
        return f"CAST(coalesce(list_reverse_sort(list({column}) OVER w)[20], 0) AS INTEGER)"

    return steps_sql(twentieth("low"), twentieth("high"))


def count(records: Records, saturday: date) -> Range:
    """The twin of a row of `_fact_week`."""
    days = {saturday - timedelta(days=n) for n in range(1, 6)}
    there, perhaps, away, surely_away = (defaultdict[object, set[date]](set) for _ in range(4))
    for spell in spells(records, "employees"):
        who = spell.employee_number
        there[who] |= spell.low.of(days)
        perhaps[who] |= spell.high.of(days)
        for place in places(records, spell):
            if place.abroad:
                away[who] |= spell.low.of(place.high.of(days))
                surely_away[who] |= spell.high.of(place.low.of(days))
    low, high, less_low, less_high = (
        sum(held == days for held in people.values()) for people in (there, perhaps, away, surely_away)
    )
    return Range(low - less_low, high - less_high if min(days) >= complete_from(records) else None)


def of_years(records: Records, day: date, number: Callable[[Sequence[Range]], Range]) -> Range:
    """The twin of `steps_sql`: a number over the weeks of this year up to a day and over those of the last year."""
    if day.year > records.as_of.year + YEARS_AHEAD:
        return Range(0, None)
    this, last = (number([count(records, s) for s in _saturdays(y) if s <= day]) for y in (day.year, day.year - 1))
    highs = [n.high for n in (this, last) if n.high is not None]
    return Range(max(this.low or 0, last.low or 0), max(highs) if len(highs) == 2 else None)


def _saturdays(year: int) -> list[date]:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    return [day for day in days if day.year == year and day.isoweekday() == 6]


def twentieth(weeks: Sequence[Range]) -> Range:
    """The twin of `twentieth_sql` for one year."""
    if len(weeks) < 20:
        return Range(0, 0)
    low = sorted((w.low or 0 for w in weeks), reverse=True)[19]
    high = sorted((UNLIMITED if w.high is None else w.high for w in weeks), reverse=True)[19]
    return Range(low, None if high == UNLIMITED else high)
