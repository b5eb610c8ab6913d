"""What every part of an expression tree has, and why there may be no value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Absent(Enum):
    """Why there is no value: a fact that cannot be told, an event still to come, an occasion that never was."""

    UNKNOWN = "unknown"
    OPEN = "open"
    NONE = "none"


Span = tuple[int, int]
NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything in an expression; `span` is (start, end) in the expression's own text."""

    span: Span = NOWHERE
