"""The day on which a file says that it was made."""

from __future__ import annotations

import itertools
from datetime import date

import duckdb

from compliance_engine.records.cells import fold, prove_order, read_day
from compliance_engine.records.profile_model import Profile
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import BLANKS


def says_when(profile: Profile, raw: RawTable) -> frozenset[str]:
    """The folded heading of the column that says when the file was made, if there is one."""
    folded = [fold(name) for name in raw.columns]
    there = (fold(name) for name in profile.extracted_on if folded.count(fold(name)) == 1)
    return frozenset(itertools.islice(there, 1))


def extracted_on(connection: duckdb.DuckDBPyConnection, profile: Profile, raw: RawTable) -> date | None:
    """The earliest day in the column that says when the file was made, none unless every cell of it can be read."""
    for heading in says_when(profile, raw):
        place = [fold(name) for name in raw.columns].index(heading)
        found = connection.execute(f"SELECT DISTINCT c{place} FROM {raw.table}").fetchall()
        texts = [text.strip(BLANKS) for (text,) in found]
        orders, _ = prove_order(texts)
        form = "auto" if raw.has_typed_cells else profile.dates
        days = [read_day(text, form, orders).value for text in texts]
        known = [day for day in days if isinstance(day, date)]
        return min(known) if known and len(known) == len(days) else None
    return None
