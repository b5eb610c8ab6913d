"""Dated values: the cell of a table for its keys and the day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import NEVER, OPEN
from compliance_engine.engine.sql.frame import quoted, sql_date
from compliance_engine.engine.sql.layers import Frag, combine
from compliance_engine.language import tree as t
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.value_types import type_of

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler, Reading

_OTHERWISE = ("otherwise",)


@dataclass(frozen=True)
class _Lookup:
    """One look into a table: on which day, in which reading, what it gives where no law was in force.

    parts: the fragments that its text uses, gathered while cells are written out.
    """

    compiler: Compiler
    day: Frag
    nothing: str
    reading: Reading
    parts: list[Frag] = field(default_factory=list)


def value(compiler: Compiler, e: t.Value, reading: Reading) -> Frag:
    """The value of a table on a day: the trigger day unless the rule says another."""
    table = e.table
    if table is None:
        raise ValueError("the expression has not been checked")
    day = compiler.named(e.on) if e.on is not None else compiler.layers.column(compiler.trigger())
    keys = [compiler.named(k) for k in e.keys]
    if any(type_of(k) == "list" for k in e.keys):
        return _of_places(_Lookup(compiler, day, "NULL", "exact", [day, keys[0]]), table, keys[0])
    is_date = table.type in ("clock", "date")
    look = _Lookup(compiler, day, NEVER if is_date else "NULL", reading, [day, *keys])
    text = _by_key(look, _of_states(table, e.keys, compiler.frame.states()), keys)
    return combine(text, *look.parts, infinite=is_date)


def _by_key(look: _Lookup, table: Table, keys: list[Frag]) -> str:
    cells = dict(table.cells)
    if not keys:
        return _on_day(look, cells.get((), ()))
    otherwise = _on_day(look, cells[_OTHERWISE]) if _OTHERWISE in cells else look.nothing
    arms = []
    for key, own in table.cells:
        if key == _OTHERWISE:
            continue
        test = " AND ".join(f"{k}::VARCHAR = {quoted(x)}" for k, x in zip(keys, key, strict=True))
        arms.append(f"WHEN {test} THEN {_on_day(look, own)}")
    missing = " OR ".join(f"{k} IS NULL" for k in keys)
    return f"CASE WHEN {missing} THEN NULL {' '.join(arms)} ELSE {otherwise} END"


def _of_places(look: _Lookup, table: Table, places: Frag) -> Frag:
    """The highest or lowest of the values of the places that somebody is in."""
    arms = [
        f"CASE WHEN list_contains({places}, {quoted(key[0])}) THEN {_on_day(look, cells)} END"
        for key, cells in table.cells
    ]
    best = "greatest" if table.between_places == "highest" else "least"
    text = f"CASE WHEN {places} IS NOT NULL THEN {best}({', '.join(arms)}) END"
    return combine(text, *look.parts, infinite=False)


def _on_day(look: _Lookup, cells: tuple[Cell, ...]) -> str:
    """Of the cells of one key the one in force."""
    day, nothing = look.day, look.nothing
    if len(cells) == 1 and cells[0].first is None and cells[0].last is None:
        return _content(look, cells[0])
    # A day that never was lies in no period.
    arms = [f"WHEN {day} = {NEVER} THEN {nothing}"] if day.infinite and cells else []
    for cell in cells:
        tests = [f"{day} >= {sql_date(cell.first)}"] if cell.first else []
        tests += [f"{day} <= {sql_date(cell.last)}"] if cell.last else []
        arms.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN {_content(look, cell)}")
    return f"CASE WHEN {day} IS NULL THEN NULL {' '.join(arms)} ELSE {nothing} END" if arms else nothing


def _content(look: _Lookup, cell: Cell) -> str:
    if cell.is_ is None:
        return OPEN if look.nothing == NEVER else "NULL"
    frag = look.compiler.sql(cell.is_, look.reading)
    look.parts.append(frag)
    return f"({frag.sql})"


def _of_states(table: Table, keys: tuple[t.Expression, ...], states: frozenset[str] | None) -> Table:
    """The table without the cells of states where nobody is."""
    by_state = len(keys) == 1 and isinstance(keys[0], t.Related) and keys[0].field.name in ("state", "home_state")
    if states is None or not by_state:
        return table
    cells = tuple((key, cells) for key, cells in table.cells if key == _OTHERWISE or key[0] in states)
    return replace(table, cells=cells)
