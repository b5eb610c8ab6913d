"""Calls of registry facts in SQL: (exact, low, high) of a fact on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.facts import headcount, hours_in_12_months, service_months, workweeks_at
from compliance_engine.engine.facts.forms import Lookup
from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.language import tree as t

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions import Compiler
    from compliance_engine.engine.sql.related import Relations

Known = tuple[Frag, Frag, Frag]


def call(compiler: Compiler, relations: Relations, e: t.Fact) -> Known:
    """The fact on its day (the trigger day unless said) as exact number, lower and upper bound; NULL is not known."""
    layers = compiler.layers
    day = layers.column(compiler.sql(e.on) if e.on is not None else compiler.trigger())
    if day.infinite:
        # Of a day that never was, or is still to come, nothing can be counted.
        day = layers.column(combine(f"CASE WHEN isfinite({day}) THEN {day} END", day, infinite=False))
    if day.level == 0:
        # The join looks the day up in order and needs a column for that.
        day = layers.base(day.sql, day.infinite)
    if e.name in ("service_months", "hours_in_12_months"):
        return _of_person(layers, relations, e.name, day)
    employer = layers.base("s.employer_id")
    if e.name == "headcount":
        basis = e.args[0].value if isinstance(e.args[0], t.Text) else ""
        scope = _scope(layers, relations, basis, day)
        return _step(layers, headcount.sql(basis, employer.sql, scope.sql, day.sql), employer, scope, day)
    number = compiler.sql(e.args[0])
    return _step(layers, workweeks_at.sql(employer.sql, number.sql, day.sql), employer, number, day)


def _scope(layers: Layers, relations: Relations, basis: str, day: Frag) -> Frag:
    if basis not in headcount.SCOPED:
        return literal("''")
    worksite, state = relations.place(layers, day)
    if basis == "in state":
        return layers.column(state)
    if relations.is_person and not relations.has_site:
        # Somebody remote counts at the office reported to.
        office = relations.work(layers, "assignment", "reporting_worksite_id", day)
        worksite = combine(f"coalesce({office}, {worksite})", office, worksite)
    return layers.column(worksite)


def _step(layers: Layers, lookup: Lookup, *parts: Frag) -> Known:
    level = max(p.level for p in parts)
    alias = layers.join("ASOF LEFT JOIN", lookup.what, lookup.on, level)
    # DuckDB 1.5 finds rows for a day that is NULL, if several are.
    known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    exact, low, high = (
        layers.joined(alias, level, f"CASE WHEN {known} THEN {{alias}}.{name} END") for name in ("n", "n_low", "n_high")
    )
    return exact, low, high


def _of_person(layers: Layers, relations: Relations, name: str, day: Frag) -> Known:
    if not relations.is_person:
        return (literal("NULL"),) * 3
    employer, employee = layers.base("s.employer_id"), layers.base("s.employee_number")
    module = service_months if name == "service_months" else hours_in_12_months
    found = layers.column(
        combine(module.sql(employer.sql, employee.sql, day.sql), employer, employee, day, infinite=False)
    )
    exact, low, high = (layers.column(combine(f"{found}.{part}", found)) for part in ("n", "low", "high"))
    return exact, low, high
