"""The most people at once in the twelve months before a day, from the steps of a headcount.

A step counts for day D if it holds on some day from D less one year up to the day before D. So it comes in on the day
after it begins, and goes out once D less one year has reached the step that follows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from compliance_engine.engine.facts.forms import NOTHING, Range

UNLIMITED = 2147483647
"""Stands for a number without an upper limit while maxima are taken."""


def sql(steps: str) -> str:
    """A query of steps: employer_id, scope, day, n, n_low, n_high.

    Args:
        steps: a query with employer_id, scope, day, n_low and n_high, its first step at the beginning of all days.
    """
    return f"""WITH step AS MATERIALIZED (
  SELECT employer_id, scope, day, n_low AS low, coalesce(n_high, {UNLIMITED}) AS high FROM ({steps})),
probe AS (
  SELECT employer_id, scope, day + 1 AS day FROM step UNION
  SELECT employer_id, scope,
    CAST(day + INTERVAL 1 YEAR AS DATE) + CASE WHEN strftime(day, '%m-%d') = '02-29' THEN 1 ELSE 0 END
  FROM step),
inside AS (
  SELECT employer_id, scope, day, probes, max(low) OVER w AS low, max(high) OVER w AS high
  FROM (SELECT employer_id, scope, day, low, high, FALSE AS probes FROM step
    UNION ALL SELECT employer_id, scope, day, NULL, NULL, TRUE FROM probe)
  WINDOW w AS (PARTITION BY employer_id, scope ORDER BY day
    RANGE BETWEEN INTERVAL 1 YEAR PRECEDING AND INTERVAL 1 DAY PRECEDING)),
held AS (
  SELECT i.employer_id, i.scope, i.day, greatest(i.low, s.low) AS low, greatest(i.high, s.high) AS high
  FROM (SELECT *, CAST(day - INTERVAL 1 YEAR AS DATE) AS year_before FROM inside WHERE probes) i
  ASOF LEFT JOIN step s ON s.employer_id = i.employer_id AND s.scope = i.scope AND s.day <= i.year_before)
{settled_sql("held", "employer_id, scope")}"""


def settled_sql(held: str, by: str = "employer_id") -> str:
    """The steps of a relation of bounds (by, day, low, high) in which UNLIMITED stands for no limit."""
    return f"""SELECT {by}, day, CASE WHEN low = high AND high < {UNLIMITED} THEN low END AS n,
  low AS n_low, nullif(high, {UNLIMITED}) AS n_high FROM {held}"""


def peak(count: Callable[[date], Range], day: date) -> Range:
    """The twin: the maximum over each of the days."""
    current = day - relativedelta(years=1)
    counts = []
    while current < day:
        counts.append(count(current))
        current += timedelta(days=1)
    lows, highs = [c.low for c in counts if c.low is not None], [c.high for c in counts if c.high is not None]
    if not lows:
        return NOTHING
    return Range(max(lows), max(highs) if len(highs) == len(counts) else None)
