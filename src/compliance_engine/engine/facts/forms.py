"""What a fact looks like: a number of which at least the bounds are certain, and the ways in which SQL asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

Row = Mapping[str, object]
Number = int | Decimal


class Records(Protocol):
    """The rows of one employer, in the values of expressions (`language/tree`); anything else is not known.

    not_supplied: record types, or (type, field), that no source supplies. complete_from: the day from which a missing
    row means that there is none; absent or None: never. as_of: the day they are judged at.
    """

    @property
    def rows(self) -> Mapping[str, Sequence[Row]]: ...

    @property
    def not_supplied(self) -> frozenset[str | tuple[str, str]]: ...

    @property
    def complete_from(self) -> Mapping[str, date | None]: ...

    @property
    def as_of(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Range:
    """What is certain about a number.

    low: it is at least this; None: nothing is certain. high: it is at most this; None: no upper limit is known.
    """

    low: Number | None
    high: Number | None

    @property
    def value(self) -> Number | None:
        """The number where it is certain, else None."""
        return self.low if self.low == self.high else None


NOTHING = Range(None, None)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A fact of the employer as a join: the row of the step that holds on a day.

    what, on: for `ASOF LEFT JOIN what alias ON on`, where `{alias}` stands for the alias. The joined row has the
    columns n (NULL: not certain), n_low (NULL: nothing is known) and n_high (NULL: no upper limit is known).
    """

    what: str
    on: str
    kind: str = "ASOF LEFT JOIN"


def compare_sql(op: str, low: str, high: str, other: str) -> str:
    """Whether a number between two bounds stands in a relation to another; NULL where the bounds do not tell.

    Args:
        op: `=`, `<>`, `<`, `<=`, `>` or `>=`.
        low: SQL of the lower bound.
        high: SQL of the upper bound.
        other: SQL of the number on the right.
    """
    match op:
        case ">=" | ">":
            against = "<" if op == ">=" else "<="
            return f"CASE WHEN {low} {op} {other} THEN TRUE WHEN {high} {against} {other} THEN FALSE END"
        case "<=" | "<":
            against = ">" if op == "<=" else ">="
            return f"CASE WHEN {high} {op} {other} THEN TRUE WHEN {low} {against} {other} THEN FALSE END"
        case "=":
            return f"CASE WHEN {low} > {other} OR {high} < {other} THEN FALSE WHEN {low} = {high} THEN TRUE END"
        case "<>":
            return f"NOT ({compare_sql('=', low, high, other)})"
        case _:
            raise ValueError(f"no comparison: {op}")


def compare(op: str, number: Range, other: Number) -> bool | None:
    """The twin of `compare_sql`."""
    low, high = number.low, number.high
    match op:
        case ">=":
            return True if low is not None and low >= other else False if high is not None and high < other else None
        case ">":
            return True if low is not None and low > other else False if high is not None and high <= other else None
        case "<" | "<=":
            opposite = compare(">=" if op == "<" else ">", number, other)
            return None if opposite is None else not opposite
        case "=":
            if (low is not None and low > other) or (high is not None and high < other):
                return False
            return True if low is not None and low == high else None
        case "<>":
            equal = compare("=", number, other)
            return None if equal is None else not equal
        case _:
            raise ValueError(f"no comparison: {op}")
