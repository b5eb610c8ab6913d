"""`service_months('7-year break') on day`: whole months that somebody has been employed by the day.

Time before a break of seven years or more is left out. Employment without a break counts in calendar months: a month
is over on the same day of the next one. Employment in several stretches counts in calendar weeks, each week with any
part of it in employment a whole one, 52 weeks being 12 months; if a single stretch gives more months, those count.
Stretches that follow each other without a free day are one.

The exceptions of (b)(2), a break for military service or under a written promise to rehire, are not in the records.

Cites: 29 CFR 825.110(b)(1) and (3), (d).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
from dateutil.relativedelta import relativedelta

from compliance_engine.engine.facts.forms import Range, Records
from compliance_engine.engine.facts.spells import (
    COMPLETE_FROM,
    OPEN,
    SUPPLIED,
    Interval,
    complete_from,
    spells,
    spells_sql,
)
from compliance_engine.engine.facts.steps import merged_sql

TABLE = "_fact_service"


def sql(employer: str, employee: str, day: str) -> str:
    """A scalar subquery that gives STRUCT(n, low, high), NULL for somebody without a spell.

    Args:
        employer: SQL of the employer's id.
        employee: SQL of the employee number.
        day: SQL of the day.
    """
    until = f"least({day}, f.to_day)"
    gone = f"{day} - INTERVAL 7 YEAR >= f.to_day"
    first_counted = f"CASE WHEN f.from_day IS NULL OR {gone} THEN {day} ELSE f.counted_from END"
    weeks = f"(f.weeks_before + {_week(f'{until} - 1')} - {_week('f.from_day')} + 1)"
    low = f"""CASE WHEN f.from_day IS NULL OR {gone} THEN 0
      WHEN f.stretches_before = 0 THEN {_months("f.from_day", until)}
      ELSE greatest({_months("f.from_day", until)}, f.months_before, ({weeks} * 12) // 52) END"""
    certain = f"""coalesce(f.doubtful_from >= {day}, TRUE) AND coalesce(
      f.first_hire >= {first_counted} OR f.complete_from <= {first_counted} - INTERVAL 7 YEAR, FALSE)"""
    return f"""(SELECT max({{'n': high, 'low': low, 'high': high}}) FROM (
  SELECT {low} AS low, CASE WHEN {certain} THEN {low} END AS high FROM {TABLE} f
  WHERE f.employer_id = {employer} AND f.employee_number = {employee} AND f.since < {day} AND f.before >= {day}))"""


def _months(start: str, end: str) -> str:
    whole = f"(year({end}) - year({start})) * 12 + month({end}) - month({start})"
    return f"({whole} - CASE WHEN day({end}) < day({start}) THEN 1 ELSE 0 END)"


def _week(day: str) -> str:
    """The number of the week, Sunday to Saturday, that a day lies in. 31 December 1899 was a Sunday."""
    return f"CAST(floor((({day}) - DATE '1899-12-31') / 7) AS BIGINT)"


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `_fact_service`, a row for each stretch of certain employment and one for the time before the first.

    since, before: the row is for days after `since` up to `before`.
    from_day, to_day: the stretch (NULL: none yet); counted_from: first day of all that counts with it.
    stretches_before, weeks_before, months_before: what counts before it, and the most months of one stretch.
    doubtful_from: the first day on which a spell that is not certain may be there.
    first_hire: the first hire ever, where recorded. complete_from: the day from which no spell is missing.
    """
    connection.execute(f"""CREATE OR REPLACE TABLE {TABLE} AS
WITH spell AS MATERIALIZED ({spells_sql("employees")}),
stretch AS (
  SELECT *, lead(from_day) OVER w AS next_day,
    coalesce(from_day - INTERVAL 7 YEAR >= lag(to_day) OVER w, TRUE) AS fresh,
    CASE WHEN {_week("from_day")} = {_week("lag(to_day) OVER w - 1")} THEN 1 ELSE 0 END AS shared
  FROM ({merged_sql("FROM spell", "low_from", "low_to")})
  WINDOW w AS (PARTITION BY employer_id, employee_number ORDER BY from_day)),
counted AS (
  SELECT *, count(*) FILTER (WHERE fresh) OVER (PARTITION BY employer_id, employee_number ORDER BY from_day) AS block
  FROM stretch),
told AS (
  SELECT employer_id, employee_number, from_day AS since, coalesce(next_day, {OPEN}) AS before, from_day, to_day,
    min(from_day) OVER w AS counted_from, count(*) OVER w - 1 AS stretches_before,
    coalesce(sum(CASE WHEN to_day < {OPEN} THEN {_week("to_day - 1")} - {_week("from_day")} + 1 END) OVER earlier, 0)
      - sum(CASE WHEN fresh THEN 0 ELSE shared END) OVER w AS weeks_before,
    max(CASE WHEN to_day < {OPEN} THEN {_months("from_day", "to_day")} END) OVER earlier AS months_before
  FROM counted
  WINDOW w AS (PARTITION BY employer_id, employee_number, block ORDER BY from_day),
    earlier AS (PARTITION BY employer_id, employee_number, block ORDER BY from_day
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  UNION ALL
  SELECT employer_id, employee_number, DATE '-infinity', coalesce(min(low_from), {OPEN}), NULL, NULL, NULL, 0, 0, NULL
  FROM spell GROUP BY employer_id, employee_number),
person AS (
  SELECT employer_id, employee_number,
    min(high_from) FILTER (WHERE low_from IS NULL OR low_from <> high_from OR low_to <> high_to) AS doubtful_from
  FROM spell GROUP BY employer_id, employee_number)
SELECT told.*, person.doubtful_from, hire.first_hire, {COMPLETE_FROM} AS complete_from
FROM told JOIN person USING (employer_id, employee_number)
LEFT JOIN (SELECT employer_id, employee_number, min(original_hire_date) AS first_hire FROM employment_spell
  GROUP BY employer_id, employee_number) hire USING (employer_id, employee_number)
WHERE {SUPPLIED}""")


def twin(records: Records, employee: object, day: date) -> Range | None:
    """The same by joining the spells of one person; None for somebody without a spell."""
    held = [s for s in spells(records, "employees") if s.employee_number == employee]
    if not held:
        return None
    stretches = _counted(_stretches([s.low for s in held if s.low.start < min(s.low.end, day)]), day)
    months = _service(stretches, day)
    counted_from = stretches[0].start if stretches else day
    doubtful = any(s.low != s.high and s.high.start < day for s in held)
    hires = [h for h in (r.get("original_hire_date") for r in _rows(records, employee)) if isinstance(h, date)]
    nothing_earlier = bool(hires) and min(hires) >= counted_from
    all_there = complete_from(records) <= counted_from - relativedelta(years=7)
    return Range(months, months if not doubtful and (nothing_earlier or all_there) else None)


def _rows(records: Records, employee: object) -> list[dict[str, object]]:
    return [dict(r) for r in records.rows.get("employment_spell", ()) if r["employee_number"] == employee]


def _stretches(intervals: Sequence[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for one in sorted(intervals, key=lambda i: i.start):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


def _counted(stretches: Sequence[Interval], day: date) -> list[Interval]:
    """Those after the last break of seven years or more, the break up to the day itself included."""
    counted: list[Interval] = []
    following = day
    for one in reversed(stretches):
        if following - relativedelta(years=7) >= one.end:
            break
        counted.insert(0, one)
        following = one.start
    return counted


def _service(stretches: Sequence[Interval], day: date) -> int:
    spans = [Interval(s.start, min(s.end, day)) for s in stretches]
    months = [_whole_months(s.start, s.end) for s in spans]
    if len(spans) < 2:
        return max(months, default=0)
    weeks = {(s.start + timedelta(days=n) - _SUNDAY).days // 7 for s in spans for n in range((s.end - s.start).days)}
    return max(*months, len(weeks) * 12 // 52)


_SUNDAY = date(1899, 12, 31)


def _whole_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
