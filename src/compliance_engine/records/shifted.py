"""Rows whose cells stand beside the columns that they belong to, though the row is as wide as the header.

Somebody who deletes or inserts a cell in a spreadsheet moves the rest of its row; so does a comma that nobody quoted,
where an empty cell at the end is cut. Read as it stands, such a row is a person who does not exist, with the days of
another column. One odd cell proves nothing. A row is out of place if two of its cells cannot be what their columns hold
while those beside them can, and nothing speaks against it; or if one cannot, and two cells are strangers where they
stand and at home beside it, as the other rows show.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from compliance_engine.language.vocabulary import FieldType
from compliance_engine.problems import Problem
from compliance_engine.records.cells import Fault, Reading, fold
from compliance_engine.records.columns import Fill, Source
from compliance_engine.records.dictionary import code_words, reader
from compliance_engine.records.profile_model import SSN, Column, Profile, Table
from compliance_engine.records.read.report import RowReport
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.sql import BLANKS, literal

_WAYS = (-1, 1, -2, 2)
"""Columns by which cells may have moved; to the left is negative."""
_PROOF = 2
"""Cells that must speak for it."""
_OFTEN = 1_000
"""So many foreign cells of a column, if they are more than one in twenty rows, make no single row look odd; and of the
rows that have no other foreign cell so many are looked at before the rest is believed to be like them."""
_FOREIGN = (Fault.UNREADABLE, Fault.UNKNOWN_CODE, Fault.EXCEL_SERIAL)
"""Faults of a cell that may belong to another column; others are those of a day or a moment that is one."""
_SHAPES = {
    FieldType.NUMBER: re.compile(r"[+-]?[$€£]?\d[\d.,]*%?"),
    FieldType.INSTANT: re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}( .*)?"),
}
_SSN = re.compile(r"[\dXx*]{3}[- ]?[\dXx*]{2}[- ]?\d{4}")

EMPTY, FITS, FOREIGN = range(3)
Judge = Callable[[str], int]
"""Whether a text is no cell, one of a column, or none of that column's."""
Row = Sequence[str]


@dataclass(frozen=True)
class _Move:
    """A way in which a row may have moved.

    Attributes:
        by: columns by which it moved.
        proof: columns that cannot hold what stands in them, and can hold what stands beside it.
        landed: some cell that cannot be where it stands has the form of the column that it would come from.
    """

    by: int
    proof: int
    landed: bool


def shifted(
    connection: duckdb.DuckDBPyConnection, profile: Profile, table: Table, raw: RawTable, fills: Sequence[Fill],
    file_id: int, width: int,
) -> dict[int, int]:  # fmt: skip
    """The records of a file that are out of place, with the columns by which they have moved.

    Args:
        raw: the file, just cast: its bad cells are noted in `_bad_stage`.
        width: columns of the file itself; those made of others come after them.
    """
    if raw.reader == "jsonl":  # every cell has its name beside it
        return {}
    judges = _judges(profile, table, raw, fills, width)
    sources = [(fill.type_name, source) for fill in fills for source in fill.sources.values() if source.column]
    if not judges:
        return {}
    odd = _Odd(connection, raw, _odd(sources, file_id), width)
    found = _proven(odd, judges, odd.rows(rare=True))
    if like_all := _proven(odd, judges, odd.rows(rare=False, most=_OFTEN)):
        found |= like_all | _proven(odd, judges, odd.rows(rare=False))
    return found


def _proven(odd: _Odd, judges: Mapping[int, Judge], rows: Iterable[tuple[int, Row]]) -> dict[int, int]:
    """The rows that are out of place, with the columns by which they have moved."""
    found: dict[int, int] = {}
    doubtful: dict[int, tuple[Row, list[_Move]]] = {}
    for record, cells in rows:
        moves = [move for by in _WAYS if (move := _move(cells, judges, by))]
        if proven := next((move for move in moves if move.proof >= _PROOF and move.landed), None):
            found[record] = proven.by
        elif moves:
            doubtful[record] = cells, moves
    return found | _by_texts(odd.connection, odd.raw, doubtful, judges)


def without(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, out: Mapping[int, int]
) -> tuple[RawTable, list[Problem]]:
    """The file without the rows that are out of place, and a problem for each of them."""
    report = RowReport(Path(raw.file))
    for record, by in sorted(out.items()):
        at = bisect_right(raw.shifts.records, record) - 1
        report.moved(record, record + (raw.shifts.further[at] if at >= 0 else 0), by)
    kept = f"SELECT * FROM {raw.rows} WHERE _record NOT IN (SELECT unnest(?::BIGINT[]))"
    connection.execute(f"CREATE TEMP TABLE _kept AS {kept}", [sorted(out)])
    connection.execute(f"CREATE OR REPLACE TABLE {raw.table} AS FROM _kept ORDER BY _record; DROP TABLE _kept")
    # Rows are not those of the file any more, so they carry their numbers, as with the reader that leaves rows out.
    numbered = "tolerant" if raw.reader == "duckdb" else raw.reader
    read, reported = raw.rows_read - len(out), raw.rows_reported + len(out)
    return replace(raw, reader=numbered, rows_read=read, rows_reported=reported), list(report.problems())


# ---- what a column holds ---------------------------------------------------------------------------------------------


def _judges(profile: Profile, table: Table, raw: RawTable, fills: Iterable[Fill], width: int) -> dict[int, Judge]:
    """For each column whose cells have a form of their own, what tells whether a text can be one of them."""
    parts: dict[int, list[Judge]] = defaultdict(list)
    for fill in fills:
        for source in fill.sources.values():
            if source.column and (judge := _judge(profile, source)):
                for place in _places(table, raw, int(source.column.removeprefix("c")), width):
                    parts[place].append(judge)
    return {place: _together(judges) for place, judges in parts.items()}


def _places(table: Table, raw: RawTable, place: int, width: int) -> list[int]:
    """The columns of the file that a column is, or is made of."""
    if place < width:
        return [place]
    folded = [fold(heading) for heading in raw.columns[:width]]
    made = next(made for heading, made in table.made.items() if heading == raw.columns[place])
    return [folded.index(fold(name)) for name in made.first_filled if folded.count(fold(name)) == 1]


def _judge(profile: Profile, source: Source) -> Judge | None:
    field, rule = source.field, source.rule
    if field.name == SSN:
        return _by_shape(_SSN)
    if field.type in _SHAPES:
        return _by_shape(_SHAPES[field.type])
    closed = field.type is FieldType.CODE and not (rule and rule.otherwise)
    if field.type is FieldType.LIST:
        closed = bool(code_words(field, rule.codes if rule else {}))
    if not closed and field.type not in (FieldType.DATE, FieldType.YES_NO, FieldType.TIME):
        return None
    if field.type is FieldType.DATE:  # whatever its form: a day is a day
        rule = (rule or Column(headings=(field.name,))).model_copy(update={"dates": "auto"})
    return _by_reading(reader(profile, replace(source, rule=rule)))


def _by_shape(shape: re.Pattern[str]) -> Judge:
    return lambda text: FITS if shape.fullmatch(text) else FOREIGN


def _by_reading(read: Callable[[str], Reading]) -> Judge:
    return lambda text: FOREIGN if read(text).fault in _FOREIGN else FITS


def _together(judges: Sequence[Judge]) -> Judge:
    """What all fields that a column fills say of a text, each text judged once."""
    known: dict[str, int] = {}

    def judge(raw: str) -> int:
        if raw not in known:
            text = raw.strip(BLANKS)
            known[raw] = max(one(text) for one in judges) if text else EMPTY
        return known[raw]

    return judge


# ---- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Odd:
    """The rows of a file with a cell that may belong to another column.

    Attributes:
        places: a query for the record and the column of each such cell.
        width: columns of the file itself.
    """

    connection: duckdb.DuckDBPyConnection
    raw: RawTable
    places: str
    width: int

    def rows(self, *, rare: bool, most: int | None = None) -> list[tuple[int, Row]]:
        """Record and cells of the rows that have such a cell in a column where it is rare, or only where it is not.

        Where a column is full of words that nobody knows, one of them makes no row look odd.
        """
        often = max(_OFTEN, self.raw.rows_read // 20)
        cells = ", ".join(f"r.c{place}" for place in range(self.width))
        having = "bool_or(rare)" if rare else "NOT bool_or(rare) AND count(*) > 1"
        limit = "" if most is None else f" LIMIT {most}"
        found = self.connection.execute(
            f"WITH odd AS MATERIALIZED (SELECT *, count(*) OVER (PARTITION BY place) <= {often} AS rare FROM "
            f"({self.places})) SELECT r._record, {cells} FROM {self.raw.rows} r JOIN (SELECT _record FROM odd "
            f"GROUP BY _record HAVING {having} ORDER BY _record{limit}) o ON o._record = r._record ORDER BY 1"
        )
        return [(row[0], row[1:]) for row in found.fetchall()]


def _odd(sources: Iterable[tuple[str, Source]], file_id: int) -> str:
    """A query for the record and the column of each cell of a file that may belong to another column."""
    columns = (
        f"({literal(type_name)}, {literal(source.field.name)}, {literal(source.column or '')})"
        for type_name, source in sources
    )
    reasons = ", ".join(literal(fault) for fault in _FOREIGN)
    return (
        f"SELECT DISTINCT b._record, m.place FROM _bad_stage b JOIN (VALUES {', '.join(columns)}) "
        "m(type, field, place) ON m.type = b.type AND m.field = b.field "
        f"WHERE b._file = {file_id} AND b.reason IN ({reasons})"
    )


def _move(cells: Row, judges: Mapping[int, Judge], by: int) -> _Move | None:
    """The part of a row, up to its end, that fits better once it is moved back; none if it does not.

    Cells that moved to the left have left empty ones at the end.
    """
    if by < 0 and any(cell.strip(BLANKS) for cell in cells[by:]):
        return None
    strangers = [place for place, judge in judges.items() if judge(cells[place]) == FOREIGN]
    landed = any(place - by in judges and judges[place - by](cells[place]) == FITS for place in strangers)
    best = proof = against = 0
    for place in range(len(cells) - 1, -1, -1):
        judge, beside = judges.get(place), place + by
        if judge is None or not 0 <= beside < len(cells):
            continue
        moved = judge(cells[beside])
        if moved == FOREIGN:
            against += 1
        elif moved == FITS and place in strangers:
            proof += 1
        if against <= proof // 3:
            best = max(best, proof)
    return _Move(by, best, landed) if best else None


def _by_texts(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, doubtful: Mapping[int, tuple[Row, list[_Move]]],
    judges: Mapping[int, Judge],
) -> dict[int, int]:  # fmt: skip
    """Rows of which enough cells are strangers where they stand and at home beside it, as the other rows show."""
    asked: dict[int, set[str]] = defaultdict(set)
    for cells, moves in doubtful.values():
        for place, text in enumerate(cells):
            asked[place].add(text)
            for move in moves:
                asked[place - move.by].add(text)
    free = {place for place in asked if 0 <= place < len(raw.columns) and place not in judges}
    seen = {place: _rows_with(connection, raw, place, asked[place]) for place in sorted(free)}

    def moved(cells: Row, by: int) -> bool:
        found = 0
        for place, text in enumerate(cells):
            home = place - by
            if not text.strip(BLANKS) or not 0 <= home < len(cells):
                continue
            here, there = judges.get(place), judges.get(home)
            stranger = here(text) == FOREIGN if here else seen[place].get(text) == 1
            found += stranger and (there(text) == FITS if there else seen[home].get(text, 0) > (cells[home] == text))
        return found >= _PROOF

    tried = {
        record: next((m.by for m in moves if moved(cells, m.by)), 0) for record, (cells, moves) in doubtful.items()
    }
    return {record: by for record, by in tried.items() if by}


def _rows_with(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, place: int, texts: Iterable[str]
) -> dict[str, int]:
    query = f"SELECT c{place}, count(*) FROM {raw.table} WHERE c{place} IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1"
    return dict(connection.execute(query, [sorted(texts)]).fetchall())
