"""Turn the raw text of a file into typed rows of one record type, and note every cell that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from compliance_engine.language.vocabulary import SENSITIVE, Field, FieldType
from compliance_engine.records.cell_sql import (
    SSN_SOURCE,
    as_instant,
    as_number,
    as_plain_number,
    as_ssn,
    as_text,
    constant,
    error_in,
)
from compliance_engine.records.cells import Fault
from compliance_engine.records.columns import Fill, Source
from compliance_engine.records.dictionary import LOOKED_UP, Dictionary, key_of
from compliance_engine.records.profile import SPELL_START, SSN, Profile
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import NO_VALUE, clean, literal, names
from compliance_engine.records.staging import extras, make_stage, stage_table
from compliance_engine.records.survey import Survey
from compliance_engine.records.types import VOCABULARY

_OWN = ("_file", "_record", "employer_id")
"""Columns that every row has."""


@dataclass
class Staging:
    """What was learned while rows were cast.

    Attributes:
        examples: (type, field, file number, fault) to a few cells that may be shown.
        mixed: (type, field, file number) of columns with two ways to write a date.
    """

    examples: dict[tuple[str, str, int, Fault], list[str]] = field(default_factory=dict)
    mixed: list[tuple[str, str, int]] = field(default_factory=list)

    def forget(self, file_id: int) -> None:
        """Forget what was learned of a file."""
        self.examples = {at: shown for at, shown in self.examples.items() if at[2] != file_id}
        self.mixed = [at for at in self.mixed if at[2] != file_id]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that collect rows and bad cells while a load runs."""
    connection.execute(
        "CREATE TEMP TABLE _bad_stage (type VARCHAR, _file INTEGER, _record BIGINT, field VARCHAR, state VARCHAR, "
        "reason VARCHAR)"
    )
    connection.execute(
        "CREATE TEMP TABLE _noted (type VARCHAR, _file INTEGER, _record BIGINT, field VARCHAR, kind VARCHAR)"
    )
    connection.execute("CREATE TEMP TABLE _left_out (type VARCHAR, _file INTEGER, _record BIGINT, reason VARCHAR)")
    connection.execute(
        "CREATE TEMP TABLE _moved (type VARCHAR, _file INTEGER, _record BIGINT, to_file INTEGER, to_record BIGINT)"
    )


@dataclass(frozen=True)
class Input:
    """A file about to be cast.

    Attributes:
        survey: what is in its columns.
        fills: everything that the file fills; a row that also makes a spell tells when it begins.
        hash_key: key of the hash that social security numbers are replaced by.
    """

    profile: Profile
    raw: RawTable
    file_id: int
    survey: Survey
    fills: list[Fill]
    hash_key: bytes


def stage(connection: duckdb.DuckDBPyConnection, source_file: Input, fill: Fill, staging: Staging) -> None:
    """Cast the rows of a file into one record type, in one pass over the raw table."""
    cast = _Cast(connection, source_file, fill.type_name, staging)
    columns = {"_file": str(source_file.file_id), "_record": "r._record", "employer_id": _employer(fill)}
    for field_name, source in fill.sources.items():
        if field_name == SSN:
            columns["ssn_state"], columns["ssn_hash"] = as_ssn()
            cast.note_error("ssn_state", source)
        elif field_name == SPELL_START:
            columns["_spell_start"] = cast.expression(source)
        elif field_name != "employer_id":
            columns[field_name] = cast.expression(source)
    columns.update(_extra_columns(fill, source_file.fills, cast, source_file.profile, columns))
    keys, rows = [], source_file.raw.rows
    if SSN in fill.sources and (column := fill.sources[SSN].column):
        keys, rows = [source_file.hash_key.hex()], SSN_SOURCE.format(cast.text(column), rows)
    make_stage(connection, fill.type_name, [column for column in columns if column not in _OWN])
    connection.execute(
        f"INSERT INTO {stage_table(fill.type_name)} ({names(columns)}) SELECT {', '.join(columns.values())} "
        f"FROM {rows} r {' '.join(cast.joins)}",
        keys,
    )


def _employer(fill: Fill) -> str:
    source = fill.sources.get("employer_id")
    if source is None:
        return "'main'"
    if source.column is None:
        return literal(source.constant or "main")
    return f"coalesce(nullif({clean('r.' + source.column)}, ''), 'main')"


def _extra_columns(
    fill: Fill, siblings: list[Fill], cast: _Cast, profile: Profile, columns: dict[str, str]
) -> dict[str, str]:
    spell = next((sibling for sibling in siblings if sibling.type_name == "employment_spell"), None)
    begins = (
        [cast.expression(spell.sources[f]) for f in ("start_date", "hire_date") if f in spell.sources] if spell else []
    )
    first = f"coalesce({', '.join(begins)}, NULL)" if begins else "NULL"
    extra = {}
    if fill.type_name == "employment_spell":
        if profile.hire_date_is_first_day and "hire_date" in columns:
            extra["start_date"] = f"coalesce({columns.get('start_date', 'NULL')}, {columns['hire_date']})"
        extra["_begins"] = first
    elif fill.type_name == "employee":
        extra["_recency"] = first
    elif "_own" in extras(fill.type_name):
        extra["_own"] = "FALSE" if spell else "TRUE"
        if spell:
            extra["_spell_start"] = first
    return extra


@dataclass
class _Cast:
    """The SQL that casts the columns of one file for one type.

    Attributes:
        joins: collects the tables that the SQL needs.
    """

    connection: duckdb.DuckDBPyConnection
    input: Input
    type_name: str
    staging: Staging
    joins: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)

    def expression(self, source: Source) -> str:
        """The value of a field as SQL over the raw table `r`; unreadable cells are noted on the way."""
        if source.field.name not in self.made:
            self.made[source.field.name] = self._make(source)
        return self.made[source.field.name]

    def _make(self, source: Source) -> str:
        if source.column is None:
            return constant(source)
        if source.field.type in LOOKED_UP:
            return self._looked_up(source)
        text, look = self.text(source.column), self.input.survey.looks[source.column]
        if look.empty or look.blanks or self.input.profile.empty:
            text = f"nullif({text}, '')"
        fault: str | None
        if source.field.type is FieldType.TEXT:
            value, fault = as_text(source.field, text, look.doubtful)
        elif source.field.type is FieldType.NUMBER:
            value, fault = (as_plain_number(text), None) if look.plain else as_number(text, look.marks)
        else:
            value, fault = as_instant(text, self.input.profile.zone)
        if fault:
            self._note(source.field, f"{text} IS NOT NULL AND ({value}) IS NULL", fault)
        if source.field.missing is not source.field.missing.FACT:
            value = f"CASE WHEN {text} IS NULL THEN TIMESTAMP '{NO_VALUE[source.field.missing]}' ELSE {value} END"
        return value

    def text(self, column: str) -> str:
        """A cell without surrounding blanks, and without the words that stand for an empty cell."""
        text = clean(f"r.{column}") if self.input.survey.looks[column].blanks else f"r.{column}"
        if self.input.profile.empty:
            words = ", ".join(literal(word.lower()) for word in self.input.profile.empty)
            text = f"CASE WHEN lower({text}) IN ({words}) THEN '' ELSE {text} END"
        return text

    def _looked_up(self, source: Source) -> str:
        dictionary = self.input.survey.dictionaries[key_of(source)]
        if VOCABULARY.types[self.type_name].field(source.field.name) == source.field:
            self._note_faults(source, dictionary)
        if dictionary.direct:
            return dictionary.direct.replace("{0}", f"r.{source.column}")
        alias = f"d{len(self.joins)}"
        matches = f"{alias}.number = {dictionary.number} AND {alias}.raw = r.{source.column}"
        self.joins.append(f"LEFT JOIN {dictionary.table} {alias} ON {matches}")
        return f"{alias}.{dictionary.value}"

    def _note_faults(self, source: Source, dictionary: Dictionary) -> None:
        at = (self.type_name, source.field.name, self.input.file_id)
        faulty = f"d.number = {dictionary.number} AND d.fault IS NOT NULL"
        join = f"JOIN {dictionary.table} d ON d.raw = r.{source.column}"
        if dictionary.lost:
            self._note(source.field, f"{faulty} AND d.{dictionary.value} IS NULL", "d.fault", join)
        if dictionary.kept:
            self.connection.execute(
                f"INSERT INTO _noted SELECT {self._owner(source.field)}, d.fault FROM {self.input.raw.rows} r {join} "
                f"WHERE {faulty} AND d.{dictionary.value} IS NOT NULL"
            )
        sensitive = VOCABULARY.types[self.type_name].confidentiality in SENSITIVE
        if source.field.confidentiality != "identifying" and not sensitive:
            for fault, examples in dictionary.faults.items():
                self.staging.examples[(*at, fault)] = examples
        if len(dictionary.ways) > 1 or dictionary.contradicts:
            self.staging.mixed.append(at)

    def _note(self, f: Field, where: str, fault: str, join: str = "") -> None:
        self.connection.execute(
            f"INSERT INTO _bad_stage SELECT {self._owner(f)}, 'unreadable', {fault} FROM {self.input.raw.rows} r "
            f"{join} WHERE {where}"
        )

    def note_error(self, field_name: str, source: Source) -> None:
        """Note the cells of which an error of a spreadsheet leaves nothing for a field."""
        f = VOCABULARY.types[self.type_name].field(field_name)
        if f is not None and source.column and self.input.survey.looks[source.column].doubtful:
            self._note(f, error_in(self.text(source.column)), literal(Fault.UNREADABLE))

    def _owner(self, f: Field) -> str:
        return f"{literal(self.type_name)}, {self.input.file_id}, r._record, {literal(f.name)}"
