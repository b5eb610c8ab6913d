"""What the clock tests share: a short way to write dates and a small calendar that can be checked by eye."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.clocks import Day
from compliance_engine.language.tree import Absent

UNKNOWN, OPEN, NONE = Absent.UNKNOWN, Absent.OPEN, Absent.NONE
MONDAY, WEDNESDAY, FRIDAY, SUNDAY = 0, 2, 4, 6


def day(text: str) -> Day:
    """`2025-07-04` a civil date, `2025-07-04T09:30` an instant in UTC, otherwise `unknown`, `open` or `none`."""
    if text in {"unknown", "open", "none"}:
        return Absent(text)
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if "T" in text else date.fromisoformat(text)


HOLIDAYS = (
    "2024-12-25 2025-01-01 2025-01-20 2025-02-17 2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-10-13 2025-11-11 "
    "2025-11-27 2025-12-25 2026-01-01 2026-01-19"
)
OFFICE = Calendar(
    name="office",
    week=frozenset(range(5)),
    closed=frozenset(date.fromisoformat(text) for text in HOLIDAYS.split()),
    open=frozenset({date(2025, 12, 13)}),  # a Saturday of extra work before the holidays
    first=date(2024, 12, 1),
    last=date(2026, 1, 31),
)

dates = st.dates(date(1940, 1, 1), date(2090, 12, 31))
office_dates = st.dates(date(2025, 2, 1), date(2025, 11, 30))
absences = st.sampled_from(Absent)
days = dates | absences
