"""Helper tables of who reads which language first, by place and by day, for posters that must hang in those languages."""

from __future__ import annotations

import duckdb


def readers(connection: duckdb.DuckDBPyConnection, as_of: str) -> None:
    """Make `_reader`, of the day of asking, and `_reading`, of every day.

    Args:
        as_of: SQL of the day, which may use the employer as `a.employer_id`.
    """
    _by_place(connection, as_of)
    _by_day(connection)


_STAY = """
    SELECT t.employer_id, t.employee_number, t.worksite_id, coalesce(t.valid_from, DATE '-infinity') AS a,
           CASE WHEN s.termination_date < t.valid_to OR t.valid_to IS NULL AND isfinite(s.termination_date)
                THEN s.termination_date + 1 ELSE coalesce(t.valid_to, DATE 'infinity') END AS z
    FROM assignment t LEFT JOIN employment_spell s ON s.employer_id = t.employer_id
         AND s.employee_number = t.employee_number AND s.spell_no = t.spell_no
"""
"""From when somebody is at a place, and from when no more, having moved or left; a day that is not known is far off."""


def _by_place(connection: duckdb.DuckDBPyConnection, as_of: str) -> None:
    """Make `_reader`: how many people of a place read which language first on the day of asking; '*' is the whole employer."""
    connection.execute(f"""
        CREATE TABLE _reader AS
        WITH here AS (
            SELECT DISTINCT a.employer_id, unnest([a.worksite_id, '*']) AS worksite_id, a.employee_number
            FROM ({_STAY}) a WHERE a.a <= {as_of} AND a.z > {as_of}
        ),
        spoken AS (
            SELECT h.employer_id, h.worksite_id, e.preferred_language AS code, count(*) AS n
            FROM here h LEFT JOIN employee e USING (employer_id, employee_number) GROUP BY ALL
        )
        SELECT employer_id, worksite_id, sum(n)::BIGINT AS people, coalesce(sum(n) FILTER (WHERE code IS NULL), 0)::BIGINT AS unread,
               list({{'code': code, 'n': n}} ORDER BY code) FILTER (WHERE code IS NOT NULL) AS codes
        FROM spoken GROUP BY employer_id, worksite_id
    """)


def _by_day(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `_reading`: for each place the days `a` to before `z` with the same people, and who of them reads what first.

    '*' is the whole employer. Somebody of whom a day is not known was there before, or is there after it.
    """
    connection.execute(f"""
        CREATE TABLE _reading AS
        WITH here AS (
            SELECT employer_id, unnest([worksite_id, '*']) AS worksite_id, employee_number, a, z FROM ({_STAY})
        ),
        days AS (
            SELECT employer_id, worksite_id, day,
                   lead(day, 1, DATE 'infinity') OVER (PARTITION BY employer_id, worksite_id ORDER BY day) AS until
            FROM (SELECT DISTINCT employer_id, worksite_id, unnest([a, z]) AS day FROM here)
        ),
        there AS (
            SELECT DISTINCT d.employer_id, d.worksite_id, d.day, d.until, h.employee_number
            FROM days d JOIN here h ON h.employer_id = d.employer_id AND h.worksite_id = d.worksite_id
            AND h.a <= d.day AND d.day < h.z
        ),
        spoken AS (
            SELECT t.employer_id, t.worksite_id, t.day, t.until, e.preferred_language AS code, count(*) AS n
            FROM there t LEFT JOIN employee e USING (employer_id, employee_number) GROUP BY ALL
        ),
        told AS (
            SELECT employer_id, worksite_id, day, until, sum(n)::BIGINT AS people,
                   coalesce(sum(n) FILTER (WHERE code IS NULL), 0)::BIGINT AS unread,
                   coalesce(list({{'code': code, 'n': n}} ORDER BY code) FILTER (WHERE code IS NOT NULL), []) AS codes
            FROM spoken GROUP BY ALL
        )
        SELECT employer_id, worksite_id,
               list({{'a': day, 'z': until, 'people': people, 'unread': unread, 'codes': codes}} ORDER BY day) AS days
        FROM (SELECT d.*, t.people, t.unread, t.codes FROM days d LEFT JOIN told t USING (employer_id, worksite_id, day))
        GROUP BY employer_id, worksite_id
    """)
