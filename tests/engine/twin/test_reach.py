"""Whether the law of a place holds for a subject."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.engine.twin.support import made, shown, state

from compliance_engine.engine.twin import World, may_apply
from compliance_engine.engine.twin.at import At
from compliance_engine.engine.twin.reach import reaches
from compliance_engine.engine.twin.world import Row

CHECK = "kind: check\nabout: employment_spell\nmust: start_date is known"
FLOOR = "kind: retention\nabout: document\nclass: any\nkeep: document_date"
SITES: tuple[Row, ...] = (
    {"worksite_id": "sac", "places": ("us", "us.ca"), "places_known": True},
    {"worksite_id": "la", "places": ("us", "us.ca", "us.ca.los-angeles"), "places_known": True},
    {"worksite_id": "cal", "places": ("us", "us.ca"), "places_known": False},
    {"worksite_id": "aus", "places": ("us", "us.tx"), "places_known": True},
    {"worksite_id": "nowhere"},
)


def of_document(place: str, jobs: str, site: str = "", *, person: str = "1") -> World:
    """A document of somebody with these jobs, beside another person in Austin."""
    _, world = made(FLOOR, jurisdiction=place)
    rows = [{"employee_number": "1", "worksite_id": job} for job in jobs.split()]
    subject: Row = {
        "_row": 1,
        **({"employee_number": person} if person else {}),
        **({"worksite_id": site} if site else {}),
    }
    around = {**world.rows, "document": [subject], "worksite": SITES, "assignment": rows}
    return replace(world, subject=subject, rows=around, is_example=False)


@pytest.mark.parametrize(
    ("jobs", "site", "person", "wanted"),
    [
        ("sac", "", "1", "yes"),
        ("aus", "", "1", "no"),
        ("aus sac", "", "1", "yes"),
        ("nowhere sac", "", "1", "yes"),
        ("nowhere aus", "", "1", "unknown"),
        ("elsewhere", "", "1", "unknown"),
        ("", "", "1", "unknown"),
        ("aus", "sac", "1", "yes"),
        ("aus", "nowhere", "1", "unknown"),
        ("aus", "aus", "1", "no"),
        ("sac", "aus", "", "no"),
        ("aus", "sac", "", "yes"),
        ("sac", "", "", "unknown"),
        ("nowhere", "", "", "unknown"),
        ("aus", "", "", "no"),
    ],
)
def test_a_document_belongs_to_every_place_where_its_person_worked(
    jobs: str, site: str, person: str, wanted: str
) -> None:
    rule, _ = made(FLOOR, jurisdiction="us.ca")
    assert shown(reaches(rule, At(of_document("us.ca", jobs, site, person=person)))) == wanted


@pytest.mark.parametrize(("job", "wanted"), [("la", "yes"), ("sac", "no"), ("cal", "unknown"), ("aus", "no")])
def test_the_law_of_a_city_asks_for_the_city(job: str, wanted: str) -> None:
    rule, _ = made(FLOOR, jurisdiction="us.ca.los-angeles")
    assert shown(reaches(rule, At(of_document("us.ca.los-angeles", job)))) == wanted


def test_a_job_that_belongs_to_nobody_known_may_be_the_persons() -> None:
    rule, _ = made(FLOOR, jurisdiction="us.ca")
    job: Row = {"_row": 2, "worksite_id": "sac", "_open": ("employee_number",), "_lost": False}
    for jobs, person, wanted in (("aus", "1", "unknown"), ("sac", "1", "yes"), ("aus", "", "unknown")):
        world = replace(of_document("us.ca", jobs, person=person), unplaced={"assignment": [job]})
        assert shown(reaches(rule, At(world))) == wanted


def test_a_document_of_an_unknown_place_is_unknown_unless_the_rule_is_away_in_any_case() -> None:
    rule, _ = made(FLOOR, jurisdiction="us.ca")
    assert state(FLOOR, "{document_date: 2025-08-01}") == "retain"
    world = of_document("us.ca", "nowhere")
    assert reaches(rule, At(world)) is not True
    assert may_apply(rule, world)
    assert not may_apply(rule, of_document("us.ca", "aus"))


def test_somebody_elsewhere_is_not_under_the_law_of_a_place() -> None:
    rule, world = made(CHECK, "{start_date: 2025-01-06, work_state: us.tx}", jurisdiction="us.ca")
    assert shown(reaches(rule, At(world))) == "no"
    assert not may_apply(rule, replace(world, is_example=False))
    rule, world = made(CHECK, "{start_date: 2025-01-06, work_state: us.ca}", jurisdiction="us.ca")
    assert may_apply(rule, replace(world, is_example=False, as_of=date(2025, 7, 1)))
