"""Text of a condition or a clock → expression tree, or a problem at its column."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from lark import Lark, ParseTree, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedInput, VisitError

from compliance_engine.language import tree as t
from compliance_engine.language.parse_problems import WORDS, Start, explain
from compliance_engine.language.syntax import OnDay, SyntaxProblem
from compliance_engine.language.time_words import MONTHS, ORDINALS, WEEKDAYS

__all__ = ["MONTHS", "ORDINALS", "WEEKDAYS", "WORDS", "OnDay", "Parsed", "Start", "SyntaxProblem", "parse"]

MAX_LENGTH = 5_000
"""Characters of one expression; the longest that a lawyer would read has some hundreds."""
MAX_DEPTH = 80
"""Levels of one expression; what works on trees calls itself for each level."""


Parsed = t.Expression | t.Rows | t.Every | t.EachPeriod | t.Gap | t.PerPeriod


def parse(text: str, start: Start = "condition") -> tuple[Parsed | None, SyntaxProblem | None]:
    """Read one expression.

    Args:
        text: the expression, as in `3 business days after start_date`.
        start: which key it stands under: `dates` also takes `rows.date where ...`, `repeat` and `gap` their own forms.
    """
    if len(text) > MAX_LENGTH:
        message = f"this expression has {len(text)} characters; up to {MAX_LENGTH} are read"
        return None, SyntaxProblem(message, 0, 1, help="give parts of it names under let")
    try:
        raw = _parser().parse(text, start=start)
        if _depth(raw) > MAX_DEPTH:
            return None, SyntaxProblem(
                "this expression is nested too deeply", 0, 1, help="give parts of it names under let"
            )
        return cast(Parsed, _Builder().transform(raw)), None
    except UnexpectedInput as problem:
        return None, explain(text, start, problem)
    except VisitError as problem:
        if isinstance(problem.orig_exc, _BadLiteralError):
            return None, problem.orig_exc.problem
        raise


def _depth(tree: ParseTree) -> int:
    """How deeply a tree is nested, found without recursion."""
    deepest, open_ = 0, [(tree, 1)]
    while open_:
        node, depth = open_.pop()
        deepest = max(deepest, depth)
        open_ += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    return deepest


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        grammar,
        parser="lalr",
        start=["condition", "dates", "repeat", "gap"],
        propagate_positions=True,
        maybe_placeholders=True,
    )


class _BadLiteralError(Exception):
    """A literal that reads well and means nothing, such as 2025-02-30."""

    def __init__(self, problem: SyntaxProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _bad(token: Token, message: str) -> _BadLiteralError:
    return _BadLiteralError(SyntaxProblem(message, token.start_pos or 0, len(token)))


def _ordinal(token: Token) -> int:
    return ORDINALS[token] if token in ORDINALS else int(re.match(r"\d+", token)[0])  # type: ignore[index]


def _calendar(token: Token | None) -> str | None:
    return None if token is None else re.sub(r"\s*business$", "", token)


def _unit(token: Token) -> t.Unit:
    return cast(t.Unit, token.removesuffix("s"))


def _period(token: Token) -> t.Period:
    """A period as it is called everywhere: one blank between words, the day of a named year without a nought."""
    *words, last = token.split()
    if words[:1] != ["year"]:
        return " ".join([*words, last])
    day = _day_of(words[-1], Token.new_borrow_pos("INT", last, token))
    if (words[-1], day) == ("January", 1):
        raise _bad(token, 'a year from January 1 is a "calendar year"')
    if (words[-1], day) == ("February", 29):
        raise _bad(token, "a year begins on a day that every year has")
    return " ".join([*words, str(day)])


def _span(meta: Any) -> t.Span:
    return (meta.start_pos, meta.end_pos) if not meta.empty else t.NOWHERE


@v_args(meta=True)
class _Builder(Transformer[Token, Any]):
    """One small method for each form of the grammar."""

    def number(self, meta: Any, c: list[Any]) -> t.Number:
        return t.Number(Decimal(c[0].rstrip("%")), span=_span(meta))

    def string(self, meta: Any, c: list[Any]) -> t.Text:
        return t.Text(c[0][1:-1], span=_span(meta))

    def time_of_day(self, meta: Any, c: list[Any]) -> t.TimeOfDay:
        try:
            return t.TimeOfDay(time.fromisoformat(c[0]), span=_span(meta))
        except ValueError:
            raise _bad(c[0], f"{c[0]} is not a time of day") from None

    def day(self, meta: Any, c: list[Any]) -> t.Day:
        try:
            return t.Day(date.fromisoformat(c[0]), span=_span(meta))
        except ValueError:
            raise _bad(c[0], f"{c[0]} is not a date of the calendar") from None

    def yes(self, meta: Any, c: list[Any]) -> t.YesNo:
        return t.YesNo(True, span=_span(meta))

    def no(self, meta: Any, c: list[Any]) -> t.YesNo:
        return t.YesNo(False, span=_span(meta))

    def path(self, meta: Any, c: list[Any]) -> t.Name:
        return t.Name(tuple(str(x) for x in c), span=_span(meta))

    def or_(self, meta: Any, c: list[Any]) -> t.Or:
        return t.Or(tuple(c), span=_span(meta))

    def and_(self, meta: Any, c: list[Any]) -> t.And:
        return t.And(tuple(c), span=_span(meta))

    def not_(self, meta: Any, c: list[Any]) -> t.Not:
        return t.Not(c[-1], span=_span(meta))

    def compare(self, meta: Any, c: list[Any]) -> t.Compare:
        op = "<>" if c[1] == "!=" else str(c[1])
        return t.Compare(cast(t.CompareOp, op), c[0], c[2], span=_span(meta))

    def between(self, meta: Any, c: list[Any]) -> t.Between:
        return t.Between(*c, span=_span(meta))

    def in_list(self, meta: Any, c: list[Any]) -> t.In:
        return t.In(c[0], tuple(c[2:]), c[1] is not None, span=_span(meta))

    def is_known(self, meta: Any, c: list[Any]) -> t.IsKnown:
        return t.IsKnown(c[0], c[1] == "missing", span=_span(meta))

    def has_happened(self, meta: Any, c: list[Any]) -> t.HasHappened:
        return t.HasHappened(c[0], c[1] is not None, span=_span(meta))

    def matches(self, meta: Any, c: list[Any]) -> t.Matches:
        return t.Matches(c[0], c[1][1:-1], span=_span(meta))

    def contains(self, meta: Any, c: list[Any]) -> t.Contains:
        return t.Contains(c[0], c[1], span=_span(meta))

    def arithmetic(self, meta: Any, c: list[Any]) -> t.Arithmetic:
        return t.Arithmetic(cast(Literal["+", "-"], str(c[1])), c[0], c[2], span=_span(meta))

    def times(self, meta: Any, c: list[Any]) -> t.Arithmetic:
        return t.Arithmetic("*", c[0], c[2], span=_span(meta))

    def aggregate(self, meta: Any, c: list[Any]) -> t.Aggregate:
        return t.Aggregate(cast(t.AggregateName, str(c[0])), c[1].parts, c[2], span=_span(meta))

    def reaches(self, meta: Any, c: list[Any]) -> t.Reaches:
        return t.Reaches(c[0].parts, c[1], c[2], span=_span(meta))

    def most_within(self, meta: Any, c: list[Any]) -> t.MostWithin:
        name, path, where, length, around = c
        if name not in ("count", "sum"):
            raise _bad(name, f'"most {name}" has no meaning; use most count or most sum')
        days = _in_days(length, meta)
        kind = cast(Literal["count", "sum"], str(name))
        return t.MostWithin(kind, path.parts, where, days, around, span=_span(meta))

    def rows(self, meta: Any, c: list[Any]) -> t.Rows:
        return t.Rows(c[0].parts, c[1], span=_span(meta))

    def only(self, meta: Any, c: list[Any]) -> Any:
        return c[0]

    def value(self, meta: Any, c: list[Any]) -> t.Value:
        return t.Value(str(c[0]), tuple(c[1:]), span=_span(meta))

    def choice(self, meta: Any, c: list[Any]) -> t.Choice:
        return t.Choice(str(c[0]), span=_span(meta))

    def fact(self, meta: Any, c: list[Any]) -> t.Fact:
        return t.Fact(str(c[0]), tuple(x for x in c[1:] if x is not None), span=_span(meta))

    def named_fact(self, meta: Any, c: list[Any]) -> t.NamedFact:
        return t.NamedFact(str(c[0]), span=_span(meta))

    def on(self, meta: Any, c: list[Any]) -> t.Value | t.Fact | t.Related:
        target, day = c
        if isinstance(target, t.Name):
            return OnDay(target.parts, day, span=_span(meta))  # type: ignore[return-value]
        return _with_day(target, day, _span(meta))

    def quantity_n(self, meta: Any, c: list[Any]) -> Any:
        return c[0]

    def quantity(self, meta: Any, c: list[Any]) -> tuple[t.Expression, str | None, t.Unit]:
        return c[0], _calendar(c[1]), _unit(c[2])

    def shift(self, meta: Any, c: list[Any]) -> t.Shift:
        (amount, calendar, unit), way, anchor = c
        return t.Shift(amount, unit, calendar, cast(t.Way, str(way)), anchor, span=_span(meta))

    def same_day(self, meta: Any, c: list[Any]) -> t.SameDay:
        return t.SameDay(c[0], span=_span(meta))

    def edge(self, meta: Any, c: list[Any]) -> t.Edge:
        return t.Edge(cast(Literal["start", "end"], str(c[0])), _period(c[1]), c[2], span=_span(meta))

    def nth_period_end(self, meta: Any, c: list[Any]) -> t.Edge:
        side, nth, unit, anchor = c
        if _unit(unit) not in ("week", "month", "year"):
            raise _bad(unit, f'"{side} of the {nth} {unit}" has no meaning; use week, month or year')
        amount = t.Number(Decimal(_ordinal(nth)), span=_span(meta))
        moved = t.Shift(amount, _unit(unit), None, "after", anchor, span=_span(meta))
        period = f"calendar {_unit(unit)}"
        return t.Edge(cast(Literal["start", "end"], str(side)), period, moved, span=_span(meta))

    def next_month_day(self, meta: Any, c: list[Any]) -> t.NextMonthDay:
        return t.NextMonthDay(MONTHS.index(c[0]) + 1, _day_of(c[0], c[1]), c[2], span=_span(meta))

    def month_day(self, meta: Any, c: list[Any]) -> t.MonthDay:
        return t.MonthDay(MONTHS.index(c[0]) + 1, _day_of(c[0], c[1]), c[2], span=_span(meta))

    def next_weekday(self, meta: Any, c: list[Any]) -> t.NextWeekday:
        return t.NextWeekday(WEEKDAYS.index(c[0]), c[1], span=_span(meta))

    def next_payday(self, meta: Any, c: list[Any]) -> t.NextPayday:
        return t.NextPayday(c[0], span=_span(meta))

    def payday_of(self, meta: Any, c: list[Any]) -> t.PaydayOf:
        return t.PaydayOf(c[0], span=_span(meta))

    def next_period_start(self, meta: Any, c: list[Any]) -> t.NextPeriodStart:
        return t.NextPeriodStart(_period(c[0]), c[1], span=_span(meta))

    def nth_weekday(self, meta: Any, c: list[Any]) -> t.NthWeekday:
        n = _ordinal(c[0])
        if not (n == -1 or 1 <= n <= 5):
            raise _bad(c[0], "a month has at most five of each weekday")
        return t.NthWeekday(n, WEEKDAYS.index(c[1]), MONTHS.index(c[2]) + 1, c[3], span=_span(meta))

    def nth_business_day(self, meta: Any, c: list[Any]) -> t.NthBusinessDay:
        n = _ordinal(c[0])
        if not 1 <= n <= 31:
            raise _bad(c[0], "count business days of a month from the first, up to 31")
        return t.NthBusinessDay(n, _calendar(c[1]) or "", c[2], span=_span(meta))

    def nth_business_day_next_month(self, meta: Any, c: list[Any]) -> t.NthBusinessDay:
        span = _span(meta)
        anchor = t.Shift(t.Number(Decimal(1), span=span), "month", None, "after", c[2], span=span)
        return t.NthBusinessDay(self.nth_business_day(meta, c).n, _calendar(c[1]) or "", anchor, span=span)

    def later_of(self, meta: Any, c: list[Any]) -> t.LaterOf:
        return t.LaterOf(tuple(c), span=_span(meta))

    def earlier_of(self, meta: Any, c: list[Any]) -> t.EarlierOf:
        return t.EarlierOf(tuple(c), span=_span(meta))

    def rolled(self, meta: Any, c: list[Any]) -> t.Rolled:
        return t.Rolled(c[0], cast(Literal["next", "previous"], str(c[1])), _calendar(c[2]) or "", span=_span(meta))

    def rounding(self, meta: Any, c: list[Any]) -> t.Rounding:
        return t.Rounding(c[0], cast(Literal["up", "down"], str(c[1])), span=_span(meta))

    def counting(self, meta: Any, c: list[Any]) -> t.CountingFirstDay:
        return t.CountingFirstDay(c[0], span=_span(meta))

    def every(self, meta: Any, c: list[Any]) -> t.Every:
        (amount, calendar, unit), start = c
        if calendar is not None:
            raise _BadLiteralError(SyntaxProblem("turns are not counted in business days", *_span(meta)))
        return t.Every(amount, unit, cast(Literal["completion", "due"], str(start)), span=_span(meta))

    def each_period(self, meta: Any, c: list[Any]) -> t.EachPeriod:
        return t.EachPeriod(_period(c[0]), span=_span(meta))

    def at_most(self, meta: Any, c: list[Any]) -> t.Gap:
        return t.Gap(None, _in_days(c[0], meta), span=_span(meta))

    def at_least(self, meta: Any, c: list[Any]) -> t.Gap:
        return t.Gap(_in_days(c[0], meta), None, span=_span(meta))

    def from_to(self, meta: Any, c: list[Any]) -> t.Gap:
        _, calendar, unit = c[1]
        return t.Gap(_in_days((c[0], calendar, unit), meta), _in_days(c[1], meta), span=_span(meta))

    def per_period(self, meta: Any, c: list[Any]) -> t.PerPeriod:
        return t.PerPeriod(c[0], _period(c[1]), span=_span(meta))


def _with_day(target: t.Value | t.Fact, day: t.Expression, span: t.Span) -> t.Value | t.Fact:
    if isinstance(target, t.Value):
        return t.Value(target.id, target.keys, day, span=span)
    return t.Fact(target.name, target.args, day, span=span)


def _day_of(month: str, day: Token) -> int:
    longest = 29 if month == "February" else 30 if month in ("April", "June", "September", "November") else 31
    if not 1 <= int(day) <= longest:
        raise _bad(day, f"{month} has no day {day}")
    return int(day)


def _in_days(quantity: tuple[t.Expression, str | None, t.Unit], meta: Any) -> t.Expression:
    amount, calendar, unit = quantity
    if calendar is not None or unit not in ("day", "week"):
        raise _BadLiteralError(SyntaxProblem("this is counted in days or weeks", *_span(meta)))
    return amount if unit == "day" else t.Arithmetic("*", amount, t.Number(Decimal(7)))
