"""Other ways to evaluate rules, one record at a time; each answers for every case with the name of a state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

OPEN = 9_999_999
"""A day that has not come: later than every day."""
LEAD = 30
"""Days before a due date from which something is due soon."""
CHECK = "us.bench.c01"
DEADLINES = ("us.bench.r02", "us.bench.r04", "us.bench.r07")
RULES = (*DEADLINES, CHECK)
"""Three deadlines and a check: rules of one record without a join. In r02 business days are counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one rule reads of one record: the trigger, the event and the ready-made due day.

    Days are ordinals, `OPEN`, or None where nobody knows; `starts` and `event` are the same as dates. The check reads the
    first day and the last, in `start` and `done`.
    """

    rule: str
    row: int
    start: int | None
    due: int | None
    done: int | None
    starts: date | None
    event: date | None


States = list[str]
