"""What an expression comes to: a value, a day still to come or that never was, or an unknown that names its causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TypeGuard

from compliance_engine.clocks import Day
from compliance_engine.language.tree import Absent


class Lost(Enum):
    """Why a cell has no value; an empty one is simply left out of its row. No text that a cell may hold equals one."""

    UNREADABLE = "unreadable"
    DISTRUSTED = "distrusted"
    NOT_SUPPLIED = "not supplied"


@dataclass(frozen=True, order=True, slots=True)
class Cause:
    """One fact that is missing.

    what: `employment_spell.start_date`, a record type, `headcount(in state)`, `choice(x)`, `calendar worksite`.
    why: `empty`, `unreadable`, `not supplied`, `no row`, ... row: the `_row` of the record, if there is one.
    """

    what: str
    why: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """No value, because of these missing facts."""

    causes: frozenset[Cause]


Items = tuple[str | date | Decimal, ...]
Value = date | datetime | Decimal | str | bool | time | Items | Absent | Unknown
"""Never `Absent.UNKNOWN`: inside the twin an unknown always says what is missing."""

Truth = bool | Unknown


def unknown(what: str, why: str, row: int = 0) -> Unknown:
    """An unknown with one cause."""
    return Unknown(frozenset({Cause(what, why, row)}))


def merged(*values: Value | None) -> Unknown:
    """One unknown with the causes of all unknowns among the values."""
    return Unknown(frozenset().union(*(v.causes for v in values if isinstance(v, Unknown))))


def is_truth(value: Value) -> TypeGuard[Truth]:
    """Whether a value may stand as a condition."""
    return isinstance(value, bool | Unknown)


def all_of(truths: Iterable[Truth]) -> Truth:
    """`and`: one false decides, otherwise one unknown keeps it unknown."""
    truths = list(truths)
    if any(x is False for x in truths):
        return False
    return merged(*truths) if any(isinstance(x, Unknown) for x in truths) else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """`or`: one true decides, otherwise one unknown keeps it unknown."""
    return negation(all_of(negation(x) for x in truths))


def negation(truth: Truth) -> Truth:
    """`not`; of an unknown: the same unknown."""
    return truth if isinstance(truth, Unknown) else not truth


def is_day(value: Value | None) -> TypeGuard[date | datetime]:
    """Whether it is a day or a moment that the calendar has."""
    return isinstance(value, date)


def number_in(value: Value) -> Decimal:
    """A value that the types of the language promise to be a number."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} is no number")
    return value


def day_in(value: Value) -> date:
    """A value that is known to be a day or a moment by now."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return value


def as_day(value: Value) -> Day:
    """A value as the clocks read it."""
    if isinstance(value, Unknown):
        return Absent.UNKNOWN
    if isinstance(value, date | Absent):
        return value
    raise TypeError(f"{value!r} is no date")
