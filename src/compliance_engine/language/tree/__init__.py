"""The expression tree: what a condition or a clock means once it has been read.

The parser makes trees with `Name` leaves. `language/names.py` and `language/check.py` replace every `Name` by what
it stands for (`Own`, `Related`, `Row`, `Special`, `Alias`), so that the engine never looks anything up by text.
Nodes are frozen values and know their place in the text (`span`), so that a problem can point at its column.
"""

from __future__ import annotations

from compliance_engine.language.tree.calls import Choice, Fact, NamedFact, Value
from compliance_engine.language.tree.clocks import (
    CountingFirstDay,
    EarlierOf,
    Edge,
    LaterOf,
    MonthDay,
    NextMonthDay,
    NextPayday,
    NextPeriodStart,
    NextWeekday,
    NthBusinessDay,
    NthWeekday,
    PaydayOf,
    Period,
    Rolled,
    Rounding,
    SameDay,
    Shift,
    Unit,
    Way,
)
from compliance_engine.language.tree.conditions import (
    And,
    Arithmetic,
    Between,
    Compare,
    CompareOp,
    Contains,
    HasHappened,
    In,
    IsKnown,
    Matches,
    Not,
    Or,
)
from compliance_engine.language.tree.keys import Branch, Branches, EachPeriod, Every, Gap, PerPeriod
from compliance_engine.language.tree.literals import Day, ListOf, Number, Text, TimeOfDay, YesNo
from compliance_engine.language.tree.names import (
    Age,
    Alias,
    DoneField,
    EachField,
    Name,
    Own,
    Presumed,
    Related,
    Row,
    Special,
)
from compliance_engine.language.tree.node import NOWHERE, Absent, Node, Span
from compliance_engine.language.tree.rows import Aggregate, AggregateName, MostWithin, Reaches, Rows

__all__ = [
    "NOWHERE", "Absent", "Age", "Aggregate", "AggregateName", "Alias", "And", "Arithmetic", "Between", "Branch",
    "Branches", "Choice", "Compare", "CompareOp", "Contains", "CountingFirstDay", "Day", "DoneField",
    "EachField", "EachPeriod", "EarlierOf", "Edge", "Every", "Expression", "Fact", "Gap", "HasHappened", "In",
    "IsKnown", "LaterOf", "ListOf", "Matches", "MonthDay", "MostWithin", "Name", "NamedFact", "NextMonthDay",
    "NextPayday", "NextPeriodStart", "NextWeekday", "Node", "Not", "NthBusinessDay", "NthWeekday", "Number",
    "Or", "Own", "PaydayOf", "PerPeriod", "Period", "Presumed", "Reaches", "Related", "Rolled", "Rounding",
    "Row", "Rows", "SameDay", "Shift", "Span", "Special", "Text", "TimeOfDay", "Unit", "Value", "Way", "YesNo",
]  # fmt: skip

Expression = (
    Number | Text | Day | TimeOfDay | YesNo | ListOf
    | Name | Own | Related | Row | Special | DoneField | EachField | Alias | Presumed | Age
    | And | Or | Not | Compare | Between | In | IsKnown | HasHappened | Matches | Contains | Arithmetic
    | Aggregate | Reaches | MostWithin | Rows | Value | Choice | Fact | NamedFact
    | Shift | SameDay | Edge | NextMonthDay | MonthDay | NextWeekday | NthWeekday | NthBusinessDay | NextPeriodStart
    | NextPayday | PaydayOf | LaterOf | EarlierOf | Rolled | Rounding | CountingFirstDay | Branches
)  # fmt: skip
