"""Columns that a profile makes out of columns of the export, before anything is read as a value."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from compliance_engine.records.cells import fold
from compliance_engine.records.profile_model import Made, Profile, Table
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import clean, literal


def with_made_columns(
    connection: duckdb.DuckDBPyConnection, profile: Profile, table: Table, raw: RawTable
) -> tuple[RawTable, frozenset[str]]:
    """Add the columns that can be made of what the file has.

    A column whose `where` names a heading that is not there is not made: nobody could say which rows count.

    Returns:
        The table, and the folded headings that the new columns were made of.
    """
    used: set[str] = set()
    for heading, made in table.made.items():
        folded = [fold(name) for name in raw.columns]
        there = [fold(name) for name in made.first_filled if folded.count(fold(name)) == 1]
        asked = [fold(name) for name in made.where]
        if not there or fold(heading) in folded or any(folded.count(name) != 1 for name in asked):
            continue
        column = f"c{len(raw.columns)}"
        connection.execute(f"ALTER TABLE {raw.table} ADD COLUMN {column} VARCHAR")
        connection.execute(f"UPDATE {raw.table} SET {column} = {_text(profile, made, there, folded)}")
        raw = replace(raw, columns=(*raw.columns, heading))
        used.update(there, asked)
    return raw, frozenset(used)


def _text(profile: Profile, made: Made, there: list[str], folded: list[str]) -> str:
    words = ", ".join(literal(word.casefold()) for word in ("", *profile.empty))
    cells = [f"c{folded.index(name)}" for name in there]
    arms = " ".join(f"WHEN lower({clean(cell)}) NOT IN ({words}) THEN {cell}" for cell in cells)
    text = f"CASE {arms} ELSE '' END"
    for name, wanted in made.where.items():
        listed = ", ".join(literal(word.casefold()) for word in wanted)
        text = f"CASE WHEN lower({clean(f'c{folded.index(fold(name))}')}) IN ({listed}) THEN {text} ELSE '' END"
    return text
