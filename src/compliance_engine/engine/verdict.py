"""One verdict for a document over all floors, ceilings and holds (docs/language.md §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from compliance_engine.engine.settings import Settings, worth_reporting
from compliance_engine.engine.sql.frame import sql_date
from compliance_engine.engine.sql.statement import Statement
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Retention, Rule

_LIVE = "('retain', 'disposable', 'unknown', 'over-retained')"


def remember(connection: duckdb.DuckDBPyConnection, statement: Statement, numbers: Mapping[str, int]) -> None:
    """Keep what retention rules say of documents that still exist, to be weighed together."""
    columns = [c for c in statement.columns if statement.about == "document" and isinstance(c.rule.body, Retention)]
    if not columns:
        return
    parts = [
        f"SELECT {numbers[c.rule.id]} AS rule_no, {_is_floor(c.rule)} AS is_floor, _row, {c.state} AS state, {c.due} AS ends "
        f"FROM _wide WHERE {c.state} IN {_LIVE}"
        for c in columns
    ]
    connection.execute(
        "CREATE TABLE IF NOT EXISTS _retention (rule_no INTEGER, is_floor BOOLEAN, _row BIGINT, state _state, ends DATE)"
    )
    connection.execute("INSERT INTO _retention " + " UNION ALL ".join(parts))


def _is_floor(rule: Rule) -> str:
    return "TRUE" if isinstance(rule.body, Retention) and rule.body.keep is not None else "FALSE"


def documents(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    settings: Settings,
    counts: dict[tuple[str, State], int],
) -> None:
    """Replace the states of single retention rules by the document's verdict, told under the rule that governs."""
    made = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = '_retention'").fetchone()
    if made == (0,):
        return
    as_of = sql_date(settings.as_of)
    connection.execute(f"""
        CREATE TEMP TABLE _verdict AS
        WITH held AS ({_holds(as_of)}),
        weighed AS (
            SELECT _row, max(ends) FILTER (WHERE is_floor) AS last_floor, bool_or(is_floor AND ends IS NULL) AS floor_unknown,
                   min(ends) FILTER (WHERE NOT is_floor) AS first_ceiling
            FROM _retention GROUP BY _row
        )
        SELECT t.rule_no, t._row, t.state AS own, t.ends,
               CASE
                   WHEN h._row IS NOT NULL THEN 'on-hold'
                   WHEN w.last_floor >= {as_of} THEN
                       CASE WHEN t.is_floor AND t.ends = w.last_floor THEN 'retain' ELSE 'superseded' END
                   WHEN t.state = 'unknown' THEN 'unknown'
                   WHEN w.floor_unknown THEN 'superseded'
                   WHEN w.first_ceiling < {as_of} THEN
                       CASE WHEN NOT t.is_floor AND t.ends = w.first_ceiling THEN 'over-retained' ELSE 'superseded' END
                   WHEN w.last_floor IS NULL THEN t.state::VARCHAR
                   WHEN t.is_floor AND t.ends = w.last_floor THEN 'disposable'
                   ELSE 'superseded'
               END AS state
        FROM _retention t JOIN weighed w USING (_row) LEFT JOIN held h USING (_row)
    """)
    keep = ", ".join(f"'{s.value}'" for s in sorted(settings.keep or worth_reporting(), key=str))
    retention = ", ".join(
        str(n) for n, rule in enumerate(rules) if isinstance(rule.body, Retention) and rule.about == "document"
    )
    connection.execute(f"DELETE FROM _outcome WHERE rule_no IN ({retention}) AND state IN {_LIVE}")
    connection.execute(f"""
        INSERT INTO _outcome
        SELECT rule_no, 'document', _row, NULL, state::_state, CASE WHEN isfinite(ends) THEN ends END, {as_of}
        FROM _verdict WHERE state IN ({keep})
    """)
    for number, rule in enumerate(rules):
        if isinstance(rule.body, Retention) and rule.about == "document":
            for state in ("retain", "disposable", "unknown", "over-retained"):
                counts.pop((rule.id, State(state)), None)
            found = connection.execute(
                f"SELECT state, count(*) FROM _verdict WHERE rule_no = {number} GROUP BY 1"
            ).fetchall()
            for state, n in found:
                counts[rule.id, State(state)] = n
    connection.execute("DROP TABLE _retention; DROP TABLE _verdict")


def _holds(as_of: str) -> str:
    """Documents under a hold in force. A hold that names nothing holds nothing; whatever is not known of either keeps."""
    return f"""
        SELECT DISTINCT d._row FROM document d JOIN hold h ON h.employer_id = d.employer_id
        WHERE coalesce(h.effective_from <= {as_of}, TRUE) AND NOT coalesce(isfinite(h.released_on) AND h.released_on <= {as_of}, FALSE)
          AND (h.employee_number IS NOT NULL OR h.class_code IS NOT NULL OR h.document_id IS NOT NULL OR h.worksite_id IS NOT NULL)
          AND coalesce(h.employee_number = d.employee_number, h.employee_number IS NULL OR d.employee_number IS NULL)
          AND coalesce(h.class_code = d.class_code, TRUE)
          AND coalesce(h.document_id = d.document_id, TRUE)
          AND coalesce(h.worksite_id = d.worksite_id, TRUE)
          AND coalesce(d.document_date >= h.date_from, TRUE) AND coalesce(d.document_date <= h.date_to, TRUE)
    """
