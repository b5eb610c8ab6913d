"""What is wrong with an expression that cannot be parsed: where, what was probably meant, what may stand there."""

from __future__ import annotations

import re
from typing import Literal

from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.syntax import SyntaxProblem

Start = Literal["condition", "dates", "repeat", "gap"]

WORDS = frozenset(
    (  # noqa: SIM905
        "and or not in is known missing has happened matches contains between on after before of to where this "
        "starts due done as_of turn later earlier next start end same day days week weeks month months year years "
        "hour hours business calendar quarter payday pay period plan workweek rolled rounding up down counting the "
        "first second third fourth fifth last count sum min max exists earliest latest reaches value choice every "
        "from completion yes no at most least each within around"
    ).split()
)
"""Words of the language: no field, fact or `let` may be called so."""


def explain(text: str, start: Start, problem: UnexpectedInput) -> SyntaxProblem:
    """The problem of a text that the parser stopped in; start: which key it stands under."""
    where: int | None = problem.pos_in_stream
    offset = len(text) if where is None or where < 0 else min(where, len(text))
    if (isinstance(problem, UnexpectedToken) and problem.token.type == "$END") or isinstance(problem, UnexpectedEOF):
        help_ = _expected(problem) or _FORMS.get(start)
        return SyntaxProblem("the expression ends too early", len(text), 1, help=help_)
    if isinstance(problem, UnexpectedCharacters):
        rest = text[offset:]
        word = re.match(r"\w+|.", rest)
        shown = word[0] if word else rest[:1]
        if shown in _QUOTES:
            help_ = f"write 'text', not {shown}text{_QUOTES[shown]}"
            return SyntaxProblem("texts stand in single quotes", offset, 1, help=help_)
        if shown.isspace():
            help_ = "type it again: it was copied from a page or a word processor"
            return SyntaxProblem("this blank is not the one of the space bar", offset, 1, help=help_)
        help_ = "there is no division: multiply the other side" if shown == "/" else _expected(problem)
        return SyntaxProblem(f'"{shown}" cannot stand here', offset, len(shown), did_you_mean(shown, WORDS), help_)
    token = problem.token if isinstance(problem, UnexpectedToken) else None
    shown = str(token) if token is not None else text[offset : offset + 1]
    at = token.start_pos if token is not None and token.start_pos is not None else offset
    help_ = _FORMS.get(start) or _expected(problem)
    if shown == "=" and text[at - 1 : at] == "=":
        help_ = "equality is one ="
    before = re.search(r"(\w+)\s*$", text[:at])
    if before and before[1] == "within":
        help_ = "a clock counts from a day: 10 business days after start_date"
    words = [shown, *(before.groups() if before else ())]
    guesses = [did_you_mean(word, WORDS) for word in words if word not in WORDS]
    guess = next((guess for guess in guesses if guess), None)
    return SyntaxProblem(f'"{shown}" cannot stand here', at, max(1, len(shown)), guess, help_)


_QUOTES = {'"': '"', "‘": "’", "’": "’", "“": "”", "”": "”", "„": "“"}
"""Quotes that people write or a word processor makes, with what ends them."""
_FORMS: dict[str, str] = {
    "gap": "forms: at most 16 days, at least 5 days, between 12 and 16 days, at least 2 in each calendar month",
    "repeat": "forms: every 2 years from completion, every 12 months from due, calendar year, year from July 1",
}
"""How keys are written that take few forms."""

_SAY = {
    "COMPARE": "a comparison (= <> < <= > >=)",
    "NAME": "a field",
    "NUMBER": "a number",
    "STRING": "a text in single quotes",
    "DATE": "a date such as 2025-01-31",
    "UNIT": "days, weeks, months, years or hours",
    "BUSINESS": "business days",
    "WAY": "after or before",
    "PERIOD": "a period such as calendar year",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "OF": "of",
    "DAY": "day",
    "WHERE": "where",
    "ID": "the id of a dated value",
    "FROM": "completion or due",
    "ON": "on",
    "REACHES": "reaches",
}


def _expected(problem: UnexpectedInput) -> str | None:
    names = (
        getattr(problem, "accepts", None)
        or getattr(problem, "expected", None)
        or getattr(problem, "allowed", None)
        or ()
    )
    known = sorted({_SAY[n] for n in names if n in _SAY})
    return "here may stand: " + ", ".join(known) if 0 < len(known) <= 8 else None
