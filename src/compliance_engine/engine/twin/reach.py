"""Whether the law of a place holds for a subject on the trigger day."""

from __future__ import annotations

from compliance_engine.engine.twin.at import At
from compliance_engine.engine.twin.relations import has_site, is_person, of_one, site_field
from compliance_engine.engine.twin.values import Value
from compliance_engine.engine.twin.world import World, cell, field_of
from compliance_engine.language import rule as r


def reaches(rule: r.Rule, at: At) -> bool:
    """Whether the subject is in the law's place.

    A place that is not known is a finding about the data and no answer of every rule; an example that does not name one
    is taken to be in the rule's.
    """
    place, world = rule.jurisdiction, at.world
    if place in ("us", "org") or place.startswith("org."):
        return True
    if rule.reach == "employer":
        return world.is_example or place in _places_of_work(world)
    places = _places(rule.reach, at)
    if places is None:
        return True
    return place in places if isinstance(places, tuple) else world.is_example


def _places_of_work(world: World) -> set[str]:
    """Where anybody of the employer works, or ever did."""
    sites = {row.get("worksite_id") for row in world.rows.get("assignment", ())}
    here = [row for row in world.rows.get("worksite", ()) if row.get("worksite_id") in sites]
    return {place for row in here for place in _listed(row.get("places"))}


def _places(reach: r.Reach, at: At) -> Value | None:
    """The jurisdictions that the subject is under; None for what has no place, which is under all of them."""
    world = at.world
    if reach == "home":
        column = field_of(world, "employee", "home_places")
        if world.about == "employee":
            return cell(world, "employee", column, world.subject)
        return of_one(world, "employee", column, at.trigger)
    if not has_site(world) and not is_person(world):
        return None
    state = world.places.get("work_state")
    if isinstance(state, str) and "places" not in world.places and is_person(world):
        return ("us", state)
    return site_field(world, "places", at.trigger)


def _listed(places: object) -> tuple[str, ...]:
    return places if isinstance(places, tuple) else ()
