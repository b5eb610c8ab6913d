"""What proves that a duty was done: the first certain day, and whether there may be another."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine.sql.columns import checked
from compliance_engine.engine.sql.expressions.civil_day import civil, civil_day
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import NO_ROW, absence
from compliance_engine.engine.sql.related.aggregates import doubt_over
from compliance_engine.engine.sql.related.many_rows import doubtful, measure
from compliance_engine.engine.sql.related.running_total import days_reached
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of

Turn = tuple[Frag, Frag]
"""The first and the last day of a turn of the calendar."""


@dataclass(frozen=True, slots=True)
class Proof:
    """done: the earliest certain day on or after `opens`, not after the as-of date, else NULL.

    doubt: some event may or may not count. absent: that there is no event is a fact. early: there are events, all before `opens`.
    """

    done: Frag
    doubt: Frag
    absent: Frag
    early: Frag


def proof(
    compiler: Compiler,
    done: t.Expression | t.Rows | t.Reaches,
    as_of: Frag,
    opens: Frag | None,
    turn: Turn | None = None,
) -> Proof:
    """Compile a `done:`; `turn` limits it to the days of one: what lies before it is not too early for it."""
    if isinstance(done, t.Rows):
        return _rows(compiler, done, as_of, opens, turn)
    if isinstance(done, t.Reaches):
        return _reaches(compiler, done, as_of, opens, turn)
    return _single(compiler, done, as_of, opens, turn)


def _single(compiler: Compiler, e: t.Expression, as_of: Frag, opens: Frag | None, turn: Turn | None) -> Proof:
    value = compiler.named(e)
    day = civil(compiler, value, type_of(e) == "instant")
    counts = [f"{day} <= {as_of}"]
    if day.infinite:
        counts.append(f"isfinite({day})")
    if opens is not None:
        counts.append(f"{day} >= {opens}")
    if turn is not None:
        counts.append(f"{day} <= {turn[1]}")
    parts = [p for p in (value, day, as_of, opens, *(turn or ())) if p is not None]
    found = compiler.layers.column(
        combine(f"CASE WHEN {' AND '.join(counts)} THEN {value} END", *parts, infinite=False)
    )
    doubt = combine(f"({day} IS NULL)", day, infinite=False)
    early = literal("FALSE")
    if opens is not None:
        own = f" AND {day} >= {turn[0]}" if turn is not None else ""
        early = combine(
            f"({day} < {opens}{own} AND {day} <= {as_of} AND isfinite({day}))",
            *(day, opens, as_of, *(turn or ())),
            infinite=False,
        )
    return Proof(found, doubt, literal("TRUE"), early)


def _rows(compiler: Compiler, e: t.Rows, as_of: Frag, opens: Frag | None, turn: Turn | None) -> Proof:
    layers = compiler.layers
    field = checked(e.field)
    supplied = compiler.frame.supplied(layers, e.record)
    kind = "TIMESTAMP" if field.type == "instant" else "DATE"
    if supplied is False:
        compiler.leaves.setdefault(e.record, literal("NULL"))
        return Proof(literal(f"NULL::{kind}"), literal("TRUE"), literal("FALSE"), literal("FALSE"))
    raw = f"r.{field.name}"
    outer = [p for p in (as_of, opens, *(turn or ())) if p is not None]
    day = raw
    if kind == "TIMESTAMP":
        there = civil_day(compiler, Frag(raw, 0, infinite=True))
        day, outer = f"({there})", [*outer, there]
    limits = f"isfinite({raw}) AND {day} <= {as_of}"
    inside = (
        limits
        + (f" AND {day} >= {opens}" if opens is not None else "")
        + (f" AND {day} <= {turn[1]}" if turn is not None else "")
    )
    found = measure(compiler, e.record, e.where, f"min({raw}) FILTER (WHERE {{w}} AND {inside})", *outer)
    doubt = doubtful(
        compiler,
        e.record,
        e.where,
        f"bool_or((({{w}}) IS NULL AND coalesce({inside}, TRUE)) OR ({{w}} AND {day} IS NULL))",
        *outer,
        could=f"coalesce({inside}, TRUE)",
    )
    absent = absence(compiler, e.record, compiler.starts, NO_ROW)
    early = literal("FALSE")
    if opens is not None:
        own = f" AND {day} >= {turn[0]}" if turn is not None else ""
        early = measure(compiler, e.record, e.where, f"bool_or({{w}} AND {limits} AND {day} < {opens}{own})", *outer)
        early = combine(f"coalesce({early}, FALSE)", early)
    if supplied is not True:
        doubt = combine(f"(NOT {supplied} OR {doubt})", supplied, doubt)
    compiler.leaves.setdefault(e.record, layers.column(combine(f"CASE WHEN NOT {doubt} THEN TRUE END", doubt)))
    return Proof(found, doubt, absent, early)


def _reaches(compiler: Compiler, e: t.Reaches, as_of: Frag, opens: Frag | None, turn: Turn | None) -> Proof:
    layers = compiler.layers
    supplied = compiler.frame.supplied(layers, e.record)
    if supplied is False:
        compiler.leaves.setdefault(e.record, literal("NULL"))
        return Proof(literal("NULL::DATE"), literal("TRUE"), literal("FALSE"), literal("FALSE"))
    limit = as_of if turn is None else layers.column(combine(f"least({as_of}, {turn[1]})", as_of, turn[1]))
    days = days_reached(compiler, e, limit, opens)
    doubt = doubt_over(compiler, e)
    if supplied is not True:
        doubt = combine(f"(NOT {supplied} OR {doubt})", supplied, doubt)
    absent = absence(compiler, e.record, compiler.starts, NO_ROW)
    compiler.leaves.setdefault(e.record, layers.column(combine(f"CASE WHEN NOT {doubt} THEN TRUE END", doubt)))
    found = layers.column(combine(f"{days}[1]", days, infinite=False))
    return Proof(found, doubt, absent, literal("FALSE"))
