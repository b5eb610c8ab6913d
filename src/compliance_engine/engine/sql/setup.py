"""Helper tables that statements join: where people work by day, paydays and plan years by day, turns of the calendar."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from compliance_engine.engine.sql.related.workplace import zone_of_state
from compliance_engine.language.outcomes import State
from compliance_engine.language.vocabulary import Vocabulary

STATES = tuple(state.value for state in State)


def states(connection: duckdb.DuckDBPyConnection, kept: Sequence[State] = ()) -> None:
    """Make the type `_state`.

    Args:
        kept: states that come first in it, so that one comparison tells them from the others.
    """
    names = ", ".join(f"'{s}'" for s in dict.fromkeys((*kept, *STATES)))
    connection.execute(f"CREATE TYPE _state AS ENUM ({names})")


def prepare(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary) -> None:
    """Make the helper tables. They are no temporary ones: those are seen by one connection alone."""
    _turns(connection)
    _work(connection, vocabulary)
    _pay_days(connection)
    _plan_years(connection)


def _turns(connection: duckdb.DuckDBPyConnection) -> None:
    forms = {
        "calendar year": ("INTERVAL 1 YEAR", "strftime(d, '%Y')"),
        "calendar quarter": ("INTERVAL 3 MONTH", "year(d) || '-Q' || quarter(d)"),
        "calendar month": ("INTERVAL 1 MONTH", "strftime(d, '%Y-%m')"),
    }
    parts = [
        f"SELECT '{period}' AS period, {label} AS label, d::DATE AS first, (d + {step} - INTERVAL 1 DAY)::DATE AS last "
        f"FROM range(TIMESTAMP '1940-01-01', TIMESTAMP '2091-01-01', {step}) AS r(d)"
        for period, (step, label) in forms.items()
    ]
    connection.execute(f"CREATE TABLE _turn AS {' UNION ALL '.join(parts)}")


def is_single_work(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether nobody has more than one assignment, and none has ended."""
    ended = "SELECT 1 FROM assignment WHERE isfinite(valid_to)"
    twice = "SELECT 1 FROM assignment GROUP BY employer_id, employee_number HAVING count(*) > 1"
    return connection.execute(f"({ended} LIMIT 1) UNION ALL ({twice} LIMIT 1)").fetchone() is None


def _work(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary) -> None:
    """Make `_work`, assignments beside their worksites, and `_worked`, the places where somebody ever worked.

    Rows of one spell that overlap contradict each other: they are left out. `alone` are those that overlap with none of the
    person's other spells either, for what belongs to the person and to no spell. For what belongs to a spell that has ended,
    its last row counts on (`counts_to`).
    """
    single = is_single_work(connection)
    own = "SELECT *, TRUE AS alone, valid_to AS counts_to FROM assignment WHERE is_primary IS NOT FALSE AND valid_from IS NOT NULL"
    if not single:
        own = f"""
            SELECT * EXCLUDE (in_spell) FROM (
                SELECT a.* REPLACE ({_meets_none("person")} AS alone, CASE WHEN s.termination_date <= a.valid_to
                       AND lead(a._row) OVER in_spell IS NULL THEN DATE 'infinity' ELSE a.valid_to END AS counts_to),
                       {_meets_none("spell")} AS in_spell
                FROM (SELECT * REPLACE (coalesce(valid_to, DATE 'infinity') AS valid_to) FROM ({own})) a
                LEFT JOIN employment_spell s ON s.employer_id = a.employer_id AND s.employee_number = a.employee_number
                      AND s.spell_no = a.spell_no
                WINDOW in_spell AS (PARTITION BY a.employer_id, a.employee_number, a.spell_no ORDER BY a.valid_from, a._row),
                       {_neighbours("spell", "a.employer_id, a.employee_number, a.spell_no")},
                       {_neighbours("person", "a.employer_id, a.employee_number")}
            ) WHERE in_spell"""
    skip = {"worksite_id", "time_zone"}
    columns = "".join(
        f', w."{f.name}" AS "site_{f.name}"' for f in vocabulary.types["worksite"].fields if f.name not in skip
    )
    # Where an employer has one pay group, everybody is in it.
    groups = "SELECT employer_id, min(pay_group) AS pay_group FROM pay_period GROUP BY 1 HAVING count(DISTINCT coalesce(pay_group, '')) = 1"
    # A table of its own: lists of states in a view would be looked up for every person, asked for or not.
    connection.execute(f"""
        CREATE TABLE _site AS
        SELECT w.* REPLACE (coalesce(w.time_zone, CASE {zone_of_state("w.state")} END) AS time_zone) FROM worksite w
    """)
    connection.execute(f"""
        CREATE {"VIEW" if single else "TABLE"} _work AS
        SELECT m.* REPLACE (coalesce(m.valid_to, DATE 'infinity') AS valid_to,
               coalesce(m.counts_to, DATE 'infinity') AS counts_to, coalesce(m.pay_group, g.pay_group) AS pay_group),
               w._row AS site__row, w.time_zone AS site_time_zone, m.worksite_id AS site_worksite_id{columns}
        FROM ({own}) m
        LEFT JOIN _site w ON w.employer_id = m.employer_id AND w.worksite_id = m.worksite_id
        LEFT JOIN ({groups}) g ON g.employer_id = m.employer_id
    """)
    connection.execute("""
        CREATE VIEW _worked AS SELECT a.employer_id, a.employee_number, w.places, w.places_known FROM assignment a
        LEFT JOIN worksite w ON w.employer_id = a.employer_id AND w.worksite_id = a.worksite_id
    """)


def _meets_none(window: str) -> str:
    """Whether a row shares no day with another of the same spell or person."""
    return (
        f"NOT coalesce(max(a.valid_to) OVER before_in_{window} > a.valid_from, FALSE) "
        f"AND NOT coalesce(min(a.valid_from) OVER later_in_{window} < a.valid_to, FALSE)"
    )


def _neighbours(window: str, keys: str) -> str:
    by = f"PARTITION BY {keys} ORDER BY a.valid_from, a._row ROWS BETWEEN"
    return (
        f"before_in_{window} AS ({by} UNBOUNDED PRECEDING AND 1 PRECEDING), "
        f"later_in_{window} AS ({by} 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    )


def _pay_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Pay periods and next paydays by day; a day that two periods claim, or that no period reaches, has no row."""
    connection.execute("""
        CREATE TABLE _period AS
        SELECT DISTINCT employer_id, coalesce(pay_group, '') AS pay_group, starts_on, ends_on, pay_date FROM pay_period
        WHERE starts_on <= ends_on
    """)
    # Somebody without a pay group is in the only one there is.
    connection.execute("""
        INSERT INTO _period
        SELECT employer_id, '', starts_on, ends_on, pay_date FROM _period
        WHERE employer_id IN (SELECT employer_id FROM _period GROUP BY employer_id HAVING count(DISTINCT pay_group) = 1)
          AND pay_group <> ''
    """)
    connection.execute("""
        CREATE TABLE _pay_period AS
        WITH following AS (
            SELECT p.*, n.starts_on AS next_starts_on FROM _period p
            LEFT JOIN _period n ON n.employer_id = p.employer_id AND n.pay_group = p.pay_group AND n.starts_on = p.ends_on + 1
        ),
        days AS (
            SELECT *, unnest(range(starts_on::TIMESTAMP, ends_on::TIMESTAMP + INTERVAL 1 DAY, INTERVAL 1 DAY))::DATE AS on_day
            FROM following
        )
        SELECT employer_id, pay_group, on_day, min(starts_on) AS starts_on, min(ends_on) AS ends_on, min(pay_date) AS pay_date,
               CASE WHEN min(starts_on) = on_day THEN on_day ELSE min(next_starts_on) END AS next_starts_on
        FROM days GROUP BY employer_id, pay_group, on_day HAVING count(DISTINCT (starts_on, ends_on, pay_date)) = 1
    """)
    connection.execute("""
        CREATE TABLE _payday AS
        WITH windows AS (
            SELECT p.employer_id, p.pay_group, p.pay_date,
                   coalesce(b.pay_date, greatest(p.starts_on, p.pay_date - (p.ends_on - p.starts_on + 1)::INTEGER)) AS opens
            FROM _period p
            LEFT JOIN (SELECT employer_id, pay_group, ends_on, max(pay_date) AS pay_date FROM _period
                       WHERE pay_date IS NOT NULL GROUP BY ALL) b
                   ON b.employer_id = p.employer_id AND b.pay_group = p.pay_group AND b.ends_on = p.starts_on - 1
            WHERE p.pay_date IS NOT NULL
        ),
        days AS (
            SELECT employer_id, pay_group, pay_date,
                   unnest(range(opens::TIMESTAMP, pay_date::TIMESTAMP, INTERVAL 1 DAY))::DATE AS on_day
            FROM windows WHERE opens < pay_date
        ),
        answers AS (
            SELECT employer_id, pay_group, on_day, min(pay_date) AS pay_date
            FROM days GROUP BY ALL HAVING count(DISTINCT pay_date) = 1
        ),
        ahead AS (
            SELECT a.employer_id, a.pay_group, a.on_day, min(p.pay_date) AS first
            FROM answers a JOIN _period p ON p.employer_id = a.employer_id AND p.pay_group = a.pay_group AND p.pay_date > a.on_day
                                         AND p.pay_date <= a.pay_date
            GROUP BY ALL
        )
        SELECT a.* FROM answers a JOIN ahead h USING (employer_id, pay_group, on_day) WHERE h.first = a.pay_date
    """)


def _plan_years(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        CREATE TABLE _plan_year AS
        WITH following AS (
            SELECT DISTINCT p.employer_id, p.plan_id, p.starts_on, p.ends_on, n.starts_on AS next_start FROM plan_year p
            LEFT JOIN plan_year n ON n.employer_id = p.employer_id AND n.plan_id = p.plan_id AND n.starts_on = p.ends_on + 1
            WHERE p.starts_on <= p.ends_on AND p.ends_on - p.starts_on < 400
        ),
        days AS (
            SELECT *, unnest(range(starts_on::TIMESTAMP, ends_on::TIMESTAMP + INTERVAL 1 DAY, INTERVAL 1 DAY))::DATE AS on_day
            FROM following
        )
        SELECT employer_id, plan_id, on_day, min(starts_on) AS starts_on, min(ends_on) AS ends_on,
               CASE WHEN min(starts_on) = on_day THEN on_day ELSE min(next_start) END AS next_starts_on
        FROM days GROUP BY employer_id, plan_id, on_day HAVING count(*) = 1
    """)
