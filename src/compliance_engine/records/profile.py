"""Source profiles: how the files of one export become records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from compliance_engine.language.nodes import Node, locate
from compliance_engine.language.scalars import data
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.vocabulary import FieldType
from compliance_engine.language.yaml import parse
from compliance_engine.problems import Problem, has_errors
from compliance_engine.records.cells import DateForm
from compliance_engine.records.types import VOCABULARY

SSN = "ssn"
"""Column of `employee` from which only `ssn_state` and `ssn_hash` are made."""
SPELL_START = "spell_start_date"
"""Column by which a row of a type with spells says which spell it belongs to."""


def _as_column(value: object) -> object:
    return {"from": value} if isinstance(value, str | list) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Column(_Part):
    """Where a field comes from.

    Attributes:
        headings: headings of the export; the first one present is taken.
        dates: how its dates are written, if not as in the rest of the profile.
        codes: words of the source and our code; nothing as code means that the word says nothing.
        otherwise: code of every other word.
        last_day: the source writes the last day where the field is the first day no longer so.
    """

    headings: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(alias="from", min_length=1)]
    dates: DateForm | None = None
    codes: dict[str, str | None] = {}
    otherwise: str | None = None
    last_day: bool = False


class Table(_Part):
    """One table of an export: its files and what they fill.

    Attributes:
        files: patterns of file names; capitals do not matter.
        fills: record types that each row makes one record of.
        columns: field, or type.field, to the column it comes from.
        constants: field to the text that every row has.
        ignore: headings that are left out without a note.
        complete_from: day from which the export says that no row is missing.
    """

    files: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
    fills: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
    columns: dict[str, Annotated[Column, BeforeValidator(_as_column)]] = {}
    constants: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    complete_from: date | None = None

    def column(self, type_name: str, field: str) -> Column | None:
        """The column of a field, if the profile names one."""
        return self.columns.get(f"{type_name}.{field}") or self.columns.get(field)


class Profile(_Part):
    """How the files of one export become records.

    Attributes:
        profile: its name.
        about: which export it is for.
        own_names: a heading that is the name of a field fills it.
        dates: how dates are written unless a column says otherwise.
        hire_date_is_first_day: the source's hire date is the first day of work, so it fills a missing start date.
        zone: zone of moments that are written without one.
        empty: words that stand for an empty cell.
        yes, no: words that say yes and no.
        sentinels: dates that stand for no date.
        ignore: headings that no table needs.
        skip: patterns of files that belong to the export and are not needed.
        tables: the tables of the export by name.
    """

    profile: str
    about: str = ""
    own_names: bool = False
    dates: DateForm = "auto"
    hire_date_is_first_day: bool = False
    zone: str | None = None
    empty: tuple[str, ...] = ()
    yes: tuple[str, ...] = ("yes", "y", "true", "t", "1")
    no: tuple[str, ...] = ("no", "n", "false", "f", "0")
    sentinels: tuple[date, ...] = (date(1900, 1, 1), date(9999, 12, 31))
    ignore: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    tables: dict[str, Table]

    def skips(self, path: Path) -> bool:
        """Whether a file is known and not needed."""
        return any(fnmatchcase(path.name.casefold(), pattern.casefold()) for pattern in self.skip)

    def table_of(self, path: Path) -> tuple[str | None, tuple[str, ...]]:
        """The table that a file belongs to by the most exact pattern, and the tables that claim it equally well."""
        name = path.name.casefold()
        claims: dict[str, int] = {}
        for table_name, table in self.tables.items():
            fits = [len(pattern) for pattern in table.files if fnmatchcase(name, pattern.casefold())]
            if fits:
                claims[table_name] = max(fits)
        best = tuple(table_name for table_name, score in claims.items() if score == max(claims.values()))
        return (best[0], best) if len(best) == 1 else (None, best)


def shipped() -> tuple[str, ...]:
    """Names of the profiles that come with the program."""
    folder = files("compliance_engine.records") / "profiles"
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def load_shipped(name: str) -> tuple[Profile | None, list[Problem]]:
    """Read a profile that comes with the program."""
    source = files("compliance_engine.records") / "profiles" / f"{name}.yaml"
    return read_profile(source.read_bytes(), f"{name}.yaml")


def read_profile(text: str | bytes, file: str) -> tuple[Profile | None, list[Problem]]:
    """Read a profile and check it against the record types."""
    node, problems = parse(text, file)
    if node is None or has_errors(problems):
        return None, problems
    try:
        profile = Profile.model_validate(data(node))
    except ValidationError as error:
        return None, [*problems, *(_reworded(dict(item), node) for item in error.errors(include_url=False))]
    problems = [*problems, *_check(profile, node)]
    return (None if has_errors(problems) else profile), problems


def _reworded(error: dict[str, Any], node: Node) -> Problem:
    path = tuple(error["loc"])
    where = locate(node, path, key=error["type"] == "extra_forbidden")
    if error["type"] == "extra_forbidden":
        known = [name for model in (Profile, Table, Column) for name in model.model_fields] + ["from"]
        word = str(path[-1])
        return Problem("unknown-key", f'"{word}" is no key of a profile', where, suggestion=did_you_mean(word, known))
    if error["type"] == "missing":
        return Problem("missing-key", f'"{path[-1]}" is missing', where)
    return Problem("bad-value", f"{'.'.join(map(str, path))}: {error['msg']}", where)


def _check(profile: Profile, node: Node) -> Iterator[Problem]:
    if profile.zone is not None and profile.zone not in available_timezones():
        suggestion = did_you_mean(profile.zone, available_timezones())
        yield Problem("unknown-zone", f'"{profile.zone}" is no zone', locate(node, ("zone",)), suggestion=suggestion)
    for name, table in profile.tables.items():
        at: tuple[str | int, ...] = ("tables", name)
        unknown = [fill for fill in table.fills if VOCABULARY.type(fill) is None]
        for fill in unknown:
            where = locate(node, (*at, "fills", table.fills.index(fill)))
            suggestion = did_you_mean(fill, VOCABULARY.types)
            yield Problem("unknown-type", f'"{fill}" is no record type', where, suggestion=suggestion)
        if not unknown:
            yield from _check_columns(table, at, node)


def _check_columns(table: Table, at: tuple[str | int, ...], node: Node) -> Iterator[Problem]:
    for key, column in table.columns.items():
        where = locate(node, (*at, "columns", key), key=True)
        if not _fields(table, key):
            suggestion = did_you_mean(key.split(".")[-1], _names(table))
            yield Problem("unknown-field", f'"{key}" is no field of {_types(table)}', where, suggestion=suggestion)
            continue
        codes = {code for _, field in _fields(table, key) for code in field.codes}
        wanted = [code for code in [*column.codes.values(), column.otherwise] if code is not None]
        for code in wanted:
            if code not in codes:
                message = f'"{code}" is not in the code list of {key}' if codes else f"{key} has no code list"
                yield Problem("unknown-code", message, where, suggestion=did_you_mean(code, codes))
    for key, text in table.constants.items():
        where = locate(node, (*at, "constants", key), key=True)
        if not _fields(table, key) and key != "employer_id":
            suggestion = did_you_mean(key, _names(table))
            yield Problem("unknown-field", f'"{key}" is no field of {_types(table)}', where, suggestion=suggestion)
        if key.split(".")[-1] == SSN:
            yield Problem("bad-value", "nobody's social security number belongs into a profile", where)
        for _, field in _fields(table, key):
            if field.type is FieldType.CODE and text not in field.codes:
                message = f'"{text}" is not in the code list of {key}'
                yield Problem("unknown-code", message, where, suggestion=did_you_mean(text, field.codes))
            elif field.type not in (FieldType.CODE, FieldType.TEXT):
                yield Problem("bad-value", f"{key} is neither a text nor a code, so it cannot be a constant", where)


def _fields(table: Table, key: str) -> list[tuple[str, Any]]:
    """The (type, field) pairs that a key of `columns` or `constants` speaks of."""
    owner, _, name = key.rpartition(".")
    found: list[tuple[str, Any]] = []
    for fill in table.fills:
        record_type = VOCABULARY.types[fill]
        if owner in ("", fill):
            field = record_type.field(name)
            if field is not None:
                found.append((fill, field))
            elif (
                (name == SSN and fill == "employee")
                or (name == SPELL_START and record_type.field("spell_no"))
                or name == "employer_id"
            ):
                found.append((fill, VOCABULARY.types["employee"].fields[0]))
    return found


def _names(table: Table) -> list[str]:
    return [field.name for fill in table.fills for field in VOCABULARY.types[fill].fields]


def _types(table: Table) -> str:
    return " or ".join(table.fills)
