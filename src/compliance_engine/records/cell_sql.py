"""SQL that turns one cell of text into a value; a pattern is checked before anything is cast."""

from __future__ import annotations

from compliance_engine.language.vocabulary import Field
from compliance_engine.records.cells import ERROR, Fault
from compliance_engine.records.columns import Source
from compliance_engine.records.sql import COLUMN_TYPES, literal

_NUMBER = r"[+-]?[$]?(\d{1,14}|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?"
EITHER = r"[+-]?[$]?[1-9]\d{0,2}[.,]\d{3}"
"""A number with one mark before three digits: thousands to some, a fraction to others."""
_INSTANT = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_OFFSET = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
_SCIENTIFIC = r"\d(\.\d+)?[Ee]\+\d{1,3}"
_DAY_ONLY = r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
_SSN_SHAPE = r"\d{9}|\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}"


SSN_SOURCE = "(SELECT r.*, replace(replace({0}, '-', ''), ' ', '') AS _digits, {0} AS _written FROM {1} r)"
"""The raw table with the number's digits, and with what was written."""
_ITIN_GROUPS = r"9\d{2}(5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])\d{4}"
_ADVERTISED = r"98765432\d|078051120|219099999"
_IMPOSSIBLE = r"(000|666|9\d\d)\d{6}|\d{3}00\d{4}|\d{5}0000"


def constant(source: Source) -> str:
    """A value that every row has."""
    return f"CAST({literal(source.constant or '')} AS {COLUMN_TYPES[source.field.type]})"


def as_text(field: Field, text: str, doubtful: bool) -> tuple[str, str | None]:
    """A text; an error of a spreadsheet is none, nor is an identifier that has been turned into a power of ten.

    Args:
        doubtful: such texts may be in the column.
    """
    if not doubtful:
        return text, None
    error = error_in(text)
    if not field.name.endswith(("_id", "_number", "_no", "fein", "postal_code")):
        return f"CASE WHEN NOT {error} THEN {text} END", literal(Fault.UNREADABLE)
    power = f"regexp_full_match({text}, {literal(_SCIENTIFIC)})"
    fault = f"CASE WHEN {error} THEN {literal(Fault.UNREADABLE)} ELSE {literal(Fault.SCIENTIFIC)} END"
    return f"CASE WHEN NOT {error} AND NOT {power} THEN {text} END", fault


def error_in(text: str) -> str:
    """Whether a text is an error of a spreadsheet."""
    return f"regexp_full_match({text}, {literal(ERROR)})"


def as_number(text: str, doubtful: bool) -> tuple[str, str]:
    """A decimal number, with thousands commas and a dollar sign or without.

    Args:
        doubtful: nobody can tell which mark stands before a fraction, so numbers that could be read both ways are none.
    """
    plain = f"replace(replace({text}, ',', ''), '$', '')"
    cast = f"TRY_CAST({plain} AS DECIMAL(18,4))"
    fits = f"regexp_full_match({text}, {literal(_NUMBER)})"
    if not doubtful:
        return f"CASE WHEN {fits} THEN {cast} END", literal(Fault.UNREADABLE)
    either = f"regexp_full_match({text}, {literal(EITHER)})"
    fault = f"CASE WHEN {either} THEN {literal(Fault.MARK)} ELSE {literal(Fault.UNREADABLE)} END"
    return f"CASE WHEN {fits} AND NOT {either} THEN {cast} END", fault


def as_plain_number(text: str) -> str:
    """A decimal number of a column in which nothing else stands."""
    return f"TRY_CAST({text} AS DECIMAL(18,4))"


def as_instant(text: str, zone: str | None) -> tuple[str, str]:
    """A moment in UTC. The pattern is checked first; seconds are added where they are not written."""
    full = f"regexp_replace(replace({text}, ' Z', 'Z'), '^(.{{10}}).(.{{5}})([^:].*)?$', '\\1 \\2:00\\3')"
    zoned = f"regexp_full_match({text}, {literal(_INSTANT + _OFFSET)})"
    naive = f"regexp_full_match({text}, {literal(_INSTANT)})"
    value = f"CASE WHEN {zoned} THEN TRY_CAST({full} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    if zone:
        value += f" WHEN {naive} THEN TRY_CAST({full} AS TIMESTAMP) AT TIME ZONE {literal(zone)} AT TIME ZONE 'UTC'"
    fault = (
        f"CASE WHEN regexp_full_match({text}, {literal(_DAY_ONLY)}) THEN {literal(Fault.DAY_ONLY)} "
        f"WHEN {naive} THEN {literal(Fault.UNREADABLE if zone else Fault.ZONE)} ELSE {literal(Fault.UNREADABLE)} END"
    )
    return value + " END", fault


def as_ssn() -> tuple[str, str]:
    """What a social security number looks like, and its keyed hash; the parameter is the key.

    The message has a fixed length, so the key in front of it is enough.
    """
    shaped = f"regexp_full_match(r._written, {literal(_SSN_SHAPE)})"
    state = (
        f"CASE WHEN r._written = '' THEN 'absent' WHEN {error_in('r._written')} THEN NULL "
        f"WHEN NOT {shaped} THEN 'malformed' "
        f"WHEN regexp_full_match(r._digits, {literal(_ADVERTISED)}) THEN 'advertised' "
        f"WHEN regexp_full_match(r._digits, {literal(_ITIN_GROUPS)}) AND right(r._digits, 4) <> '0000' THEN 'itin' "
        f"WHEN regexp_full_match(r._digits, {literal(_IMPOSSIBLE)}) THEN 'impossible' ELSE 'valid' END"
    )
    return state, f"CASE WHEN {shaped} THEN left(sha256(? || r._digits), 32) END"
