"""The words in which pages speak to people who have never seen a rule."""

from __future__ import annotations

from datetime import date

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.outputs.deadlines import when as from_today

MANY = {
    Outcome.VIOLATION: "Violations",
    Outcome.ERROR: "Rules that failed",
    Outcome.UNKNOWN: "Cannot be told",
    Outcome.PENDING: "Coming",
    Outcome.WAIVED: "Waived",
}
"""Headings of the list."""
OUTCOMES = {
    Outcome.VIOLATION: "Violation",
    Outcome.ERROR: "Rule failed",
    Outcome.UNKNOWN: "Cannot be told",
    Outcome.PENDING: "Due",
    Outcome.WAIVED: "Waived",
    Outcome.PASS: "In order",
    Outcome.NOT_APPLICABLE: "Does not apply",
}
STATES = {
    State.MET: "done in time",
    State.COMPLIANT: "as it should be",
    State.RETAIN: "to be kept",
    State.ON_HOLD: "on legal hold",
    State.DUE: "due later",
    State.DUE_SOON: "due soon",
    State.DISPOSABLE: "may be disposed of",
    State.OVERDUE: "overdue",
    State.MET_LATE: "done late",
    State.BREACH: "not as required",
    State.MISSING: "missing",
    State.TOO_EARLY: "done too early",
    State.OVER_RETAINED: "kept too long",
    State.DESTROYED_EARLY: "destroyed too early",
    State.UNKNOWN: "cannot be told",
    State.WAIVED: "waived",
    State.ERROR: "the rule failed",
}
DONE_WRONG = frozenset({State.MET_LATE, State.TOO_EARLY, State.DESTROYED_EARLY})
"""Violations that have happened and can only be documented; every other one is still open."""
CHECKED = {
    "text": "compared with the law’s own text",
    "secondary": "compared with a summary of the law",
    "memory": "written from memory and not confirmed",
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def count(number: int, noun: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def long_date(day: date) -> str:
    """22 November 2026, whatever the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_month(day: date) -> str:
    """Nov, whatever the machine's language."""
    return _MONTHS[day.month - 1][:3]


def state_shown(state: State, how: str) -> str:
    """A state in words; `how` already says of what was done late how late that was."""
    return "done" if state is State.MET_LATE and how else STATES.get(state, state.value)


def named_day(day: date) -> str:
    """Sun 2026-11-22, whatever the machine's language."""
    return f"{_WEEKDAYS[day.weekday()]} {day}"


def when(state: State, due: date | None, done: date | None, as_of: date) -> str:
    """How a result stands to its due day: 3 days late, in 14 days."""
    if due is None:
        return ""
    if state is State.MET_LATE and done is not None:
        return from_today((due - done).days) if done > due else "late on the day"
    is_late = state in (State.OVERDUE, State.MISSING, State.OVER_RETAINED) and as_of > due
    return from_today((due - as_of).days) if is_late or state in (State.DUE, State.DUE_SOON) else ""
