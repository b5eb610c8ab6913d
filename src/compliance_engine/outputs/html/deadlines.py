"""The deadlines of a run as one page: how many are overdue and coming, whose they are, and the first of them in groups.

Everything is counted; listed are those that are longest overdue and those that are due soonest. So the page stays a
page, and memory holds no more than what is listed, however many there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.deadlines import Deadline, Group, GroupBy, Wanted, deadlines, group_of, latest, monday
from compliance_engine.outputs.html import findings, page
from compliance_engine.outputs.html.drawing import Weeks, weeks
from compliance_engine.outputs.html.findings import Listed
from compliance_engine.outputs.html.overview import AGES, AHEAD, Share, shares
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

MOST = findings.MOST
"""Deadlines that are listed of those that are overdue, and of those that are coming."""
EACH = 10
"""So many of each owner or rule are listed beside them: nobody's list is empty for the length of another's."""
_WEEKS = 13
"""Weeks that are drawn."""


@dataclass(frozen=True)
class _Found:
    """The deadlines of a run, counted. days: how many are so many days away; listed: the first of each kind."""

    days: Counter[int] = field(default_factory=Counter)
    groups: Counter[Group] = field(default_factory=Counter)
    owners: Counter[tuple[str, bool]] = field(default_factory=Counter)
    listed: list[Deadline] = field(default_factory=list)

    def number(self, first: int | None = None, last: int | None = None) -> int:
        """How many are so many days away."""
        return sum(
            number
            for days, number in self.days.items()
            if (first is None or first <= days) and (last is None or days <= last)
        )


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """Whose deadlines they are. owner: none where nobody looks after them."""

    owner: str | None
    overdue: int
    coming: int


def render(run: Run, view: View, wanted: Wanted, group_by: GroupBy, out: TextIO) -> None:
    """Write the page."""
    until = latest(run.info.as_of, wanted.within)
    with opened(run, view.key) as reader:
        found = _found(reader, wanted, group_by)
        overdue, coming = found.number(last=-1), found.number(first=0)
        listed = Counter(deadline.overdue for deadline in found.listed)
        results = [deadline.result for deadline in found.listed]
        drawn, later = _drawn(run.info.as_of, until, found)
        told = {
            "wanted": wanted,
            "until": until,
            "overdue": overdue,
            "coming": coming,
            "undecided": run.info.counts[Outcome.UNKNOWN] + run.info.counts[Outcome.ERROR],
            "today": found.number(0, 0),
            "soon": found.number(0, 7),
            "ages": _ages(found),
            "drawn": drawn,
            "later": later,
            "owners": _owners(found),
            "each": 0 if group_by == "week" else EACH,
            "cut": {"overdue": overdue - listed[True], "coming": coming - listed[False]},
            "kinds": [
                (outcome, name, listed[late])
                for outcome, name, late in (("violation", "Overdue", True), ("pending", "Coming", False))
                if listed[late]
            ],
            "choices": findings.choices(run, results),
            "groups": _groups(reader, view, found, group_by),
        }
        page.write("deadlines.html.jinja", run, view, told, out)


def _found(reader: Reader, wanted: Wanted, group_by: GroupBy) -> _Found:
    """Count them all and keep what is listed, group by group."""
    found = _Found()
    each = 0 if group_by == "week" else EACH
    first: Counter[bool] = Counter()
    of_group: Counter[tuple[Group, bool]] = Counter()
    for deadline in deadlines(reader, wanted):
        group, late = group_of(deadline, group_by), deadline.overdue
        found.days[deadline.days] += 1
        found.groups[group] += 1
        found.owners[deadline.card.owner or "", late] += 1
        first[late] += 1
        of_group[group, late] += 1
        if first[late] <= MOST or of_group[group, late] <= each:
            found.listed.append(deadline)
    found.listed.sort(key=lambda deadline: group_of(deadline, group_by))
    return found


def _groups(
    reader: Reader, view: View, found: _Found, group_by: GroupBy
) -> Iterator[tuple[int, Group, int, int, list[Listed]]]:
    """Groups with something listed: number on the page, what it is, how many it has, how many are listed, and these."""
    results = [deadline.result for deadline in found.listed]
    reasons = findings.kept_reasons(reader, {findings.key_of(result) for result in results})
    entries = zip(found.listed, findings.listed(reader, view, results, reasons, {}), strict=True)
    for number, (group, members) in enumerate(groupby(entries, key=lambda pair: group_of(pair[0], group_by)), start=1):
        shown = [entry for _, entry in members]
        yield number, group, found.groups[group], len(shown), shown


def _ages(found: _Found) -> tuple[Share, ...]:
    """How long what is overdue has been so."""
    bounds = [last for _, last in AGES if last is not None]
    numbers: Counter[int] = Counter()
    for days, number in found.days.items():
        if days < 0:
            numbers[bisect_left(bounds, -days)] += number
    return shares([(name, numbers[n]) for n, (name, _) in enumerate(AGES)])


def _drawn(as_of: date, until: date | None, found: _Found) -> tuple[Weeks | None, int]:
    """The coming weeks, each from its Monday on like the groups, and how many are due after the last one drawn."""
    begins = monday(as_of)
    last = until if until is not None else as_of + timedelta(days=AHEAD)
    number = min((last - begins).days // 7 + 1, _WEEKS)
    gone = (as_of - begins).days
    per_week = [found.number(max(7 * n - gone, 0), 7 * n - gone + 6) for n in range(number)]
    later = found.number(first=7 * number - gone)
    return (weeks(begins, per_week) if number > 1 else None), later


def _owners(found: _Found) -> list[OwnerRow]:
    """By owner, what nobody looks after last; none where the policy names nobody."""
    names = sorted({name for name, _ in found.owners}, key=lambda name: (not name, name))
    if not any(names):
        return []
    return [OwnerRow(name or None, found.owners[name, True], found.owners[name, False]) for name in names]
