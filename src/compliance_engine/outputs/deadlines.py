"""Which results of a run are deadlines: what was not done in time, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import RuleCard
from compliance_engine.runs.read import Reader, Result

_UNDONE = frozenset({State.OVERDUE, State.OVER_RETAINED, State.MISSING})
_TO_DO = frozenset({State.DUE, State.DUE_SOON})
"""A record that may be destroyed is no deadline: nobody has to."""


NOBODY = ""
"""Stands for an owner where nobody looks after a topic."""
NO_OWNER = "no owner"
OVERDUE = "Overdue"
_LAST = "\U0010ffff"
GroupBy = Literal["week", "owner", "rule"]
"""What outputs for people put deadlines together by."""


@dataclass(frozen=True)
class Wanted:
    """Which deadlines.

    Attributes:
        within: how many days ahead, the last one included; None for all.
        owner: only this owner's; None for everybody's, NOBODY for those that nobody looks after.
        overdue: also what was due before the as-of date and is not done.
    """

    within: int | None = 30
    owner: str | None = None
    overdue: bool = True

    def concerns(self, card: RuleCard) -> bool:
        """Whether the deadlines of a rule are asked for."""
        return self.owner is None or (card.owner or NOBODY) == self.owner


@dataclass(frozen=True)
class Deadline:
    """One obligation with a day; days: until it is due, negative when it is overdue."""

    result: Result
    card: RuleCard
    due: date
    days: int

    @property
    def overdue(self) -> bool:
        """Whether its day has passed."""
        return self.days < 0


def deadlines(reader: Reader, wanted: Wanted) -> Iterator[Deadline]:
    """The deadlines of a run by day, so that the overdue ones come first."""
    as_of = reader.run.info.as_of
    if wanted.overdue:
        for result in reader.results([Outcome.VIOLATION], by="due", until=as_of - timedelta(days=1)):
            if is_undone(result):
                yield from _of(result, reader.run, wanted)
    until = latest(as_of, wanted.within)
    for result in reader.results([Outcome.PENDING], by="due", until=until):
        if result.state in _TO_DO:
            yield from _of(result, reader.run, wanted)


def is_undone(result: Result) -> bool:
    """Whether a violation is one that somebody can still end by doing what was due."""
    return result.state in _UNDONE and result.done is None


def latest(as_of: date, within: int | None) -> date | None:
    """The last day of a span that ends `within` days after the as-of date; none if there is no end to it."""
    if within is None or within > (date.max - as_of).days:
        return None
    return as_of + timedelta(days=within)


class Group(NamedTuple):
    """What some deadlines have in common. order: where it stands among others; title: what more there is to say."""

    order: str
    name: str
    title: str = ""


def group_of(deadline: Deadline, group_by: GroupBy) -> Group:
    """The group of a deadline. Weeks begin on Monday; what is overdue is a group before them."""
    card = deadline.card
    if group_by == "owner":
        return Group(card.owner or _LAST, card.owner or NO_OWNER)
    if group_by == "rule":
        return Group(deadline.result.rule, deadline.result.rule, card.title)
    if deadline.overdue:
        return Group("", OVERDUE)
    first = monday(deadline.due)
    return Group(str(first), f"Week of {first}")


def monday(day: date) -> date:
    """The day on which the week of a day begins."""
    return day - timedelta(days=day.weekday())


def when(days: int) -> str:
    """Days from the as-of date in words."""
    if days == 0:
        return "today"
    number = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f"in {number}" if days > 0 else f"{number} late"


def owners(run: Run) -> list[str]:
    """Everybody who looks after a rule of the run."""
    return sorted({card.owner for card in run.rules.values() if card.owner})


def _of(result: Result, run: Run, wanted: Wanted) -> Iterator[Deadline]:
    card = run.rules[result.rule]
    if result.due is not None and wanted.concerns(card):
        yield Deadline(result, card, result.due, (result.due - run.info.as_of).days)
