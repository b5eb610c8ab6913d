"""Dated values, choices and facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tables import Table
    from compliance_engine.language.tree import Expression


@dataclass(frozen=True, slots=True)
class Value(Node):
    """`value(us.flsa.threshold, work_state) on day`; without `on` the trigger date."""

    id: str
    keys: tuple[Expression, ...]
    on: Expression | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """A choice that the law leaves open and the policy makes."""

    id: str


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A registry fact: `headcount('in state') on starts`."""

    name: str
    args: tuple[Expression, ...]
    on: Expression | None = None


@dataclass(frozen=True, slots=True)
class NamedFact(Node):
    """`fact(us.fmla.eligible)`; gone after checking, where it becomes an `Alias`."""

    id: str
