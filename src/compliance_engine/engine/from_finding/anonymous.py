"""Other names and other days in the place of somebody's own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase, digits

from dateutil.relativedelta import relativedelta

_YEARS = 12
_WEEKS = range(9, 260)
_MOVES = 80
_SHAPES = 200
_NEAR = 40


@dataclass(frozen=True)
class Move:
    """A way to move every day: by whole weeks, or by whole years."""

    weeks: int = 0
    years: int = 0

    def day(self, value: date) -> date:
        """A day, or a moment, elsewhere in time.

        Raises:
            OverflowError, ValueError: there is no such day.
        """
        return value + relativedelta(weeks=self.weeks, years=self.years)

    def year(self, value: object) -> int | Decimal | None:
        """A year; None where weeks may lead into another one or not, and for what is no year."""
        return value + self.years if self.years and isinstance(value, int | Decimal) else None


def moves(chance: random.Random) -> Sequence[Move]:
    """Ways to move days, weeks before years: whole weeks leave no day of a month or birthday as it was."""
    by_week = [Move(weeks=sign * n) for n in _WEEKS for sign in (1, -1)]
    by_year = [Move(years=sign * n) for n in range(1, _YEARS + 1) for sign in (1, -1)]
    return [*chance.sample(by_week, _MOVES), *chance.sample(by_year, len(by_year))]


def stand_ins(text: str, taken: int, chance: random.Random) -> Iterator[str]:
    """Texts for the place of one: a letter, then others of the same shape, digit for digit and letter for letter."""
    yield ascii_uppercase[taken % 26] * (taken // 26 + 1)
    for _ in range(_SHAPES):
        yield "".join(_other(c, chance) for c in text)


def _other(character: str, chance: random.Random) -> str:
    for kind in (digits, ascii_uppercase, ascii_lowercase):
        if character in kind:
            return chance.choice(kind)
    return chance.choice(ascii_lowercase) if character.isalpha() else character


def nearby(day: date, chance: random.Random) -> Iterator[date]:
    """Other days of about the same time, for a day of birth."""
    for _ in range(_NEAR):
        yield day + timedelta(days=chance.choice((-1, 1)) * chance.randint(20, 300))
