"""`is known` and `is missing`: whether there is a value, or may be one although none is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import ROW_NUMBER
from compliance_engine.engine.sql.expressions.fields import FieldNode, column_of, day_read, stated
from compliance_engine.engine.sql.frame import quoted
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.language import tree as t
from compliance_engine.language.walk import may_come

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler


def is_known(compiler: Compiler, e: t.IsKnown) -> Frag:
    """Whether there is a value; unknown where there may be one that is not known."""
    item, doubt = compiler.sql(e.item), _may_hold(compiler, e.item)
    there = f"isfinite({item})" if item.infinite else "TRUE"
    if doubt is None:
        text = f"({item} IS NOT NULL AND {there})" if item.infinite else f"({item} IS NOT NULL)"
        doubt = literal("FALSE")
    else:
        text = f"CASE WHEN {item} IS NOT NULL THEN {there} WHEN NOT {doubt} THEN FALSE END"
    return combine(f"(NOT {text})" if e.negated else text, item, doubt, infinite=False)


def _may_hold(compiler: Compiler, e: t.Expression) -> Frag | None:
    """Whether there may be a value although none is known; None: what is not known is not there.

    An empty cell holds none, nor does a column that nobody supplies; a cell that cannot be read or relied on may.
    """
    match e:
        case t.Alias():
            return _may_hold(compiler, e.target)
        case t.Aggregate() | t.Reaches() | t.MostWithin():
            return _truth(compiler.frame.supplied(compiler.layers, e.record))
        case t.Own() | t.Related() | t.EachField() | t.DoneField() | t.Row():
            if may_come(e):
                # An empty cell would have said that there is none.
                return _truth(compiler.frame.has_column(compiler.layers, e.record, e.field.name))
            return _unread(compiler, e)
        case _:
            return None


def _unread(compiler: Compiler, e: FieldNode) -> Frag:
    """Whether the cell of a field is one that cannot be read or relied on, or nobody knows which cell it is."""
    listed = f"SELECT x._row FROM _bad_cell x WHERE x.type = {quoted(e.record)} AND x.field = {quoted(e.field.name)}"
    if isinstance(e, t.Row):
        return Frag(f"coalesce(r._row IN ({listed}), FALSE)")
    on = day_read(compiler, e)
    row = column_of(compiler, replace(e, field=ROW_NUMBER), on)
    found = combine(f"coalesce({row} IN ({listed}), FALSE)", row, infinite=False)
    if on is not None and isinstance(e, t.Related) and compiler.relations.is_dated(e.record):
        found = combine(f"({on} IS NULL OR {found})", on, found, infinite=False)
    given = stated(compiler, e)
    if given is not None:
        found = combine(f"({given.said} OR {found})", given.said, found, infinite=False)
    return compiler.layers.column(found)


def _truth(value: Frag | bool) -> Frag:
    return value if isinstance(value, Frag) else literal("TRUE" if value else "FALSE")
