"""Whether the parts of an expression fit together, form by form; the expression comes back with every name resolved.

What names stand for is told by `names.py`, which type an expression has by `value_types.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from compliance_engine.language import tree as t
from compliance_engine.language.names import Names, Scope, field_or_key
from compliance_engine.language.registry import BASES, FACTS
from compliance_engine.language.suggest import did_you_mean, one_of
from compliance_engine.language.syntax import OnDay, SyntaxProblem
from compliance_engine.language.value_types import (
    DATES,
    NUMBERS,
    Type,
    field_type,
    fits,
    is_representable,
    named,
    type_of,
)
from compliance_engine.language.vocabulary import Field, FieldType

_LONGEST = {"hour": 100_000, "day": 100_000, "week": 10_000, "month": 10_000, "year": 1_000}
"""The longest time that a clock runs, by its unit; dates end with the year 9999."""


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
    if want is not None and not checker.problems and not fits(got, want):
        checker.say(expression, f"this is {named(got)}; {named(want)} is needed here")
    return result, checker.problems


class _Checker(Names):
    """Walks one expression; collects problems instead of stopping at the first."""

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
            case t.Number():
                if not is_representable(e.value):
                    self.say(e, f"{e.value} is no number that records could have", help=NUMBERS)
                return e
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
                    self.say(e, f"the year comes from a date or a number, not from {named(type_of(anchor))}")
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
        if len(self.problems) == before and not fits(got, want):
            self.say(e, f"this is {named(got)}; {named(want)} is needed here")
        return found

    def condition(self, e: t.Expression) -> t.Expression:
        return self.typed(e, "yes_no")

    def date(self, e: t.Expression) -> t.Expression:
        return self.typed(e, "date")

    def compare(self, e: t.Compare) -> t.Expression:
        left, right = self.resolve(e.left), self.resolve(e.right)
        unordered = type_of(left) in ("text", "yes_no", "list") and type_of(right) in (type_of(left), "any")
        if unordered and e.op not in ("=", "<>"):
            self.say(e, f'"{e.op}" has no meaning for {named(type_of(left))}')
        else:
            self.comparable(e, left, right)
        return replace(e, left=left, right=right)

    def comparable(self, e: t.Expression, left: t.Expression, right: t.Expression) -> None:
        one, other = type_of(left), type_of(right)
        if "any" in (one, other) or one == other or (one in DATES and other in DATES):
            self.code(left, right)
            self.code(right, left)
            return
        self.say(e, f"{named(one)} cannot be compared with {named(other)}", help=_compare_help(one, other))

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
                if not fits(kind, "number"):
                    help_ = (
                        f"write {'20 days after' if e.op == '+' else '20 days before'} ..." if kind in DATES else None
                    )
                    self.say(part, f'"{e.op}" has no meaning for {named(kind)}', help=help_)
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
            guess, help_ = one_of(columns[0], [f.name for f in self.record(record).fields], "fields")
            self.unknown_name(e, f'{record} has no field "{columns[0]}"', guess, help_)
            return None
        kind = field_type(found)
        adds_up = isinstance(e, t.Reaches | t.MostWithin) or (
            isinstance(e, t.Aggregate) and e.name in ("sum", "min", "max")
        )
        if kind not in (("number",) if adds_up else DATES):
            self.say(
                e,
                f"{record}.{found.name} is {named(kind)}; {named('number' if adds_up else 'date')} is needed here",
            )
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
        if isinstance(amount, t.Number) and amount.value > _LONGEST[e.unit]:
            self.say(e.amount, f"a clock runs for up to {_LONGEST[e.unit]:,} {e.unit}s")
        return replace(e, amount=amount, anchor=anchor)


def _compare_help(one: Type, other: Type) -> str | None:
    if {one, other} <= {"date", "number", "instant"}:
        return "write start_date >= 60 days after other_date, or date - date > 60"
    if "date" in (one, other) and "text" in (one, other):
        return "dates are written without quotes: 2025-01-31"
    return None
