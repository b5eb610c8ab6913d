"""A retention schedule as it was read: its series, and what it says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from compliance_engine.problems import Position

Whole = Literal["day", "week", "month", "year"]
Does = Literal["keep", "destroy", "both"]
"""A floor, a ceiling, or a floor and a ceiling on the day after it."""


@dataclass(frozen=True)
class Period:
    """So many days, weeks, months or years."""

    count: int
    unit: Whole

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True)
class Said:
    """What a schedule says of a series, in its own words.

    trigger: the words for the day that the period is counted from; empty where records are kept for good.
    period: None until the trigger itself.
    marks: signs printed beside it that say nothing here, such as an asterisk.
    """

    trigger: str
    period: Period | None
    permanent: bool = False
    does: Does = "keep"
    marks: str = ""


@dataclass(frozen=True)
class Refused:
    """Why no rule can be made of a series."""

    reason: str


@dataclass(frozen=True)
class Series:
    """One series of a schedule.

    classes: record classes of ours that it is about; none: documents name the series they are filed under.
    rule_id: the id that its rule asks for; empty: made from the number.
    words: what the schedule says, as written. lost: what it says beyond that and no rule carries.
    """

    id: str
    title: str
    cite: str
    classes: tuple[str, ...]
    said: Said | Refused
    words: str
    position: Position
    row: int
    rule_id: str = ""
    lost: tuple[str, ...] = ()
