"""Take the rows of a file into the tables that collect them; what a file may have said and does not is remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import duckdb

from compliance_engine.problems import Problem
from compliance_engine.records.cast import Input, Staging, stage
from compliance_engine.records.columns import Fill, showable
from compliance_engine.records.dictionary import key_of
from compliance_engine.records.profile_model import Table
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.shifted import shifted, without
from compliance_engine.records.sql import clean, literal
from compliance_engine.records.staging import stage_table
from compliance_engine.records.survey import survey
from compliance_engine.records.unplaced import keep_unread

ANY = ""
"""In place of an employer: nobody knows which."""
Unread = tuple[str, str, int]
"""Record type, employer (or `ANY`) and number of rows of it that could not be read."""


def take(
    connection: duckdb.DuckDBPyConnection, source_file: Input, table: Table, width: int, staging: Staging
) -> tuple[Input, list[Problem]]:
    """Cast the rows of a file, without those that are out of place.

    These may have had a say in what the other cells of their columns mean, so without them the file is read anew.

    Args:
        width: columns of the file itself; those made of others come after them.

    Returns:
        The file as it was taken, and a problem for each row that is out of place.
    """
    file_id = source_file.file_id
    _stage(connection, source_file, width, staging)
    out = shifted(connection, source_file.profile, table, source_file.raw, source_file.fills, file_id, width)
    if not out:
        return source_file, []
    for fill in source_file.fills:
        connection.execute(f"DELETE FROM {stage_table(fill.type_name)} WHERE _file = {file_id}")
    for noted in ("_bad_stage", "_noted", "_left_out"):
        connection.execute(f"DELETE FROM {noted} WHERE _file = {file_id}")
    staging.forget(file_id)
    raw, problems = without(connection, source_file.raw, out)
    seen = survey(connection, source_file.profile, raw, source_file.fills, f"_words_{file_id}_again")
    again = replace(source_file, raw=raw, survey=seen)
    _stage(connection, again, width, staging)
    return again, problems


def days_of(source_file: Input) -> dict[str, tuple[str, ...]]:
    """The ways in which the days of a file were read, each with the headings of its columns in order."""
    found: dict[str, dict[int, str]] = {}
    for fill in source_file.fills:
        for source in fill.sources.values():
            dictionary = source_file.survey.dictionaries.get(key_of(source))
            if source.column and dictionary and dictionary.days:
                place = int(source.column.removeprefix("c"))
                heading = source_file.raw.columns[place]
                found.setdefault(dictionary.days, {})[place] = heading if showable(heading) else f"column {place + 1}"
    return {how: tuple(heading for _, heading in sorted(columns.items())) for how, columns in sorted(found.items())}


def _stage(connection: duckdb.DuckDBPyConnection, source_file: Input, width: int, staging: Staging) -> None:
    for fill in source_file.fills:
        stage(connection, source_file, fill, staging)
    if headers := _headers(connection, source_file.raw, width):
        at = f"_file = {source_file.file_id} AND _record IN (SELECT unnest(?::BIGINT[]))"
        for fill in source_file.fills:
            connection.execute(
                f"INSERT INTO _left_out SELECT '{fill.type_name}', _file, _record, 'repeated-header' "
                f"FROM {stage_table(fill.type_name)} WHERE {at}",
                [headers],
            )
        for table in ("_bad_stage", "_noted", *(stage_table(fill.type_name) for fill in source_file.fills)):
            connection.execute(f"DELETE FROM {table} WHERE {at}", [headers])


def _headers(connection: duckdb.DuckDBPyConnection, raw: RawTable, width: int) -> list[int]:
    """The records that are the header once more, as in files that were put one behind the other: nobody's."""
    if width < 2:
        return []
    same = " AND ".join(f"{clean(f'c{place}')} = {literal(raw.columns[place])}" for place in range(width))
    return [record for (record,) in connection.execute(f"SELECT _record FROM {raw.rows} WHERE {same}").fetchall()]


def unread_of(raw: RawTable, fills: Iterable[Fill], refused: Iterable[str]) -> list[Unread]:
    """The rows of a file that are in no table, for each type that it fills or would have filled with a column more."""
    left_out, rows = raw.rows_reported, raw.rows_read + raw.rows_reported
    unread = [(fill.type_name, _employer(fill), left_out) for fill in fills if left_out]
    return unread + [(type_name, ANY, rows) for type_name in refused if rows]


def remember(connection: duckdb.DuckDBPyConnection, unread: Iterable[Unread], staged: Collection[str]) -> None:
    """Keep rows in mind that could not be read: that there is no row is no fact while one of them may be it."""
    for type_name, employer, rows in unread:
        if type_name in staged and type_name != "employer":
            keep_unread(connection, type_name, stage_table(type_name), employer, rows)


def _employer(fill: Fill) -> str:
    source = fill.sources.get("employer_id")
    if source is None:
        return "main"
    return ANY if source.column else source.constant or "main"
