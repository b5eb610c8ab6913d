"""Paydays, read from dated pay periods. What the records do not reach is unknown: a payday is never extrapolated."""

from collections.abc import Iterable
from datetime import date

from compliance_engine.clocks.days import Day, civil
from compliance_engine.clocks.periods import DatedPeriod, holding
from compliance_engine.language.tree import Absent


def payday_of(anchor: Day, rows: Iterable[DatedPeriod]) -> Day:
    """The payday for the pay period that holds `anchor`."""
    day = civil(anchor)
    if isinstance(day, Absent):
        return day
    row = holding(day, rows)
    return Absent.UNKNOWN if row is None or row.pay_date is None else row.pay_date


def next_payday(anchor: Day, rows: Iterable[DatedPeriod]) -> Day:
    """The first payday strictly after `anchor`.

    Unknown if no known payday follows, or if one that is not in the records may lie between (see `payday_windows`).
    """
    day = civil(anchor)
    if isinstance(day, Absent):
        return day
    windows = payday_windows(rows)
    ahead = min((payday for _, payday in windows if payday > day), default=None)
    answers = {payday for opens, payday in windows if opens <= day < payday}
    return Absent.UNKNOWN if ahead is None or answers != {ahead} else ahead


def payday_windows(rows: Iterable[DatedPeriod]) -> list[tuple[date, date]]:
    """(opens, payday) pairs: from `opens` until the day before `payday`, that payday is the next one.

    A window opens on the payday of the period just before, if the records have it. If they do not, that payday is taken
    to lie one period length earlier, and nothing is said about days before the period itself: a first row that starts
    after the anchor cannot tell whether another payday comes between.
    """
    paid = sorted((row, row.pay_date) for row in set(rows) if row.pay_date and row.starts_on <= row.ends_on)
    ended = {row.ends_on.toordinal(): payday for row, payday in paid}
    windows = []
    for row, payday in paid:
        before = ended.get(row.starts_on.toordinal() - 1)
        length = row.ends_on.toordinal() - row.starts_on.toordinal() + 1
        fallback = date.fromordinal(max(row.starts_on.toordinal(), payday.toordinal() - length))
        windows.append((before or fallback, payday))
    return windows
