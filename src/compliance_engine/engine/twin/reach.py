"""Whether the law of a place holds for a subject on the trigger day."""

from __future__ import annotations

from collections.abc import Mapping

from compliance_engine.engine.twin.at import At
from compliance_engine.engine.twin.relations import astray, has_site, is_person, of_one, site_field
from compliance_engine.engine.twin.values import Truth, Unknown, Value, unknown
from compliance_engine.engine.twin.world import Row, World, cell, field_of, number_of
from compliance_engine.language import rule as r


def reaches(rule: r.Rule, at: At) -> Truth:
    """Whether the subject is in the law's place.

    Of a document that is unknown where a place is. For anything else a place that is not known is a finding about the
    data and no answer of every rule. An example that does not name a place is taken to be in the rule's.
    """
    place, world = rule.jurisdiction, at.world
    if place in ("us", "org") or place.startswith("org."):
        return True
    if rule.reach == "employer":
        return world.is_example or place in _places_of_work(world)
    if rule.reach == "document" and is_person(world) and not isinstance(_stated(world), tuple):
        found = _of_document(place, world)
        return True if world.is_example and isinstance(found, Unknown) else found
    places = _places(rule.reach, at)
    if places is None:
        return True
    return place in places if isinstance(places, tuple) else world.is_example


def _of_document(place: str, world: World) -> Truth:
    """Whether a document's person has ever worked in a place, or the worksite that it is about lies there.

    One that names neither may be about anybody of the employer.
    """
    person, site = (cell(world, "document", field_of(world, "document", name), world.subject) for name in _OF_DOCUMENT)
    jobs, sites = world.rows.get("assignment", ()), _sites(world)
    if isinstance(person, Unknown) and isinstance(site, Unknown):
        may_be = world.unplaced.get("assignment") or any(_lies(place, sites, job) is not False for job in jobs)
        return _NOT_TOLD if may_be else False
    found: list[Truth] = [] if isinstance(site, Unknown) else [_lies(place, sites, world.subject)]
    if not isinstance(person, Unknown):
        here = [_lies(place, sites, job) for job in jobs if job.get("employee_number") == person]
        lost = astray(world, "assignment", ("employee_number",))
        found += [*here, *([_NOT_TOLD] if lost or not here else [])]
    return True if True in found else next((truth for truth in found if isinstance(truth, Unknown)), False)


_OF_DOCUMENT = ("employee_number", "worksite_id")
_NOT_TOLD = unknown("assignment.worksite_id", "empty")


def _sites(world: World) -> dict[Value, Row]:
    return {row["worksite_id"]: row for row in world.rows.get("worksite", ()) if "worksite_id" in row}  # type: ignore[misc]


def _lies(place: str, sites: Mapping[Value, Row], row: Row) -> Truth:
    """Whether the worksite that a row names lies in a place; a city of it may not be known."""
    site = sites.get(row.get("worksite_id"), {})  # type: ignore[arg-type]
    places = site.get("places")
    if not isinstance(places, tuple):
        return unknown("worksite.state", "empty", number_of(site))
    if place in places:
        return True
    is_state, state = place.count(".") == 1, ".".join(place.split(".")[:2])
    if is_state or state not in places or site.get("places_known") is True:
        return False
    return unknown("worksite.city", "empty", number_of(site))


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
    stated = _stated(world) if is_person(world) else None
    if stated is not None:
        return stated
    # Of a day that cannot be told, the place of today is the best there is: better unknown there than silence.
    unread = isinstance(at.trigger, Unknown) and not has_site(world)
    return site_field(world, "places", world.as_of if unread else at.trigger)


def _stated(world: World) -> Value | None:
    """The places that an example states."""
    state = world.places.get("work_state")
    return world.places.get("places", ("us", state) if isinstance(state, str) else None)


def _listed(places: object) -> tuple[str, ...]:
    return places if isinstance(places, tuple) else ()
