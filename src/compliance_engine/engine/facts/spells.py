"""Who is in employment when: spells as intervals of days, with what is certain and what is possible.

An interval has its first day and the first day after it. An unreadable first day may have been any day, an unreadable
last day too: such a spell is possible for all that time and certain for no more than its one known day.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from compliance_engine.engine.facts.forms import Records, Row
from compliance_engine.language.tree import Absent

BEGINNING = "DATE '0001-01-01'"
"""The first of all days in SQL, where every table of steps begins."""
OPEN = "DATE 'infinity'"

FIRST, LAST = date.min, date.max
"""The same two for the twin."""

Who = Literal["workers", "employees", "full time"]
"""Everybody the records know, of whatever relation; employees alone; employees who work full time."""

_EMPLOYEE = """coalesce(s.worker_type = 'employee', CASE WHEN NOT EXISTS (
    SELECT 1 FROM _supplied WHERE type = 'employment_spell' AND field = 'worker_type') THEN TRUE END)"""
_MEMBER: dict[Who, str] = {
    "workers": "TRUE",
    "employees": _EMPLOYEE,
    "full time": f"({_EMPLOYEE}) AND s.employment_type = 'full_time'",
}

COMPLETE_FROM = "(SELECT min(from_day) FROM _complete_from WHERE type = 'employment_spell')"
SUPPLIED = "EXISTS (SELECT 1 FROM _supplied WHERE type = 'employment_spell')"


def spells_sql(who: Who) -> str:
    """A query of the spells that count or may count.

    Columns: employer_id, employee_number, spell_no, high_from, high_to (when the person may be in employment) and
    low_from, low_to (when for certain; NULL, NULL where for no day).
    """
    return f"""SELECT employer_id, employee_number, spell_no, high_from, high_to,
  CASE WHEN low_from < low_to THEN low_from END AS low_from, CASE WHEN low_from < low_to THEN low_to END AS low_to
FROM (SELECT s.employer_id, s.employee_number, s.spell_no,
    coalesce(s.start_date, {BEGINNING}) AS high_from,
    CASE WHEN s.termination_date < {OPEN} THEN s.termination_date + 1 ELSE {OPEN} END AS high_to,
    CASE WHEN {_MEMBER[who]} THEN s.start_date END AS low_from,
    CASE WHEN s.termination_date IS NULL THEN s.start_date + 1
      WHEN s.termination_date < {OPEN} THEN s.termination_date + 1 ELSE {OPEN} END AS low_to
  FROM employment_spell s WHERE ({_MEMBER[who]}) IS NOT FALSE)
WHERE high_from < high_to"""


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `start` up to the day before `end`."""

    start: date
    end: date

    def has(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day < self.end

    def of(self, days: AbstractSet[date]) -> set[date]:
        """Those of the days that lie in it."""
        return {day for day in days if self.has(day)}


NEVER = Interval(FIRST, FIRST)


@dataclass(frozen=True, slots=True)
class Spell:
    """The twin of a row of `spells_sql`."""

    employee_number: object
    spell_no: object
    low: Interval
    high: Interval


def is_counted(records: Records) -> bool:
    """Whether people are counted at all (`EMPLOYERS` in steps.py): spells are supplied and the employer is known."""
    known = any(records.rows.get(name) for name in ("employer", "worksite", "employment_spell"))
    return known and "employment_spell" not in records.not_supplied


def spells(records: Records, who: Who) -> Iterator[Spell]:
    """The twin of `spells_sql`."""
    for row in records.rows.get("employment_spell", ()):
        member = _member(records, row, who)
        high = possible(row.get("start_date"), after(row.get("termination_date")))
        if member is False or high.start >= high.end:
            continue
        low = certain(row.get("start_date"), after(row.get("termination_date"))) if member else NEVER
        yield Spell(row["employee_number"], row.get("spell_no"), low, high)


def _member(records: Records, row: Row, who: Who) -> bool | None:
    if who == "workers":
        return True
    kind, job = row.get("worker_type"), row.get("employment_type")
    employee = kind == "employee" if isinstance(kind, str) else None
    if employee is None and ("employment_spell", "worker_type") in records.not_supplied:
        employee = True
    if who == "employees":
        return employee
    full = job == "full_time" if isinstance(job, str) else None
    return False if employee is False or full is False else None if employee is None or full is None else True


def after(day: object) -> object:
    """The first day after a last day; anything but a date stays as it is."""
    return day + timedelta(days=1) if isinstance(day, date) else day


def possible(start: object, end: object) -> Interval:
    """The widest interval that the two ends allow."""
    return Interval(start if isinstance(start, date) else FIRST, end if isinstance(end, date) else LAST)


def certain(start: object, end: object) -> Interval:
    """The interval that is certain: one day where only the start is known, none where it is not."""
    if not isinstance(start, date):
        return NEVER
    if end is Absent.OPEN:
        return Interval(start, LAST)
    return Interval(start, end if isinstance(end, date) else start + timedelta(days=1))


def complete_from(records: Records, record: str = "employment_spell") -> date:
    """The day from which a missing row means that there is none; the last of all days if never."""
    return records.complete_from.get(record) or LAST
