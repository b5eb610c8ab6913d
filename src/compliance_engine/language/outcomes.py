"""The closed set of outcomes, and the states within each (docs/language.md §3)."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What the engine answers for one rule and one obligation."""

    PASS = "pass"  # noqa: S105  (a word of the domain, no password)
    PENDING = "pending"
    VIOLATION = "violation"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"
    ERROR = "error"


class State(StrEnum):
    """The finer answer within an outcome."""

    MET = "met"
    COMPLIANT = "compliant"
    RETAIN = "retain"
    ON_HOLD = "on-hold"
    DUE = "due"
    DUE_SOON = "due-soon"
    DISPOSABLE = "disposable"
    OVERDUE = "overdue"
    MET_LATE = "met-late"
    BREACH = "breach"
    MISSING = "missing"
    TOO_EARLY = "too-early"
    OVER_RETAINED = "over-retained"
    DESTROYED_EARLY = "destroyed-early"
    UNKNOWN = "unknown"
    CONDITIONS = "conditions"
    EXCEPTION = "exception"
    NOT_STARTED = "not-started"
    LAPSED = "lapsed"
    FORFEITED = "forfeited"
    NO_LAW = "no-law"
    NO_VALUE = "no-value"
    SUPERSEDED = "superseded"
    WAIVED = "waived"
    ERROR = "error"


OUTCOME_OF: dict[State, Outcome] = {
    State.MET: Outcome.PASS,
    State.COMPLIANT: Outcome.PASS,
    State.RETAIN: Outcome.PASS,
    State.ON_HOLD: Outcome.PASS,
    State.DUE: Outcome.PENDING,
    State.DUE_SOON: Outcome.PENDING,
    State.DISPOSABLE: Outcome.PENDING,
    State.OVERDUE: Outcome.VIOLATION,
    State.MET_LATE: Outcome.VIOLATION,
    State.BREACH: Outcome.VIOLATION,
    State.MISSING: Outcome.VIOLATION,
    State.TOO_EARLY: Outcome.VIOLATION,
    State.OVER_RETAINED: Outcome.VIOLATION,
    State.DESTROYED_EARLY: Outcome.VIOLATION,
    State.UNKNOWN: Outcome.UNKNOWN,
    State.CONDITIONS: Outcome.NOT_APPLICABLE,
    State.EXCEPTION: Outcome.NOT_APPLICABLE,
    State.NOT_STARTED: Outcome.NOT_APPLICABLE,
    State.LAPSED: Outcome.NOT_APPLICABLE,
    State.FORFEITED: Outcome.NOT_APPLICABLE,
    State.NO_LAW: Outcome.NOT_APPLICABLE,
    State.NO_VALUE: Outcome.NOT_APPLICABLE,
    State.SUPERSEDED: Outcome.NOT_APPLICABLE,
    State.WAIVED: Outcome.WAIVED,
    State.ERROR: Outcome.ERROR,
}
"""conditions: they are false. no-value: no dated value says anything for this place or day. superseded: another member
of the family governs."""


ANSWERS = {"yes": State.COMPLIANT, "no": State.BREACH}


def matches(expected: str, state: State) -> bool:
    """Whether a state is what an example expects: itself, `due` also for `due-soon`, or the name of its outcome.

    Of a named fact `yes` or `no` is expected, which is `compliant` or `breach` of the check of it.
    """
    if expected in ANSWERS:
        return state is ANSWERS[expected]
    if expected == "due" and state is State.DUE_SOON:
        return True
    return expected in (state.value, OUTCOME_OF[state].value)
