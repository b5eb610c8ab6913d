"""An expression tree back in the words of the language: what outputs and explanations quote.

Reading the text again gives the same tree, with two exceptions that have no text of their own: branches, and a name of
`let:`, for which what it stands for is written.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

from compliance_engine.language import tree as t
from compliance_engine.language.syntax import OnDay
from compliance_engine.language.time_words import MONTHS, ORDINALS, WEEKDAYS

Said = t.Expression | t.Rows | t.Every | t.EachPeriod | t.Gap | t.PerPeriod


class _Binds(IntEnum):
    """How tightly a form holds together; a looser one inside a tighter one stands in brackets. As in grammar.lark."""

    OR = 0
    AND = 1
    NOT = 2
    COMPARISON = 3
    SUM = 4
    PRODUCT = 5
    LITERAL = 6
    CLOCK = 7
    POINT = 8
    PLAIN = 9


def words(expression: Said) -> str:
    """The text of an expression, of a `repeat:` or of a `gap:`."""
    match expression:
        case t.Every():
            return f"every {_quantity(expression.amount, expression.unit, None, row=False)} from {expression.start}"
        case t.EachPeriod():
            return expression.period
        case t.Gap():
            return _gap(expression)
        case t.PerPeriod():
            return f"at least {_number(expression.least, row=False)} in each {expression.period}"
        case _:
            return _say(expression, _Binds.OR, row=False)


def called(fact: t.Fact) -> str:
    """A registry fact as it is called, on whatever day: `headcount('in state')`."""
    return words(replace(fact, on=None))


def _gap(gap: t.Gap) -> str:
    low, high = (None if bound is None else _number(bound, row=False) for bound in (gap.low, gap.high))
    if low is not None and high is not None:
        return f"between {low} and {high} days"
    return f"at most {high} days" if low is None else f"at least {low} days"


def _say(e: t.Expression | OnDay, needed: _Binds, *, row: bool) -> str:
    """The text of `e` where something that binds as tightly as `needed` may stand; `row`: inside a `where`."""
    text, binds = _text(e, row=row)
    return text if binds >= needed else f"({text})"


def _text(e: t.Expression | OnDay, *, row: bool) -> tuple[str, _Binds]:
    def say(part: t.Expression, needed: _Binds) -> str:
        return _say(part, needed, row=row)

    match e:
        case t.Or():
            return " or ".join(say(item, _Binds.AND) for item in e.items), _Binds.OR
        case t.And():
            return " and ".join(say(item, _Binds.NOT) for item in e.items), _Binds.AND
        case t.Not():
            return f"not {say(e.item, _Binds.NOT)}", _Binds.NOT
        case t.Compare():
            return f"{say(e.left, _Binds.SUM)} {e.op} {say(e.right, _Binds.SUM)}", _Binds.COMPARISON
        case t.Between():
            low, high = say(e.low, _Binds.SUM), say(e.high, _Binds.SUM)
            return f"{say(e.item, _Binds.SUM)} between {low} and {high}", _Binds.COMPARISON
        case t.In():
            options = ", ".join(say(option, _Binds.SUM) for option in e.options)
            return f"{say(e.item, _Binds.SUM)} {'not ' if e.negated else ''}in ({options})", _Binds.COMPARISON
        case t.IsKnown():
            return f"{say(e.item, _Binds.SUM)} is {'missing' if e.negated else 'known'}", _Binds.COMPARISON
        case t.HasHappened():
            return f"{say(e.item, _Binds.SUM)} has {'not ' if e.negated else ''}happened", _Binds.COMPARISON
        case t.Matches():
            return f"{say(e.item, _Binds.SUM)} matches '{e.pattern}'", _Binds.COMPARISON
        case t.Contains():
            return f"{say(e.item, _Binds.SUM)} contains {say(e.member, _Binds.SUM)}", _Binds.COMPARISON
        case t.Arithmetic(op="*"):
            return f"{say(e.left, _Binds.PRODUCT)} * {say(e.right, _Binds.LITERAL)}", _Binds.PRODUCT
        case t.Arithmetic():
            return f"{say(e.left, _Binds.SUM)} {e.op} {say(e.right, _Binds.PRODUCT)}", _Binds.SUM
        case t.Branches():
            return "; ".join(_branch(arm, row=row) for arm in e.arms), _Binds.OR
        case t.Alias() if "." not in e.name:
            return _text(e.target, row=row)
        case t.Presumed():
            return _text(e.item, row=row)
    return _literal(e) or _plain(e, row=row) or _clock(e, row=row)


def _branch(arm: t.Branch, *, row: bool) -> str:
    then = _say(arm.then, _Binds.OR, row=row)
    return f"{then} when {_say(arm.when, _Binds.OR, row=row)}" if arm.when is not None else f"otherwise {then}"


# ---- literals and names ----------------------------------------------------------------------------------------------


def _literal(e: t.Expression | OnDay) -> tuple[str, _Binds] | None:
    match e:
        case t.Number():
            return f"{e.value:f}", _Binds.LITERAL
        case t.Text():
            return f"'{e.value}'", _Binds.LITERAL
        case t.TimeOfDay():
            return e.value.isoformat("minutes"), _Binds.LITERAL
        case t.YesNo():
            return ("yes" if e.value else "no"), _Binds.LITERAL
        case t.Day():
            return e.value.isoformat(), _Binds.PLAIN
        case t.ListOf():
            return f"({', '.join(_say(item, _Binds.SUM, row=False) for item in e.items)})", _Binds.PLAIN
    return None


def _plain(e: t.Expression | OnDay, *, row: bool) -> tuple[str, _Binds] | None:
    match e:
        case t.Name():
            return ".".join(e.parts), _Binds.PLAIN
        case t.Own():
            return (f"this.{e.field.name}" if row else e.field.name), _Binds.PLAIN
        case t.Related() | t.EachField():
            text = f"{e.record}.{e.field.name}"
            on = e.on if isinstance(e, t.Related) else None
        case t.Row():
            return e.field.name, _Binds.PLAIN
        case t.DoneField():
            return f"done.{e.field.name}", _Binds.PLAIN
        case t.Special():
            return e.name, _Binds.PLAIN
        case t.Alias():
            return f"fact({e.name})", _Binds.PLAIN
        case t.NamedFact():
            return f"fact({e.id})", _Binds.PLAIN
        case t.Choice():
            return f"choice({e.id})", _Binds.PLAIN
        case OnDay():
            text, on = ".".join(e.parts), e.on
        case t.Age():
            text, on = "age", e.on
        case t.Value():
            text, on = f"value({', '.join([e.id, *(_say(key, _Binds.OR, row=row) for key in e.keys)])})", e.on
        case t.Fact():
            text, on = f"{e.name}({', '.join(_say(arg, _Binds.OR, row=row) for arg in e.args)})", e.on
        case _:
            return None
    return (text if on is None else f"{text} on {_say(on, _Binds.POINT, row=row)}"), _Binds.PLAIN


# ---- clocks and related rows -----------------------------------------------------------------------------------------


def _clock(e: t.Expression | OnDay, *, row: bool) -> tuple[str, _Binds]:
    match e:
        case t.Rolled():
            day = f"{e.calendar} business day".lstrip()
            return f"{_say(e.clock, _Binds.CLOCK, row=row)} rolled to {e.way} {day}", _Binds.CLOCK
        case t.Rounding():
            return f"{_say(e.clock, _Binds.CLOCK, row=row)} rounding {e.way}", _Binds.CLOCK
        case t.CountingFirstDay():
            return f"{_say(e.clock, _Binds.CLOCK, row=row)} counting the first day", _Binds.CLOCK
        case t.LaterOf() | t.EarlierOf():
            name = "later" if isinstance(e, t.LaterOf) else "earlier"
            return f"{name} of ({', '.join(_say(arm, _Binds.OR, row=row) for arm in e.arms)})", _Binds.POINT
        case t.Aggregate():
            return f"{e.name}({_rows(e)})", _Binds.POINT
        case t.MostWithin():
            stretch = f"{_number(e.length, row=row)} days around {_say(e.around, _Binds.POINT, row=row)}"
            return f"most {e.name}({_rows(e)}) within {stretch}", _Binds.POINT
        case t.Reaches():
            return f"day sum({_rows(e)}) reaches {_number(e.goal, row=row)}", _Binds.POINT
        case t.Rows():
            return _rows(e), _Binds.OR
        case _:
            return f"{_before_anchor(e, row=row)} {_say(_anchor(e), _Binds.POINT, row=row)}", _Binds.POINT


def _anchor(e: t.Expression | OnDay) -> t.Expression:
    anchor: t.Expression = e.anchor  # type: ignore[union-attr]
    return anchor


def _before_anchor(e: t.Expression | OnDay, *, row: bool) -> str:
    """The words of a clock up to its anchor."""
    match e:
        case t.Shift():
            return f"{_quantity(e.amount, e.unit, e.calendar, row=row)} {e.way}"
        case t.SameDay():
            return "same day as"
        case t.Edge():
            return f"{e.side} of {e.period} of"
        case t.NextMonthDay():
            return f"next {MONTHS[e.month - 1]} {e.day} after"
        case t.MonthDay():
            return f"{MONTHS[e.month - 1]} {e.day} of"
        case t.NextWeekday():
            return f"next {WEEKDAYS[e.weekday]} after"
        case t.NthWeekday():
            return f"{_ordinal(e.n)} {WEEKDAYS[e.weekday]} of {MONTHS[e.month - 1]} of"
        case t.NthBusinessDay():
            return f"{_ordinal(e.n)} {f'{e.calendar} business day'.lstrip()} of month of"
        case t.NextPeriodStart():
            return f"next {e.period} start on or after"
        case t.NextPayday():
            return "next payday after"
        case t.PaydayOf():
            return "payday of"
    msg = f"no words for {type(e).__name__}"
    raise TypeError(msg)


def _rows(e: t.Aggregate | t.Reaches | t.MostWithin | t.Rows) -> str:
    where = "" if e.where is None else f" where {_say(e.where, _Binds.OR, row=True)}"
    return ".".join(e.path) + where


def _quantity(amount: t.Expression, unit: t.Unit, calendar: str | None, *, row: bool) -> str:
    kind = "" if calendar is None else f"{calendar} business ".lstrip()
    one = isinstance(amount, t.Number) and amount.value == 1
    return f"{_number(amount, row=row)} {kind}{unit}{'' if one else 's'}"


def _number(amount: t.Expression, *, row: bool) -> str:
    """An amount: a number, a value, a choice, or anything else in brackets."""
    bare = isinstance(amount, t.Number | t.Choice) or (isinstance(amount, t.Value) and amount.on is None)
    text = _say(amount, _Binds.OR, row=row)
    return text if bare else f"({text})"


def _ordinal(n: int) -> str:
    named = {number: word for word, number in ORDINALS.items()}
    ending = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n % 100 not in (11, 12, 13) else 0, "th")
    return named.get(n) or f"{n}{ending}"
