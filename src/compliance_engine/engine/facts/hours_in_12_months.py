"""`hours_in_12_months() on day`: hours actually worked in the twelve months before a day.

A period that lies across an end of the twelve months is not divided: none of its hours are certain, all are possible,
so the number is a range. There is no upper limit while hours are missing: in a period without hours, and on a day that
no period covers and on which the person was or may have been in employment, unless the hours are complete from an
earlier day on. Paid leave is not work, so hours paid do not stand in for hours worked.

Cites: 29 CFR 825.110(a)(2), (c)(1), (d).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import duckdb
from dateutil.relativedelta import relativedelta

from compliance_engine.engine.facts.forms import Range, Records
from compliance_engine.engine.facts.spells import (
    BEGINNING,
    COMPLETE_FROM,
    LAST,
    OPEN,
    Interval,
    after,
    complete_from,
    possible,
    spells,
    spells_sql,
)
from compliance_engine.engine.facts.steps import merged_sql

TABLE = "_fact_hours"
_HOURS_COMPLETE = "(SELECT min(from_day) FROM _complete_from WHERE type = 'hours_period')"


def sql(employer: str, employee: str, day: str) -> str:
    """A scalar subquery that gives STRUCT(n, low, high), NULL for somebody without spells and hours.

    Args:
        employer: SQL of the employer's id.
        employee: SQL of the employee number.
        day: SQL of the day.
    """
    first = f"CAST({day} - INTERVAL 1 YEAR AS DATE)"
    return f"""(SELECT
  CASE WHEN low IS NOT NULL THEN {{'n': CASE WHEN low = high THEN low END, 'low': low, 'high': high}} END
FROM (
  SELECT sum(CASE WHEN inside THEN coalesce(hours, 0) ELSE least(coalesce(hours, 0), 0) END) AS low,
    CASE WHEN NOT bool_or(hours IS NULL) THEN sum(CASE WHEN inside THEN hours ELSE greatest(hours, 0) END) END AS high
  FROM (SELECT f.hours, f.from_day >= {first} AND f.to_day <= {day} AS inside FROM {TABLE} f
    WHERE f.employer_id = {employer} AND f.employee_number = {employee}
      AND f.from_day < {day} AND f.to_day > {first})))"""


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `_fact_hours(employer_id, employee_number, from_day, to_day, hours)`.

    Its rows are the periods, the stretches for which hours are missing (hours NULL), and for every person one row of no
    hours.
    """
    person = "employer_id, employee_number"
    connection.execute(f"""CREATE OR REPLACE TABLE {TABLE} AS
WITH spell AS MATERIALIZED ({spells_sql("employees")}),
period AS MATERIALIZED (
  SELECT {person}, coalesce(period_start, {BEGINNING}) AS from_day, coalesce(period_end + 1, {OPEN}) AS to_day,
    hours_worked AS hours, period_start IS NOT NULL AND period_end IS NOT NULL AS dated FROM hours_period),
person AS MATERIALIZED (SELECT {person} FROM spell UNION SELECT {person} FROM period),
employed AS ({
        merged_sql(
            f'''SELECT {person}, high_from, high_to FROM spell
  UNION ALL SELECT {person}, {BEGINNING}, coalesce({COMPLETE_FROM}, {OPEN}) FROM person''',
            "high_from",
            "high_to",
        )
    }),
covered AS MATERIALIZED (
  SELECT {person}, from_day, to_day FROM period WHERE dated AND from_day < to_day
  UNION ALL SELECT {person}, {_HOURS_COMPLETE}, {OPEN} FROM person WHERE {_HOURS_COMPLETE} IS NOT NULL),
bare AS (
  SELECT {person}, reached AS from_day, from_day AS to_day FROM (
    SELECT *, max(to_day) OVER (PARTITION BY {
        person
    } ORDER BY from_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      AS reached FROM covered)
  WHERE reached < from_day
  UNION ALL SELECT {person}, max(to_day), {OPEN} FROM covered GROUP BY {person}
  UNION ALL SELECT p.employer_id, p.employee_number, {BEGINNING}, coalesce(min(c.from_day), {OPEN})
  FROM person p LEFT JOIN covered c USING ({person}) GROUP BY p.employer_id, p.employee_number)
SELECT {person}, from_day, to_day, hours FROM period
UNION ALL SELECT {person}, {BEGINNING}, {OPEN}, 0 FROM person
UNION ALL
SELECT b.employer_id, b.employee_number, greatest(b.from_day, e.from_day), least(b.to_day, e.to_day), NULL
FROM bare b JOIN employed e ON e.employer_id = b.employer_id AND e.employee_number = b.employee_number
  AND e.from_day < b.to_day AND b.from_day < e.to_day
WHERE b.from_day < b.to_day""")


def twin(records: Records, employee: object, day: date) -> Range | None:
    """The same by looking at each of the days; None for somebody without spells and hours."""
    held = [s for s in spells(records, "employees") if s.employee_number == employee]
    periods = [row for row in records.rows.get("hours_period", ()) if row["employee_number"] == employee]
    if not held and not periods:
        return None
    window = Interval(day - relativedelta(years=1), day)
    low, high = Decimal(0), Decimal(0)
    unlimited = False
    covered: list[Interval] = []
    for row in periods:
        start, end, hours = row.get("period_start"), after(row.get("period_end")), row.get("hours_worked")
        span = possible(start, end)
        if isinstance(start, date) and isinstance(end, date):
            covered.append(span)
        if span.start >= window.end or span.end <= window.start:
            continue
        if not isinstance(hours, Decimal):
            unlimited = True
        elif span.start >= window.start and span.end <= window.end:
            low, high = low + hours, high + hours
        else:
            low, high = low + min(hours, Decimal(0)), high + max(hours, Decimal(0))
    covered.append(Interval(complete_from(records, "hours_period"), LAST))
    employed = [Interval(date.min, complete_from(records)), *(s.high for s in held)]
    current = window.start
    while current < day and not unlimited:
        unlimited = any(e.has(current) for e in employed) and not any(c.has(current) for c in covered)
        current += timedelta(days=1)
    return Range(low, None if unlimited else high)
