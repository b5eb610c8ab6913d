"""What holds or does not hold, and plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them hold."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """One of them holds."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """It does not hold."""

    item: Expression


CompareOp = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A comparison; `<>` is not equal."""

    op: CompareOp
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Both ends included."""

    item: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class In(Node):
    """`x in (a, b)`, or `x in value(...)` with one item that is a list."""

    item: Expression
    options: tuple[Expression, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class IsKnown(Node):
    """`is known`; negated: `is missing`."""

    item: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class HasHappened(Node):
    """`has happened`; negated: `has not happened`."""

    item: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class Matches(Node):
    """The whole text matches the pattern (anchored at both ends)."""

    item: Expression
    pattern: str


@dataclass(frozen=True, slots=True)
class Contains(Node):
    """A list field holds the text."""

    item: Expression
    member: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+`, `-`, `*`; a date minus a date is a number of days."""

    op: Literal["+", "-", "*"]
    left: Expression
    right: Expression
