"""Which rules can be decided from some columns, tried on their own examples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from compliance_engine.data import rules_folder
from compliance_engine.language.rule import Rule
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.supplied import Supplied, by_profile
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.decidable import Decidable, Missing, decidable


@cache
def library() -> Mapping[str, Rule]:
    return load_rules([rules_folder()], VOCABULARY, known_calendars())[0].rules


def of(profile: str) -> Supplied:
    read, _ = load_shipped(profile)
    assert read is not None
    return by_profile(read)


def one(rule: str, supplied: Supplied) -> tuple[Decidable, tuple[Missing, ...]]:
    (found,), missing = decidable([library()[rule]], VOCABULARY, supplied)
    return found, missing


def test_every_rule_of_the_library_can_be_decided_from_the_spreadsheet_form() -> None:
    found, missing = decidable(list(library().values()), VOCABULARY, of("spreadsheet"))
    assert [rule.rule for rule in found if rule.standing != "decided"] == []
    assert missing == ()


def test_a_rule_about_records_that_no_file_fills_has_nobody_to_judge() -> None:
    found, missing = one("us.dates.hire-before-term", frozenset({("employer", "")}))
    assert (found.standing, found.kept) == ("nobody", 0)
    assert "employment_spell" in found.lacks
    assert missing[0].name == "employment_spell"


def test_a_rule_that_counts_from_a_day_that_is_not_told_can_never_be_decided() -> None:
    found, missing = one("us.i9.section1", of("spreadsheet") - {("employment_spell", "start_date")})
    assert found.standing == "never"
    assert found.lacks == ("employment_spell.start_date",)
    assert missing == (Missing("employment_spell.start_date", 1, 1),)


def test_a_rule_that_seems_to_apply_to_nobody_without_a_column_lacks_it_too() -> None:
    found, _ = one("us.ein.format", of("spreadsheet") - {("employer", "fein")})
    assert (found.standing, found.lacks) == ("never", ("employer.fein",))


def test_the_law_of_a_state_reaches_nobody_whose_place_no_column_tells() -> None:
    rule = next(r for r in library().values() if r.jurisdiction == "us.ca" and r.reach == "work")
    found, _ = one(rule.id, of("spreadsheet") - {("worksite", "state"), ("worksite", "places")})
    assert (found.standing, found.kept) == ("nowhere", 0)
    assert "worksite.state" in found.lacks


@pytest.mark.parametrize("name", ["bamboohr", "workday", "gusto", "osha-ita"])
def test_what_a_profile_says_is_not_told_no_table_of_it_fills(name: str) -> None:
    profile, _ = load_shipped(name)
    assert profile is not None
    said = {(*name.split("."), "")[:2] for name in profile.not_told}
    assert said.isdisjoint(by_profile(profile))


def test_the_word_of_the_organisation_makes_the_hire_date_the_first_day() -> None:
    profile, _ = load_shipped("bamboohr")
    assert profile is not None
    assert ("employment_spell", "start_date") not in by_profile(profile)
    told = profile.model_copy(update={"hire_date_is_first_day": True})
    assert ("employment_spell", "start_date") in by_profile(told)
