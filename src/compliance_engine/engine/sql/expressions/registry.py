"""Calls of registry facts: the number on a day, exact and as far as it is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.facts import headcount, hours_in_12_months, service_months, workweeks_at
from compliance_engine.engine.facts.forms import Lookup
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.workplace import at_work, place_of_work
from compliance_engine.language import tree as t
from compliance_engine.language.words import called

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

Known = tuple[Frag, Frag, Frag]
"""Exact number, lower and upper bound; NULL is not known."""


def fact_bounds(compiler: Compiler, e: t.Fact) -> Known:
    """(exact, low, high) of a fact on its day; what an example states is exact."""
    found = _worked_out(compiler, e)
    for key in (e.name, called(e)):
        given = compiler.frame.fact(compiler.layers, key)
        if given is not None:
            exact, low, high = (compiler.layers.column(given.over(part)) for part in found)
            found = exact, low, high
    label = e.name + "(" + ", ".join(a.value for a in e.args if isinstance(a, t.Text)) + ")"
    compiler.leaves.setdefault(label, found[0])
    return found


def _worked_out(compiler: Compiler, e: t.Fact) -> Known:
    """The fact out of the records on its day: the trigger day unless the rule says another."""
    layers = compiler.layers
    day = layers.column(compiler.sql(e.on) if e.on is not None else compiler.trigger())
    if day.infinite:
        # Of a day that never was, or is still to come, nothing can be counted.
        day = layers.column(combine(f"CASE WHEN isfinite({day}) THEN {day} END", day, infinite=False))
    if day.level == 0:
        # The join looks the day up in order and needs a column for that.
        day = layers.base(day.sql, day.infinite)
    if e.name in ("service_months", "hours_in_12_months"):
        return _of_person(compiler, e.name, day)
    employer = layers.base("s.employer_id")
    if e.name == "headcount":
        basis = e.args[0].value if isinstance(e.args[0], t.Text) else ""
        scope = _scope(compiler, basis, day)
        return _step(compiler, headcount.sql(basis, employer.sql, scope.sql, day.sql), employer, scope, day)
    number = compiler.sql(e.args[0])
    return _step(compiler, workweeks_at.sql(employer.sql, number.sql, day.sql), employer, number, day)


def _scope(compiler: Compiler, basis: str, day: Frag) -> Frag:
    """The state or worksite of the subject whose people are counted; '' for all of the employer."""
    if basis not in headcount.SCOPED:
        return literal("''")
    worksite, state = place_of_work(compiler, day)
    if basis == "in state":
        return compiler.layers.column(state)
    if compiler.relations.is_person and not compiler.relations.has_site:
        # Somebody remote counts at the office reported to.
        office = at_work(compiler, "assignment", "reporting_worksite_id", day)
        worksite = combine(f"coalesce({office}, {worksite})", office, worksite)
    return compiler.layers.column(worksite)


def _step(compiler: Compiler, lookup: Lookup, *parts: Frag) -> Known:
    """The step of a count that is in force on the day."""
    layers, level = compiler.layers, max(p.level for p in parts)
    alias = layers.join("ASOF LEFT JOIN", lookup.what, lookup.on, level)
    # DuckDB 1.5 finds rows for a day that is NULL, if several are.
    known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    exact, low, high = (
        layers.joined(alias, level, f"CASE WHEN {known} THEN {{alias}}.{name} END") for name in ("n", "n_low", "n_high")
    )
    return exact, low, high


def _of_person(compiler: Compiler, name: str, day: Frag) -> Known:
    layers = compiler.layers
    if not compiler.relations.is_person:
        return (literal("NULL"),) * 3
    employer, employee = layers.base("s.employer_id"), layers.base("s.employee_number")
    module = service_months if name == "service_months" else hours_in_12_months
    found = layers.column(
        combine(module.sql(employer.sql, employee.sql, day.sql), employer, employee, day, infinite=False)
    )
    exact, low, high = (layers.column(combine(f"{found}.{part}", found)) for part in ("n", "low", "high"))
    return exact, low, high
