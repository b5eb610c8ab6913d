"""What a run is told beside rules and records: everything that a policy decides, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception: `rule` for one subject (by its key) or for all, until and including `expires_on`."""

    id: str
    rule: str
    subject: str | None
    approved_on: date
    expires_on: date


@dataclass(frozen=True)
class Settings:
    """The decisions of a policy that the engine needs.

    Attributes:
        as_of: the day the question is asked for.
        first_turn: recurring turns before this day are not told.
        choices: what the law leaves open, by id.
        lead_days: days before a due date from which it is due-soon; `lead_by_topic` overrides it.
        worksite_calendars: calendar of each worksite, '*' for all others.
        calendars: the organisation's own calendars by name, beside those that are shipped.
        complete_from: record type → day from which a missing row is a fact.
        keep: the states that are written one by one; all states are counted.
        chunk: rules in one statement.
    """

    as_of: date
    first_turn: date
    choices: Mapping[str, object] = field(default_factory=dict)
    lead_days: int = 30
    lead_by_topic: Mapping[str, int] = field(default_factory=dict)
    worksite_calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    complete_from: Mapping[str, date] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    keep: frozenset[State] = frozenset()
    chunk: int = 24


def worth_reporting() -> frozenset[State]:
    """States somebody looks at one by one: findings, what is due, what is waived."""
    looked_at = {Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED}
    return frozenset(s for s, outcome in OUTCOME_OF.items() if outcome in looked_at) | {State.DUE, State.DUE_SOON}


def kept(settings: Settings) -> tuple[State, ...]:
    """The states that are written one by one, in order."""
    return tuple(sorted(settings.keep or worth_reporting(), key=str))
