"""Names and types: what each word of an expression stands for, and whether the parts fit together.

`Checker.check` returns the expression with every name resolved, and every problem it met (not only the first).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from compliance_engine.language import tree as t
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.syntax import OnDay, SyntaxProblem
from compliance_engine.language.tables import Table
from compliance_engine.language.vocabulary import Field, FieldType, Missing, RecordType, Vocabulary

Type = Literal["number", "text", "date", "instant", "time", "yes_no", "list", "any"]
DATES = ("date", "instant")
DATED = ("assignment", "worksite")
"""Relations of a person that are a question of the day."""

PLACE_NAMES = {
    "work_state": ("worksite", "state"),
    "places": ("worksite", "places"),
    "home_state": ("employee", "home_state"),
}
FACTS: Mapping[str, tuple[Type, tuple[Type, ...]]] = {
    "headcount": ("number", ("text",)),
    "workweeks_at": ("number", ("number",)),
    "service_months": ("number", ("text",)),
    "hours_in_12_months": ("number", ()),
}
"""The registry of facts that need a query: result type and argument types."""

BASES = (
    "all workers anywhere", "in state", "at worksite", "full time", "most at once in the year before", "20 workweeks",
)  # fmt: skip
_IDENTITY_MEANING = "identifies the record"


@dataclass(frozen=True)
class Scope:
    """What names may be used under a key of a rule.

    specials: the rule's own words that have a meaning here, e.g. as_of, starts, turn.start.
    lets: names of `let:` already checked. facts: named facts about this record type. presumed: field → value.
    each: record type of `each:`. done: record type of the rows in `done:` (for `done.field`).
    """

    vocabulary: Vocabulary
    about: str
    specials: frozenset[str]
    lets: Mapping[str, t.Expression] = field(default_factory=dict)
    facts: Mapping[str, t.Expression] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    presumed: Mapping[str, t.Expression] = field(default_factory=dict)
    each: str | None = None
    done: str | None = None
    row: str | None = None


def check(
    expression: t.Expression | t.Rows, scope: Scope, want: Type | None
) -> tuple[t.Expression, list[SyntaxProblem]]:
    """Resolve an expression and say everything that is wrong with it.

    Args:
        want: the type the key needs; `date` accepts instants; None takes any.
    """
    checker = _Checker(scope)
    result = checker.resolve(expression)
    got = type_of(result)
    if want is not None and not checker.problems and not _fits(got, want):
        checker.say(expression, f"this is {_a(got)}; {_a(want)} is needed here")
    return result, checker.problems


def _fits(got: Type, want: Type) -> bool:
    return got == want or "any" in (got, want) or (want == "date" and got == "instant")


_WORDS: Mapping[Type, str] = {
    "number": "a number", "text": "a text", "date": "a date", "instant": "an instant", "time": "a time of day",
    "yes_no": "a yes or no", "list": "a list", "any": "a value",
}  # fmt: skip


def _a(kind: Type) -> str:
    return _WORDS[kind]


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


class _Checker:
    """Walks one expression; collects problems instead of stopping at the first."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[SyntaxProblem] = []

    def say(
        self,
        node: t.Node,
        message: str,
        suggestion: str | None = None,
        help: str | None = None,
        code: str = "wrong-type",
    ) -> None:
        start, end = node.span
        self.problems.append(SyntaxProblem(message, start, max(1, end - start), suggestion, help, code))

    def unknown_name(self, node: t.Node, message: str, suggestion: str | None = None, help: str | None = None) -> None:
        self.say(node, message, suggestion, help, "unknown-name")

    def unknown_code(self, node: t.Node, message: str, suggestion: str | None, help: str) -> None:
        self.say(node, message, suggestion, help, "unknown-code")

    # ---- names ---------------------------------------------------------------------------------------------------

    def record(self, name: str) -> RecordType:
        return self.scope.vocabulary.types[name]

    def name(self, e: t.Name, on: t.Expression | None = None) -> t.Expression:
        head, rest = e.parts[0], e.parts[1:]
        if head == "this":
            if self.scope.row is None:
                self.say(e, '"this." is the subject, inside a where only')
            if rest and rest[0] in self.scope.specials and len(rest) == 1:
                return t.Special(rest[0], span=e.span)  # type: ignore[arg-type]
            outer = _Checker(replace(self.scope, row=None))
            found = outer.name(t.Name(rest, span=e.span)) if rest else e
            self.problems += outer.problems
            return found
        if self.scope.row is not None and len(e.parts) == 1:
            of_row = self.row_field(e, head)
            if of_row is not None:
                return of_row
        dotted = ".".join(e.parts)
        if dotted in self.scope.specials:
            return t.Special(dotted, span=e.span)  # type: ignore[arg-type]
        if len(e.parts) == 1:
            return self.bare(e, head, on)
        if len(e.parts) == 2:
            return self.of_record(e, head, rest[0], on)
        self.say(e, f'"{dotted}" goes too deep: a record and one of its fields is all')
        return e

    def row_field(self, e: t.Name, name: str) -> t.Expression | None:
        row = self.scope.row or self.scope.about
        found = field_or_key(self.record(row), name)
        return t.Row(row, found, span=e.span) if found else None

    def bare(self, e: t.Name, name: str, on: t.Expression | None) -> t.Expression:
        if name in self.scope.lets:
            return t.Alias(name, self.scope.lets[name], span=e.span)
        if self.scope.row is None:
            found = field_or_key(self.record(self.scope.about), name)
            if found:
                return self.presume(t.Own(self.scope.about, found, span=e.span), name)
        if name == "age":
            born = self.birth_date(e)
            return t.Age(born, on, span=e.span) if born else e
        if name in PLACE_NAMES and self.scope.row is None:
            record, column = PLACE_NAMES[name]
            return self.of_record(e, record, column, on)
        self.unknown(e, name)
        return e

    def birth_date(self, e: t.Name) -> t.Expression | None:
        own = self.record(self.scope.about).field("date_of_birth")
        if own:
            return t.Own(self.scope.about, own, span=e.span)
        found = self.of_record(e, "employee", "date_of_birth", None)
        return found if isinstance(found, t.Related) else None

    def presume(self, e: t.Expression, name: str) -> t.Expression:
        value = self.scope.presumed.get(name)
        return t.Presumed(e, value, span=e.span) if value is not None else e

    def unknown(self, e: t.Name, name: str) -> None:
        where = self.scope.row or self.scope.about
        fields = [f.name for f in self.record(where).fields]
        guess = did_you_mean(name, [*fields, *self.scope.lets, *self.scope.specials, *PLACE_NAMES])
        owners = sorted(r.name for r in self.scope.vocabulary.types.values() if r.field(name))
        if guess is None and owners:
            help_ = "it is a field of " + ", ".join(owners[:4]) + f"; write {owners[0]}.{name}"
        else:
            help_ = None
        if name in self.scope.vocabulary.types:
            help_ = f"{name} is a record type; write {name}.<field>, or count({name} where ...)"
        self.unknown_name(e, f'{where} has no field "{name}"', guess, help_)

    def of_record(self, e: t.Name, record: str, column: str, on: t.Expression | None) -> t.Expression:
        v = self.scope.vocabulary
        if record == "done" and self.scope.done is not None:
            found = self.record(self.scope.done).field(column)
            if found:
                return t.DoneField(self.scope.done, found, span=e.span)
        if record not in v.types:
            guess = did_you_mean(record, [*v.types, "turn", "this"])
            self.unknown_name(e, f'"{record}" is no record type', guess)
            return e
        found = field_or_key(v.types[record], column)
        if found is None:
            guess = did_you_mean(column, [f.name for f in v.types[record].fields])
            self.unknown_name(e, f'{record} has no field "{column}"', guess)
            return e
        if self.scope.each == record:
            return t.EachField(record, found, span=e.span)
        if record == self.scope.about:
            return self.presume(t.Own(record, found, span=e.span), column)
        if record in DATED and self.is_person():
            return self.presume(t.Related(record, found, on, span=e.span), f"{record}.{column}")
        if on is not None:
            self.say(e, f'"on" reads the row of a day; {record} has no such rows')
        if not v.is_one(self.scope.about, record):
            self.say(
                e,
                f"there may be several {record} rows for one {self.scope.about}",
                help=f"write latest({record}.{column} where ...), or another of earliest, count, sum, exists",
            )
            return e
        return self.presume(t.Related(record, found, None, span=e.span), f"{record}.{column}")

    def is_person(self) -> bool:
        return "employee_number" in self.record(self.scope.about).identity

    # ---- expressions ---------------------------------------------------------------------------------------------

    def resolve(self, e: t.Expression | t.Rows | OnDay) -> t.Expression:
        match e:
            case t.Name():
                return self.name(e)
            case OnDay():
                return self.name(t.Name(e.parts, span=e.span), self.date(e.on))
            case t.NamedFact():
                if e.id in self.scope.facts:
                    return t.Alias(e.id, self.scope.facts[e.id], span=e.span)
                guess = did_you_mean(e.id, list(self.scope.facts))
                self.unknown_name(e, f'there is no fact "{e.id}" about {self.scope.about}', guess)
                return e
            case t.And() | t.Or():
                return replace(e, items=tuple(self.condition(x) for x in e.items))
            case t.Not():
                return replace(e, item=self.condition(e.item))
            case t.Compare():
                return self.compare(e)
            case t.Between():
                item, low, high = self.resolve(e.item), self.resolve(e.low), self.resolve(e.high)
                self.comparable(e, item, low)
                self.comparable(e, item, high)
                return replace(e, item=item, low=low, high=high)
            case t.In():
                return self.in_list(e)
            case t.IsKnown():
                return replace(e, item=self.resolve(e.item))
            case t.HasHappened():
                return replace(e, item=self.date(e.item))
            case t.Matches():
                return self.matches(e)
            case t.Contains():
                item = self.typed(e.item, "list")
                member = self.typed(e.member, "text")
                self.code(item, member)
                return replace(e, item=item, member=member)
            case t.Arithmetic():
                return self.arithmetic(e)
            case t.Aggregate() | t.Rows() | t.Reaches() | t.MostWithin():
                return self.rows(e)
            case t.Value():
                return self.value(e)
            case t.Fact():
                return self.fact(e)
            case t.Shift():
                return self.shift(e)
            case t.LaterOf() | t.EarlierOf():
                return replace(e, arms=tuple(self.date(a) for a in e.arms))
            case t.MonthDay() | t.NthWeekday():
                anchor = self.resolve(e.anchor)
                if type_of(anchor) not in ("date", "instant", "number", "any"):
                    self.say(e, f"the year comes from a date or a number, not from {_a(type_of(anchor))}")
                return replace(e, anchor=anchor)
            case t.SameDay() | t.Edge() | t.NextMonthDay() | t.NextWeekday() | t.NthBusinessDay() | t.NextPeriodStart():
                return replace(e, anchor=self.date(e.anchor))
            case t.NextPayday() | t.PaydayOf():
                return replace(e, anchor=self.date(e.anchor))
            case t.Rolled() | t.Rounding() | t.CountingFirstDay():
                return replace(e, clock=self.date(e.clock))
            case t.Branches():
                arms = tuple(
                    t.Branch(self.condition(a.when) if a.when else None, self.resolve(a.then), span=a.span)
                    for a in e.arms
                )
                return replace(e, arms=arms)
            case _:
                return e

    def typed(self, e: t.Expression, want: Type) -> t.Expression:
        before = len(self.problems)
        found = self.resolve(e)
        got = type_of(found)
        if len(self.problems) == before and not _fits(got, want):
            self.say(e, f"this is {_a(got)}; {_a(want)} is needed here")
        return found

    def condition(self, e: t.Expression) -> t.Expression:
        return self.typed(e, "yes_no")

    def date(self, e: t.Expression) -> t.Expression:
        return self.typed(e, "date")

    def compare(self, e: t.Compare) -> t.Expression:
        left, right = self.resolve(e.left), self.resolve(e.right)
        unordered = type_of(left) in ("text", "yes_no", "list") and type_of(right) in (type_of(left), "any")
        if unordered and e.op not in ("=", "<>"):
            self.say(e, f'"{e.op}" has no meaning for {_a(type_of(left))}')
        else:
            self.comparable(e, left, right)
        return replace(e, left=left, right=right)

    def comparable(self, e: t.Expression, left: t.Expression, right: t.Expression) -> None:
        one, other = type_of(left), type_of(right)
        if "any" in (one, other) or one == other or (one in DATES and other in DATES):
            self.code(left, right)
            self.code(right, left)
            return
        self.say(e, f"{_a(one)} cannot be compared with {_a(other)}", help=_compare_help(one, other))

    def code(self, holder: t.Expression, literal: t.Expression) -> None:
        f = getattr(holder.item if isinstance(holder, t.Presumed) else holder, "field", None)
        if isinstance(literal, t.Text) and isinstance(f, Field) and f.codes and literal.value not in f.codes:
            guess = did_you_mean(literal.value, f.codes)
            some = ", ".join(f.codes[:12]) + (" …" if len(f.codes) > 12 else "")
            self.unknown_code(
                literal, f'"{literal.value}" is not in the code list of {f.name}', guess, f"codes: {some}"
            )

    def in_list(self, e: t.In) -> t.Expression:
        item = self.resolve(e.item)
        options = tuple(self.resolve(o) for o in e.options)
        for option in options:
            if not (len(options) == 1 and type_of(option) == "list"):
                self.comparable(option, item, option)
        return replace(e, item=item, options=options)

    def matches(self, e: t.Matches) -> t.Expression:
        try:
            re.compile(e.pattern)
        except re.error:
            self.say(e, "this pattern cannot be read")
        if "(?" in e.pattern or "\\" in re.sub(r"\\[dws.\-/]", "", e.pattern):
            self.say(e, "only plain patterns: no look-ahead, no back references", help="use matches twice, with not")
        return replace(e, item=self.typed(e.item, "text"))

    def arithmetic(self, e: t.Arithmetic) -> t.Expression:
        left, right = self.resolve(e.left), self.resolve(e.right)
        kinds = type_of(left), type_of(right)
        if not (e.op == "-" and kinds[0] in DATES and kinds[1] in DATES):
            for part, kind in zip((e.left, e.right), kinds, strict=True):
                if not _fits(kind, "number"):
                    help_ = (
                        f"write {'20 days after' if e.op == '+' else '20 days before'} ..." if kind in DATES else None
                    )
                    self.say(part, f'"{e.op}" has no meaning for {_a(kind)}', help=help_)
        return replace(e, left=left, right=right)

    def rows(self, e: t.Aggregate | t.Rows | t.Reaches | t.MostWithin) -> t.Expression:
        record, *columns = e.path
        if record not in self.scope.vocabulary.types:
            self.unknown_name(
                e, f'"{record}" is no record type', did_you_mean(record, list(self.scope.vocabulary.types))
            )
            return e
        if self.scope.row is not None:
            self.say(e, "a where cannot look into further rows")
            return e
        found = self.column(e, record, columns)
        where = None
        if e.where is not None:
            inner = _Checker(replace(self.scope, row=record))
            where = inner.condition(e.where)
            self.problems += inner.problems
        if isinstance(e, t.MostWithin):
            dated_by = self.record(record).field(self.record(record).dated_by or "")
            if dated_by is None or dated_by.type is not FieldType.DATE:
                self.say(e, f"{record} has no date by which it falls into a stretch of days")
            length, around = self.typed(e.length, "number"), self.date(e.around)
            if type_of(around) == "instant":
                self.say(e.around, "a stretch of days lies around a date; this is an instant")
            return replace(e, record=record, field=found, where=where, length=length, around=around, dated_by=dated_by)
        if isinstance(e, t.Reaches):
            if self.record(record).dated_by is None:
                self.say(e, f"{record} has no date along which it adds up")
            return replace(e, record=record, field=found, where=where, goal=self.typed(e.goal, "number"))
        return replace(e, record=record, field=found, where=where)

    def column(
        self, e: t.Aggregate | t.Rows | t.Reaches | t.MostWithin, record: str, columns: list[str]
    ) -> Field | None:
        counts = isinstance(e, t.Aggregate | t.MostWithin) and e.name in ("count", "exists")
        if counts and not columns:
            return None
        if len(columns) != 1 or counts:
            self.say(e, f"name the rows: {record}" if counts else f"name one field of {record}: {record}.<field>")
            return None
        found = field_or_key(self.record(record), columns[0])
        if found is None:
            guess = did_you_mean(columns[0], [f.name for f in self.record(record).fields])
            self.unknown_name(e, f'{record} has no field "{columns[0]}"', guess)
            return None
        kind = field_type(found)
        adds_up = isinstance(e, t.Reaches | t.MostWithin) or (
            isinstance(e, t.Aggregate) and e.name in ("sum", "min", "max")
        )
        if kind not in (("number",) if adds_up else DATES):
            self.say(e, f"{record}.{found.name} is {_a(kind)}; {_a('number' if adds_up else 'date')} is needed here")
        return found

    def value(self, e: t.Value) -> t.Expression:
        table = self.scope.tables.get(e.id)
        on = self.date(e.on) if e.on is not None else None
        keys = tuple(self.resolve(k) for k in e.keys)
        if table is None:
            self.unknown_name(e, f'there is no dated value "{e.id}"', did_you_mean(e.id, list(self.scope.tables)))
            return replace(e, keys=keys, on=on)
        if len(keys) != len(table.by):
            wants = ", ".join(table.by) or "no key"
            self.say(e, f"{e.id} has {len(table.by)} keys ({wants}), {len(keys)} given")
        if table.type == "clock" and table.about not in (None, self.scope.about):
            self.say(e, f"{e.id} is a clock about {table.about}, this rule is about {self.scope.about}")
        for written, key in zip(e.keys, keys, strict=True):
            if type_of(key) == "list" and table.between_places is None:
                self.say(written, f"{e.id} does not say which of several places wins", help="give it between_places:")
        return replace(e, keys=keys, on=on, table=table)

    def fact(self, e: t.Fact) -> t.Expression:
        if e.name not in FACTS:
            self.unknown_name(
                e, f'there is no fact "{e.name}"', did_you_mean(e.name, [*FACTS, "age"]), "facts: " + ", ".join(FACTS)
            )
            return e
        _, wants = FACTS[e.name]
        if len(e.args) != len(wants):
            self.say(e, f"{e.name} takes {len(wants)} arguments, {len(e.args)} given")
        args = tuple(self.typed(a, w) for a, w in zip(e.args, wants, strict=False))
        for arg in args:
            if e.name == "headcount" and isinstance(arg, t.Text) and arg.value not in BASES:
                self.unknown_code(
                    arg,
                    f'"{arg.value}" is no way to count',
                    did_you_mean(arg.value, BASES),
                    "ways: " + ", ".join(BASES),
                )
        return replace(e, args=args, on=self.date(e.on) if e.on is not None else None)

    def shift(self, e: t.Shift) -> t.Expression:
        amount, anchor = self.typed(e.amount, "number"), self.date(e.anchor)
        if e.unit == "hour" and type_of(anchor) == "date" and not isinstance(anchor, t.Name | t.Special):
            self.say(
                e.anchor, "hours are counted from an instant; this is a date", help="hours from a date cannot be told"
            )
        return replace(e, amount=amount, anchor=anchor)


def field_or_key(record: RecordType, name: str) -> Field | None:
    """The field of that name; the columns that identify a record are texts."""
    found = record.field(name)
    if found is None and (name in record.identity or name in record.key):
        return Field(name, FieldType.TEXT, _IDENTITY_MEANING)
    return found


def _compare_help(one: Type, other: Type) -> str | None:
    if {one, other} <= {"date", "number", "instant"}:
        return "write start_date >= 60 days after other_date, or date - date > 60"
    if "date" in (one, other) and "text" in (one, other):
        return "dates are written without quotes: 2025-01-31"
    return None


def parts(e: t.Node) -> Iterator[t.Node]:
    """The nodes directly below a node: also what an alias stands for, and the clocks of a dated value."""
    for name in e.__dataclass_fields__:
        part = getattr(e, name)
        if isinstance(part, t.Node):
            yield part
        elif isinstance(part, tuple):
            yield from (item for item in part if isinstance(item, t.Node))
    if isinstance(e, t.Value) and e.table is not None and e.table.type == "clock":
        yield from (cell.is_ for _, cells in e.table.cells for cell in cells if cell.is_ is not None)


def walk(e: t.Node, visit: Callable[[t.Node], None]) -> None:
    """Call `visit` for a node and everything below it, aliases and clock cells included."""
    visit(e)
    for part in parts(e):
        walk(part, visit)


def in_reach(e: t.MostWithin) -> t.Expression:
    """The condition of the rows that lie in some stretch of days around the day."""
    if e.dated_by is None:
        raise TypeError("a form that was checked has a date for its rows")
    rest = t.Arithmetic("-", e.length, t.Number(Decimal(1)))
    first, last = (t.Shift(rest, "day", None, way, e.around) for way in ("before", "after"))
    near = t.Between(t.Row(e.record, e.dated_by), first, last)
    return near if e.where is None else t.And((e.where, near))


def may_come(e: t.Expression) -> bool:
    """Whether it is a field whose empty cell says something: an event to come, an occasion that never was."""
    found = e.item if isinstance(e, t.Presumed) else e
    f = getattr(found, "field", None)
    named = isinstance(found, t.Own | t.Related | t.Row | t.EachField | t.DoneField)
    return named and isinstance(f, Field) and f.missing is not Missing.FACT
