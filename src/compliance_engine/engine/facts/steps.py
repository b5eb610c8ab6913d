"""From intervals to steps: counts that hold from a day until the next, in set operations only."""

from __future__ import annotations

from compliance_engine.engine.facts.spells import BEGINNING, COMPLETE_FROM, OPEN, SUPPLIED

EMPLOYERS = f"""SELECT employer_id FROM employer WHERE {SUPPLIED}
UNION SELECT employer_id FROM worksite WHERE {SUPPLIED} UNION SELECT employer_id FROM employment_spell"""
"""Everyone whose people can be counted; nobody while no source supplies spells."""


def merged_sql(intervals: str, start: str, end: str, by: str = "employer_id, employee_number") -> str:
    """A query of the intervals of each `by`, those that touch or overlap made one; empty and missing ones left out.

    Most people have one interval: only the others are sorted. Of equal intervals one is kept, for each window may put
    equals in an order of its own.

    Args:
        intervals: a query with the columns named by the other arguments.
        start: column of the first day; the result calls it from_day.
        end: column of the first day after; the result calls it to_day.
        by: columns, all of them kept.
    """
    window = f"PARTITION BY {by} ORDER BY from_day, to_day"
    return f"""WITH given AS MATERIALIZED (
  SELECT {by}, {start} AS from_day, {end} AS to_day FROM ({intervals}) WHERE {start} < {end}),
extent AS MATERIALIZED (
  SELECT {by}, min(from_day) AS from_day, max(to_day) AS to_day, count(*) AS pieces FROM given GROUP BY {by})
SELECT {by}, from_day, to_day FROM extent WHERE pieces = 1
UNION ALL
SELECT {by}, min(from_day), max(to_day) FROM (
  SELECT *, count(*) FILTER (WHERE fresh) OVER ({window} ROWS UNBOUNDED PRECEDING) AS island FROM (
    SELECT *, coalesce(from_day > max(to_day) OVER ({window} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), TRUE)
      AS fresh
    FROM (SELECT DISTINCT * FROM given SEMI JOIN (FROM extent WHERE pieces > 1) USING ({by}))))
GROUP BY {by}, island"""


def deltas_sql(intervals: str, by: str, low: int, high: int) -> str:
    """A query of the changes that intervals (from_day, to_day) make: by, day, low, high.

    Args:
        intervals: a query of intervals.
        by: the columns to count by.
        low: what an interval adds to the lower count while it lasts.
        high: what it adds to the upper count.
    """
    return f"""SELECT {by}, day, sum(sign) * {low} AS low, sum(sign) * {high} AS high
FROM (SELECT {by}, unnest([from_day, to_day]) AS day, unnest([1, -1]) AS sign FROM ({intervals}))
WHERE day < {OPEN} GROUP BY {by}, day"""


def counts_sql(deltas: str, holders: str, by: str) -> str:
    """A query of steps: by, day, n, n_low, n_high.

    Args:
        deltas: a query of changes: by, day, low, high.
        holders: a query of every `by` that has steps, also without changes.
        by: the columns counted by.
    """
    return f"""SELECT {by}, day, CASE WHEN low = high THEN low END AS n, low AS n_low, high AS n_high FROM (
  SELECT {by}, day, CAST(sum(low) OVER w AS INTEGER) AS low,
    CASE WHEN day >= {COMPLETE_FROM} THEN CAST(sum(high) OVER w AS INTEGER) END AS high
  FROM (SELECT {by}, day, sum(low) AS low, sum(high) AS high FROM ({deltas}
      UNION ALL SELECT {by}, {BEGINNING}, 0, 0 FROM ({holders})
      UNION ALL SELECT {by}, {COMPLETE_FROM}, 0, 0 FROM ({holders}) WHERE {COMPLETE_FROM} IS NOT NULL)
    GROUP BY {by}, day)
  WINDOW w AS (PARTITION BY {by} ORDER BY day))"""
