"""Look for what is wrong with loaded records, and take trust away from the cells concerned."""

from __future__ import annotations

from datetime import date

import duckdb

from compliance_engine.records.checks import CHECKS
from compliance_engine.records.findings import SHOWN, Check, DataFinding
from compliance_engine.records.load import Loaded
from compliance_engine.records.sql import literal, name


def examine(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, *, as_of: date | None = None
) -> tuple[DataFinding, ...]:
    """Find what is wrong with the records; all findings of reading and of looking, sorted.

    A cell that a finding says cannot be relied on becomes NULL, with a row in `_bad_cell` that says so.

    Args:
        as_of: the day of asking; without it nothing is said about days that may be past or to come.
    """
    paths = {loaded_file.id: loaded_file.raw.file for loaded_file in loaded.files}
    supplied = {row[0] for row in connection.execute("SELECT type FROM _supplied WHERE field = ''").fetchall()}
    findings = list(loaded.findings)
    for check in CHECKS:
        if not loaded.rows.get(check.type) or not supplied.issuperset(check.needs):
            continue
        if "$as_of" in check.rows and as_of is None:
            continue
        findings += _run(connection, check, as_of, paths)
    _forget_previous_ends(connection)
    return tuple(sorted(findings))


def _run(
    connection: duckdb.DuckDBPyConnection, check: Check, as_of: date | None, paths: dict[int, str]
) -> list[DataFinding]:
    rows = check.rows.replace("$as_of", f"DATE '{as_of}'")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _wrong AS SELECT _row FROM ({rows}) q(_row)")
    groups = connection.execute(
        f"SELECT t._file, count(*), list_slice(list(t._record ORDER BY t._record), 1, {SHOWN}) FROM _wrong w "
        f"JOIN {name(check.type)} t ON t._row = w._row GROUP BY t._file ORDER BY t._file"
    ).fetchall()
    if groups:
        for field in check.distrusted:
            _distrust(connection, check, field)
    connection.execute("DROP TABLE _wrong")
    return [
        DataFinding(check.kind, check.type, check.field, paths[file_id], check.message, count, tuple(records))
        for file_id, count, records in groups
    ]


def _distrust(connection: duckdb.DuckDBPyConnection, check: Check, field: str) -> None:
    """Take the value away; a cell that was already bad, or was never there, stays as it is."""
    connection.execute(
        f"INSERT INTO _bad_cell SELECT {literal(check.type)}, t._row, {literal(field)}, 'distrusted', "
        f"{literal(check.kind)} "
        f"FROM {name(check.type)} t JOIN _wrong w ON w._row = t._row WHERE t.{name(field)} IS NOT NULL ORDER BY t._row"
    )
    connection.execute(f"UPDATE {name(check.type)} SET {name(field)} = NULL WHERE _row IN (SELECT _row FROM _wrong)")


def _forget_previous_ends(connection: duckdb.DuckDBPyConnection) -> None:
    """Where the end of a spell is not known any more, the next spell does not know it either."""
    connection.execute(
        "UPDATE employment_spell AS t SET previous_spell_ended_on = NULL FROM (SELECT s.employer_id, "
        "s.employee_number, "
        "CAST(s.spell_no AS INTEGER) + 1 AS following FROM employment_spell s JOIN _bad_cell b ON b.type = "
        "'employment_spell' AND b.field = 'termination_date' AND b._row = s._row) e "
        "WHERE e.employer_id = t.employer_id "
        "AND e.employee_number = t.employee_number AND CAST(t.spell_no AS INTEGER) = e.following"
    )
