"""Dated values: amounts, thresholds, texts, dates and whole clocks that change over time and from place to place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression
    from compliance_engine.problems import Position

TableType = Literal["number", "text", "date", "clock", "list"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value for one period. `first` and `last` are inclusive; None is open.

    is_: the value as an expression, None when it is not announced yet (an event to come).
    """

    first: date | None
    last: date | None
    is_: Expression | None
    cite: str
    position: Position


@dataclass(frozen=True, slots=True)
class Table:
    """A dated value.

    by: names of its keys, in order (`place`, `data_year`, ...); none for a plain dated value.
    cells: key texts (or ('otherwise',)) to the cells in order of date.
    between_places: which wins when several places are asked at once.
    """

    id: str
    title: str
    type: TableType
    by: tuple[str, ...]
    about: str | None
    cells: tuple[tuple[tuple[str, ...], tuple[Cell, ...]], ...]
    between_places: Literal["highest", "lowest"] | None
    position: Position
