"""count, sum, min, max, earliest, latest and exists; unknown where a row that could matter cannot be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import checked, no_date, open_date, open_ended
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import NO_ROW, absence
from compliance_engine.engine.sql.related.many_rows import doubtful, measure, where_supplied
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

_NULLS = {"yes_no": "NULL::BOOLEAN", "date": "NULL::DATE", "instant": "NULL::TIMESTAMP"}


def aggregate(compiler: Compiler, e: t.Aggregate) -> Frag:
    """The value of an aggregate."""
    if compiler.frame.supplied(compiler.layers, e.record) is False:
        result = literal(_NULLS.get(type_of(e), "NULL"))
        compiler.leaves.setdefault(e.record, result)
        return result
    number = measure(compiler, e.record, e.where, "count(*) FILTER (WHERE {w})")
    number = combine(f"coalesce({number}, 0)", number)
    doubt = doubt_over(compiler, e)
    absent = absence(compiler, e.record, compiler.starts, NO_ROW)
    if e.name == "exists":
        text = f"CASE WHEN {number} > 0 THEN TRUE WHEN {doubt} OR NOT {absent} THEN NULL ELSE FALSE END"
        return where_supplied(compiler, e.record, combine(text, number, doubt, absent))
    value, nothing = _value(compiler, e)
    text = f"CASE WHEN {doubt} THEN NULL WHEN {number} = 0 THEN CASE WHEN {absent} THEN {nothing} END ELSE {value} END"
    infinite = e.name in ("earliest", "latest")
    return where_supplied(compiler, e.record, combine(text, number, doubt, absent, value, infinite=infinite))


def _value(compiler: Compiler, e: t.Aggregate) -> tuple[Frag, str]:
    """The value over the rows that hold, and what it is where there is none."""

    def over(text: str) -> Frag:
        return measure(compiler, e.record, e.where, text)

    if e.name == "count":
        return over("count(*) FILTER (WHERE {w})"), "0"
    field = checked(e.field)
    column = f"r.{field.name}"
    if e.name in ("sum", "min", "max"):
        return over(f"{e.name}({column}) FILTER (WHERE {{w}})"), "0" if e.name == "sum" else "NULL"
    best = "min" if e.name == "earliest" else "max"
    finite = over(f"{best}({column}) FILTER (WHERE {{w}} AND isfinite({column}))")
    still_open, nothing = open_date(field), no_date(field)
    if not open_ended(field):
        return finite, nothing
    opened = over(f"bool_or({column} = {still_open}) FILTER (WHERE {{w}})")
    if e.name == "latest":
        text = f"CASE WHEN {opened} THEN {still_open} ELSE coalesce({finite}, {nothing}) END"
    else:
        text = f"coalesce({finite}, CASE WHEN {opened} THEN {still_open} ELSE {nothing} END)"
    return combine(text, opened, finite, infinite=True), nothing


def doubt_over(compiler: Compiler, e: t.Aggregate | t.Rows | t.Reaches) -> Frag:
    """Whether some row may or may not belong, or belongs with a value that cannot be read."""
    needed = [e.field.name] if e.field is not None else []
    dated_by = compiler.relations.vocabulary.types[e.record].dated_by if isinstance(e, t.Reaches) else None
    needed += [dated_by] if dated_by is not None else []
    if e.where is None and not needed and not compiler.frame.unplaced(e.record):
        return literal("FALSE")
    unread = "".join(f" OR ({{w}} AND r.{name} IS NULL)" for name in needed)
    text, adds = f"(({{w}}) IS NULL{unread})", "TRUE"
    if dated_by is not None:
        # A row whose day is still to come adds nothing yet, whatever it says.
        adds = f"coalesce(isfinite(r.{dated_by}), TRUE)"
        text = f"({adds} AND {text})"
    return doubtful(compiler, e.record, e.where, f"bool_or{text}", could=adds)
