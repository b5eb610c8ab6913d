"""Words of the language about time: months, weekdays, ordinals, periods, names of calendars."""

from __future__ import annotations

import re

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_NAMED_YEAR = re.compile(rf"year from ({'|'.join(MONTHS)}) ([0-9]{{1,2}})")
CALENDAR_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
"""What may stand before `business day` in a clock."""
CALENDAR_NAME_HELP = "small letters, digits, dots, hyphens and underscores; a letter comes first"

_LEAD = re.compile(r"([0-9]{1,4}) (day|week)s?")


def lead_days(text: str) -> int | None:
    """`30 days`, `6 weeks` → days; None if it cannot be read."""
    match = _LEAD.fullmatch(text)
    return int(match[1]) * (7 if match[2] == "week" else 1) if match else None


def year_begins(period: str) -> tuple[int, int] | None:
    """Month and day on which a named year begins: `year from July 1` → (7, 1); None for every other period."""
    match = _NAMED_YEAR.fullmatch(period)
    return (MONTHS.index(match[1]) + 1, int(match[2])) if match else None
