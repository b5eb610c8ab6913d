"""Which of the rules are run, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from compliance_engine.engine.surroundings import texts
from compliance_engine.language.rule import Rule
from compliance_engine.records.unplaced import types_with_unplaced


def rules_to_run(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> tuple[list[Rule], dict[str, str]]:
    """Rules of a kind that is run, of places where some subject is; and why the others are left out."""
    places = {"us", "org"}
    for query in ("SELECT DISTINCT unnest(places) FROM worksite", "SELECT DISTINCT unnest(home_places) FROM employee"):
        places |= set(texts(connection, query))
    elsewhere = [rule for rule in rules if rule.jurisdiction not in places]
    # A paper of which the place is not known may be kept by the law of any.
    if any(rule.reach == "document" for rule in elsewhere) and _is_a_place_unknown(connection):
        elsewhere = [rule for rule in elsewhere if rule.reach != "document"]
    left_out = {rule.id: "nobody is there" for rule in elsewhere}
    left_out |= {rule.id: f"kind {rule.kind} is not run yet" for rule in rules if rule.body is None}
    return sorted((rule for rule in rules if rule.id not in left_out), key=lambda rule: rule.id), left_out


def _is_a_place_unknown(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether of some assignment or document nobody can tell all the places that it belongs to."""
    if "assignment" in types_with_unplaced(connection):
        return True
    site = "LEFT JOIN worksite w ON w.employer_id = r.employer_id AND w.worksite_id = r.worksite_id"
    unknown = "(w.places IS NULL OR w.places_known IS NOT TRUE)"
    jobless = "ANTI JOIN assignment a ON a.employer_id = r.employer_id AND a.employee_number = r.employee_number"
    query = (
        f"(SELECT 1 FROM assignment r {site} WHERE {unknown}) UNION ALL "
        f"(SELECT 1 FROM document r {site} WHERE r.worksite_id IS NOT NULL AND {unknown}) UNION ALL "
        f"(SELECT 1 FROM document r {jobless} WHERE r.employee_number IS NOT NULL) LIMIT 1"
    )
    return connection.execute(query).fetchone() is not None
