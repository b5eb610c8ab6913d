"""The days on which a running total over related rows reaches a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import checked
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import NO_ROW, absence
from compliance_engine.engine.sql.related.aggregates import doubt_over
from compliance_engine.engine.sql.related.many_rows import measure, where_supplied
from compliance_engine.language import tree as t

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

_TOTAL = "DECIMAL(38,4)"
"""Exact: ten times 0.1 is 1, on that day and not on the next."""


def days_reached(compiler: Compiler, e: t.Reaches, until: Frag | None = None, after: Frag | None = None) -> Frag:
    """The days on which the running total reaches the goal, starting from nought after each; a list of dates.

    Args:
        until, after: the last and the first day whose rows count.
    """
    field = checked(e.field)
    day = f"r.{compiler.relations.vocabulary.types[e.record].dated_by}"
    where = f"{{w}} AND isfinite({day}) AND r.{field.name} IS NOT NULL"
    rows = measure(
        compiler, e.record, e.where,
        f"list({{'total': r.{field.name}::{_TOTAL}, 'hits': [{day}]}} ORDER BY {day}, r.{field.name}) FILTER (WHERE {where})",
    )  # fmt: skip
    goal = compiler.layers.column(compiler.sql(e.goal))
    limits = [f"x.hits[1] <= {until}"] if until is not None else []
    limits += [f"x.hits[1] >= {after}"] if after is not None else []
    kept = f"list_filter({rows}, lambda x: {' AND '.join(limits)})" if limits else rows.sql
    start = f"{{'total': 0::{_TOTAL}, 'hits': []::DATE[]}}"
    step = (
        f"CASE WHEN a.total + x.total >= {goal} THEN {{'total': 0::{_TOTAL}, 'hits': list_concat(a.hits, x.hits)}} "
        "ELSE {'total': a.total + x.total, 'hits': a.hits} END"
    )
    text = f"coalesce(list_reduce(list_prepend({start}, coalesce({kept}, [])), lambda a, x: {step}).hits, [])"
    parts = [part for part in (rows, goal, until, after) if part is not None]
    return compiler.layers.column(combine(text, *parts, infinite=False))


def reaches(compiler: Compiler, e: t.Reaches) -> Frag:
    """The first day the running total is at least the goal; open while it is not."""
    if compiler.frame.supplied(compiler.layers, e.record) is False:
        compiler.leaves.setdefault(e.record, literal("NULL"))
        return literal("NULL::DATE")
    days, doubt = days_reached(compiler, e), doubt_over(compiler, e)
    dated_by = compiler.relations.vocabulary.types[e.record].dated_by
    number = measure(compiler, e.record, e.where, f"count(*) FILTER (WHERE {{w}} AND isfinite(r.{dated_by}))")
    absent = absence(compiler, e.record, compiler.starts, NO_ROW)
    text = (
        f"CASE WHEN {doubt} THEN NULL WHEN len({days}) > 0 THEN {days}[1] "
        f"WHEN coalesce({number}, 0) = 0 AND NOT {absent} THEN NULL ELSE DATE 'infinity' END"
    )
    return where_supplied(compiler, e.record, combine(text, doubt, days, number, absent, infinite=True))
