"""Values that are written out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text in single quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Day(Node):
    """A date."""

    value: date


@dataclass(frozen=True, slots=True)
class TimeOfDay(Node):
    """A time of day, as in `07:00`."""

    value: time


@dataclass(frozen=True, slots=True)
class YesNo(Node):
    """`yes` or `no`."""

    value: bool


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """The texts, numbers or days of a dated value that is a list."""

    items: tuple[Expression, ...]
