"""`workweeks_at(k) on day`: in how many workweeks of this or the last calendar year there were k employees.

The year with more of them counts; weeks of two years are never added together. What a week is and who counts in it:
`weeks.py`.

Cites: 29 CFR 825.105(e) and (f).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import duckdb

from compliance_engine.engine.facts import weeks
from compliance_engine.engine.facts.forms import NOTHING, Lookup, Range, Records
from compliance_engine.engine.facts.spells import is_counted

TABLE = "_fact_workweeks_at"


def sql(employer: str, k: str, day: str) -> Lookup:
    """The step that holds on a day.

    Args:
        employer: SQL of the employer's id.
        k: SQL of the number of people; the table has the numbers that it was made with.
        day: SQL of the day.
    """
    on = f"{{alias}}.employer_id = {employer} AND {{alias}}.k = {k} AND {{alias}}.day <= {day}"
    return Lookup(TABLE, on)


def create(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> None:
    """Make `_fact_workweeks_at(employer_id, k, day, n, n_low, n_high)` for the numbers asked for, from the weeks."""
    columns = "employer_id VARCHAR, k INTEGER, day DATE, n INTEGER, n_low INTEGER, n_high INTEGER"
    connection.execute(f"CREATE OR REPLACE TABLE {TABLE} ({columns})")
    for k in sorted(set(numbers)):
        steps = weeks.steps_sql(_reached("low", k), _reached("high", k))
        connection.execute(f"INSERT INTO {TABLE} SELECT employer_id, {k}, * EXCLUDE (employer_id) FROM ({steps})")


def _reached(column: str, k: int) -> str:
    return f"CAST(count(*) FILTER (WHERE {column} >= {k}) OVER w AS INTEGER)"


def twin(records: Records, k: int, day: date) -> Range:
    """The same by looking at each week."""

    def reached(counts: Sequence[Range]) -> Range:
        return Range(
            sum(w.low is not None and w.low >= k for w in counts), sum(w.high is None or w.high >= k for w in counts)
        )

    return weeks.of_years(records, day, reached) if is_counted(records) else NOTHING
