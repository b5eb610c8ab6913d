"""Load the files of an export into one table per record type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from compliance_engine.problems import Problem
from compliance_engine.records import places, related
from compliance_engine.records.assignments import shape_assignments
from compliance_engine.records.cast import Input, Staging, prepare
from compliance_engine.records.columns import Fill, fills
from compliance_engine.records.extracted import extracted_on, says_when
from compliance_engine.records.findings import DataFinding
from compliance_engine.records.made import with_made_columns
from compliance_engine.records.merge import bring_together, leave_out, leave_out_nobodys, make_ids
from compliance_engine.records.profile import Profile, beside
from compliance_engine.records.read.file import read_file
from compliance_engine.records.sources import TableSource, files_of, sources_of
from compliance_engine.records.spells import (
    NO_SPELL,
    attach,
    leave_out_unattached_orphans,
    number_spells,
    settle_unattached,
    take_hire_date,
)
from compliance_engine.records.sql import literal, name
from compliance_engine.records.staging import make_stage, stage_table
from compliance_engine.records.survey import survey
from compliance_engine.records.tables import ALWAYS, ONE_PER_SPELL, LoadedFile, supplied_fields, write_tables
from compliance_engine.records.taking import ANY, Unread, days_of, remember, take, unread_of
from compliance_engine.records.told import reading_findings
from compliance_engine.records.types import VOCABULARY
from compliance_engine.records.unplaced import place_lost
from compliance_engine.records.work_days import make_work_days

_OF_A_SPELL = ("i9_document", "supplement_b")


@dataclass(frozen=True)
class Account:
    """Where the rows that a file has for one record type went.

    Attributes:
        read: rows of the file.
        kept: rows that are in the table of the type, or that tell about several rows of it.
        merged: rows that went into another row with the same key.
        left_out: rows that are in no table, each with a finding or replaced by a better row.
    """

    file: str
    type: str
    read: int
    kept: int
    merged: int
    left_out: int


@dataclass(frozen=True)
class Loaded:
    """What a load made.

    Attributes:
        files: the files read, in order.
        rows: rows in the table of each record type.
        findings: what reading and ordering the rows found wrong with the data.
        accounts: for each file and record type, where the rows went.
    """

    files: tuple[LoadedFile, ...]
    rows: dict[str, int]
    findings: tuple[DataFinding, ...]
    accounts: tuple[Account, ...]


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
    unread: list[Unread] = []
    wanted: list[TableSource] = []
    profiles = beside(profile)
    for path in files_of(paths):
        sources, found = sources_of(path, profiles)
        wanted += sources
        problems += found
    for source in wanted:
        raw, found = read_file(connection, source.path, f"_raw_{len(loaded_files)}", source.sheet)
        problems += found
        table = source.profile.tables[source.table]
        if raw is None:
            unread += [(type_name, ANY, 1) for type_name in table.fills]
            continue
        width = len(raw.columns)
        raw, made_of = with_made_columns(connection, source.profile, table, raw)
        used = made_of | says_when(source.profile, raw)
        file_fills, refused, found = fills(source.profile, table, raw, used)
        problems += found
        file_id = len(loaded_files)
        seen = survey(connection, source.profile, raw, file_fills, f"_words_{file_id}")
        source_file = Input(source.profile, raw, file_id, seen, file_fills, hash_key)
        source_file, found = take(connection, source_file, table, width, staging)
        raw, problems = source_file.raw, problems + found
        made_on, dates = extracted_on(connection, source.profile, raw), days_of(source_file)
        loaded_file = LoadedFile(file_id, source.table, raw, source.profile, made_on, dates)
        loaded_files.append(loaded_file)
        filled += [(loaded_file, fill) for fill in file_fills]
        unread += unread_of(raw, file_fills, refused)
        connection.execute(f"DROP TABLE {raw.table}")
    if not loaded_files:
        message = "none of the paths holds a file that the profile describes"
        message += "; compliance init --from FILE proposes a profile"
        problems.append(Problem("nothing-to-read", message))
    take_hire_date(connection, [one.id for one in loaded_files if one.profile.hire_date_is_first_day])
    remember(connection, unread, {fill.type_name for _, fill in filled})
    _shape(connection, filled)
    write_tables(connection, filled, loaded_files)
    if any(fill.type_name == "time_record" for _, fill in filled):
        make_work_days(connection)
    paths_by_id = {loaded_file.id: loaded_file.raw.file for loaded_file in loaded_files}
    findings = reading_findings(connection, staging, paths_by_id)
    rows = _rows(connection, [fill for _, fill in filled])
    accounts = _accounts(connection, filled)
    place_lost(connection)
    _clean_up(connection)
    return Loaded(tuple(loaded_files), rows, findings, accounts), problems


def _shape(connection: duckdb.DuckDBPyConnection, filled: list[tuple[LoadedFile, Fill]]) -> None:
    """Give the staged rows of every type their keys and what they take from related records."""
    supplied = supplied_fields(filled)
    staged = [type_name for type_name in VOCABULARY.types if type_name in supplied]
    for type_name in ALWAYS:
        make_stage(connection, type_name)
    if "document" in staged and "document_instance" in staged:
        related.identify_documents(connection)
    for type_name in staged:
        make_ids(connection, type_name)
    leave_out_nobodys(connection, staged)
    number_spells(connection)
    if "assignment" in staged:
        shape_assignments(connection, _own_fields(filled))
    for type_name in (*ONE_PER_SPELL, *_OF_A_SPELL, "document"):
        if type_name in staged:
            attach(connection, type_name)
    for type_name in ONE_PER_SPELL:
        if type_name in staged:
            settle_unattached(connection, type_name)
    for type_name in _OF_A_SPELL:
        if type_name in staged:
            leave_out_unattached_orphans(connection, type_name)
            leave_out(connection, type_name, "spell_no IS NULL", NO_SPELL)
    related.take_person_of_case(connection, staged)
    bring_together(connection, [t for t in staged if t not in ("employment_spell", "assignment")])
    if "training" in staged and "training_course" in staged:
        related.take_course(connection, "minutes_spent" in supplied["training"])
    if "leave_usage" in staged:
        related.hours_of_leave(connection)
    places.refuse_unknown_zones(connection)
    places.resolve(connection, "worksite", "")
    places.resolve(connection, "employee", "home_")
    _derive_active(connection)


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


def _derive_active(connection: duckdb.DuckDBPyConnection) -> None:
    """Somebody is active whose latest spell says so, or has no end."""
    says = (
        "CASE WHEN status IN ('active', 'on_leave', 'suspended', 'onboarding') THEN TRUE WHEN status IN "
        "('terminated', 'retired', 'deceased') THEN FALSE WHEN termination_date IS NOT NULL THEN termination_date = "
        "DATE 'infinity' END"
    )
    employee = stage_table("employee")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {employee} AS SELECT t.* REPLACE (s.active AS active) FROM {employee} t "
        f"LEFT JOIN (SELECT employer_id, employee_number, arg_max({says}, CAST(spell_no AS INTEGER)) AS active "
        f"FROM {stage_table('employment_spell')} GROUP BY employer_id, employee_number) s "
        "ON s.employer_id = t.employer_id AND s.employee_number = t.employee_number"
    )


def _rows(connection: duckdb.DuckDBPyConnection, filled: Iterable[Fill]) -> dict[str, int]:
    """Rows in the table of each record type."""
    types = {fill.type_name for fill in filled}.union(ALWAYS, ("work_day", "break_taken"))
    asked = " UNION ALL ".join(f"SELECT {literal(t)}, count(*) FROM {name(t)}" for t in sorted(types))
    counts = dict(connection.execute(asked).fetchall())
    return {type_name: counts.get(type_name, 0) for type_name in VOCABULARY.types}


def _accounts(connection: duckdb.DuckDBPyConnection, filled: list[tuple[LoadedFile, Fill]]) -> tuple[Account, ...]:
    """Count where the rows of each file went, for each record type that it fills."""
    if not filled:
        return ()
    kept = " UNION ALL ".join(
        f"SELECT {literal(type_name)} AS type, _file, 'kept' AS fate, {_records(type_name)} AS records "
        f"FROM {name(type_name)} GROUP BY _file"
        for type_name in sorted({fill.type_name for _, fill in filled})
    )
    gone = " UNION ALL ".join(
        f"SELECT type, _file, '{fate}', count(DISTINCT _record) FROM {table} GROUP BY type, _file"
        for fate, table in (("merged", "_moved"), ("left out", "_left_out"))
    )
    query = connection.execute(f"{kept} UNION ALL {gone}").fetchall()
    counts = {(type_name, file_id, fate): records for type_name, file_id, fate, records in query}
    return tuple(
        Account(
            loaded_file.raw.file,
            fill.type_name,
            loaded_file.raw.rows_read,
            *(counts.get((fill.type_name, loaded_file.id, fate), 0) for fate in ("kept", "merged", "left out")),
        )
        for loaded_file, fill in filled
    )


def _records(type_name: str) -> str:
    """How many records a file has in a table; but for these types no record makes two rows of one type."""
    return "count(DISTINCT _record)" if type_name in (*ONE_PER_SPELL, "employer") else "count(*)"


def _clean_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop everything that the engine has no use for."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    connection.execute("; ".join(f"DROP TABLE temp.{name(table)}" for (table,) in tables))
