"""The fullest stretch of so many days that holds a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import checked
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import NO_ROW, absence
from compliance_engine.engine.sql.related.aggregates import doubt_over
from compliance_engine.engine.sql.related.many_rows import measure, where_supplied
from compliance_engine.language import tree as t
from compliance_engine.language.walk import in_reach

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler


def most_within(compiler: Compiler, e: t.MostWithin) -> Frag:
    """The largest count or sum of all stretches of so many days that hold a day."""
    layers, near = compiler.layers, in_reach(e)
    if compiler.frame.supplied(layers, e.record) is False:
        compiler.leaves.setdefault(e.record, literal("NULL"))
        return literal("NULL")
    length, around = layers.column(compiler.sql(e.length)), layers.column(compiler.sql(e.around))
    number, day = f"r.{e.field.name}" if e.field is not None else "1", f"r.{checked(e.dated_by).name}"
    listed = f"list({{'day': {day}, 'n': {number}}}) FILTER (WHERE {{w}} AND isfinite({day}))"
    rows = measure(compiler, e.record, near, listed)
    doubt = doubt_over(compiler, t.Aggregate(e.name, e.path, near, e.record, e.field))
    absent = absence(compiler, e.record, compiler.starts, NO_ROW)
    inside = f"list_filter({rows}, lambda x: (x.day - {around}) + k BETWEEN 0 AND {length} - 1)"
    totals = f"lambda k: coalesce(list_sum(list_transform({inside}, lambda y: y.n)), 0)"
    text = (
        f"CASE WHEN {doubt} THEN NULL WHEN {rows} IS NULL THEN CASE WHEN {absent} THEN 0 END "
        f"ELSE list_max(list_transform(range(CAST({length} AS BIGINT)), {totals})) END"
    )
    return where_supplied(compiler, e.record, combine(text, doubt, rows, absent, length, around, infinite=False))
