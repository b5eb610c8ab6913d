"""What is in the columns of a file: looked at once, before anything is cast."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from compliance_engine.language.vocabulary import FieldType
from compliance_engine.records.columns import Fill
from compliance_engine.records.dictionary import LOOKED_UP, Dictionary, Key, build
from compliance_engine.records.profile import Profile
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import literal

_SMALL = 2_000
"""Rows up to which a file is looked through in Python, which spares the planning of statements."""
_PLAIN_NUMBER = r"-?[0-9]{1,14}(\.[0-9]{1,4})?"


@dataclass(frozen=True)
class Look:
    """What the cells of a column need that is not looked up.

    Attributes:
        empty: some are empty.
        blanks: blanks are taken off, or cells are not plain ASCII.
        doubtful: some may be powers of ten, or errors of a spreadsheet.
        plain: all are empty or plain decimal numbers; not asked of columns that hold none.
    """

    empty: bool
    blanks: bool
    doubtful: bool
    plain: bool


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
        looks = {column: _look(texts[column]) for column in others}
    else:
        texts = _distinct(connection, raw.table, columns)
        looks = _looks(connection, raw.table, others)
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


def _look(texts: list[str]) -> Look:
    return Look(
        "" in texts,
        any(text and (text[0] < "!" or text[-1] < "!" or not text.isascii()) for text in texts),
        any("#" in text or "E+" in text or "e+" in text for text in texts),
        all(not text or re.fullmatch(_PLAIN_NUMBER, text) for text in texts),
    )


def _looks(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, bool]) -> dict[str, Look]:
    """The same as `_look`, of every row and column in one pass."""
    if not columns:
        return {}
    odd = "bool_or({0} <> '' AND ({0} < '!' OR right({0}, 1) < '!' OR strlen({0}) <> length({0})))"
    doubtful = "bool_or(contains({0}, '#') OR contains({0}, '+') AND (contains({0}, 'E+') OR contains({0}, 'e+')))"
    plain = "bool_and({0} = '' OR regexp_full_match({0}, " + literal(_PLAIN_NUMBER) + "))"
    answers = [
        question.replace("{0}", column)
        for column, number in columns.items()
        for question in ("bool_or({0} = '')", odd, doubtful, plain if number else "FALSE")
    ]
    row = connection.execute(f"SELECT {', '.join(answers)} FROM {table}").fetchone() or ()
    return {
        column: Look(*(bool(answer) for answer in row[4 * place : 4 * place + 4]))
        for place, column in enumerate(columns)
    }
