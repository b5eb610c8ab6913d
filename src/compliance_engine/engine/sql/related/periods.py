"""Paydays, pay periods and plan years, found by a day in the calendars that records give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.workplace import at_work

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

_SIDES = {"start": "starts_on", "end": "ends_on", "next": "next_starts_on"}


def next_payday(compiler: Compiler, day: Frag) -> Frag:
    """The first payday strictly after a day, NULL where the pay calendar does not reach."""
    return _by_day(compiler, "_payday", day, "pay_group", _pay_group(compiler), "pay_date")


def payday_of(compiler: Compiler, day: Frag) -> Frag:
    """The payday of the pay period that holds a day."""
    return _of_pay_period(compiler, day, "pay_date")


def pay_period(compiler: Compiler, day: Frag, side: str) -> Frag:
    """First or last day of the pay period that holds a day (`start`, `end`), or the first on or after it (`next`)."""
    return _of_pay_period(compiler, day, _SIDES[side])


def plan_year(compiler: Compiler, day: Frag, side: str) -> Frag:
    """First or last day of the plan year that holds a day (`start`, `end`), or the first on or after it (`next`)."""
    if "plan_id" not in compiler.relations.subject.identity:
        return combine(f"CASE WHEN isinf({day}) THEN {day} END", day) if day.infinite else literal("NULL::DATE")
    return _by_day(compiler, "_plan_year", day, "plan_id", compiler.layers.base("s.plan_id"), _SIDES[side])


def _of_pay_period(compiler: Compiler, day: Frag, column: str) -> Frag:
    return _by_day(compiler, "_pay_period", day, "pay_group", _pay_group(compiler), column)


def _pay_group(compiler: Compiler) -> Frag:
    if compiler.relations.about == "pay_period" or not compiler.relations.is_person:
        return literal("''")
    group = at_work(compiler, "assignment", "pay_group", compiler.starts)
    return compiler.layers.column(combine(f"coalesce({group}, '')", group))


def _by_day(compiler: Compiler, table: str, day: Frag, name: str, value: Frag, column: str) -> Frag:
    """A column of the row of a table laid out by day, for the employer and the pay group or plan."""
    layers = compiler.layers
    employer = layers.base("s.employer_id")
    day = layers.column(day)
    level = max(day.level, employer.level, value.level)
    on = f"{{alias}}.employer_id = {employer} AND {{alias}}.{name} = {value} AND {{alias}}.on_day = {day}"
    alias = layers.join("LEFT JOIN", table, on, level)
    found = layers.joined(alias, level, f"{{alias}}.{column}")
    if not day.infinite:
        return found
    return layers.column(combine(f"CASE WHEN isinf({day}) THEN {day} ELSE {found} END", day, found))
