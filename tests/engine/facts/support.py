"""Records of one employer, as the twins read them and as the tables of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

from compliance_engine.engine.facts.forms import Lookup, Number, Range, Row
from compliance_engine.language.tree import Absent
from compliance_engine.records.sql import COLUMN_TYPES, name
from compliance_engine.records.types import VOCABULARY

TYPES = ("employer", "headcount_snapshot", "worksite", "employment_spell", "assignment", "hours_period")
UNKNOWN, OPEN = Absent.UNKNOWN, Absent.OPEN
AS_OF = date(2025, 6, 30)


@dataclass(frozen=True)
class Company:
    """Records of an employer that is known, in which every table is supplied and complete unless said otherwise."""

    rows: Mapping[str, Sequence[Row]]
    not_supplied: frozenset[str | tuple[str, str]] = frozenset()
    complete_from: Mapping[str, date | None] = field(
        default_factory=lambda: {"employment_spell": date.min, "hours_period": date.min}
    )
    as_of: date = AS_OF

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {"employer": ({},), **self.rows})


@contextmanager
def tables(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables that a run would have made of the records."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE _supplied (type VARCHAR, field VARCHAR)")
        connection.execute("CREATE TABLE _complete_from (type VARCHAR, from_day DATE)")
        for kind, day in company.complete_from.items():
            if day is not None:
                connection.execute("INSERT INTO _complete_from VALUES (?, ?)", [kind, day])
        for kind in TYPES:
            _table(connection, kind, company)
        yield connection


def _table(connection: duckdb.DuckDBPyConnection, kind: str, company: Company) -> None:
    record = VOCABULARY.types[kind]
    types = {"employer_id": "VARCHAR"} | dict.fromkeys(record.key, "VARCHAR")
    types |= {f.name: COLUMN_TYPES[f.type] for f in record.fields}
    connection.execute(f"CREATE TABLE {kind} ({', '.join(f'{name(c)} {t}' for c, t in types.items())})")
    if kind not in company.not_supplied:
        columns = ["", *(c for c in types if (kind, c) not in company.not_supplied)]
        connection.executemany("INSERT INTO _supplied VALUES (?, ?)", [[kind, c] for c in columns])
    for row in company.rows.get(kind, ()):
        cells = {"employer_id": "'acme'"} | {c: _cell(v) for c, v in row.items()}
        connection.execute(f"INSERT INTO {kind} ({', '.join(map(name, cells))}) VALUES ({', '.join(cells.values())})")


def _cell(value: object) -> str:
    if value is OPEN:
        return "'infinity'"
    if value is UNKNOWN or value is None:
        return "NULL"
    return str(value) if isinstance(value, int | Decimal) else f"'{value}'"


def looked_up(connection: duckdb.DuckDBPyConnection, lookup: Lookup, days: Sequence[date]) -> dict[date, Range]:
    """What a lookup over the column `b.day` finds on each day; also checks n against the bounds."""
    values = ", ".join(f"(DATE '{d}')" for d in days)
    on = lookup.on.replace("{alias}", "f")
    found = connection.execute(
        f"SELECT b.day, f.n, f.n_low, f.n_high FROM (VALUES {values}) b(day) {lookup.kind} {lookup.what} f ON {on}"
    ).fetchall()
    assert len(found) == len(days)
    return {day: _range(n, low, high) for day, n, low, high in found}


def asked(connection: duckdb.DuckDBPyConnection, subquery: str, days: Sequence[date]) -> dict[date, Range | None]:
    """What a subquery over the columns `b.employer`, `b.employee` and `b.day` gives for person 1 on each day."""
    values = ", ".join(f"('acme', '1', DATE '{d}')" for d in days)
    given = f"SELECT b.day, {subquery} AS c FROM (VALUES {values}) b(employer, employee, day)"
    found = connection.execute(f"SELECT day, c.n, c.low, c.high, c IS NULL FROM ({given})").fetchall()
    assert len(found) == len(days)
    return {day: None if nothing else _range(n, low, high) for day, n, low, high, nothing in found}


def _range(n: Number | None, low: Number | None, high: Number | None) -> Range:
    found = Range(low, high)
    assert n == found.value
    return found


def person(number: str, start: object, end: object = OPEN, spell: str = "1", **more: object) -> dict[str, object]:
    """A spell of employment as an employee."""
    return {
        "employee_number": number,
        "spell_no": spell,
        "worker_type": "employee",
        "start_date": start,
        "termination_date": end,
        **more,
    }


def staff(*spells: Row, **more: Sequence[Row]) -> Company:
    """A company with these spells."""
    return Company({"employment_spell": spells, **more})
