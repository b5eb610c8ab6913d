"""What is wrong with the data: findings that somebody can act on, never the data themselves."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 20
"""Record numbers that a finding names; all rows are counted."""


@dataclass(frozen=True, order=True)
class DataFinding:
    """One thing that is wrong in one field of one file, with all the rows it is wrong in.

    Attributes:
        kind: what is wrong, in kebab-case.
        type: the record type.
        field: the field, or an empty text for the whole row.
        file: path of the file as given, or an empty text if rows of several files make it up.
        message: one sentence without names, numbers of people or free text.
        count: rows concerned.
        records: record numbers of the first of them; the header is record 1.
        row_lost: the rows are in no table, so no rule sees them.
    """

    kind: str
    type: str
    field: str
    file: str
    message: str
    count: int
    records: tuple[int, ...] = ()
    row_lost: bool = False


@dataclass(frozen=True)
class Check:
    """One thing to look for.

    Attributes:
        kind: what is wrong, in kebab-case.
        type: the record type whose rows are wrong.
        field: the field concerned, or an empty text for the whole row.
        message: what is said about it.
        where: what is true of a wrong row of the type; `$as_of` stands for the day of asking.
        rows: a query for the `_row` of each wrong row, where it takes more than the row to tell.
        distrusted: fields whose values nobody may rely on any more.
        unplaces: the field does not say whose the row is, though it should.
    """

    kind: str
    type: str
    field: str
    message: str
    where: str = ""
    rows: str = ""
    distrusted: tuple[str, ...] = ()
    unplaces: bool = False
