"""A statement built in layers, so that everything is computed once.

A layer is `SELECT b.*, <new columns> FROM (<the layer below>) b <joins>`. A fragment knows the lowest layer on which all its
columns exist; asking for a column or a join puts it on the layer above. Equal requests give the same column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LITERAL = re.compile(r"(DATE|TIMESTAMP) '[^']*'|-?\d+|NULL(::\w+)?|TRUE|FALSE")


@dataclass(frozen=True, slots=True)
class Frag:
    """A piece of SQL.

    level: the layer whose columns it uses. infinite: whether it may be `infinity` or `-infinity` (an event to come, an
    occasion that never was). calendar: whether it needs the calendar lists `k`.
    """

    sql: str
    level: int = 0
    infinite: bool = False
    calendar: bool = False

    def __str__(self) -> str:
        return self.sql


def literal(sql: str) -> Frag:
    """A fragment that uses no column."""
    return Frag(sql)


NO_DATE = literal("NULL::DATE")


def combine(sql: str, *parts: Frag, infinite: bool | None = None, calendar: bool = False) -> Frag:
    """A fragment made of others; infinite if any part may be, unless said."""
    return Frag(
        sql,
        max((p.level for p in parts), default=0),
        any(p.infinite for p in parts) if infinite is None else infinite,
        calendar or any(p.calendar for p in parts),
    )


@dataclass
class Group:
    """Aggregates over the rows of one table, joined once: `SELECT <keys>, <columns> FROM <table> r GROUP BY <keys>`.

    tests: which rows may matter to some aggregate.
    """

    table: str
    keys: tuple[str, ...]
    alias: str
    own: bool
    columns: dict[str, str] = field(default_factory=dict)
    tests: dict[str, None] = field(default_factory=dict)

    def text(self) -> str:
        """The subquery."""
        columns = "".join(f", {sql} AS {name}" for sql, name in self.columns.items())
        keys = ", ".join(f"r.{k}" for k in self.keys)
        where = "" if "TRUE" in self.tests else f" WHERE {' OR '.join(f'coalesce({t}, TRUE)' for t in self.tests)}"
        return f"(SELECT {keys}{columns} FROM {self.table} r{where} GROUP BY {keys})"


@dataclass
class _Layer:
    columns: dict[str, str] = field(default_factory=dict)
    joins: dict[tuple[str, str, str], str] = field(default_factory=dict)
    looked_up: dict[tuple[str, str], tuple[str, dict[str, str]]] = field(default_factory=dict)
    by_calendar: set[str] = field(default_factory=set)


class Layers:
    """The statement under construction. `source` is the FROM of the lowest layer, its columns are `s.…`."""

    def __init__(self, source: str, base_columns: dict[str, str]) -> None:
        self._source = source
        self._layers = [_Layer(columns={sql: name for name, sql in base_columns.items()})]
        self._groups: dict[tuple[str, tuple[str, ...]], Group] = {}
        self._names = 0

    def grouped(self, table: str, keys: tuple[str, ...], aggregate: str, test: str, own: bool = False) -> Frag:
        """One aggregate over the rows of `table` (as `r`) that share `keys` with the subject; NULL where there are none.

        Args:
            test: rows for which it is false mean nothing to the aggregate.
            own: the table is the subject's own, where two empty keys are the same.
        """
        group = self._groups.setdefault((table, keys), Group(table, keys, f"g{len(self._groups)}", own))
        if aggregate not in group.columns:
            group.columns[aggregate] = f"a{len(group.columns)}"
        group.tests[test] = None
        return self.base(f"{group.alias}.{group.columns[aggregate]}")

    def base(self, sql: str, infinite: bool = False) -> Frag:
        """A column of the lowest layer."""
        columns = self._layers[0].columns
        if sql not in columns:
            columns[sql] = self._name("c")
        return Frag(f"b.{columns[sql]}", 1, infinite)

    def column(self, frag: Frag) -> Frag:
        """Compute a fragment once and name it; plain columns and literals stay as they are."""
        if (frag.sql.startswith("b.") and frag.sql[2:].isidentifier()) or _LITERAL.fullmatch(frag.sql):
            return frag
        layer = self._layer(frag.level)
        if frag.sql not in layer.columns:
            layer.columns[frag.sql] = self._name("c")
        if frag.calendar:
            layer.by_calendar.add(frag.sql)
        return Frag(f"b.{layer.columns[frag.sql]}", frag.level + 1, frag.infinite)

    def join(self, kind: str, what: str, on: str, level: int) -> str:
        """Join something on a layer and give its alias, which `{alias}` in `on` becomes.

        Args:
            kind: `LEFT JOIN` or `ASOF LEFT JOIN`.
            level: the layer whose columns `on` uses.
        """
        joins = self._layer(level).joins
        key = (kind, what, on)
        if key not in joins:
            joins[key] = self._name("j")
        return joins[key]

    def joined(self, alias: str, level: int, sql: str, infinite: bool = False) -> Frag:
        """A column out of something joined on layer `level`."""
        layer = self._layer(level)
        full = sql.replace("{alias}", alias)
        if full not in layer.columns:
            layer.columns[full] = self._name("c")
        return Frag(f"b.{layer.columns[full]}", level + 1, infinite)

    def correlated(self, table: str, where: str, aggregate: str, uses: Frag) -> Frag:
        """One aggregate over the rows of `table` (as `r`) that satisfy a condition.

        Planning takes time for every subquery, so those over the same rows are one.

        Args:
            uses: what condition and aggregate use of the subject.
        """
        if uses.calendar:
            # As a join it would copy the lists of the calendar.
            return self.column(Frag(f"(SELECT {aggregate} FROM {table} r WHERE {where})", uses.level, False, True))
        level = uses.level
        looked_up = self._layer(level).looked_up
        if (table, where) not in looked_up:
            looked_up[table, where] = self._name("j"), {}
        alias, columns = looked_up[table, where]
        name = columns.setdefault(aggregate, f"a{len(columns)}")
        return self.joined(alias, level, f"{alias}.{name}")

    def statement(self, select: dict[str, Frag]) -> str:
        """The whole SELECT with the named results."""
        top = {name: self.column(frag) for name, frag in select.items()}
        text = ""
        for level, layer in enumerate(self._layers):
            text = self._lowest(layer) if level == 0 else _above(text, layer)
        results = ", ".join(f"{frag.sql} AS {name}" for name, frag in top.items())
        return f"SELECT {results} FROM ({text}) b"

    def _lowest(self, layer: _Layer) -> str:
        columns = ", ".join(f"{sql} AS {name}" for sql, name in layer.columns.items())
        text = f"SELECT {columns} FROM {self._source}"
        for group in self._groups.values():
            same = "IS NOT DISTINCT FROM" if group.own else "="
            on = " AND ".join(f"{group.alias}.{k} {same} s.{k}" for k in group.keys)
            text += f" LEFT JOIN {group.text()} {group.alias} ON {on}"
        return text + _joins(layer)

    def _layer(self, level: int) -> _Layer:
        while len(self._layers) <= level:
            self._layers.append(_Layer())
        return self._layers[level]

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"


def _joins(layer: _Layer) -> str:
    joins = [
        f" {kind} {what} {alias} ON {on.replace('{alias}', alias)}" for (kind, what, on), alias in layer.joins.items()
    ]
    for (table, where), (alias, columns) in layer.looked_up.items():
        aggregates = ", ".join(f"{sql} AS {name}" for sql, name in columns.items())
        joins.append(f" LEFT JOIN LATERAL (SELECT {aggregates} FROM {table} r WHERE {where}) {alias} ON TRUE")
    return "".join(joins)


def _above(below: str, layer: _Layer) -> str:
    """A layer over the one below. The calendar lists never meet a join or subquery: it would copy them for every row."""
    counted = "".join(f", {sql} AS {name}" for sql, name in layer.columns.items() if sql in layer.by_calendar)
    plain = "".join(f", {sql} AS {name}" for sql, name in layer.columns.items() if sql not in layer.by_calendar)
    if plain or layer.joins or layer.looked_up or not counted:
        below = f"SELECT b.*{plain} FROM ({below}) b{_joins(layer)}"
    return f"SELECT b.*{counted} FROM ({below}) b CROSS JOIN _calendar k" if counted else below
