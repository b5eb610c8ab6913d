"""The type of an expression: number, text, date, instant, time, yes_no, list, or any where it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from compliance_engine.language import tree as t
from compliance_engine.language.vocabulary import Field, FieldType

Type = Literal["number", "text", "date", "instant", "time", "yes_no", "list", "any"]
DATES = ("date", "instant")
NUMBERS = "numbers have up to fourteen digits before the point and up to four behind it"
_TOO_LARGE, _SMALLEST = Decimal(10) ** 14, Decimal("0.0001")


def fits(got: Type, want: Type) -> bool:
    """Whether a value of one type may stand where another is asked for; a date accepts an instant."""
    return got == want or "any" in (got, want) or (want == "date" and got == "instant")


def is_representable(number: Decimal) -> bool:
    """Whether the number type of records can hold a number: fourteen digits before the point, four behind it."""
    return abs(number) < _TOO_LARGE and number == number.quantize(_SMALLEST)


_WORDS: Mapping[Type, str] = {
    "number": "a number", "text": "a text", "date": "a date", "instant": "an instant", "time": "a time of day",
    "yes_no": "a yes or no", "list": "a list", "any": "a value",
}  # fmt: skip


def named(kind: Type) -> str:
    """A type as problems speak of it: a number, an instant."""
    return _WORDS[kind]


def is_instant(e: t.Expression | t.Rows | t.Reaches) -> bool:
    """Whether a resolved expression, or the field of resolved rows, is an instant rather than a day."""
    if isinstance(e, t.Rows):
        return e.field is not None and e.field.type is FieldType.INSTANT
    return not isinstance(e, t.Reaches) and type_of(e) == "instant"


def type_of(e: t.Expression) -> Type:
    """The type of a resolved expression."""
    match e:
        case t.Number() | t.Fact() | t.Age() | t.MostWithin():
            return "number"
        case t.Arithmetic():
            return _arithmetic_type(e)
        case t.Text():
            return "text"
        case t.Day():
            return "date"
        case t.TimeOfDay():
            return "time"
        case t.ListOf():
            return "list"
        case (
            t.YesNo() | t.And() | t.Or() | t.Not() | t.Compare() | t.Between() | t.In() | t.IsKnown() | t.HasHappened()
        ):
            return "yes_no"
        case t.Matches() | t.Contains():
            return "yes_no"
        case t.Own() | t.Related() | t.Row() | t.DoneField() | t.EachField():
            return field_type(e.field)
        case t.Alias():
            return type_of(e.target)
        case t.Presumed():
            return type_of(e.item)
        case t.Special():
            return "number" if e.name == "turn.year" else "date"
        case t.Aggregate():
            return _aggregate_type(e)
        case t.Choice():
            return "any"
        case t.Value():
            kind = e.table.type if e.table else "any"
            return "date" if kind == "clock" else kind
        case t.Shift():
            return "instant" if e.unit == "hour" else "date"
        case t.Branches():
            kinds = {type_of(arm.then) for arm in e.arms}
            # Some arms count hours and others days: each obligation is due by its own arm, the whole is a day.
            return "date" if kinds == {"date", "instant"} else type_of(e.arms[0].then) if e.arms else "any"
        case t.LaterOf() | t.EarlierOf():
            return "instant" if e.arms and all(type_of(a) == "instant" for a in e.arms) else "date"
        case t.SameDay():
            return type_of(e.anchor)
        case t.Rounding() | t.CountingFirstDay():
            return type_of(e.clock)
        case t.Name() | t.NamedFact():
            return "any"
        case _:
            return "date"


def field_type(f: Field) -> Type:
    """The expression type of a field; codes are texts from a list."""
    return "text" if f.type is FieldType.CODE else f.type.value  # type: ignore[return-value]


def _arithmetic_type(e: t.Arithmetic) -> Type:
    left, right = type_of(e.left), type_of(e.right)
    if e.op == "-" and left in DATES and right in DATES:
        return "number"
    return "any" if "any" in (left, right) and left != "number" else "number"


def _aggregate_type(e: t.Aggregate) -> Type:
    if e.name == "exists":
        return "yes_no"
    if e.name in ("count", "sum"):
        return "number"
    return field_type(e.field) if e.field else "any"
