"""The expression tree: what a condition or a clock means once it has been read.

The parser makes trees with `Name` leaves. `check.py` replaces every `Name` by what it stands for (`Own`, `Related`,
`Row`, `Special`, `Alias`), so that the engine never looks anything up by text. Nodes are frozen values and know their
place in the text (`span`), so that a problem can point at its column.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from compliance_engine.language.tables import Table
    from compliance_engine.language.vocabulary import Field


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


# ---- literals ------------------------------------------------------------------------------------------------------


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


# ---- names ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A dotted name as written; gone after checking."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own(Node):
    """A field of the subject itself."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class Related(Node):
    """A field of the one related record: `i9.section2_signed_on`; for dated relations the row of day `on`."""

    record: str
    field: Field
    on: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row(Node):
    """A field of the row that a `where` or an aggregate is looking at."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class Special(Node):
    """A word the rule gives a meaning to: starts, due, done, as_of, turn.start, turn.end, turn.year."""

    name: Literal["starts", "due", "done", "as_of", "turn.start", "turn.end", "turn.year"]


@dataclass(frozen=True, slots=True)
class DoneField(Node):
    """A field of the row that met the turn before: `done.expires_on`."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class EachField(Node):
    """A field of the record that `each:` pairs the subject with: `policy_document.effective_on`."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class Alias(Node):
    """A name of `let:` or a named fact, with what it stands for."""

    name: str
    target: Expression


@dataclass(frozen=True, slots=True)
class Presumed(Node):
    """A field with the value that the law presumes where it is unknown."""

    item: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Age(Node):
    """Whole years on day `on` (default: the trigger day), from the date of birth."""

    born: Expression
    on: Expression | None


# ---- conditions ----------------------------------------------------------------------------------------------------


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


# ---- related rows --------------------------------------------------------------------------------------------------

AggregateName = Literal["count", "sum", "min", "max", "earliest", "latest", "exists"]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`count(training where ...)`, `latest(i9_document.expires_on where ...)`; before checking `path` is as written."""

    name: AggregateName
    path: tuple[str, ...]
    where: Expression | None
    record: str = ""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Reaches(Node):
    """`day sum(training.minutes_spent where ...) reaches 60`: the first day the running total is at least `goal`."""

    path: tuple[str, ...]
    where: Expression | None
    goal: Expression
    record: str = ""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class MostWithin(Node):
    """`most count(event where ...) within 30 days around starts`: the largest of all stretches that hold the day.

    dated_by: the date by which a row falls into a stretch.
    """

    name: Literal["count", "sum"]
    path: tuple[str, ...]
    where: Expression | None
    length: Expression
    around: Expression
    record: str = ""
    field: Field | None = None
    dated_by: Field | None = None


@dataclass(frozen=True, slots=True)
class Rows(Node):
    """`training.completed_on where ...`: every such date, one for each row."""

    path: tuple[str, ...]
    where: Expression | None
    record: str = ""
    field: Field | None = None


# ---- calls ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value(Node):
    """`value(us.flsa.threshold, work_state) on day`; without `on` the trigger date."""

    id: str
    keys: tuple[Expression, ...]
    on: Expression | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """A choice that the law leaves open and the policy makes."""

    id: str


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A registry fact: `headcount('in state') on starts`."""

    name: str
    args: tuple[Expression, ...]
    on: Expression | None = None


@dataclass(frozen=True, slots=True)
class NamedFact(Node):
    """`fact(us.fmla.eligible)`; gone after checking, where it becomes an `Alias`."""

    id: str


# ---- clocks --------------------------------------------------------------------------------------------------------

Unit = Literal["hour", "day", "week", "month", "year"]
Period = str
"""calendar year, quarter, month or week, workweek, pay period, plan year, or a named year: `year from July 1`."""
Way = Literal["after", "before"]


@dataclass(frozen=True, slots=True)
class Shift(Node):
    """`3 business days after start_date`.

    calendar: None counts every day, '' is the rule's own calendar, else its name.
    """

    amount: Expression
    unit: Unit
    calendar: str | None
    way: Way
    anchor: Expression


@dataclass(frozen=True, slots=True)
class SameDay(Node):
    """`same day as x`."""

    anchor: Expression


@dataclass(frozen=True, slots=True)
class Edge(Node):
    """`end of calendar year of x`, `start of pay period of x`."""

    side: Literal["start", "end"]
    period: Period
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextMonthDay(Node):
    """`next January 31 after x`: strictly after."""

    month: int
    day: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class MonthDay(Node):
    """`June 1 of x`: in the calendar year of x (a date or a year)."""

    month: int
    day: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextWeekday(Node):
    """`next Friday after x`: strictly after; Monday is 0."""

    weekday: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NthWeekday(Node):
    """`second Wednesday of May of x`; n = -1 is the last."""

    n: int
    weekday: int
    month: int
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NthBusinessDay(Node):
    """`15th us-federal business day of month of x`; `calendar` as in Shift."""

    n: int
    calendar: str
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextPeriodStart(Node):
    """`next calendar month start on or after x`."""

    period: Period
    anchor: Expression


@dataclass(frozen=True, slots=True)
class NextPayday(Node):
    """`next payday after x`: strictly after, from the pay periods of the subject's pay group."""

    anchor: Expression


@dataclass(frozen=True, slots=True)
class PaydayOf(Node):
    """`payday of x`: the payday for the pay period that holds day x."""

    anchor: Expression


@dataclass(frozen=True, slots=True)
class LaterOf(Node):
    """The latest arm; open while one of them is."""

    arms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class EarlierOf(Node):
    """The earliest arm; one that is open is left out."""

    arms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Rolled(Node):
    """`... rolled to next us-federal business day`; `calendar` as in Shift."""

    clock: Expression
    way: Literal["next", "previous"]
    calendar: str


@dataclass(frozen=True, slots=True)
class Rounding(Node):
    """`... rounding up`: what happens to a day of the month that does not exist."""

    clock: Expression
    way: Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class CountingFirstDay(Node):
    """`90 days after start_date counting the first day`: one day earlier."""

    clock: Expression


# ---- whole keys ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """One arm of a list of `{when, is}`; `when` is None for the last, unconditional one."""

    when: Expression | None
    then: Expression


@dataclass(frozen=True, slots=True)
class Branches(Node):
    """The first arm whose condition holds; an unknown condition makes the whole unknown."""

    arms: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Every(Node):
    """`every 2 years from completion` or `from due`."""

    amount: Expression
    unit: Unit
    start: Literal["completion", "due"]


@dataclass(frozen=True, slots=True)
class EachPeriod(Node):
    """`calendar year`: one turn for each period."""

    period: Period


@dataclass(frozen=True, slots=True)
class Gap(Node):
    """`at most 16 days`, `between 12 and 16 days`: distance of neighbours. `low`/`high` None: no bound on that side."""

    low: Expression | None
    high: Expression | None


@dataclass(frozen=True, slots=True)
class PerPeriod(Node):
    """`at least 2 in each calendar month`."""

    least: Expression
    period: Period


Expression = (
    Number | Text | Day | TimeOfDay | YesNo | ListOf
    | Name | Own | Related | Row | Special | DoneField | EachField | Alias | Presumed | Age
    | And | Or | Not | Compare | Between | In | IsKnown | HasHappened | Matches | Contains | Arithmetic
    | Aggregate | Reaches | MostWithin | Rows | Value | Choice | Fact | NamedFact
    | Shift | SameDay | Edge | NextMonthDay | MonthDay | NextWeekday | NthWeekday | NthBusinessDay | NextPeriodStart
    | NextPayday | PaydayOf | LaterOf | EarlierOf | Rolled | Rounding | CountingFirstDay | Branches
)  # fmt: skip
