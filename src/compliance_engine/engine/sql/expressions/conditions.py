"""Conditions that compare: two values, a value with a list, a day with the day of asking; and the numbers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.expressions.civil_day import civil_day
from compliance_engine.engine.sql.expressions.registry import fact_bounds
from compliance_engine.engine.sql.layers import Frag, combine
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler


def compare(compiler: Compiler, op: str, left_e: t.Expression, right_e: t.Expression) -> Frag:
    """Compare two values of one kind; a day and a moment as days."""
    kinds = type_of(left_e), type_of(right_e)
    if isinstance(left_e, t.Fact) and op in ("<", "<=", ">", ">="):
        return _compare_fact(compiler, op, left_e, right_e)
    left, right = compiler.sql(left_e), compiler.sql(right_e)
    if set(kinds) == {"date", "instant"}:
        return _compare_day_and_instant(compiler, op, left, right, kinds[0] == "instant")
    return _compare(op, left, right, kinds)


def between(compiler: Compiler, e: t.Between) -> Frag:
    """Both ends included."""
    low, high = compare(compiler, ">=", e.item, e.low), compare(compiler, "<=", e.item, e.high)
    return combine(f"({low} AND {high})", low, high)


def in_list(compiler: Compiler, e: t.In) -> Frag:
    """Whether one of the options, or a member of the one list, is equal."""
    item = compiler.sql(e.item)
    options = [compiler.sql(o) for o in e.options]
    if len(e.options) == 1 and type_of(e.options[0]) == "list":
        text = f"list_contains({options[0]}, {item})"
    else:
        text = f"({item} IN ({', '.join(o.sql for o in options)}))"
    return combine(f"(NOT {text})" if e.negated else text, item, *options)


def has_happened(compiler: Compiler, e: t.HasHappened) -> Frag:
    """Whether a day or moment lies on or before the day of asking."""
    item, as_of = compiler.sql(e.item), compiler.frame.as_of(compiler.layers)
    if type_of(e.item) == "instant":
        item = civil_day(compiler, item)
    text = f"(isfinite({item}) AND {item} <= {as_of})" if item.infinite else f"({item} <= {as_of})"
    return combine(f"(NOT {text})" if e.negated else text, item, as_of, infinite=False)


def arithmetic(compiler: Compiler, e: t.Arithmetic) -> Frag:
    """Sum, difference or product; of a date that is none, unknown."""
    left, right = compiler.sql(e.left), compiler.sql(e.right)
    text = f"({left} {e.op} {right})"
    if left.infinite or right.infinite:
        text = f"CASE WHEN isfinite({left}) AND isfinite({right}) THEN {text} END"
    return combine(text, left, right, infinite=False)


def age(compiler: Compiler, e: t.Age) -> Frag:
    """Full years between a day of birth and a day: the trigger day unless the rule says another."""
    born = compiler.named(e.born)
    day = compiler.named(e.on) if e.on is not None else compiler.layers.column(compiler.trigger())
    # Born on 29 February: the birthday of a common year is 1 March, so the month and day decide, not the interval.
    passed = f"(month({day}) * 100 + day({day}) >= month({born}) * 100 + day({born}))"
    years = f"(year({day}) - year({born}) - CASE WHEN {passed} THEN 0 ELSE 1 END)"
    return combine(f"CASE WHEN isfinite({day}) AND isfinite({born}) THEN {years} END", born, day, infinite=False)


def _compare(op: str, left: Frag, right: Frag, kinds: tuple[str, str]) -> Frag:
    text = f"({left} {op} {right})"
    sides = [x for x, kind in zip((left, right), kinds, strict=True) if x.infinite and kind in ("date", "instant")]
    if sides:
        never = " OR ".join(f"{x} = '-infinity'" for x in sides)
        text = f"CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL WHEN {never} THEN FALSE ELSE {text} END"
    return combine(text, left, right, infinite=False)


def _compare_fact(compiler: Compiler, op: str, left_e: t.Fact, right_e: t.Expression) -> Frag:
    # A count that is partly known may still be surely above or below.
    _, low, high = fact_bounds(compiler, left_e)
    right = compiler.sql(right_e)
    sure, never = (low, high) if op in (">", ">=") else (high, low)
    text = f"CASE WHEN {sure} {op} {right} THEN TRUE WHEN NOT ({never} {op} {right}) THEN FALSE END"
    return combine(text, low, high, right, infinite=False)


def _compare_day_and_instant(compiler: Compiler, op: str, left: Frag, right: Frag, left_is_instant: bool) -> Frag:
    # On the same civil day nothing can be told: the day has no hour.
    moment, day = (left, right) if left_is_instant else (right, left)
    civil = compiler.column(civil_day(compiler, moment))
    day = compiler.column(day)
    if day.infinite:
        # Beside a day that never was, or is still to come, any hour of the moment will do.
        text = f"coalesce({civil}, CASE WHEN isinf({day}) THEN CAST({moment} AS DATE) END)"
        civil = compiler.column(combine(text, civil, day, moment, infinite=moment.infinite))
    one, other = (civil, day) if left_is_instant else (day, civil)
    body = _compare(op, one, other, ("date", "date"))
    return combine(f"CASE WHEN {civil} = {day} AND isfinite({day}) THEN NULL ELSE {body} END", civil, day)
