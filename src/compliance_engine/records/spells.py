"""Periods of employment: which rows make one, their order, and which spell other rows belong to."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from compliance_engine.records.merge import leave_out, may_repeat, merge
from compliance_engine.records.sql import literal, name
from compliance_engine.records.staging import stage_table
from compliance_engine.records.types import VOCABULARY

OVERLAP = "overlapping-spells"
NO_SPELL = "spell-not-known"
ORPHAN = "orphan"
OTHER_START = "spell-start-differs"
_STAGE = stage_table("employment_spell")
_WINDOW = "(PARTITION BY employer_id, employee_number ORDER BY _begins NULLS LAST, _file, _record)"


def take_hire_date(connection: duckdb.DuckDBPyConnection, files: Sequence[int]) -> None:
    """Where the hire date is the first day, a hire date that cannot be read is a first day that cannot be read."""
    if not files:
        return
    connection.execute(
        "INSERT INTO _bad_stage SELECT type, _file, _record, 'start_date', state, reason FROM _bad_stage "
        "WHERE type = 'employment_spell' AND field = 'hire_date' "
        f"AND _file IN ({', '.join(map(str, files))})"
    )


def number_spells(connection: duckdb.DuckDBPyConnection) -> None:
    """Number each person's spells by their first day and tell each one when the one before ended.

    A first spell has none before it, unless the person was first hired on an earlier day than it begins: then the
    end of that earlier spell is not known.
    """
    many = "1"
    order = "'1' AS _no, FALSE AS _follows, CAST(NULL AS DATE) AS _ended"
    if may_repeat(connection, "employment_spell", ("employee_number",)):
        merge(connection, "employment_spell", ("employee_number", "_begins"))
        _distrust_overlaps(connection)
        many = "count(*) OVER (PARTITION BY employer_id, employee_number)"
        order = (
            f"CAST(row_number() OVER {_WINDOW} AS VARCHAR) AS _no, lag(_file) OVER {_WINDOW} IS NOT NULL AS _follows, "
            f"lag(termination_date) OVER {_WINDOW} AS _ended"
        )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_STAGE} AS SELECT * EXCLUDE (_no, _follows, _ended) REPLACE (_no AS spell_no, "
        "CASE WHEN _follows THEN nullif(_ended, DATE 'infinity') WHEN original_hire_date < _begins THEN NULL "
        f"ELSE DATE '-infinity' END AS previous_spell_ended_on) FROM (SELECT *, {order} FROM {_STAGE})"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _spells AS SELECT employer_id, employee_number, spell_no, start_date, hire_date, "
        "_begins, termination_date, CAST(CAST(spell_no AS INTEGER) - 1 AS VARCHAR) AS follows, "
        f"{many} AS spells FROM {_STAGE}"
    )


def _distrust_overlaps(connection: duckdb.DuckDBPyConnection) -> None:
    """Two spells cannot run at once: the end of the earlier is not known, and the beginning of the later neither.

    Where the earlier has simply no end, only that end is in doubt.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _overlap AS SELECT * FROM (SELECT _file, _record, termination_date, "
        f"lead(_begins) OVER {_WINDOW} AS next_begins, lead(_file) OVER {_WINDOW} AS next_file, "
        f"lead(_record) OVER {_WINDOW} AS next_record FROM {_STAGE}) WHERE termination_date > next_begins"
    )
    distrust(connection, "employment_spell", "termination_date", OVERLAP, "SELECT _file, _record FROM _overlap")
    later = "SELECT next_file AS _file, next_record AS _record FROM _overlap WHERE termination_date <> DATE 'infinity'"
    distrust(connection, "employment_spell", "start_date", OVERLAP, later)


def distrust(connection: duckdb.DuckDBPyConnection, type_name: str, field: str, reason: str, rows: str) -> None:
    """Take a value away from the rows that a query names by file and record, and say why."""
    connection.execute(
        f"INSERT INTO _bad_stage SELECT {literal(type_name)}, _file, _record, {literal(field)}, 'distrusted', "
        f"{literal(reason)} FROM ({rows})"
    )
    connection.execute(
        f"UPDATE {stage_table(type_name)} AS t SET {name(field)} = NULL FROM ({rows}) d "
        "WHERE t._file = d._file AND t._record = d._record"
    )


def attach(connection: duckdb.DuckDBPyConnection, type_name: str, within: str | None = None) -> None:
    """Find the spell of each row: by the first day that the row names, else the only spell of the person.

    Args:
        within: a date of the type; where nothing else tells, the spell that holds that day.
    """
    table = stage_table(type_name)
    asked = connection.execute(f"SELECT count(*), count(_spell_start) FROM {table}").fetchone() or (0, 0)
    if asked[0] == 0:
        return
    person = "{0}.employer_id = t.employer_id AND {0}.employee_number = t.employee_number"
    by_hire = (
        "(SELECT employer_id, employee_number, hire_date, min(spell_no) AS spell_no FROM _spells "
        "GROUP BY ALL HAVING count(*) = 1)"
    )
    holds = "NULL"
    told, differs = "", ""
    joins = f"LEFT JOIN _spells o ON {person.format('o')} AND o.spells = 1"
    if asked[1]:
        joins += (
            f" LEFT JOIN _spells b ON {person.format('b')} AND b._begins = t._spell_start "
            f"LEFT JOIN {by_hire} h ON {person.format('h')} AND h.hire_date = t._spell_start"
        )
        told = "b.spell_no, h.spell_no, "
        differs = (
            ", t._spell_start IS NOT NULL AND b.spell_no IS NULL AND h.spell_no IS NULL AND o.spell_no IS NOT NULL "
            "AND o._begins IS NOT NULL AS _differs"
        )
    if within:
        holding = (
            f"(SELECT a._file, a._record, min(s.spell_no) AS spell_no FROM {table} a JOIN _spells s ON s.spells > 1 "
            "AND s.employer_id = a.employer_id AND s.employee_number = a.employee_number "
            f"AND a.{name(within)} BETWEEN s._begins AND s.termination_date GROUP BY a._file, a._record "
            "HAVING count(*) = 1)"
        )
        joins += f" LEFT JOIN {holding} w ON w._file = t._file AND w._record = t._record"
        holds = "w.spell_no"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT t.* REPLACE (coalesce({told}o.spell_no, "
        f"{holds}) AS spell_no){differs} FROM {table} t {joins}"
    )
    if asked[1]:
        connection.execute(
            f"INSERT INTO _noted SELECT {literal(type_name)}, _file, _record, 'spell_no', '{OTHER_START}' "
            f"FROM {table} WHERE _differs"
        )


def settle_unattached(connection: duckdb.DuckDBPyConnection, type_name: str) -> None:
    """Rows of a known person that could belong to any of several spells make nothing known about those without a row.

    Leaving them out would say that the spell has no such record, which may be untrue.
    """
    table = stage_table(type_name)
    if connection.execute(f"SELECT 1 FROM {table} WHERE spell_no IS NULL LIMIT 1").fetchone() is None:
        return
    fields = [f.name for f in VOCABULARY.types[type_name].fields if f.name not in ("employee_number", "spell_no")]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _doubtful AS SELECT min(t._file) AS _file, arg_min(t._record, (t._file, "
        f"t._record)) AS _record, t.employer_id, t.employee_number, s.spell_no FROM {table} t JOIN _spells s "
        "ON t.spell_no IS NULL "
        "AND s.employer_id = t.employer_id AND s.employee_number = t.employee_number "
        f"ANTI JOIN {table} k ON k.employer_id = s.employer_id AND k.employee_number = s.employee_number "
        "AND k.spell_no = s.spell_no GROUP BY t.employer_id, t.employee_number, s.spell_no"
    )
    leave_out_unattached_orphans(connection, type_name)
    leave_out(
        connection,
        type_name,
        "spell_no IS NULL AND (_file, _record) NOT IN (SELECT (_file, _record) FROM _doubtful)",
        NO_SPELL,
    )
    connection.execute(f"DELETE FROM {table} WHERE spell_no IS NULL")
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _doubtful")
    connection.execute(
        f"INSERT INTO _bad_stage SELECT DISTINCT {literal(type_name)}, _file, _record, unnest({fields}), 'distrusted', "
        f"'{NO_SPELL}' FROM _doubtful"
    )


def leave_out_unattached_orphans(connection: duckdb.DuckDBPyConnection, type_name: str) -> None:
    """Rows of a spell whose person is in no file of people cannot be judged at all."""
    people = "(SELECT (employer_id, employee_number) FROM _spells)"
    nobody = f"spell_no IS NULL AND (employer_id, employee_number) NOT IN {people}"
    leave_out(connection, type_name, nobody, ORPHAN)
