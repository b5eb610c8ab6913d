"""The languages that a poster must hang in: named ones, and those that enough people at the place read first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from compliance_engine.clocks import Day, compare
from compliance_engine.engine.twin.at import At
from compliance_engine.engine.twin.relations import supplied
from compliance_engine.engine.twin.values import Truth, Unknown, Value, any_of, unknown
from compliance_engine.engine.twin.world import Row, cell, field_of
from compliance_engine.language import rule as r
from compliance_engine.language.tree import Absent

ANY_OTHER = ""
"""Stands for a language that nobody is known to read, though somebody may."""


def asked(languages: Sequence[r.Language], day: date, at: At) -> dict[str | None, Truth]:
    """Language → whether the poster must hang in it on a day; None: no language is asked for, only the poster."""
    if not languages:
        return {None: True}
    found: dict[str | None, Truth] = {}
    for language in languages:
        share = language.spoken_by
        needs = {language.code: True} if share is None else _spoken(share, language.offered, day, at)
        for code, need in needs.items():
            found[code] = any_of([found.get(code, False), need])
    return found


def _spoken(percent: int, offered: tuple[str, ...], day: date, at: At) -> dict[str | None, Truth]:
    """Languages that so many percent of the people at the place read first, of those that the poster is offered in."""
    people = _first_languages(day, at)
    if isinstance(people, Unknown):
        return dict.fromkeys(offered or (ANY_OTHER,), people)
    known = Counter(language for language in people if isinstance(language, str))
    unread = [language for language in people if isinstance(language, Unknown)]
    needs: dict[str | None, Truth] = {}
    for code in offered or (*known, ANY_OTHER):
        sure, at_most = known[code], known[code] + len(unread)
        enough, maybe = sure * 100 >= percent * len(people), at_most * 100 >= percent * len(people)
        needs[code] = (enough and sure > 0) or (unread[0] if maybe and unread else False)
    return needs


def _first_languages(day: date, at: At) -> list[Value] | Unknown:
    """The first language of everybody who works at the place, or for the employer, on a day."""
    world = at.world
    missing = supplied(world, "assignment") or supplied(world, "employee")
    if missing is not None:
        return missing
    here = [row for row in world.rows.get("assignment", ()) if _is_here(row, day, at)]
    numbers = {row.get("employee_number") for row in here}
    column = field_of(world, "employee", "preferred_language")
    rows = {row.get("employee_number"): row for row in world.rows.get("employee", ())}
    nobody = unknown("employee.preferred_language", "no row")
    return [cell(world, "employee", column, rows[n]) if n in rows else nobody for n in sorted(numbers, key=str)]


def changes(languages: Sequence[r.Language], at: At) -> set[date]:
    """The days from which others may be at the place, if a language is asked for by who is."""
    if all(language.spoken_by is None for language in languages):
        return set()
    found = [_stay(row, at) for row in at.world.rows.get("assignment", ()) if _is_same_place(row, at)]
    return {day for stay in found for day in stay if isinstance(day, date)}


def _stay(row: Row, at: At) -> tuple[Day, Day]:
    """From when somebody is there, and from when no more, having moved or left; a day that is not known is far off."""
    first, moved = row.get("valid_from"), row.get("valid_to")
    spells = [
        spell.get("termination_date")
        for spell in at.world.rows.get("employment_spell", ())
        if [spell.get(key) for key in _SPELL] == [row.get(key) for key in _SPELL]
    ]
    left = [day + timedelta(days=1) for day in spells if isinstance(day, date)]
    ends = [day for day in (moved, *left) if isinstance(day, date)]
    return first if isinstance(first, date) else Absent.NONE, min(ends, default=Absent.OPEN)


_SPELL = ("employee_number", "spell_no")


def _is_same_place(row: Row, at: At) -> bool:
    return at.world.about != "worksite" or row.get("worksite_id") == at.world.subject.get("worksite_id")


def _is_here(row: Row, day: date, at: At) -> bool:
    begins, ends = _stay(row, at)
    here = (begins is Absent.NONE or compare(begins, "<=", day) is True) and compare(ends, ">", day) is True
    return here and _is_same_place(row, at)
