"""What a name in an expression stands for: a field, a related record, a word of the rule, a name of `let:`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from compliance_engine.language import tree as t
from compliance_engine.language.suggest import did_you_mean, one_of
from compliance_engine.language.syntax import SyntaxProblem
from compliance_engine.language.tables import Table
from compliance_engine.language.vocabulary import Field, FieldType, RecordType, Vocabulary

DATED = ("assignment", "worksite")
"""Relations of a person that are a question of the day."""

PLACE_NAMES = {
    "work_state": ("worksite", "state"),
    "places": ("worksite", "places"),
    "home_state": ("employee", "home_state"),
}
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


class Names:
    """Resolves names; collects problems instead of stopping at the first."""

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

    def record(self, name: str) -> RecordType:
        return self.scope.vocabulary.types[name]

    def name(self, e: t.Name, on: t.Expression | None = None) -> t.Expression:
        head, rest = e.parts[0], e.parts[1:]
        if head == "this":
            if self.scope.row is None:
                self.say(e, '"this." is the subject, inside a where only')
            if rest and rest[0] in self.scope.specials and len(rest) == 1:
                return t.Special(rest[0], span=e.span)  # type: ignore[arg-type]
            outer = Names(replace(self.scope, row=None))
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
        names = [*fields, *self.scope.lets, *self.scope.specials, *PLACE_NAMES]
        guess = {"true": "yes", "false": "no"}.get(name.lower()) or did_you_mean(name, names)
        owners = sorted(r.name for r in self.scope.vocabulary.types.values() if r.field(name))
        if guess is None and owners:
            help_ = "it is a field of " + ", ".join(owners[:4]) + f"; write {owners[0]}.{name}"
        else:
            help_ = None
        if name in self.scope.vocabulary.types:
            help_ = f"{name} is a record type; write {name}.<field>, or count({name} where ...)"
        if any(name in f.codes for f in self.record(where).fields):
            help_ = f"a text stands in single quotes: '{name}'"
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
            guess, help_ = one_of(column, [f.name for f in v.types[record].fields], "fields")
            self.unknown_name(e, f'{record} has no field "{column}"', guess, help_)
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


def field_or_key(record: RecordType, name: str) -> Field | None:
    """The field of that name; the columns that identify a record are texts."""
    found = record.field(name)
    if found is None and (name in record.identity or name in record.key):
        return Field(name, FieldType.TEXT, _IDENTITY_MEANING)
    return found
