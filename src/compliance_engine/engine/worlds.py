"""The world around one subject of loaded records: the same rows that the SQL joins, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named
from compliance_engine.engine.facts.forms import Range
from compliance_engine.engine.facts.headcount import SCOPED
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.twin.registry import registry
from compliance_engine.engine.twin.values import Lost, Value
from compliance_engine.engine.twin.world import CalendarOf, Row, World
from compliance_engine.language.rule import Rule
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import FieldType, Missing, RecordType, Vocabulary
from compliance_engine.records.unplaced import types_with_unplaced, unplaced_table

PERSON = "employee_number"
_REMEMBERED = 5_000
"""Tables of a person or an employer, and facts, that are kept for the next subject."""
Names = frozenset[str | tuple[str, str]]
Called = tuple[str, tuple[str, int] | None, str, tuple[Value, ...], date]


class TooManyRowsError(Exception):
    """A rule looks at more rows of an employer than are to be read for one subject."""


@dataclass(frozen=True)
class Around:
    """What worlds of the same run share: which tables and columns no source supplies, and the rows that were read.

    rows: by employer, record type and person; None for all of an employer.
    facts: by employer, subject, call and day; no subject where it is the same for all of an employer.
    most: rows of one table of an employer that are read; above it reading raises TooManyRowsError. None: any number.
    """

    absent: Names
    most: int | None = None
    rows: dict[tuple[str, str, str | None], Sequence[Row]] = field(default_factory=dict)
    facts: dict[Called, Range] = field(default_factory=dict)


def around(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, most: int | None = None) -> Around:
    """What worlds made from the tables of a connection share."""
    return Around(_not_supplied(connection, vocabulary), most)


def world_of(
    connection: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    rule: Rule,
    row: int,
    settings: Settings,
    shared: Around | None = None,
) -> World:
    """The world of the subject whose `_row` is given, in the table of the record type that a rule is about.

    Args:
        shared: what was read for other subjects of the same run already.
    """
    kind = vocabulary.types[rule.about]
    shared = shared or around(connection, vocabulary)
    absent = shared.absent
    subject = _read(connection, kind, f"_row = {row}", [], absent)[0]
    employer = subject["employer_id"]
    person = subject.get(PERSON) if PERSON in kind.identity else None

    def rows_of(record: str) -> Sequence[Row]:
        """Of what belongs to people only the subject's own is read, but for rows of the subject's own kind."""
        other = vocabulary.types[record]
        keys = other.siblings if record == rule.about else other.identity
        if person is not None and PERSON in keys:
            found = once(record, str(person), f"employer_id = ? AND {PERSON} = ?", [employer, person])
        else:
            found = everybody(record)
        return [subject if record == rule.about and x["_row"] == row else x for x in found]

    def everybody(record: str) -> Sequence[Row]:
        is_new = (str(employer), record, None) not in shared.rows
        if is_new and shared.most is not None and _number_of_rows(connection, record, employer) > shared.most:
            raise TooManyRowsError(record)
        return once(record, None, "employer_id = ?", [employer])

    def once(record: str, whose: str | None, where: str, values: Sequence[object]) -> Sequence[Row]:
        key = (str(employer), record, whose)
        if key not in shared.rows:
            if len(shared.rows) >= _REMEMBERED:
                shared.rows.clear()
            shared.rows[key] = _read(connection, vocabulary.types[record], where, values, absent)
        return shared.rows[key]

    lost = types_with_unplaced(connection)

    def unplaced(record: str) -> Sequence[Row]:
        if record not in lost:
            return ()
        if shared.most is not None and _number_of_rows(connection, unplaced_table(record), employer) > shared.most:
            raise TooManyRowsError(record)
        return _read(connection, vocabulary.types[record], "employer_id = ?", [employer], absent, unplaced=True)

    everything = _Lazily(tuple(vocabulary.types), everybody)

    def fact(name: str, args: tuple[Value, ...], day: date, world: World) -> Range:
        """Facts may count other people too."""
        key = (str(employer), None if _is_of_employer(name, args) else (rule.about, row), name, args, day)
        if key not in shared.facts:
            if len(shared.facts) >= _REMEMBERED:
                shared.facts.clear()
            complete = {record: first for record, first in world.complete_from.items() if record not in lost}
            shared.facts[key] = registry(name, args, day, replace(world, rows=everything, complete_from=complete))
        return shared.facts[key]

    return World(
        vocabulary=vocabulary,
        about=rule.about,
        subject=subject,
        rows=_Lazily(tuple(vocabulary.types), rows_of),
        as_of=settings.as_of,
        calendar=calendars_of(settings),
        fact=fact,
        not_supplied=absent,
        complete_from=dict(settings.complete_from),
        unplaced=_Lazily(tuple(vocabulary.types), unplaced),
        choices={name: _choice(value) for name, value in settings.choices.items() if value is not None},
        lookback=settings.first_turn,
        lead_days=settings.lead_by_topic.get(rule.topic, settings.lead_days),
    )


@dataclass(frozen=True)
class _Lazily(Mapping[str, Sequence[Row]]):
    """Rows by record type, read when they are first asked for."""

    names: tuple[str, ...]
    read: Callable[[str], Sequence[Row]]
    known: dict[str, Sequence[Row]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Sequence[Row]:
        if name not in self.names:
            raise KeyError(name)
        if name not in self.known:
            self.known[name] = self.read(name)
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


# ---- rows ------------------------------------------------------------------------------------------------------------


def _read(
    connection: duckdb.DuckDBPyConnection,
    kind: RecordType,
    where: str,
    values: Sequence[object],
    absent: Names,
    *,
    unplaced: bool = False,
) -> Sequence[Row]:
    """Rows of a table with the states of their cells.

    Args:
        absent: tables and columns that no source supplies.
        unplaced: read the rows that cannot be placed.
    """
    fields = {f.name: f for f in kind.fields}
    keys = [name for name in dict.fromkeys((*kind.key, *kind.parents)) if name not in fields]
    ends = [f.name for f in kind.fields if f.type in (FieldType.DATE, FieldType.INSTANT)]
    columns = ["_row", "employer_id", *(["_open", "_lost"] if unplaced else []), *keys, *fields]
    table = unplaced_table(kind.name) if unplaced else kind.name
    shown = [f'CASE WHEN isfinite("{n}") THEN "{n}" END' if n in ends else f'"{n}"' for n in columns]
    sides = [f'CASE WHEN isinf("{n}") THEN "{n}"::VARCHAR = \'infinity\' END' for n in ends]
    query = f'SELECT {", ".join([*shown, *sides])} FROM "{table}" WHERE {where} ORDER BY ALL'
    found = connection.execute(query, list(values)).fetchall()
    bad = _bad_cells(connection, kind.name, [row[0] for row in found])
    rows = []
    for cells in found:
        row: dict[str, Value | Lost | int] = {"_row": cells[0]}
        row |= {name: _value(value) for name, value in zip(columns[1:], cells[1:], strict=False) if value is not None}
        for name, is_open in zip(ends, cells[len(columns) :], strict=True):
            if is_open is not None:
                row[name] = Absent.OPEN if is_open else Absent.NONE
            elif name not in row and fields[name].missing is not Missing.FACT and (kind.name, name) not in absent:
                # An empty cell would say so: it was made out of something that cannot be read or relied on.
                row[name] = Lost.UNREADABLE
        row |= bad.get(cells[0], {})
        rows.append(row)
    return rows


def _is_of_employer(name: str, args: tuple[Value, ...]) -> bool:
    """Whether a fact is the same for everybody of an employer."""
    return name == "workweeks_at" or (name == "headcount" and str(args[0]) not in SCOPED)


def _number_of_rows(connection: duckdb.DuckDBPyConnection, record: str, employer: object) -> int:
    row = connection.execute(f'SELECT count(*) FROM "{record}" WHERE employer_id = ?', [employer]).fetchone()
    return int(row[0]) if row else 0


def _bad_cells(
    connection: duckdb.DuckDBPyConnection, record: str, rows: Sequence[int]
) -> Mapping[int, Mapping[str, Lost]]:
    listed = ", ".join(str(row) for row in rows) or "NULL"
    query = f"SELECT _row, field, state FROM _bad_cell WHERE type = ? AND _row IN ({listed})"
    found: dict[int, dict[str, Lost]] = {}
    for row, name, state in connection.execute(query, [record]).fetchall():
        found.setdefault(row, {})[name] = Lost(state)
    return found


def _value(value: object) -> Value:
    match value:
        case bool() | str() | Decimal():
            return value
        case datetime():
            return value.replace(tzinfo=UTC)
        case date():
            return value
        case list():
            return tuple(str(item) for item in value)
        case int():
            return Decimal(value)
        case _:
            return value  # type: ignore[return-value]  # a time of day


def _not_supplied(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary) -> frozenset[str | tuple[str, str]]:
    supplied = set(connection.execute("SELECT type, field FROM _supplied").fetchall())
    tables = {name for name in vocabulary.types if (name, "") not in supplied}
    columns = {
        (name, f.name)
        for name, kind in vocabulary.types.items()
        for f in kind.fields
        if name not in tables and (name, f.name) not in supplied
    }
    return frozenset(tables | columns)


# ---- surroundings ----------------------------------------------------------------------------------------------------


def calendars_of(settings: Settings) -> CalendarOf:
    """The calendars of a run, by name, worksite or state."""

    def of(name: str, site: str | None, state: str | None) -> Calendar | None:
        if name == "worksite":
            own = {"*": named("us-federal"), **settings.worksite_calendars}
            # Where worksites differ, who knows which days were open at one that is not known?
            return own.get(site or "*", own["*"]) if site is not None or len(set(own.values())) == 1 else None
        return named(state or "") if name == "state" else settings.calendars.get(name) or named(name)

    return of


def _choice(value: object) -> Value:
    return value if isinstance(value, bool | Decimal | date | str) else Decimal(str(value))
