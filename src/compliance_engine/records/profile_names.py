"""What a source profile cannot say: names of fields, record types, codes, zones and profiles that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from compliance_engine.language.nodes import Node, locate
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.vocabulary import FieldType
from compliance_engine.problems import Problem
from compliance_engine.records.profile_model import SPELL_START, SSN, Profile, Table
from compliance_engine.records.types import VOCABULARY


def wrong_names(profile: Profile, node: Node) -> Iterator[Problem]:
    """Names that do not exist, and codes and constants that cannot be."""
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
    yield from _wrong_statements(profile, node)


def _wrong_statements(profile: Profile, node: Node) -> Iterator[Problem]:
    """What a profile says of other profiles and of fields."""
    known = shipped()
    for name in profile.also:
        if name not in known:
            message = f'"{name}" is no shipped profile'
            where = locate(node, ("also",))
            yield Problem("no-profile", message, where, suggestion=did_you_mean(name, known))
    fields = {f"{kind.name}.{field.name}": field for kind in VOCABULARY.types.values() for field in kind.fields}
    days = {key for key, field in fields.items() if field.type in (FieldType.DATE, FieldType.INSTANT)}
    for key, names in (("date_basis", days), ("not_told", {*fields, *VOCABULARY.types})):
        for name in getattr(profile, key):
            if name not in names:
                what = "field with dates" if key == "date_basis" else "record type and no field of one"
                suggestion = did_you_mean(name, names)
                where = locate(node, (key, name), key=True)
                yield Problem("unknown-field", f'"{name}" is no {what}', where, suggestion=suggestion)


def shipped() -> tuple[str, ...]:
    """Names of the profiles that come with the program."""
    folder = files("compliance_engine.records") / "profiles"
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def _check_columns(table: Table, at: tuple[str | int, ...], node: Node) -> Iterator[Problem]:
    for key, column in table.columns.items():
        where = locate(node, (*at, "columns", key), key=True)
        if not _fields(table, key):
            suggestion = did_you_mean(key.split(".")[-1], _names(table))
            yield Problem("unknown-field", f'"{key}" is no field of {_types(table)}', where, suggestion=suggestion)
            continue
        codes = {code for _, field in _fields(table, key) for code in field.codes}
        wanted = [code for code in [*column.codes.values(), column.otherwise] if code is not None]
        if wanted and not codes:
            is_yes_no = any(field.type is FieldType.YES_NO for _, field in _fields(table, key))
            help_ = "its words are named at the top level: yes: [ja, x], no: [nein]" if is_yes_no else None
            yield Problem("unknown-code", f"{key} has no code list", where, help=help_)
            continue
        for code in wanted:
            if code not in codes:
                message = f'"{code}" is not in the code list of {key}'
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
