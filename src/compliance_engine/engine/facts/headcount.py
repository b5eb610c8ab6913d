"""`headcount(basis) on day`: how many people there are on a day.

One person counts once, however many spells and assignments overlap. Whoever may be one of them (an unreadable first
day, last day, kind of worker or place) raises the upper count alone. A headcount counted by somebody
(`headcount_snapshot`) goes before the count of spells, from its day on.

Cites: 29 CFR 825.104 and 825.105 (20 workweeks), 29 CFR 825.111 (a remote person counts at the office reported to),
Cal. Gov. Code 12950.1(a)(1) (people everywhere count), N.Y.C. Admin. Code 8-107(30) (most at once in the year before),
29 CFR 1904.41(b)(2) (most at once at one establishment), 29 CFR 1904.1(a)(1) (most employees at once).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import duckdb

from compliance_engine.engine.facts import peak, weeks
from compliance_engine.engine.facts.forms import NOTHING, Lookup, Range, Records
from compliance_engine.engine.facts.places import Scoped, placed_sql, places
from compliance_engine.engine.facts.spells import Who, complete_from, is_counted, spells, spells_sql
from compliance_engine.engine.facts.steps import EMPLOYERS, counts_sql, deltas_sql, merged_sql
from compliance_engine.records.sql import literal

ANYWHERE, EMPLOYEES, FULL_TIME, TWENTY = "all workers anywhere", "all employees anywhere", "full time", "20 workweeks"
PEAK, SITE_PEAK = "most at once in the year before", "most at once at worksite in the year before"
EMPLOYEE_PEAK = "most employees at once in the year before"
AT_SITE: Scoped = "at worksite"
PLACED: tuple[Scoped, ...] = ("in state", AT_SITE)
SCOPED = (*PLACED, SITE_PEAK)
_WHO: dict[str, Who] = {ANYWHERE: "workers", EMPLOYEES: "employees", FULL_TIME: "full time"}
_PEAK_OF = {PEAK: ANYWHERE, EMPLOYEE_PEAK: EMPLOYEES, SITE_PEAK: AT_SITE}
"""The count whose highest step in a year each peak is."""
TABLE = "_fact_headcount"


def sql(basis: str, employer: str, scope: str, day: str) -> Lookup:
    """The step that holds on a day.

    Args:
        basis: one of the ways to count.
        employer: SQL of the employer's id.
        scope: SQL of the state code for `in state`, of the worksite id for the two ways
            at a worksite; not used otherwise.
        day: SQL of the day.
    """
    scoped = f" AND {{alias}}.scope = {scope}" if basis in SCOPED else ""
    what = f"(SELECT employer_id, scope, day, n, n_low, n_high FROM {TABLE} WHERE basis = {literal(basis)})"
    return Lookup(what, f"{{alias}}.employer_id = {employer}{scoped} AND {{alias}}.day <= {day}")


def create(connection: duckdb.DuckDBPyConnection, bases: Iterable[str]) -> None:
    """Make `_fact_headcount(employer_id, basis, scope, day, n, n_low, n_high)` for the bases asked for.

    TWENTY needs the table of weeks.
    """
    connection.execute(
        f"CREATE OR REPLACE TABLE {TABLE} (employer_id VARCHAR, basis VARCHAR, scope VARCHAR, day DATE, "
        "n INTEGER, n_low INTEGER, n_high INTEGER)"
    )
    wanted = set(bases)
    wanted |= {_PEAK_OF[basis] for basis in wanted & _PEAK_OF.keys()}
    for basis in sorted(wanted - _PEAK_OF.keys()):
        counts = f"SELECT employer_id, {literal(basis)}, scope, day, n, n_low, n_high FROM ({_counts(basis)})"
        connection.execute(f"INSERT INTO {TABLE} {counts}")
        _override(connection, basis)
    for basis in sorted(wanted & _PEAK_OF.keys()):
        steps = f"SELECT * FROM {TABLE} WHERE basis = {literal(_PEAK_OF[basis])}"
        counts = f"SELECT employer_id, {literal(basis)}, scope, day, n, n_low, n_high FROM ({peak.sql(steps)})"
        connection.execute(f"INSERT INTO {TABLE} {counts}")
        _override(connection, basis)


def _counts(basis: str) -> str:
    if basis == TWENTY:
        return f"SELECT '' AS scope, * FROM ({weeks.twentieth_sql()})"
    if basis in PLACED:
        return _scoped(basis)
    people = spells_sql(_WHO[basis])
    by = "employer_id"
    deltas = f"""{deltas_sql(merged_sql(people, "low_from", "low_to"), by, 1, 0)}
UNION ALL {deltas_sql(merged_sql(people, "high_from", "high_to"), by, 0, 1)}"""
    return f"SELECT '' AS scope, * FROM ({counts_sql(deltas, EMPLOYERS, by)})"


def _scoped(basis: Scoped) -> str:
    """Who may be anywhere for want of a place may be in every scope: their number goes to the upper count of each."""
    people = spells_sql("employees")
    by = "employer_id, scope"
    person = "employer_id, scope, employee_number"
    each = (
        "SELECT employer_id, unnest(scopes) AS scope, employee_number, low_from, low_to, high_from, high_to FROM placed"
    )
    return f"""WITH placed AS MATERIALIZED ({placed_sql(people, basis)}),
holder AS MATERIALIZED (
  SELECT employer_id, {"state" if basis == "in state" else "worksite_id"} AS scope FROM worksite
  UNION SELECT employer_id, unnest(scopes) FROM placed),
asked AS MATERIALIZED (
  SELECT * FROM holder WHERE scope IS NOT NULL AND EXISTS (SELECT 1 FROM _supplied WHERE type = 'assignment')),
unplaced AS MATERIALIZED (
  SELECT employer_id, day, sum(high) AS high FROM (
    {deltas_sql(merged_sql(people, "high_from", "high_to"), "employer_id", 0, 1)}
    UNION ALL {deltas_sql(merged_sql("FROM placed", "high_from", "high_to"), "employer_id", 0, -1)})
  GROUP BY employer_id, day HAVING sum(high) <> 0),
change AS (
  {deltas_sql(merged_sql(each, "low_from", "low_to", person), by, 1, 0)}
  UNION ALL {deltas_sql(merged_sql(each, "high_from", "high_to", person), by, 0, 1)}
  UNION ALL SELECT u.employer_id, asked.scope, u.day, 0, u.high
    FROM unplaced u JOIN asked ON asked.employer_id = u.employer_id)
{counts_sql("FROM change", "FROM asked", by)}"""


_SNAPSHOT = {
    ANYWHERE: ("('current', 'payroll_period')", "''"),
    EMPLOYEES: ("('payroll_period')", "''"),
    "in state": ("('current', 'payroll_period')", "counted_place"),
    "at worksite": ("('current', 'payroll_period')", "worksite_id"),
    PEAK: ("('annual_peak')", "''"),
    EMPLOYEE_PEAK: ("('annual_peak')", "''"),
    SITE_PEAK: ("('annual_peak')", "worksite_id"),
    TWENTY: ("('workweeks_in_year')", "''"),
}
"""Which snapshots count for a basis, and what their scope is. Who is on the payroll is an employee; no snapshot counts
full-time people alone."""


def _override(connection: duckdb.DuckDBPyConnection, basis: str) -> None:
    """Put the snapshots in place of the steps from the first one on; several of one day give the bounds."""
    if basis not in _SNAPSHOT:
        return
    kinds, scope = _SNAPSHOT[basis]
    where = {
        "''": "worksite_id IS NULL AND coalesce(counted_place, '') = ''",
        "worksite_id": "worksite_id IS NOT NULL",
    }.get(scope, "worksite_id IS NULL AND coalesce(counted_place, '') <> ''")
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE _snapshot AS
SELECT employer_id, {scope} AS scope, counted_on AS day,
  CASE WHEN bool_and(whole) THEN CAST(min(people) AS INTEGER) END AS low,
  CASE WHEN bool_and(whole) THEN CAST(max(people) AS INTEGER) END AS high
FROM (SELECT *, coalesce(people = floor(people), FALSE) AS whole FROM headcount_snapshot
  WHERE basis IN {kinds} AND counted_on IS NOT NULL AND {where})
GROUP BY employer_id, scope, day""")
    connection.execute(f"""DELETE FROM {TABLE} f WHERE basis = {literal(basis)} AND day >= (
  SELECT min(s.day) FROM _snapshot s WHERE s.employer_id = f.employer_id AND s.scope = f.scope)""")
    connection.execute(f"""INSERT INTO {TABLE}
SELECT employer_id, {literal(basis)}, scope, day, CASE WHEN low = high THEN low END, low, high FROM _snapshot""")
    connection.execute("DROP TABLE _snapshot")


def twin(records: Records, basis: str, scope: str, day: date) -> Range:
    """The same by looking at each person on the day."""
    snapshot = _snapshot(records, basis, scope, day)
    if snapshot is not None:
        return snapshot
    if not is_counted(records):
        return NOTHING
    if basis in _PEAK_OF:
        return peak.peak(lambda d: twin(records, _PEAK_OF[basis], scope, d), day)
    if basis == TWENTY:
        return weeks.of_years(records, day, weeks.twentieth)
    if basis in PLACED:
        return _placed(records, basis, scope, day)
    held = list(spells(records, _WHO[basis]))
    return _range(
        records,
        day,
        {s.employee_number for s in held if s.low.has(day)},
        {s.employee_number for s in held if s.high.has(day)},
    )


def _placed(records: Records, basis: Scoped, scope: str, day: date) -> Range:
    if "assignment" in records.not_supplied:
        return NOTHING
    low: set[object] = set()
    high: set[object] = set()
    everybody: set[object] = set()
    placed: set[object] = set()
    for spell in spells(records, "employees"):
        who = spell.employee_number
        everybody |= {who} if spell.high.has(day) else set()
        for place in places(records, spell):
            scopes = place.scopes(basis)
            if scopes is None or not place.low.has(day) or not spell.high.has(day):
                continue
            placed.add(who)
            if scope in scopes:
                high.add(who)
                low |= {who} if spell.low.has(day) else set()
    return _range(records, day, low, high | (everybody - placed))


def _range(records: Records, day: date, low: set[object], high: set[object]) -> Range:
    return Range(len(low), len(high) if day >= complete_from(records) else None)


def _snapshot(records: Records, basis: str, scope: str, day: date) -> Range | None:
    kinds = {
        PEAK: ("annual_peak",),
        EMPLOYEE_PEAK: ("annual_peak",),
        SITE_PEAK: ("annual_peak",),
        TWENTY: ("workweeks_in_year",),
        EMPLOYEES: ("payroll_period",),
        FULL_TIME: (),
    }.get(basis, ("current", "payroll_period"))
    found: dict[date, list[object]] = {}
    for row in records.rows.get("headcount_snapshot", ()):
        counted, site, place = row.get("counted_on"), row.get("worksite_id"), row.get("counted_place")
        where = (
            (AT_SITE, site)
            if isinstance(site, str)
            else ("in state", place)
            if isinstance(place, str) and place
            else ("", "")
        )
        asked = (_PEAK_OF.get(basis, basis), scope) if basis in SCOPED else ("", "")
        if row.get("basis") in kinds and where == asked and isinstance(counted, date) and counted <= day:
            found.setdefault(counted, []).append(row.get("people"))
    if not found:
        return None
    people = [int(n) for n in found[max(found)] if isinstance(n, int | Decimal) and n == int(n)]
    return Range(min(people), max(people)) if len(people) == len(found[max(found)]) else NOTHING
