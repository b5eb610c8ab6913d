"""What each distinct text of a column means: read once in Python, then joined to the rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

import duckdb

from compliance_engine.language.vocabulary import Field, FieldType, Missing
from compliance_engine.records import cells
from compliance_engine.records.cells import NOT_PROVEN, Fault, Orders, Reading, fold
from compliance_engine.records.columns import Source
from compliance_engine.records.profile import Column, Profile
from compliance_engine.records.sql import BLANKS, COLUMN_TYPES, NO_VALUE, literal
from compliance_engine.records.types.codes import STATE_NAMES

_SPLIT = "\x1f"
LOOKED_UP = frozenset({FieldType.DATE, FieldType.CODE, FieldType.YES_NO, FieldType.TIME, FieldType.LIST})
"""Types of fields whose texts repeat; the others are cast in SQL."""


_VALUES = {
    FieldType.DATE: ("day", "TRY_CAST(value AS DATE)"),
    FieldType.CODE: ("word", "value"),
    FieldType.YES_NO: ("answer", "TRY_CAST(value AS BOOLEAN)"),
    FieldType.TIME: ("clock", "TRY_CAST(value AS TIME)"),
    FieldType.LIST: ("words", f"string_split(value, '{_SPLIT}')"),
}
"""For each type of field the column of the dictionary that holds its values, and how it is made."""

_FEW = 6
"""Words that a statement tells apart itself; more are quicker joined."""
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./ -]{0,30}")

Key = tuple[str, FieldType, Missing, tuple[str, ...], str]
"""What the meaning of a column's texts depends on."""


def key_of(source: Source) -> Key:
    """Two fields with the same key share a dictionary."""
    rule = source.rule.model_dump_json() if source.rule else ""
    return (source.column or "", source.field.type, source.field.missing, source.field.codes, rule)


@dataclass
class Dictionary:
    """The meaning of a column's texts.

    Attributes:
        table: name of the table of words of the file.
        number: which rows of that table are of this column.
        value: the column of that table with the values.
        direct: SQL over `{0}`, the column, that gives the value without the table; empty if there is none.
        faults: for each reason, a few texts that are harmless enough to show.
        lost: there are faulty texts that leave no value.
        kept: there are faulty texts that have a value nevertheless.
        ways: ways in which dates are written in the column.
        contradicts: dates prove both orders of month and day.
        days: how the days of the column were read; empty if it has none.
    """

    table: str
    number: int
    value: str
    direct: str = ""
    faults: dict[Fault, list[str]] = field(default_factory=lambda: defaultdict(list))
    lost: bool = False
    kept: bool = False
    ways: frozenset[str] = frozenset()
    contradicts: bool = False
    days: str = ""


Word = tuple[str, str | None, Fault | None]
"""A text of a column, its value as text, and what is wrong with it."""


def build(
    connection: duckdb.DuckDBPyConnection,
    profile: Profile,
    sources: Iterable[Source],
    texts: dict[str, list[str]],
    table: str,
    *,
    typed: bool = False,
) -> dict[Key, Dictionary]:
    """Read every distinct text of a file's columns once.

    What SQL cannot say in a few words goes into one table of words for the whole file.

    Args:
        texts: column to its distinct texts.
        table: name of the table of words.
        typed: the file has days that are cells of their own type, written here with the year in front.
    """
    wanted = {key_of(source): source for source in sources if source.column and source.field.type in LOOKED_UP}
    dictionaries: dict[Key, Dictionary] = {}
    rows: list[tuple[int, str, str, str | None, str | None]] = []
    for number, (key, source) in enumerate(wanted.items()):
        value, _ = _VALUES[source.field.type]
        dictionary = dictionaries[key] = Dictionary(table, number, value)
        words = [
            (text, _stored(reading, source), reading.fault)
            for text, reading in _read_all(profile, source, texts[source.column or ""], dictionary, typed)
        ]
        dictionary.direct = direct(source.field, words)
        dictionary.lost = any(fault and stored is None for _, stored, fault in words)
        dictionary.kept = any(fault and stored is not None for _, stored, fault in words)
        rows += [
            (number, text, value, stored, fault) for text, stored, fault in words if fault or not dictionary.direct
        ]
    if rows:
        _write(connection, table, rows)
    return dictionaries


def _write(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[int, str, str, str | None, str | None]]
) -> None:
    kinds = {row[2] for row in rows}
    typed = ", ".join(
        f"CASE WHEN kind = '{name}' THEN {sql} END AS {name}" for name, sql in _VALUES.values() if name in kinds
    )
    columns = [[row[place] for row in rows] for place in range(5)]
    connection.execute(
        f"CREATE TEMP TABLE {table} AS SELECT number, raw, {typed}, fault FROM (SELECT unnest(?::INTEGER[]) AS number, "
        "unnest(?::VARCHAR[]) AS raw, unnest(?::VARCHAR[]) AS kind, unnest(?::VARCHAR[]) AS value, "
        "unnest(?::VARCHAR[]) AS fault)",
        columns,
    )


def direct(field: Field, words: list[Word]) -> str:
    """SQL over `{0}` that says what the texts of a column mean, if it can be said shortly.

    Most columns are written the way values are stored, and then the text itself is the value; it was read before, so
    a cast cannot take it for something else. A few words are told apart one by one.
    """
    empty = next((stored for text, stored, _ in words if text == ""), None)
    if field.type in (FieldType.DATE, FieldType.CODE) and all(
        stored == text and not fault for text, stored, fault in words if text
    ):
        if field.type is FieldType.CODE:
            return "nullif({0}, '')" if any(text == "" for text, _, _ in words) else "{0}"
        return "TRY_CAST({0} AS DATE)" if empty is None else f"coalesce(TRY_CAST({{0}} AS DATE), DATE '{empty}')"
    told = [(text, stored) for text, stored, _ in words if stored is not None]
    if len(told) > _FEW or any(not _PLAIN_WORD.fullmatch(text) for text, _ in told):
        return ""
    if not told:
        return f"CAST(NULL AS {COLUMN_TYPES[field.type]})"
    cases = " ".join(f"WHEN '{text}' THEN {_constant(field, stored)}" for text, stored in told)
    return "CASE {0} " + cases + " END"


def _constant(field: Field, stored: str) -> str:
    if field.type is FieldType.LIST:
        return f"[{', '.join(map(literal, stored.split(_SPLIT)))}]"
    return f"CAST({literal(stored)} AS {COLUMN_TYPES[field.type]})"


def _read_all(
    profile: Profile, source: Source, texts: list[str], dictionary: Dictionary, typed: bool
) -> Iterator[tuple[str, Reading]]:
    """Read the texts of a column and note in its dictionary what cannot be read."""
    orders: Orders = NOT_PROVEN
    form = _form(profile, source)
    if source.field.type is FieldType.DATE and form in ("auto", "us", "eu"):
        orders, dictionary.contradicts = cells.prove_order(text.strip(BLANKS) for text in texts)
        if form == "auto":
            dictionary.ways = cells.written_ways(text.strip(BLANKS) for text in texts)
        elif dictionary.contradicts or set(orders.values()) - {form}:
            # One date that cannot have the stated order takes the trust from all that could be read both ways.
            source, orders, dictionary.contradicts = _as_proven(source), NOT_PROVEN, True
    if source.field.type is FieldType.DATE and any(text.strip(BLANKS) for text in texts):
        dictionary.days = _days(form, orders, dictionary)
    read = reader(profile, source, orders)
    read_typed = reader(profile, _as_proven(source)) if typed and source.field.type is FieldType.DATE else read
    for text in texts:
        reading = (read_typed if cells.is_year_first(text) else read)(text)
        if reading.fault:
            shown = dictionary.faults[reading.fault]
            if len(shown) < 3 and cells.harmless(text.strip(BLANKS)):
                shown.append(text.strip(BLANKS))
        yield text, reading


def _days(form: cells.DateForm, orders: Orders, dictionary: Dictionary) -> str:
    """How the days of a column were read, for people."""
    stated = {"iso": "year first", "iso-datetime": "year first", "us": "month first", "eu": "day first"}
    if form != "auto":
        found = f"{stated[form]}, as the profile says"
        return f"{found}; some are written otherwise" if dictionary.contradicts else found
    proven = {"us": "month first, as the values prove", "eu": "day first, as the values prove"}
    neither = "both orders are proven" if dictionary.contradicts else "order of month and day not proven"
    numbers = {way[-1] for way in dictionary.ways if way.startswith("numbers")}
    told = ["year first"] if "year first" in dictionary.ways else []
    told += sorted({proven[order] for order in orders.values()})
    told += [neither] if numbers - orders.keys() else []
    return " and ".join(told) or "in no form that is known"


def reader(profile: Profile, source: Source, orders: Orders = NOT_PROVEN) -> Callable[[str], Reading]:
    """The function that reads one text of a column, as the profile says."""
    read = _typed_reader(profile, source, orders)
    empty = frozenset(word.casefold() for word in profile.empty)

    def read_raw(raw: str) -> Reading:
        text = raw.strip(BLANKS)
        if text.casefold() in empty:
            return read("")
        return Reading(fault=Fault.UNREADABLE) if cells.is_error(text) else read(text)

    return read_raw


def _as_proven(source: Source) -> Source:
    """The same source with days as they prove themselves, or as cells of their own type are written."""
    return replace(
        source, rule=(source.rule or Column(headings=(source.field.name,))).model_copy(update={"dates": "auto"})
    )


def _typed_reader(profile: Profile, source: Source, orders: Orders) -> Callable[[str], Reading]:
    rule = source.rule
    codes = code_words(source.field, rule.codes if rule else {})
    match source.field.type:
        case FieldType.DATE:
            return partial(_read_day, _form(profile, source), orders, frozenset(profile.sentinels), rule)
        case FieldType.CODE:
            return partial(cells.read_code, codes=codes, otherwise=rule.otherwise if rule else None)
        case FieldType.LIST:
            return partial(cells.read_codes, codes=codes)
        case FieldType.YES_NO:
            yes, no = (frozenset(word.casefold() for word in words) for words in (profile.yes, profile.no))
            return partial(cells.read_yes_no, yes=yes, no=no)
        case _:
            return cells.read_time


def _read_day(
    form: cells.DateForm, orders: Orders, sentinels: frozenset[date], rule: Column | None, text: str
) -> Reading:
    reading = cells.judge_day(cells.read_day(text, form, orders), sentinels)
    if rule and rule.last_day and isinstance(reading.value, date):
        return Reading(reading.value + timedelta(days=1))
    return reading


def code_words(field: Field, mapped: dict[str, str | None]) -> dict[str, str | None]:
    """The words of a coded field: its own codes, names of states, and what the profile maps."""
    words: dict[str, str | None] = {fold(code): code for code in field.codes}
    if field.codes and field.codes[0].startswith("us."):
        for code in field.codes:
            letters = code.removeprefix("us.")
            words.update({letters: code, f"us_{letters}": code, fold(STATE_NAMES[letters]): code})
    words.update({fold(word): code for word, code in mapped.items()})
    return words


def _form(profile: Profile, source: Source) -> cells.DateForm:
    return (source.rule.dates if source.rule else None) or profile.dates


def _stored(reading: Reading, source: Source) -> str | None:
    """The value as text for the table; a sentinel of a day that may be open is an empty cell."""
    value = reading.value
    if value is None:
        open_day = source.field.type is FieldType.DATE and source.field.missing is not Missing.FACT
        if open_day and reading.fault in (None, Fault.SENTINEL):
            return NO_VALUE[source.field.missing]
        return None
    if isinstance(value, tuple):
        return _SPLIT.join(value)
    return str(value)
