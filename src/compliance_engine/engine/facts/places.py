"""Where people are: assignments as intervals of days, cut to the spells they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compliance_engine.engine.facts.forms import Records
from compliance_engine.engine.facts.spells import BEGINNING, OPEN, Interval, Spell, certain, possible

HOME = ("US", "PR", "GU", "VI", "AS", "MP")
"""Country letters of the United States and of its territories, which have letters of their own."""

Scoped = Literal["in state", "at worksite"]

_ABROAD = f"w.state IS NULL AND upper(w.country) NOT IN ({', '.join(repr(c) for c in HOME)})"
_SCOPES: dict[Scoped, str] = {
    "in state": f"CASE WHEN w.state IS NOT NULL THEN [w.state] WHEN {_ABROAD} THEN []::VARCHAR[] END",
    "at worksite": "CASE WHEN coalesce(a.worksite_id, a.reporting_worksite_id) IS NOT NULL THEN "
    "list_distinct(list_filter([a.worksite_id, a.reporting_worksite_id], lambda x: x IS NOT NULL)) END",
}


def assignments_sql(spells: str) -> str:
    """A query of assignments cut to their spells, with the worksite `w` that `placed_sql` and `abroad_sql` look at.

    Columns of its rows come from p (spell), a (assignment) and w (worksite); the FROM clause alone.
    """
    return f"""FROM ({spells}) p
  JOIN assignment a
    ON a.employer_id = p.employer_id AND a.employee_number = p.employee_number AND a.spell_no = p.spell_no
  LEFT JOIN worksite w ON w.employer_id = a.employer_id AND w.worksite_id = a.worksite_id"""


_SURE_TO = "CASE WHEN a.valid_to IS NULL THEN a.valid_from + 1 ELSE a.valid_to END"
_ANY_FROM, _ANY_TO = f"coalesce(a.valid_from, {BEGINNING})", f"coalesce(a.valid_to, {OPEN})"


def placed_sql(spells: str, basis: Scoped) -> str:
    """A query of the time for which the place of a person is certain.

    Columns: employer_id, employee_number, scopes (the states or worksites; none where abroad), and the spell's low and
    high intervals cut to it (low_from, low_to, high_from, high_to).
    """
    return f"""SELECT p.employer_id, p.employee_number, {_SCOPES[basis]} AS scopes,
  CASE WHEN p.low_from IS NOT NULL THEN greatest(p.low_from, a.valid_from) END AS low_from,
  CASE WHEN p.low_from IS NOT NULL THEN least(p.low_to, {_SURE_TO}) END AS low_to,
  greatest(p.high_from, a.valid_from) AS high_from, least(p.high_to, {_SURE_TO}) AS high_to
{assignments_sql(spells)}
WHERE a.valid_from IS NOT NULL AND {_SCOPES[basis]} IS NOT NULL"""


def abroad_sql(spells: str) -> str:
    """A query of the time that people spend outside the United States and its territories.

    Columns: employer_id, employee_number; low_from, low_to: in employment for certain and possibly abroad; high_from,
    high_to: possibly in employment and, if so, abroad for certain. Each is to be taken from the count of its name.
    """
    return f"""SELECT p.employer_id, p.employee_number,
  CASE WHEN p.low_from IS NOT NULL THEN greatest(p.low_from, {_ANY_FROM}) END AS low_from,
  CASE WHEN p.low_from IS NOT NULL THEN least(p.low_to, {_ANY_TO}) END AS low_to,
  CASE WHEN a.valid_from IS NOT NULL THEN greatest(p.high_from, a.valid_from) END AS high_from,
  CASE WHEN a.valid_from IS NOT NULL THEN least(p.high_to, {_SURE_TO}) END AS high_to
{assignments_sql(spells)}
WHERE {_ABROAD}"""


@dataclass(frozen=True, slots=True)
class Place:
    """An assignment of the twin.

    state, worksites: None where not known. abroad: outside the United States and its territories. low: the days for
    which it is certain; high: for which it is possible.
    """

    state: str | None
    worksites: tuple[str, ...] | None
    abroad: bool
    low: Interval
    high: Interval

    def scopes(self, basis: Scoped) -> tuple[str, ...] | None:
        """The states or worksites it counts for; None where not known."""
        if basis == "at worksite":
            return self.worksites
        return () if self.abroad else None if self.state is None else (self.state,)


def places(records: Records, spell: Spell) -> Iterator[Place]:
    """The assignments of a spell."""
    sites = {row["worksite_id"]: row for row in records.rows.get("worksite", ())}
    for row in records.rows.get("assignment", ()):
        if (row["employee_number"], row.get("spell_no")) != (spell.employee_number, spell.spell_no):
            continue
        named = [x for x in (row.get("worksite_id"), row.get("reporting_worksite_id")) if isinstance(x, str)]
        site = sites.get(row.get("worksite_id"), {})
        state, country = site.get("state"), site.get("country")
        yield Place(
            state=state if isinstance(state, str) else None,
            worksites=tuple(dict.fromkeys(named)) or None,
            abroad=not isinstance(state, str) and isinstance(country, str) and country.upper() not in HOME,
            low=certain(row.get("valid_from"), row.get("valid_to")),
            high=possible(row.get("valid_from"), row.get("valid_to")),
        )
