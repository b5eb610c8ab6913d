"""Load the files of an export into one table per record type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Level, Position, Problem
from compliance_engine.records import places, related
from compliance_engine.records.assignments import shape_assignments
from compliance_engine.records.cast import Staging, make_stage, prepare, stage, stage_table
from compliance_engine.records.columns import Fill, fills
from compliance_engine.records.findings import DataFinding
from compliance_engine.records.merge import leave_out, leave_out_nobodys, make_ids, merge, number_rows
from compliance_engine.records.profile import SPELL_START, SSN, Profile
from compliance_engine.records.read.csv import read_csv
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.spells import (
    NO_SPELL,
    attach,
    leave_out_unattached_orphans,
    number_spells,
    settle_unattached,
)
from compliance_engine.records.sql import COLUMN_TYPES, literal, name, names
from compliance_engine.records.told import reading_findings
from compliance_engine.records.types import VOCABULARY
from compliance_engine.records.work_days import make_work_days

_FORMATS = frozenset({".csv", ".tsv", ".txt"})
_ONE_PER_SPELL = ("i9", "everify_case")
_ALWAYS = ("employer", "employee", "employment_spell", "worksite", "document")
"""Types that others are joined to, so that they need a staging table even without a source."""
_OF_A_SPELL = ("i9_document", "supplement_b")


@dataclass(frozen=True)
class LoadedFile:
    """One file that was read: where it went and how its rows are accounted for."""

    id: int
    table: str
    raw: RawTable


@dataclass(frozen=True)
class Loaded:
    """What a load made.

    Attributes:
        files: the files read, in order.
        rows: rows in the table of each record type.
        findings: what reading and ordering the rows found wrong with the data.
        left_out: (record type, reason) to the number of rows that are in no table.
    """

    files: tuple[LoadedFile, ...]
    rows: dict[str, int]
    findings: tuple[DataFinding, ...]
    left_out: dict[tuple[str, str], int]


def load(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], profile: Profile, *, hash_key: bytes
) -> tuple[Loaded, list[Problem]]:
    """Read files by a source profile into one table per record type; every type has a table, if an empty one.

    The connection should be in memory: raw cells, social security numbers among them, are held until the end of the
    load. Problems name files, records and columns and never repeat a cell.

    Args:
        paths: files, or folders whose files are taken.
        hash_key: key of the hash by which social security numbers are compared.
    """
    problems: list[Problem] = []
    prepare(connection)
    staging = Staging()
    loaded_files: list[LoadedFile] = []
    filled: list[tuple[LoadedFile, Fill]] = []
    for path in _files(paths):
        table_name, found = _table_of(path, profile)
        problems += found
        if table_name is None:
            continue
        raw, found = read_csv(connection, path, f"_raw_{len(loaded_files)}")
        problems += found
        if raw is None:
            continue
        loaded_file = LoadedFile(len(loaded_files), table_name, raw)
        loaded_files.append(loaded_file)
        file_fills, found = fills(profile, profile.tables[table_name], raw)
        problems += found
        for fill in file_fills:
            make_stage(connection, fill.type_name)
            stage(connection, profile, raw, loaded_file.id, fill, file_fills, hash_key, staging)
            filled.append((loaded_file, fill))
        connection.execute(f"DROP TABLE {raw.table}")
    if not loaded_files:
        problems.append(Problem("nothing-to-read", "none of the paths holds a file that the profile describes"))
    _shape(connection, filled)
    _write_tables(connection, profile, filled, loaded_files)
    if any(fill.type_name == "time_record" for _, fill in filled):
        make_work_days(connection)
    paths_by_id = {loaded_file.id: loaded_file.raw.file for loaded_file in loaded_files}
    findings = reading_findings(connection, staging, paths_by_id)
    rows = {type_name: _count(connection, f"SELECT count(*) FROM {name(type_name)}") for type_name in VOCABULARY.types}
    left_out = {
        (row[0], row[1]): row[2]
        for row in connection.execute(
            "SELECT type, reason, count(*) FROM _left_out GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    }
    _clean_up(connection, staging)
    return Loaded(tuple(loaded_files), rows, findings, left_out), problems


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those directly in the folders named, in order of their names."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.iterdir() if p.is_file() and p.suffix.casefold() in _FORMATS)
            found += sorted(inside, key=lambda p: p.name)
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _table_of(path: Path, profile: Profile) -> tuple[str | None, list[Problem]]:
    table, claims = profile.table_of(path)
    if table is not None:
        return table, []
    where = Position(str(path), 1, 1)
    if claims:
        message = f"the profile {profile.profile} gives this file to several tables: {', '.join(claims)}"
        return None, [Problem("ambiguous-file", message, where, help="make the patterns under files: more exact")]
    patterns = [pattern for described in profile.tables.values() for pattern in described.files]
    near = did_you_mean(path.name, [pattern.replace("*", "") for pattern in patterns])
    message = f"no table of the profile {profile.profile} has a file of this name, so it is not read"
    return None, [Problem("file-not-in-profile", message, where, Level.WARNING, near)]


def _shape(connection: duckdb.DuckDBPyConnection, filled: list[tuple[LoadedFile, Fill]]) -> None:
    """Give the staged rows of every type their keys and what they take from related records."""
    supplied = _supplied(filled)
    staged = [type_name for type_name in VOCABULARY.types if type_name in supplied]
    for type_name in _ALWAYS:
        make_stage(connection, type_name)
    if "document" in staged:
        related.identify_documents(connection)
    for type_name in staged:
        make_ids(connection, type_name)
        leave_out_nobodys(connection, type_name)
    number_spells(connection)
    if "assignment" in staged:
        shape_assignments(connection, _own_fields(filled))
    for type_name in (*_ONE_PER_SPELL, *_OF_A_SPELL, "document"):
        if type_name in staged:
            attach(connection, type_name)
    for type_name in _ONE_PER_SPELL:
        if type_name in staged:
            settle_unattached(connection, type_name)
    for type_name in _OF_A_SPELL:
        if type_name in staged:
            leave_out_unattached_orphans(connection, type_name)
            leave_out(connection, type_name, "spell_no IS NULL", NO_SPELL)
    related.take_person_of_case(connection, staged)
    for type_name in staged:
        if type_name not in ("employment_spell", "assignment"):
            number_rows(connection, type_name)
            merge(connection, type_name)
    if "training" in staged:
        make_stage(connection, "training_course")
        related.take_course(connection, "minutes_spent" in supplied["training"])
    if "leave_usage" in staged:
        related.hours_of_leave(connection)
    _derive_active(connection)
    places.resolve(connection, stage_table("worksite"), "")
    places.resolve(connection, stage_table("employee"), "home_")


def _own_fields(filled: list[tuple[LoadedFile, Fill]]) -> set[str]:
    """The fields that dated assignments' own sources have columns for."""
    return {
        field
        for _, fill in filled
        if fill.type_name == "assignment" and not _beside_spell(filled, fill)
        for field in fill.sources
    }


def _beside_spell(filled: list[tuple[LoadedFile, Fill]], fill: Fill) -> bool:
    """Whether the file that makes this assignment also makes the spell: then it says how things are now."""
    owner = next(loaded_file for loaded_file, other in filled if other is fill)
    return any(loaded_file is owner and other.type_name == "employment_spell" for loaded_file, other in filled)


def _supplied(filled: list[tuple[LoadedFile, Fill]]) -> dict[str, set[str]]:
    supplied: dict[str, set[str]] = {}
    for _, fill in filled:
        supplied.setdefault(fill.type_name, set()).update(fill.sources)
    return supplied


def _derive_active(connection: duckdb.DuckDBPyConnection) -> None:
    """Somebody is active whose latest spell says so, or has no end."""
    connection.execute(
        f"UPDATE {stage_table('employee')} AS t SET active = s.active FROM (SELECT employer_id, employee_number, "
        "arg_max(CASE WHEN status IN ('active', 'on_leave', 'suspended', 'onboarding') THEN TRUE WHEN status IN "
        "('terminated', 'retired', 'deceased') THEN FALSE WHEN termination_date IS NOT NULL THEN termination_date = "
        f"DATE 'infinity' END, CAST(spell_no AS INTEGER)) AS active FROM {stage_table('employment_spell')} GROUP BY ALL) s "
        "WHERE s.employer_id = t.employer_id AND s.employee_number = t.employee_number"
    )


def _write_tables(
    connection: duckdb.DuckDBPyConnection,
    profile: Profile,
    filled: list[tuple[LoadedFile, Fill]],
    loaded_files: list[LoadedFile],
) -> None:
    _make_employers(connection, bool(loaded_files))
    staged = {fill.type_name for _, fill in filled} | set(_ALWAYS)
    for record_type in VOCABULARY.types.values():
        if record_type.name in staged:
            columns = names(f.name for f in record_type.fields)
            _number_rows(connection, record_type.name, columns)
        else:
            columns = ", ".join(f"{name(f.name)} {COLUMN_TYPES[f.type]}" for f in record_type.fields)
            connection.execute(
                f"CREATE TABLE {name(record_type.name)} (_row BIGINT, _file INTEGER, _record BIGINT, "
                f"employer_id VARCHAR, {columns})"
            )
    _write_cells(connection)
    connection.execute("CREATE TABLE _supplied (type VARCHAR, field VARCHAR)")
    pairs = sorted(_marks(profile, filled))
    connection.execute(
        "INSERT INTO _supplied SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [[p[0] for p in pairs], [p[1] for p in pairs]],
    )
    connection.execute("CREATE TABLE _complete_from (type VARCHAR, from_day DATE)")
    for type_name, day in sorted(_complete(profile, filled).items()):
        connection.execute("INSERT INTO _complete_from VALUES (?, ?)", [type_name, day])
    connection.execute(
        "CREATE TABLE _file (id INTEGER, path VARCHAR, sha256 VARCHAR, format VARCHAR, rows_read BIGINT, rows_reported BIGINT)"
    )
    for loaded_file in loaded_files:
        raw = loaded_file.raw
        connection.execute(
            "INSERT INTO _file VALUES (?, ?, ?, 'csv', ?, ?)",
            [loaded_file.id, raw.file, raw.sha256, raw.rows_read, raw.rows_reported],
        )


def _number_rows(connection: duckdb.DuckDBPyConnection, type_name: str, columns: str) -> None:
    """Write the table of a type in the order of its files; rows that are in order already are not sorted again."""
    stage_name = stage_table(type_name)
    ahead = "lag({0}) OVER ()".format
    late = (
        f"SELECT 1 FROM (SELECT _file, _record, {ahead('_file')} AS f, {ahead('_record')} AS r FROM {stage_name}) "
        "WHERE f > _file OR (f = _file AND r > _record) LIMIT 1"
    )
    unsorted = connection.execute(late).fetchone() is not None
    order, final = ("ORDER BY _file, _record", "ORDER BY _row") if unsorted else ("", "")
    connection.execute(
        f"CREATE TABLE {name(type_name)} AS SELECT row_number() OVER ({order}) AS _row, _file, _record, employer_id, "
        f"{columns} FROM {stage_name} {final}"
    )


def _make_employers(connection: duckdb.DuckDBPyConnection, any_file: bool) -> None:
    """Whoever has people or places is an employer, also without a row of its own; its record is a file's header."""
    if not any_file:
        return
    having = " UNION ALL ".join(
        f"SELECT employer_id, _file FROM {stage_table(t)}"
        for t in ("employee", "employment_spell", "worksite", "document")
    )
    employer = stage_table("employer")
    connection.execute(
        f"INSERT INTO {employer} BY NAME SELECT employer_id, min(_file) AS _file, 1 AS _record FROM ({having}) h "
        f"WHERE employer_id NOT IN (SELECT employer_id FROM {employer}) GROUP BY employer_id ORDER BY employer_id"
    )


def _write_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """Say for every cell that could not be read or relied on which row of which table it is in."""
    connection.execute(
        "CREATE TABLE _bad_cell (type VARCHAR, _row BIGINT, field VARCHAR, state VARCHAR, reason VARCHAR)"
    )
    for type_name, field_name in connection.execute(
        "SELECT DISTINCT type, field FROM _bad_stage ORDER BY ALL"
    ).fetchall():
        connection.execute(
            f"INSERT INTO _bad_cell SELECT b.type, t._row, b.field, min(b.state), arg_min(b.reason, b.state) FROM "
            "_bad_stage b LEFT JOIN _moved m ON m.type = b.type AND m._file = b._file AND m._record = b._record "
            f"JOIN {name(type_name)} t ON t._file = coalesce(m.to_file, b._file) "
            f"AND t._record = coalesce(m.to_record, b._record) WHERE b.type = {literal(type_name)} "
            f"AND b.field = {literal(field_name)} AND t.{name(field_name)} IS NULL GROUP BY b.type, t._row, b.field ORDER BY t._row"
        )


def _marks(profile: Profile, filled: list[tuple[LoadedFile, Fill]]) -> set[tuple[str, str]]:
    """The (type, field) pairs that some source has a column for, or that are derived from what it has."""
    marks: set[tuple[str, str]] = set()
    for type_name, fields in _supplied(filled).items():
        record_type = VOCABULARY.types[type_name]
        marks.add((type_name, ""))
        marks.update((type_name, f) for f in fields if f not in (SSN, SPELL_START, "employer_id"))
        marks.update((type_name, f.name) for f in record_type.fields if f.derived and not f.name.startswith("ssn_"))
        if SSN in fields:
            marks.update({(type_name, "ssn_state"), (type_name, "ssn_hash")})
        if type_name == "employment_spell" and profile.hire_date_is_first_day and "hire_date" in fields:
            marks.add((type_name, "start_date"))
        if type_name == "time_record":
            marks.update({("work_day", ""), ("break_taken", "")})
    marks.add(("employer", ""))
    return marks


def _complete(profile: Profile, filled: list[tuple[LoadedFile, Fill]]) -> dict[str, date]:
    complete: dict[str, date] = {}
    for loaded_file, fill in filled:
        day = profile.tables[loaded_file.table].complete_from
        if day is not None:
            complete[fill.type_name] = min(day, complete.get(fill.type_name, day))
    return complete


def _clean_up(connection: duckdb.DuckDBPyConnection, staging: Staging) -> None:
    """Drop everything that the engine has no use for."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    for (table,) in tables:
        connection.execute(f"DROP TABLE temp.{name(table)}")


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
