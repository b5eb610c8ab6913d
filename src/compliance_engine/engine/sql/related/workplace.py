"""Where somebody works on a day: the assignment in force, its worksite, state and time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.frame import quoted
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.one_row import related_field
from compliance_engine.engine.time_zones import ONE_ZONE

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

WORK = "_work"
"""Assignments with their worksites, one row at a time for each person (see `setup.py`)."""


def at_work(compiler: Compiler, record: str, column: str, on: Frag | None, infinite: bool = False) -> Frag:
    """A column of the assignment in force on a day, or of its worksite; on the day of asking if none is said."""
    layers, relations = compiler.layers, compiler.relations
    day = layers.column(on if on is not None else compiler.frame.as_of(layers))
    name = f"site_{column}" if record == "worksite" else column
    of_spell = "spell_no" in relations.subject.identity
    keys = ["employer_id", "employee_number", *(["spell_no"] if of_spell else [])]
    if relations.single_work:
        alias = layers.join("LEFT JOIN", WORK, " AND ".join(f"{{alias}}.{k} = s.{k}" for k in keys), 0)
        value = layers.joined(alias, 0, f"{{alias}}.{name}", infinite)
        first = layers.joined(alias, 0, "{alias}.valid_from")
        last = layers.joined(alias, 0, "{alias}.counts_to", infinite=True)
        inside = f"CASE WHEN {day} >= {first} AND {day} < {last} THEN {value} END"
        return layers.column(combine(inside, day, value, first, last, infinite=infinite))
    subject = [layers.base(f"s.{k}") for k in keys]
    equal = " AND ".join(f"{{alias}}.{k} = {c}" for k, c in zip(keys, subject, strict=True))
    level = max(day.level, 1)
    until = "{alias}.counts_to" if of_spell else "{alias}.valid_to AND {alias}.alone"
    test = f"{equal} AND {{alias}}.valid_from <= {day} AND {day} < {until}"
    alias = layers.join("LEFT JOIN", WORK, test, level)
    return layers.joined(alias, level, f"{{alias}}.{name}", infinite)


def at_site(compiler: Compiler, column: str, on: Frag | None) -> Frag:
    """A column of the worksite that the subject is or names."""
    relations = compiler.relations
    if relations.about == "worksite":
        return compiler.layers.base(f"s.{column}")
    field = relations.vocabulary.types["worksite"].field(column)
    return related_field(compiler, "worksite", field, on) if field is not None else literal("NULL")


def place_of_work(compiler: Compiler, on: Frag | None) -> tuple[Frag, Frag]:
    """(worksite id, state) of the subject on a day."""
    layers = compiler.layers
    site = state = literal("NULL::VARCHAR")
    if compiler.relations.has_site:
        site, state = layers.base("s.worksite_id"), at_site(compiler, "state", on)
    elif compiler.relations.is_person:
        site = at_work(compiler, "assignment", "worksite_id", on)
        state = at_work(compiler, "worksite", "state", on)
    given = compiler.frame.place(layers, "work_state")
    return site, layers.column(given.over(state) if given is not None else state)


def time_zone(compiler: Compiler, on: Frag | None) -> Frag:
    """The time zone of the worksite on a day."""
    if compiler.relations.has_site:
        zone, state = at_site(compiler, "time_zone", on), at_site(compiler, "state", on)
        return _or_of_state(compiler, zone, state)
    if not compiler.relations.is_person:
        return literal("NULL::VARCHAR")
    zone = at_work(compiler, "worksite", "time_zone", on)
    given = compiler.frame.place(compiler.layers, "work_state")
    return zone if given is None else _or_of_state(compiler, zone, given.value)


def _or_of_state(compiler: Compiler, zone: Frag, state: Frag) -> Frag:
    return compiler.layers.column(combine(f"coalesce({zone}, CASE {zone_of_state(state.sql)} END)", zone, state))


def zone_of_state(state: str) -> str:
    """Arms of a CASE from a state to its one time zone."""
    return " ".join(
        f"WHEN {state} IN ({', '.join(quoted('us.' + s) for s in states.split())}) THEN '{zone}'"
        for zone, states in ONE_ZONE.items()
    )
