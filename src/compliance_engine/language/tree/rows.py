"""What is counted, summed or found over many related rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression
    from compliance_engine.language.vocabulary import Field


AggregateName = Literal["count", "sum", "min", "max", "earliest", "latest", "exists"]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`count(training where ...)`, `latest(i9_document.expires_on where ...)`; before checking `path` is as written."""

    name: AggregateName
    path: tuple[str, ...]
    where: Expression | None
    record: str = ""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Reaches(Node):
    """`day sum(training.minutes_spent where ...) reaches 60`: the first day the running total is at least `goal`."""

    path: tuple[str, ...]
    where: Expression | None
    goal: Expression
    record: str = ""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class MostWithin(Node):
    """`most count(event where ...) within 30 days around starts`: the largest of all stretches that hold the day.

    dated_by: the date by which a row falls into a stretch.
    """

    name: Literal["count", "sum"]
    path: tuple[str, ...]
    where: Expression | None
    length: Expression
    around: Expression
    record: str = ""
    field: Field | None = None
    dated_by: Field | None = None


@dataclass(frozen=True, slots=True)
class Rows(Node):
    """`training.completed_on where ...`: every such date, one for each row."""

    path: tuple[str, ...]
    where: Expression | None
    record: str = ""
    field: Field | None = None
