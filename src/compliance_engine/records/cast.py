"""Turn the raw text of a file into typed rows of one record type, and note every cell that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from compliance_engine.language.vocabulary import Field, FieldType
from compliance_engine.records.cell_sql import SSN_SOURCE, as_instant, as_number, as_ssn, as_text, constant
from compliance_engine.records.cells import Fault
from compliance_engine.records.columns import Fill, Source
from compliance_engine.records.dictionary import LOOKED_UP, Dictionary, Key, build, key_of
from compliance_engine.records.profile import SPELL_START, SSN, Profile
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import COLUMN_TYPES, NO_VALUE, clean, literal, name, names
from compliance_engine.records.types import VOCABULARY


def stage_table(type_name: str) -> str:
    """Name of the table that collects the rows of a type before they get their final shape."""
    return f"_stage_{type_name}"


@dataclass(frozen=True)
class Look:
    """What the cells of a text column need: blanks taken off, powers of ten refused. Most columns need neither."""

    blanks: bool
    powers: bool


@dataclass
class Staging:
    """What was learned while rows were cast.

    Attributes:
        examples: (type, field, file number, fault) to a few cells that may be shown.
        mixed: (type, field, file number) of columns with two ways to write a date.
    looks: (raw table, column) to what its cells need.
        looks: (raw table, column) to what its cells need.
    """

    examples: dict[tuple[str, str, int, Fault], list[str]] = field(default_factory=dict)
    mixed: list[tuple[str, str, int]] = field(default_factory=list)
    dictionaries: dict[int, dict[Key, Dictionary]] = field(default_factory=dict)
    looks: dict[tuple[str, str], Look] = field(default_factory=dict)


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


def make_stage(connection: duckdb.DuckDBPyConnection, type_name: str) -> None:
    """Make the table that collects the rows of a type before they get their final shape, if there is none."""
    columns = [f"{name(f.name)} {COLUMN_TYPES[f.type]}" for f in VOCABULARY.types[type_name].fields]
    columns += [f"{name(extra)} {sql_type}" for extra, sql_type in extras(type_name).items()]
    connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {stage_table(type_name)} "
        f"(_file INTEGER, _record BIGINT, employer_id VARCHAR, {', '.join(columns)})"
    )


def extras(type_name: str) -> dict[str, str]:
    """Columns that a type has only while it is being shaped."""
    if type_name == "employee":
        return {"_recency": "DATE"}
    if type_name == "employment_spell":
        return {"_begins": "DATE"}
    if VOCABULARY.types[type_name].field("spell_no"):
        return {"_spell_start": "DATE", "_own": "BOOLEAN"}
    return {}


@dataclass(frozen=True)
class Input:
    """A file about to be cast.

    Attributes:
        fills: everything that the file fills; a row that also makes a spell tells when it begins.
        hash_key: key of the hash that social security numbers are replaced by.
    """

    profile: Profile
    raw: RawTable
    file_id: int
    fills: list[Fill]
    hash_key: bytes


def stage(connection: duckdb.DuckDBPyConnection, source_file: Input, fill: Fill, staging: Staging) -> None:
    """Cast the rows of a file into one record type, in one pass over the raw table."""
    raw, profile = source_file.raw, source_file.profile
    joins: list[str] = []
    sources = [source for other in source_file.fills for source in other.sources.values()]
    texts = [source.column for source in sources if source.column and source.field.type not in LOOKED_UP]
    if source_file.file_id not in staging.dictionaries:
        words = f"_words_{source_file.file_id}"
        staging.dictionaries[source_file.file_id] = build(connection, profile, raw.table, sources, words)
    cast = _Cast(connection, profile, raw, source_file.file_id, fill.type_name, staging, joins, texts)
    columns = {"_file": str(source_file.file_id), "_record": "r._record", "employer_id": _employer(fill)}
    for field_name, source in fill.sources.items():
        if field_name == SSN:
            columns["ssn_state"], columns["ssn_hash"] = as_ssn()
        elif field_name == SPELL_START:
            columns["_spell_start"] = cast.expression(source)
        elif field_name != "employer_id":
            columns[field_name] = cast.expression(source)
    columns.update(_extra_columns(fill, source_file.fills, cast, profile, columns))
    keys, rows = [], raw.table
    if SSN in fill.sources and (column := fill.sources[SSN].column):
        keys, rows = [source_file.hash_key.hex()], SSN_SOURCE.format(cast.text(column), raw.table)
    connection.execute(
        f"INSERT INTO {stage_table(fill.type_name)} ({names(columns)}) SELECT {', '.join(columns.values())} "
        f"FROM {rows} r {' '.join(joins)}",
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
        texts: columns of the file that are not looked up in a dictionary.
    """

    connection: duckdb.DuckDBPyConnection
    profile: Profile
    raw: RawTable
    file_id: int
    type_name: str
    staging: Staging
    joins: list[str]
    texts: list[str]
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
        text = f"nullif({self.text(source.column)}, '')"
        if source.field.type is FieldType.TEXT:
            value, fault = as_text(source.field, text, self.look(source.column).powers)
        elif source.field.type is FieldType.NUMBER:
            value, fault = as_number(text)
        else:
            value, fault = as_instant(text, self.profile.zone)
        if fault:
            self._note(source.field, self.raw.table + " r", f"{text} IS NOT NULL AND ({value}) IS NULL", fault)
        if source.field.missing is not source.field.missing.FACT:
            value = f"CASE WHEN {text} IS NULL THEN TIMESTAMP '{NO_VALUE[source.field.missing]}' ELSE {value} END"
        return value

    def look(self, column: str) -> Look:
        """What the cells of a column need; all text columns of the file are looked through at once."""
        key = (self.raw.table, column)
        if key not in self.staging.looks:
            odd = "{0} <> '' AND (left({0}, 1) < '!' OR right({0}, 1) < '!' OR strlen({0}) <> length({0}))"
            powers = "contains({0}, 'E+') OR contains({0}, 'e+')"
            columns = sorted({column, *self.texts})
            answers = (f"bool_or({q.format(c)})" for c in columns for q in (odd, powers))
            row = self.connection.execute(f"SELECT {', '.join(answers)} FROM {self.raw.table}").fetchone() or ()
            for number, c in enumerate(columns):
                self.staging.looks[self.raw.table, c] = Look(bool(row[2 * number]), bool(row[2 * number + 1]))
        return self.staging.looks[key]

    def text(self, column: str) -> str:
        """A cell without surrounding blanks, and without the words that stand for an empty cell."""
        text = clean(f"r.{column}") if self.look(column).blanks else f"r.{column}"
        if self.profile.empty:
            words = ", ".join(literal(word.lower()) for word in self.profile.empty)
            text = f"CASE WHEN lower({text}) IN ({words}) THEN '' ELSE {text} END"
        return text

    def _looked_up(self, source: Source) -> str:
        dictionary = self.staging.dictionaries[self.file_id][key_of(source)]
        alias = f"d{len(self.joins)}"
        matches = f"{alias}.number = {dictionary.number} AND {alias}.raw = r.{source.column}"
        self.joins.append(f"LEFT JOIN {dictionary.table} {alias} ON {matches}")
        if VOCABULARY.types[self.type_name].field(source.field.name) == source.field:
            self._note_faults(source, dictionary)
        return f"{alias}.{dictionary.value}"

    def _note_faults(self, source: Source, dictionary: Dictionary) -> None:
        at = (self.type_name, source.field.name, self.file_id)
        if dictionary.faults:
            faulty = f"d.number = {dictionary.number} AND d.fault IS NOT NULL"
            joined = f"{self.raw.table} r JOIN {dictionary.table} d ON d.raw = r.{source.column}"
            self._note(source.field, joined, faulty, "d.fault", f"d.{dictionary.value} IS NULL")
        for fault, examples in dictionary.faults.items():
            self.staging.examples[(*at, fault)] = examples
        if len(dictionary.ways) > 1 or dictionary.contradicts:
            self.staging.mixed.append(at)

    def _note(self, f: Field, rows: str, where: str, fault: str, unreadable: str = "TRUE") -> None:
        owner = f"{literal(self.type_name)}, {self.file_id}, r._record, {literal(f.name)}"
        self.connection.execute(
            f"INSERT INTO _bad_stage SELECT {owner}, 'unreadable', {fault} FROM {rows} WHERE {where} AND {unreadable}"
        )
        if unreadable != "TRUE":
            self.connection.execute(
                f"INSERT INTO _noted SELECT {owner}, {fault} FROM {rows} WHERE {where} AND NOT ({unreadable})"
            )
