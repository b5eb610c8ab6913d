"""Registry facts asked of a world's rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from compliance_engine.engine.facts import headcount, hours_in_12_months, service_months, workweeks_at
from compliance_engine.engine.facts.forms import NOTHING, Range
from compliance_engine.engine.twin.relations import assignment, has_site, is_person, site_field
from compliance_engine.engine.twin.values import Unknown, Value
from compliance_engine.engine.twin.world import World


def registry(name: str, args: tuple[Value, ...], day: date, world: World) -> Range:
    """What is certain about a fact on a day."""
    if name == "headcount":
        scope = _scope(str(args[0]), day, world)
        return NOTHING if scope is None else headcount.twin(world, str(args[0]), scope, day)
    if name == "workweeks_at":
        return workweeks_at.twin(world, int(args[0]), day) if isinstance(args[0], Decimal) else NOTHING
    of_person = {"service_months": service_months.twin, "hours_in_12_months": hours_in_12_months.twin}[name]
    if not is_person(world):
        return NOTHING
    return of_person(world, world.subject.get("employee_number"), day) or NOTHING


def _scope(basis: str, day: date, world: World) -> str | None:
    """Which people a headcount is about: '' for all, else a state or a worksite; None where it is not known."""
    if basis not in headcount.SCOPED:
        return ""
    if basis == "in state":
        state = site_field(world, "state", day)
        return state if isinstance(state, str) else None
    if has_site(world):
        site = world.subject.get("worksite_id")
    else:
        row = assignment(world, day)
        site = None if isinstance(row, Unknown) else row.get("worksite_id")
    return site if isinstance(site, str) else None
