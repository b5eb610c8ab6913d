"""What is certain about a date that is itself unknown, so that a duty can be decided early.

One known arm of an `earlier of` that is past makes a duty overdue for certain; one known arm of a `later of` that is
not yet past means it is not. Every clock form is monotone in its anchor, so a bound moves through a clock as a date
does. A known bound also says that the date is not one that never was: what never happened drops out, bounding nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from compliance_engine.clocks.days import Day, earlier_of, later_of
from compliance_engine.language.tree import Absent


@dataclass(frozen=True)
class Bounds:
    """A date and what is certain about it.

    Attributes:
        low: The date cannot be before this day; unknown if nothing is certain.
        exact: The date.
        high: The date cannot be after this day; unknown if nothing is certain.
    """

    low: Day
    exact: Day
    high: Day

    @classmethod
    def of(cls, exact: Day) -> Self:
        """A date that is known bounds itself; an unknown one has no bounds."""
        return cls(exact, exact, exact)


def through(clock: Callable[[Day], Day], anchor: Bounds) -> Bounds:
    """Where a clock takes an anchor and its bounds; `clock` must be monotone, as every form in this package is."""
    return Bounds(clock(anchor.low), clock(anchor.exact), clock(anchor.high))


def later_bounds(arms: Sequence[Bounds]) -> Bounds:
    """`later_of` over arms with bounds: never before the latest day that some arm cannot be before."""
    return Bounds(
        low=later_of(_told([arm.low for arm in arms])),
        exact=later_of([arm.exact for arm in arms]),
        high=later_of([arm.high for arm in arms]),
    )


def earlier_bounds(arms: Sequence[Bounds]) -> Bounds:
    """`earlier_of` over arms with bounds: never after the earliest day that some arm cannot be after."""
    return Bounds(
        low=earlier_of([arm.low for arm in arms]),
        exact=earlier_of([arm.exact for arm in arms]),
        high=earlier_of(_told([arm.high for arm in arms])),
    )


def _told(days: Sequence[Day]) -> Sequence[Day]:
    """The days that say something; when none does, what is left is unknown and not `never happened`."""
    told = [day for day in days if day not in (Absent.UNKNOWN, Absent.NONE)]
    return told or [Absent.UNKNOWN if Absent.UNKNOWN in days else Absent.NONE]
