"""One SQL aggregate over the many rows that belong to the subject, and whether some row may or may not be among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import any_of, astray_by, nobody_known
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of
from compliance_engine.language.walk import walk

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler


def measure(
    compiler: Compiler, record: str, where: t.Expression | None, aggregate: str, *outer: Frag, sure: bool = True
) -> Frag:
    """One SQL aggregate over the related rows `r`; `{w}` in it becomes the condition.

    A condition that speaks of the subject makes it a correlated subquery, otherwise it is grouped once and joined.

    Args:
        outer: fragments of the subject that the text of the aggregate uses.
        sure: only rows for which the condition holds matter; then an equality with the subject joins them.
    """
    layers, relations = compiler.layers, compiler.relations
    condition = compiler.sql(where) if where is not None else literal("TRUE")
    condition = combine(condition.sql, condition, *outer)
    text = aggregate.replace("{w}", condition.sql)
    keys = relations.keys(record)
    if condition.level == 0 and not condition.calendar:
        test = condition.sql if "{w}" in aggregate else "TRUE"
        return layers.grouped(f'"{record}"', keys, text, test, own=record == relations.about)
    same = "IS NOT DISTINCT FROM" if record == relations.about else "="
    tests = [f"r.{k} {same} {layers.base(f's.{k}')}" for k in keys]
    level = max(condition.level, 1)
    if sure:
        for column, value in _equalities(compiler, where):
            tests.append(f"{column} = {value}")
            level = max(level, value.level)
    return layers.correlated(f'"{record}"', " AND ".join(tests), text, combine("", condition, Frag("", level)))


def doubtful(
    compiler: Compiler, record: str, where: t.Expression | None, aggregate: str, *outer: Frag, could: str = "TRUE"
) -> Frag:
    """Whether some row may or may not belong: `aggregate` tells it of rows, `{w}` is the condition.

    Where an equality joins the rows, those with an empty side are looked at apart: they belong to nobody for certain.

    Args:
        outer: fragments of the subject that the text of the aggregate uses.
        could: which rows may matter at all, as a condition on `r`.
    """
    found = measure(compiler, record, where, aggregate, *outer)
    parts, frags = [f"coalesce({found}, FALSE)"], [found]
    is_correlated = where is not None and combine("", compiler.sql(where), *outer).level > 0
    equal = _equalities(compiler, where) if is_correlated else []
    if equal:
        rest = _without_subject(compiler, where)
        for column, value in equal:
            test = f"{could} AND coalesce({{w}}, TRUE)"
            empty = measure(compiler, record, rest, f"bool_or({column} IS NULL AND {test})", *outer)
            some = measure(compiler, record, rest, f"bool_or({test})", *outer)
            parts += [f"coalesce({empty}, FALSE)", f"({value} IS NULL AND coalesce({some}, FALSE))"]
            frags += [empty, some, value]
    without_place = astray(compiler, record, where, aggregate, *outer)
    parts += [f"coalesce({one}, FALSE)" for one in without_place]
    return combine("(" + " OR ".join(parts) + ")", *frags, *without_place, infinite=False)


def astray(compiler: Compiler, record: str, where: t.Expression | None, aggregate: str, *outer: Frag) -> list[Frag]:
    """An aggregate over the rows that cannot be placed and may be the subject's; `{w}` in it holds for none for certain."""
    if not compiler.frame.unplaced(record):
        return []
    condition = compiler.sql(where) if where is not None else literal("TRUE")
    uses = combine("", condition, *outer)
    keys = compiler.relations.keys(record)
    may_be = f"bool_or(coalesce({condition}, TRUE))"
    doubt = any_of(astray_by(compiler, record, keys, may_be, uses))
    compiler.leaves.setdefault(nobody_known(record), combine(f"CASE WHEN NOT {doubt} THEN TRUE END", doubt))
    text = aggregate.replace("{w}", f"CASE WHEN NOT coalesce({condition}, TRUE) THEN FALSE END")
    return astray_by(compiler, record, keys, text, uses)


def where_supplied(compiler: Compiler, record: str, found: Frag) -> Frag:
    """What rows of a table come to, as a column and as a fact that may be lacking; unknown where nobody supplies the table."""
    supplied = compiler.frame.supplied(compiler.layers, record)
    if not isinstance(supplied, bool):
        found = combine(f"CASE WHEN {supplied} THEN {found} END", supplied, found)
    found = compiler.layers.column(found)
    compiler.leaves.setdefault(record, found)
    return found


def _equalities(compiler: Compiler, where: t.Expression | None) -> list[tuple[Frag, Frag]]:
    """(column of the row, value of the subject) of the equalities that every matching row must meet."""
    found = []
    for item in where.items if isinstance(where, t.And) else (where,):
        if not isinstance(item, t.Compare) or item.op != "=":
            continue
        for one, other in ((item.left, item.right), (item.right, item.left)):
            if isinstance(one, t.Row) and type_of(one) == type_of(other) and not _reads_rows(other):
                value = compiler.sql(other)
                if value.level > 0 and not value.calendar:
                    found.append((compiler.sql(one), compiler.layers.column(value)))
                    break
    return found


def _reads_rows(e: t.Expression) -> bool:
    found = False

    def look(node: t.Node) -> None:
        nonlocal found
        found = found or isinstance(node, t.Row)

    walk(e, look)
    return found


def _without_subject(compiler: Compiler, where: t.Expression | None) -> t.Expression | None:
    """The parts of a condition that speak of the row alone."""
    items = where.items if isinstance(where, t.And) else (where,) if where is not None else ()
    alone = tuple(item for item in items if compiler.sql(item).level == 0)
    return t.And(alone) if alone else None
