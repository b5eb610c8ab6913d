"""Look for what is wrong with loaded records, and take trust away from the cells concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from compliance_engine.records.checks import CHECKS
from compliance_engine.records.findings import SHOWN, Check, DataFinding
from compliance_engine.records.load import Loaded
from compliance_engine.records.relations import RELATIONS, lead_nowhere
from compliance_engine.records.sql import literal, name
from compliance_engine.records.unplaced import place_kept, placeable


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
    checks = [
        check for check in CHECKS if loaded.rows.get(check.type) and ("$as_of" not in check.where + check.rows or as_of)
    ]
    relations = [relation for relation in RELATIONS if loaded.rows.get(relation.type) and relation.owner in supplied]
    if not checks and not relations:
        _place(connection, loaded, {})
        return loaded.findings
    connection.execute("CREATE TEMP TABLE _wrong (check_no INTEGER, _row BIGINT, _file INTEGER, _record BIGINT)")
    if checks:
        wrong = " UNION ALL ".join(_rows(n, check, as_of) for n, check in enumerate(checks))
        connection.execute(f"INSERT INTO _wrong {wrong}")
    lead_nowhere(connection, relations, len(checks))
    checks += [check for relation in relations for check in (relation.short, relation.orphan)]
    groups = connection.execute(
        f"SELECT check_no, _file, count(*), list_slice(list(_record ORDER BY _record), 1, {SHOWN}) FROM _wrong "
        "GROUP BY check_no, _file ORDER BY check_no, _file"
    ).fetchall()
    failed = {number: checks[number] for number in sorted({group[0] for group in groups})}
    for number, check in failed.items():
        for field in check.distrusted:
            _distrust(connection, check, number, field)
    _place(connection, loaded, failed)
    connection.execute("DROP TABLE _wrong")
    _forget_previous_ends(connection)
    found = (_finding(checks[number], paths[file_id], *told) for number, file_id, *told in groups)
    return tuple(sorted([*loaded.findings, *found]))


def _place(connection: duckdb.DuckDBPyConnection, loaded: Loaded, found: Mapping[int, Check]) -> None:
    """Put rows aside that do not say whose they are."""
    there = [type_name for type_name in placeable() if loaded.rows.get(type_name)]
    wrong = [
        f"SELECT {literal(check.type)}, _row, {literal(check.field)} FROM _wrong WHERE check_no = {number}"
        for number, check in found.items()
        if check.unplaces and check.type in there
    ]
    place_kept(connection, there, wrong)


def _rows(number: int, check: Check, as_of: date | None) -> str:
    """The rows that a check finds, with where they come from."""
    if check.where:
        query = f"SELECT {number}, _row, _file, _record FROM {name(check.type)} WHERE {check.where}"
    else:
        query = (
            f"SELECT {number}, t._row, t._file, t._record FROM ({check.rows}) q(_row) "
            f"JOIN {name(check.type)} t ON t._row = q._row"
        )
    return query.replace("$as_of", f"DATE '{as_of}'")


def _finding(check: Check, path: str, count: int, records: list[int]) -> DataFinding:
    return DataFinding(check.kind, check.type, check.field, path, check.message, count, tuple(records))


def _distrust(connection: duckdb.DuckDBPyConnection, check: Check, number: int, field: str) -> None:
    """Take the value away; a cell that was already bad, or was never there, stays as it is.

    An empty number of a row that says it has an owner is no more to be relied on than a wrong one.
    """
    kind = f"{literal(check.type)}, t._row, {literal(field)}"
    concerned = f"t.{name(field)} IS NOT NULL"
    if check.unplaces:
        same = f"b.type = {literal(check.type)} AND b.field = {literal(field)} AND b._row = t._row"
        concerned = f"NOT EXISTS (SELECT 1 FROM _bad_cell b WHERE {same})"
    taken = connection.execute(
        f"INSERT INTO _bad_cell SELECT {kind}, 'distrusted', {literal(check.kind)} "
        f"FROM {name(check.type)} t JOIN _wrong w ON w._row = t._row WHERE w.check_no = {number} "
        f"AND {concerned} ORDER BY t._row"
    ).fetchone()
    if taken != (0,) and not check.unplaces:  # a column that no source has is not stored, so there is nothing to change
        connection.execute(
            f"UPDATE {name(check.type)} SET {name(field)} = NULL "
            f"WHERE _row IN (SELECT _row FROM _wrong WHERE check_no = {number})"
        )


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
