"""Where somebody worked on which day: one open row a spell, or the dated rows that a source supplies."""

from __future__ import annotations

import duckdb

from compliance_engine.records.merge import leave_out, merge
from compliance_engine.records.spells import attach, distrust
from compliance_engine.records.sql import name
from compliance_engine.records.staging import stage_table, stored
from compliance_engine.records.types import VOCABULARY

OVERLAP = "overlapping-assignments"
REPLACED = "replaced-by-dated-rows"
_STAGE = stage_table("assignment")
_SPELL_STAGE = stage_table("employment_spell")
_PLACE = ("employee_number", "spell_no", "valid_from", "valid_to", "is_primary")


def shape_assignments(connection: duckdb.DuckDBPyConnection, supplied_by_own: set[str]) -> None:
    """Give every assignment its spell and its first and last day.

    A row that stands beside the person in one line of an export says only how things are now; it is taken as true
    from the first day of the spell on, unless another source has dated rows for that spell.

    Args:
        supplied_by_own: fields that the dated rows' own source has a column for.
    """
    dated = connection.execute(f"SELECT 1 FROM {_STAGE} WHERE _own LIMIT 1").fetchone()
    if dated:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _own_rows AS SELECT * FROM {_STAGE} WHERE _own")
    _stand(connection)
    merge(connection, "assignment", ("employee_number", "spell_no"))
    if dated:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _standing AS SELECT * FROM {_STAGE}")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_STAGE} AS SELECT * FROM _own_rows")
        attach(connection, "assignment", within="valid_from")
        merge(connection, "assignment", ("employee_number", "spell_no", "valid_from", "worksite_id"))
        _close(connection)
        _complete_last(connection, supplied_by_own)
        _replace(connection)
        connection.execute(f"INSERT INTO {_STAGE} BY NAME SELECT * FROM _standing")


def _stand(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the rows that say how things are now the number and the days of their spell."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_STAGE} AS SELECT a.* REPLACE (s.spell_no AS spell_no, coalesce(a.valid_from, "
        "s._begin) AS valid_from, coalesce(nullif(a.valid_to, DATE 'infinity'), s._until, DATE 'infinity') "
        "AS valid_to) "
        f"FROM {_STAGE} a "
        "LEFT JOIN (SELECT * FROM _moved WHERE type = 'employment_spell') m ON m._file = a._file AND "
        "m._record = a._record JOIN (SELECT s._file, s._record, s.spell_no, least(s.start_date, s.hire_date) "
        "AS _begin, n._begins AS _until "
        f"FROM {_SPELL_STAGE} s LEFT JOIN _spells n ON n.spells > 1 AND n.employer_id = s.employer_id AND "
        "n.employee_number = s.employee_number AND n.follows = s.spell_no) s "
        "ON s._file = coalesce(m.to_file, a._file) AND s._record = coalesce(m.to_record, a._record) WHERE NOT a._own"
    )


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    """A main assignment without an end ends where the next of its spell begins, or the person's next spell.

    One that ends later than the next of its spell begins is not to be relied on.
    """
    window = (
        "(PARTITION BY employer_id, employee_number, spell_no, is_primary IS NOT DISTINCT FROM FALSE "
        "ORDER BY valid_from NULLS LAST, _file, _record)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _neighbours AS SELECT _file, _record, employer_id, employee_number, spell_no, "
        f"valid_from, valid_to, lead(valid_from) "
        f"OVER {window} AS next_from, lead(_file) OVER {window} AS next_file, "
        f"lead(_record) OVER {window} AS next_record "
        f"FROM {_STAGE} WHERE is_primary IS DISTINCT FROM FALSE"
    )
    connection.execute(
        f"UPDATE {_STAGE} AS t SET valid_to = coalesce(n.next_from, s._begins, DATE 'infinity') FROM _neighbours n "
        "LEFT JOIN _spells s ON s.spells > 1 AND s.employer_id = n.employer_id "
        "AND s.employee_number = n.employee_number AND s.follows = n.spell_no "
        "WHERE t._file = n._file AND t._record = n._record AND coalesce(n.valid_to, DATE 'infinity') = DATE 'infinity'"
    )
    overlap = "FROM _neighbours WHERE valid_to > next_from AND valid_to <> DATE 'infinity'"
    distrust(connection, "assignment", "valid_to", OVERLAP, f"SELECT _file, _record {overlap}")
    distrust(
        connection, "assignment", "valid_from", OVERLAP, f"SELECT next_file AS _file, next_record AS _record {overlap}"
    )


def _complete_last(connection: duckdb.DuckDBPyConnection, supplied_by_own: set[str]) -> None:
    """What the dated rows have no column for is known for the present one, from the person's own line."""
    there = stored(connection, "assignment")
    missing = [
        f.name
        for f in VOCABULARY.types["assignment"].fields
        if f.name in there and f.name not in supplied_by_own and f.name not in _PLACE and f.name != "worksite_id"
    ]
    if not missing:
        return
    settings = ", ".join(f"{name(field)} = coalesce(t.{name(field)}, s.{name(field)})" for field in missing)
    connection.execute(
        f"UPDATE {_STAGE} AS t SET {settings} FROM _standing s WHERE s.employer_id = t.employer_id AND "
        "s.employee_number = t.employee_number AND s.spell_no = t.spell_no AND t.valid_to = DATE 'infinity' "
        "AND t.is_primary IS DISTINCT FROM FALSE"
    )


def _replace(connection: duckdb.DuckDBPyConnection) -> None:
    """Where a spell has dated rows, the line that says how things are now makes no row of its own."""
    connection.execute(
        "INSERT INTO _left_out SELECT 'assignment', s._file, s._record, "
        f"'{REPLACED}' FROM _standing s SEMI JOIN {_STAGE} t ON t.employer_id = s.employer_id "
        "AND t.employee_number = s.employee_number AND t.spell_no = s.spell_no"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _standing AS SELECT s.* FROM _standing s ANTI JOIN {_STAGE} t "
        "ON t.employer_id = s.employer_id AND t.employee_number = s.employee_number AND t.spell_no = s.spell_no"
    )
    leave_out(connection, "assignment", "spell_no IS NULL", "spell-not-known")
