"""Which template each form of expression has, and what all of them share while a rule is compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from compliance_engine.engine.sql.expressions import conditions, known
from compliance_engine.engine.sql.expressions.branches import branches
from compliance_engine.engine.sql.expressions.clock_forms import clock
from compliance_engine.engine.sql.expressions.dated_values import value
from compliance_engine.engine.sql.expressions.fields import field as field_of
from compliance_engine.engine.sql.expressions.registry import fact_bounds
from compliance_engine.engine.sql.frame import Frame, quoted, sql_date
from compliance_engine.engine.sql.layers import NO_DATE, Frag, Layers, combine, literal
from compliance_engine.engine.sql.related.aggregates import aggregate
from compliance_engine.engine.sql.related.fullest_stretch import most_within
from compliance_engine.engine.sql.related.relations import Relations
from compliance_engine.engine.sql.related.running_total import reaches
from compliance_engine.language import tree as t

Reading = Literal["exact", "low", "high"]
"""How a clock is read: as it is, or the earliest or latest day that it can be as far as is known."""

_ROW = re.compile(r"\br\.\w")


@dataclass
class Compiler:
    """Compiles the expressions of one rule onto shared layers.

    specials: what starts, due, done, turn.* are. calendar: the rule's calendar for bare business days. up: whether a day that does
    not exist becomes the next one (retention minimums) instead of the last of the month. moment: the trigger, where it is an instant.
    leaves: what the expressions read, label → fragment, for telling which fact is missing.
    done: the day on which the duty was done, or the record destroyed, as far as it is known.
    """

    layers: Layers
    frame: Frame
    relations: Relations
    calendar: str
    up: bool = False
    specials: dict[str, Frag] = field(default_factory=dict)
    leaves: dict[str, Frag] = field(default_factory=dict)
    done: Frag = NO_DATE
    moment: Frag | None = None

    @property
    def starts(self) -> Frag | None:
        """The trigger day; None while that is being worked out."""
        return self.specials.get("starts")

    def trigger(self) -> Frag:
        """The trigger day; while that is being worked out, the day of asking."""
        return self.starts or self.frame.as_of(self.layers)

    def named(self, e: t.Expression, reading: Reading = "exact") -> Frag:
        """The fragment of an expression as a column of its own, for what is used several times."""
        return self.layers.column(self.sql(e, reading))

    def column(self, frag: Frag) -> Frag:
        """The fragment as a column, unless it speaks of a row that an aggregate looks at."""
        return frag if _ROW.search(frag.sql) else self.layers.column(frag)

    def sql(self, e: t.Expression, reading: Reading = "exact") -> Frag:
        """The fragment of an expression."""
        match e:
            case t.Number():
                return literal(str(e.value))
            case t.Text():
                return literal(quoted(e.value))
            case t.Day():
                return literal(sql_date(e.value))
            case t.TimeOfDay():
                return literal(f"TIME '{e.value.isoformat()}'")
            case t.YesNo():
                return literal("TRUE" if e.value else "FALSE")
            case t.ListOf():
                items = [self.sql(x) for x in e.items]
                return combine(f"[{', '.join(i.sql for i in items)}]", *items, infinite=False)
            case t.Alias():
                # A name is worked out once, however often it stands in the rule.
                return self.layers.column(self.sql(e.target, reading))
            case t.Special():
                return self.frame.as_of(self.layers) if e.name == "as_of" else self.specials[e.name]
            case t.Own() | t.Related() | t.EachField() | t.DoneField() | t.Row():
                return field_of(self, e)
            case t.Presumed():
                item, presumed = self.sql(e.item), self.sql(e.value)
                return combine(f"coalesce({item}, {presumed})", item, presumed)
            case t.And() | t.Or():
                parts = [self.sql(x) for x in e.items]
                return combine(f"({(' AND ' if isinstance(e, t.And) else ' OR ').join(p.sql for p in parts)})", *parts)
            case t.Not():
                item = self.sql(e.item)
                return combine(f"(NOT {item})", item)
            case t.Compare():
                return conditions.compare(self, e.op, e.left, e.right)
            case t.Between():
                return conditions.between(self, e)
            case t.In():
                return conditions.in_list(self, e)
            case t.Matches():
                item = self.sql(e.item)
                return combine(f"regexp_full_match({item}, {quoted(e.pattern)})", item)
            case t.Contains():
                item, member = self.sql(e.item), self.sql(e.member)
                return combine(f"list_contains({item}, {member})", item, member)
            case t.IsKnown():
                return known.is_known(self, e)
            case t.HasHappened():
                return conditions.has_happened(self, e)
            case t.Arithmetic():
                return conditions.arithmetic(self, e)
            case t.Age():
                return conditions.age(self, e)
            case t.Aggregate():
                return aggregate(self, e)
            case t.Reaches():
                return reaches(self, e)
            case t.MostWithin():
                return most_within(self, e)
            case t.Value():
                return value(self, e, reading)
            case t.Choice():
                chosen = self.frame.choice(self.layers, e.id, text=True)
                self.leaves.setdefault(f"choice({e.id})", chosen)
                return chosen
            case t.Fact():
                return fact_bounds(self, e)[0]
            case t.Branches():
                return branches(self, e, reading)
            case _:
                return clock(self, e, reading)
