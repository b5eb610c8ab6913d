"""What is in the columns of a file: looked at once, before anything is cast."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from compliance_engine.language.vocabulary import FieldType
from compliance_engine.records.cell_sql import EITHER
from compliance_engine.records.columns import Fill
from compliance_engine.records.dictionary import LOOKED_UP, Dictionary, Key, build
from compliance_engine.records.profile import Profile
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import BLANKS, clean, literal

_SMALL = 2_000
"""Rows up to which a file is looked through in Python, which spares the planning of statements."""
_PLAIN_NUMBER = r"-?[0-9]{1,14}(\.[0-9]{1,4})?"
_FRACTION = r"[+-]?[$]?([0-9{0}]*{1}([0-9]{1,2}|[0-9]{4,})|(0|[0-9]{4,}|[0-9]{1,3}({0}[0-9]{3})+){1}[0-9]+)"
_FRACTION_COMMA = _FRACTION.replace("{0}", r"[.]").replace("{1}", ",").replace("[0-9[.]]", "[0-9.]")
_FRACTION_POINT = _FRACTION.replace("{0}", ",").replace("{1}", r"[.]") + r"|[+-]?[$]?[0-9]{1,3}(,[0-9]{3}){2,}"
"""Numbers that only somebody writes who puts a comma, or a point, before a fraction."""


@dataclass(frozen=True)
class Look:
    """What the cells of a column need that is not looked up.

    Attributes:
        empty: some are empty.
        blanks: blanks are taken off, or cells are not plain ASCII.
        doubtful: some may be powers of ten, or errors of a spreadsheet.
        plain: all are empty or plain decimal numbers; not asked of columns that hold none.
        marks: a comma or point before three digits may begin thousands or a fraction, and nothing proves which.
    """

    empty: bool
    blanks: bool
    doubtful: bool
    plain: bool
    marks: bool


@dataclass(frozen=True)
class Survey:
    """The meaning of the texts of a file, and what its other cells need, by column."""

    dictionaries: dict[Key, Dictionary]
    looks: dict[str, Look]


def survey(
    connection: duckdb.DuckDBPyConnection, profile: Profile, raw: RawTable, fills: Iterable[Fill], words: str
) -> Survey:
    """Look through the columns of a file that fill something.

    Args:
        words: name of the table of words, if one is needed.
    """
    sources = [source for fill in fills for source in fill.sources.values() if source.column]
    repeating = {source.column: None for source in sources if source.field.type in LOOKED_UP}
    others: dict[str, bool] = {}
    for source in sources:
        if source.field.type not in LOOKED_UP:
            number = source.field.type is FieldType.NUMBER
            others[source.column or ""] = others.get(source.column or "", False) or number
    columns = sorted(column for column in repeating if column)
    if raw.rows_read <= _SMALL:
        texts = _all_texts(connection, raw.table, sorted({*columns, *others}))
        looks = {column: _look(texts[column], number, raw.delimiter) for column, number in others.items()}
    else:
        texts = _distinct(connection, raw.table, columns)
        looks = _looks(connection, raw.table, others, raw.delimiter)
    return Survey(build(connection, profile, sources, texts, words, typed=raw.has_typed_cells), looks)


def _all_texts(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> dict[str, list[str]]:
    if not columns:
        return {}
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    return {column: sorted({row[place] for row in rows}) for place, column in enumerate(columns)}


def _distinct(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> dict[str, list[str]]:
    """The distinct texts of each column, sorted."""
    if not columns:
        return {}
    queries = (f"SELECT '{column}' AS place, {column} AS raw FROM {table} GROUP BY raw" for column in columns)
    texts: dict[str, list[str]] = {column: [] for column in columns}
    for column, raw in connection.execute(" UNION ALL ".join(queries)).fetchall():
        texts[column].append(raw)
    return {column: sorted(found) for column, found in texts.items()}


def _look(texts: list[str], number: bool, delimiter: str) -> Look:
    cells = [text.strip(BLANKS) for text in texts] if number else []
    either, comma, point = (
        any(re.fullmatch(shape, cell) for cell in cells) for shape in (EITHER, _FRACTION_COMMA, _FRACTION_POINT)
    )
    marks = either and _marks(comma, point, delimiter)
    return Look(
        "" in texts,
        any(text and (text[0] < "!" or text[-1] < "!" or not text.isascii()) for text in texts),
        any("#" in text or "E+" in text or "e+" in text for text in texts),
        not marks and all(not text or re.fullmatch(_PLAIN_NUMBER, text) for text in texts),
        marks,
    )


def _marks(comma: bool, point: bool, delimiter: str) -> bool:
    """Whether it cannot be told what a mark before three digits means in a column.

    Where nothing in the column proves it, semicolons between the cells do not let anybody take a comma for granted:
    programs write them where a comma stands before fractions.
    """
    return comma or (delimiter == ";" and not point)


def _looks(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, bool], delimiter: str
) -> dict[str, Look]:
    """The same as `_look`, of every row and column in one pass."""
    if not columns:
        return {}
    odd = "bool_or({0} <> '' AND ({0} < '!' OR right({0}, 1) < '!' OR strlen({0}) <> length({0})))"
    doubtful = "bool_or(contains({0}, '#') OR contains({0}, '+') AND (contains({0}, 'E+') OR contains({0}, 'e+')))"
    plain = "bool_and({0} = '' OR regexp_full_match({0}, " + literal(_PLAIN_NUMBER) + "))"
    marks = (EITHER, _FRACTION_COMMA, _FRACTION_POINT)
    shapes = [f"bool_or(regexp_full_match({clean('{0}')}, {literal(shape)}))" for shape in marks]
    answers = [
        question.replace("{0}", column)
        for column, number in columns.items()
        for question in ("bool_or({0} = '')", odd, doubtful, *((plain, *shapes) if number else ["FALSE"] * 4))
    ]
    row = connection.execute(f"SELECT {', '.join(answers)} FROM {table}").fetchone() or ()
    looks = {}
    for place, column in enumerate(columns):
        empty, blanks, odd_text, all_plain, either, comma, point = map(bool, row[7 * place : 7 * place + 7])
        unclear = either and _marks(comma, point, delimiter)
        looks[column] = Look(empty, blanks, odd_text, all_plain and not unclear, unclear)
    return looks
