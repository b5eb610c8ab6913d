"""What only a whole key of a rule can be: branches, turns, gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compliance_engine.language.tree.clocks import Period, Unit
from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """One arm of a list of `{when, is}`; `when` is None for the last, unconditional one."""

    when: Expression | None
    then: Expression


@dataclass(frozen=True, slots=True)
class Branches(Node):
    """The first arm whose condition holds; an unknown condition makes the whole unknown."""

    arms: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Every(Node):
    """`every 2 years from completion` or `from due`."""

    amount: Expression
    unit: Unit
    start: Literal["completion", "due"]


@dataclass(frozen=True, slots=True)
class EachPeriod(Node):
    """`calendar year`: one turn for each period."""

    period: Period


@dataclass(frozen=True, slots=True)
class Gap(Node):
    """`at most 16 days`, `between 12 and 16 days`: distance of neighbours. `low`/`high` None: no bound on that side."""

    low: Expression | None
    high: Expression | None


@dataclass(frozen=True, slots=True)
class PerPeriod(Node):
    """`at least 2 in each calendar month`."""

    least: Expression
    period: Period
