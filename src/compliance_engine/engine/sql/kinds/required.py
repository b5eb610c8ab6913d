"""`kind: required`: a record is there."""

from __future__ import annotations

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import quoted
from compliance_engine.engine.sql.kinds.coverage import Spans, coverage
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.readings import day_of
from compliance_engine.engine.sql.layers import NO_DATE, Frag, combine, literal
from compliance_engine.engine.sql.related.absence import absence, any_of
from compliance_engine.engine.sql.related.many_rows import astray, measure
from compliance_engine.language import rule as r


def required(compiler: Compiler, body: r.Required, as_of: Frag) -> Judged:
    """`kind: required`: a record is there, today and on every day of its window."""
    layers = compiler.layers
    supplied = compiler.frame.supplied(layers, body.record)
    if supplied is False:
        compiler.leaves.setdefault(body.record, literal("NULL"))
        return Judged((), "unknown", NO_DATE, ())
    test = f"r.class_code = {quoted(body.class_code)}" if body.class_code else "TRUE"
    if body.where is not None:
        where = compiler.sql(body.where)
        test = f"{test} AND {where}"
        outer: tuple[Frag, ...] = (as_of, where)
    else:
        outer = (as_of,)
    lost = any_of(astray(compiler, body.record, None, f"bool_or(coalesce({test}, TRUE))", *outer))
    absent = absence(compiler, body.record, compiler.starts, lost)
    if body.during is not None and body.valid is not None:
        by = day_of(compiler, body.by)
        spans = Spans(body.record, test, body.valid[0], body.valid[1], outer, absent)
        judged = coverage(compiler, spans, body.during, as_of, by)
    else:
        now = test
        if body.valid is not None:
            last = f" AND {as_of} <= r.{body.valid[1]}" if body.valid[1] else ""
            now = f"{test} AND r.{body.valid[0]} <= {as_of}{last}"
        number = measure(compiler, body.record, None, f"count(*) FILTER (WHERE {now})", *outer)
        maybe = measure(compiler, body.record, None, f"bool_or(({now}) IS NULL)", *outer)
        held = layers.column(combine(f"(coalesce({number}, 0) > 0)", number))
        doubt = layers.column(combine(f"coalesce({maybe}, FALSE)", maybe))
        arms: list[tuple[str, str]] = [(f"{held}", "compliant")]
        parts: list[Frag] = [held, doubt, absent, as_of]
        due = NO_DATE
        if body.by is not None:
            due = compiler.named(body.by)
            parts.append(due)
            arms += [(f"{due} IS NULL", "unknown"), (f"{as_of} < {due}", "due")]
        arms += [(f"{doubt}", "unknown"), (f"{absent}", "missing")]
        compiler.leaves.setdefault(
            body.record,
            layers.column(
                combine(f"CASE WHEN {held} OR ({absent} AND NOT {doubt}) THEN TRUE END", *parts, infinite=False)
            ),
        )
        judged = Judged(tuple(arms), "unknown", due, tuple(parts))
    return judged.where_supplied(supplied)
