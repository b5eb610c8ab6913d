"""What an example says of the records: `base` and `given`, every name and value checked against the record types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from compliance_engine.language import nodes
from compliance_engine.language import tree as t
from compliance_engine.language.names import PLACE_NAMES, field_or_key
from compliance_engine.language.parse import parse
from compliance_engine.language.registry import BASES, FACTS
from compliance_engine.language.scalars import scalar_value
from compliance_engine.language.suggest import did_you_mean, one_of
from compliance_engine.language.time_words import WEEKDAYS
from compliance_engine.language.vocabulary import Field, FieldType, Vocabulary
from compliance_engine.language.words import called
from compliance_engine.problems import Position, Problem

UNREADABLE, NOT_SUPPLIED = "unreadable", "not supplied"
_SURROUNDINGS = ("choices", "calendar", "facts", "turn", *PLACE_NAMES)
_CALENDAR = ("closed", "open", "week")
_WRONG = object()
"""A value that was reported and is left out."""

Row = Mapping[str, object]


@dataclass(frozen=True)
class Given:
    """The world of one example.

    subject: fields of the subject. others: further rows of the subject's own type, if a list of them was written.
    rows: related rows by record type.
    """

    subject: Row = field(default_factory=dict)
    others: tuple[Row, ...] = ()
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    not_supplied: frozenset[str] = frozenset()
    choices: Mapping[str, object] = field(default_factory=dict)
    calendar: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, object] = field(default_factory=dict)
    turn: object = None

    def records(self, about: str) -> dict[str, tuple[Row, ...]]:
        """Every row by record type; the subject is the first of its type."""
        own = (self.subject, *self.others) if self.subject or not self.others else self.others
        return {about: own, **self.rows}


class Layers:
    """Lays `base` and `given` over each other and gathers what is wrong with them."""

    def __init__(self, about: str, vocabulary: Vocabulary) -> None:
        self.about = about
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []

    def over(self, below: Given, node: nodes.Node | None) -> Given:
        """What holds when a mapping of records is laid over what held before."""
        if not isinstance(node, nodes.Mapping):
            return below
        for entry in node.entries:
            below = self._entry(below, entry.key, entry.value)
        return below

    def _entry(self, below: Given, key: nodes.Scalar, node: nodes.Node) -> Given:
        name, own = key.value, self.vocabulary.types[self.about]
        if name == self.about:
            return self._own_type(below, node)
        if name in self.vocabulary.types:
            return self._related(below, name, node)
        if (found := field_or_key(own, name)) is not None:
            return self._own_field(below, found, node)
        if name in _SURROUNDINGS:
            return self._surroundings(below, name, node)
        if name.partition("(")[0] in FACTS:
            return self._facts(below, ((key, node),))
        candidates = [*(f.name for f in own.fields), *self.vocabulary.types, *_SURROUNDINGS]
        guess = did_you_mean(name, candidates)
        owners = [r.name for r in self.vocabulary.types.values() if r.field(name)]
        help_ = f"write {owners[0]}: {{{name}: ...}}" if owners and guess is None else None
        message = f'"{name}" is no field of {self.about} and no record type.'
        self._say("unknown-name", message, key.position, guess, help_)
        return below

    # ---- records -----------------------------------------------------------------------------------------------

    def _own_field(self, below: Given, found: Field, node: nodes.Node) -> Given:
        value = self._value(found, node)
        return below if value is _WRONG else replace(below, subject={**below.subject, found.name: value})

    def _own_type(self, below: Given, node: nodes.Node) -> Given:
        if isinstance(node, nodes.Mapping):
            return replace(below, subject={**below.subject, **self._row(self.about, node)})
        if isinstance(node, nodes.Sequence):
            return replace(below, others=self._list(self.about, node))
        self._say("wrong-type", f"The subject itself, {self.about}, is always there: write its fields.", node.position)
        return below

    def _related(self, below: Given, name: str, node: nodes.Node) -> Given:
        supplied = below.not_supplied - {name}
        if isinstance(node, nodes.Sequence):
            return replace(below, rows={**below.rows, name: self._list(name, node)}, not_supplied=supplied)
        if isinstance(node, nodes.Mapping):
            before = below.rows.get(name, ())
            row = {**(before[0] if len(before) == 1 else {}), **self._row(name, node)}
            return replace(below, rows={**below.rows, name: (row,)}, not_supplied=supplied)
        if node.value == NOT_SUPPLIED:
            rows = {other: found for other, found in below.rows.items() if other != name}
            return replace(below, rows=rows, not_supplied=below.not_supplied | {name})
        if node.value == "none":
            return replace(below, rows={**below.rows, name: ()}, not_supplied=supplied)
        message = f"{name} is a record type: its fields, a list of rows, none or not supplied stand here."
        self._say("wrong-type", message, node.position)
        return below

    def _list(self, name: str, node: nodes.Sequence) -> tuple[Row, ...]:
        rows = []
        for item in node.items:
            if isinstance(item, nodes.Mapping):
                rows.append(self._row(name, item))
            else:
                self._say("wrong-type", f"A row of {name} is a mapping of fields to values.", item.position)
        return tuple(rows)

    def _row(self, name: str, node: nodes.Mapping) -> dict[str, object]:
        record, row = self.vocabulary.types[name], {}
        for entry in node.entries:
            found = field_or_key(record, entry.key.value)
            if found is None:
                guess, help_ = one_of(entry.key.value, [f.name for f in record.fields], "fields")
                message = f'{name} has no field "{entry.key.value}".'
                self._say("unknown-name", message, entry.key.position, guess, help_)
                continue
            value = self._value(found, entry.value)
            if value is not _WRONG:
                row[found.name] = value
        return row

    # ---- surroundings ------------------------------------------------------------------------------------------

    def _surroundings(self, below: Given, name: str, node: nodes.Node) -> Given:
        if name in PLACE_NAMES:
            record, column = PLACE_NAMES[name]
            found = self.vocabulary.types[record].field(column)
            value = self._value(found, node) if found else _WRONG
            return below if value is _WRONG else replace(below, places=_said(below.places, name, value))
        if name == "turn":
            if not isinstance(node, nodes.Scalar):
                self._say("wrong-type", "A turn is named by its year or period.", node.position, help="turn: 2025")
                return below
            return replace(below, turn=scalar_value(node))
        if not isinstance(node, nodes.Mapping):
            self._say("wrong-type", f'A mapping is needed under "{name}".', node.position)
            return below
        if name == "facts":
            return self._facts(below, ((entry.key, entry.value) for entry in node.entries))
        if name == "choices":
            choices = below.choices
            for entry in node.entries:
                if isinstance(entry.value, nodes.Scalar):
                    choices = _said(choices, entry.key.value, scalar_value(entry.value))
            return replace(below, choices=choices)
        return replace(below, calendar={**below.calendar, **self._calendar(node)})

    def _facts(self, below: Given, entries: Iterable[tuple[nodes.Scalar, nodes.Node]]) -> Given:
        facts = below.facts
        for key, node in entries:
            name = self._fact(key)
            if name is None:
                continue
            match scalar_value(node) if isinstance(node, nodes.Scalar) else _WRONG:
                case bool():
                    self._say("wrong-type", "A fact is a number here.", node.position)
                case int() | Decimal() as number:
                    facts = _said(facts, name, Decimal(number))
                case None:
                    facts = _said(facts, name, None)
                case "unknown" | "unreadable" | "not supplied":
                    facts = _said(facts, name, UNREADABLE)
                case _:
                    self._say("wrong-type", "A fact is a number here.", node.position, help="or unknown")
        return replace(below, facts=facts)

    def _fact(self, key: nodes.Scalar) -> str | None:
        """The registry fact that a key names, alone or as a call such as `headcount('in state')`."""
        raw, _ = parse(key.value) if "(" in key.value else (None, None)
        name = raw.name if isinstance(raw, t.Fact) else key.value
        if name not in FACTS:
            self._say("unknown-name", f'There is no fact "{key.value}".', key.position, did_you_mean(name, FACTS),
                      "facts: " + ", ".join(FACTS))  # fmt: skip
            return None
        if not isinstance(raw, t.Fact):
            return name
        kinds = tuple({t.Text: "text", t.Number: "number"}.get(type(arg), "") for arg in raw.args)
        if raw.on is not None or kinds != FACTS[name][1]:
            message = "A fact is stated by its name, or as it is called, without a day."
            self._say("wrong-type", message, key.position, help=f"{name}: 40")
            return None
        for arg in raw.args if name == "headcount" else ():
            if isinstance(arg, t.Text) and arg.value not in BASES:
                self._say(
                    "unknown-code", f'"{arg.value}" is no way to count.', key.position, did_you_mean(arg.value, BASES)
                )
                return None
        return called(raw)

    def _calendar(self, node: nodes.Mapping) -> dict[str, object]:
        found: dict[str, object] = {}
        for entry in node.entries:
            key = entry.key.value
            if key not in _CALENDAR:
                guess = did_you_mean(key, _CALENDAR)
                self._say("unknown-key", f'"{key}" is not a key of calendar.', entry.key.position, guess,
                          "keys: " + ", ".join(_CALENDAR))  # fmt: skip
                continue
            items = entry.value.items if isinstance(entry.value, nodes.Sequence) else ()
            values = [scalar_value(item) if isinstance(item, nodes.Scalar) else None for item in items]
            days: list[object]
            if key == "week":
                days = [value.capitalize() for value in values if isinstance(value, str)]
                days = [day for day in days if day in WEEKDAYS]
            else:
                days = [value for value in values if isinstance(value, date)]
            if len(days) < len(values) or not isinstance(entry.value, nodes.Sequence):
                wanted = "weekdays such as Monday" if key == "week" else "dates"
                self._say("wrong-type", f'A list of {wanted} is needed under "{key}".', entry.value.position)
            else:
                found[key] = tuple(days)
        return found

    # ---- values ------------------------------------------------------------------------------------------------

    def _value(self, found: Field, node: nodes.Node) -> object:
        """A cell; None is empty, and the words for unreadable and not supplied stay as they are."""
        if found.type is FieldType.LIST:
            return self._list_value(found, node)
        if not isinstance(node, nodes.Scalar):
            self._say("wrong-type", f"{found.name} is one value.", node.position)
            return _WRONG
        value = scalar_value(node)
        if value is None or value in (UNREADABLE, NOT_SUPPLIED):
            return value
        if found.type is FieldType.CODE:
            return self._code(found, node.value, node.position)
        typed = _typed(found.type, node.value, value)
        if typed is None:
            self._say(
                "wrong-type", f"{found.name} is {_NEEDED[found.type]}.", node.position, help=_HELP.get(found.type)
            )
            return _WRONG
        return typed

    def _list_value(self, found: Field, node: nodes.Node) -> object:
        if isinstance(node, nodes.Scalar):
            value = scalar_value(node)
            if value is None or value in (UNREADABLE, NOT_SUPPLIED):
                return value
            node = nodes.Sequence((node,), node.position)
        if not isinstance(node, nodes.Sequence) or not all(isinstance(item, nodes.Scalar) for item in node.items):
            self._say("wrong-type", f"{found.name} is a list of texts.", node.position)
            return _WRONG
        texts = [item for item in node.items if isinstance(item, nodes.Scalar)]
        values = [self._code(found, item.value, item.position) if found.codes else item.value for item in texts]
        return _WRONG if _WRONG in values else tuple(values)

    def _code(self, found: Field, text: str, place: Position) -> object:
        if text in found.codes:
            return text
        guess = did_you_mean(text, found.codes)
        help_ = None if guess else "codes: " + ", ".join(found.codes[:12]) + (" …" if len(found.codes) > 12 else "")
        self._say("unknown-code", f'"{text}" is not in the code list of {found.name}.', place, guess, help_)
        return _WRONG

    def _say(
        self, code: str, message: str, position: Position, suggestion: str | None = None, help: str | None = None
    ) -> None:
        self.problems.append(Problem(code, message, position, suggestion=suggestion, help=help))


def _said(below: Mapping[str, object], name: str, value: object) -> Mapping[str, object]:
    """What is said of the surroundings with one more thing said; an empty value takes back what was said before."""
    return {other: said for other, said in {**below, name: value}.items() if said is not None}


_NEEDED = {
    FieldType.DATE: "a date",
    FieldType.INSTANT: "an instant",
    FieldType.NUMBER: "a number",
    FieldType.YES_NO: "yes or no",
    FieldType.TIME: "a time of day",
}
_HELP = {
    FieldType.DATE: "2025-01-31",
    FieldType.INSTANT: "with its distance from UTC, as in 2025-01-31T22:30-05:00",
    FieldType.TIME: "07:30",
}


def _typed(kind: FieldType, text: str, value: object) -> object:
    """A value in the type of its field, or None."""
    match kind, value:
        case FieldType.TEXT, _:
            return text
        case FieldType.DATE, date():
            return value
        case FieldType.INSTANT, str():
            return read_instant(text)
        case FieldType.NUMBER, int() | Decimal() as number if not isinstance(value, bool):
            return Decimal(number)
        case FieldType.YES_NO, bool():
            return value
        case FieldType.YES_NO, "yes" | "no":
            return value == "yes"
        case FieldType.TIME, str():
            try:
                return time.fromisoformat(text)
            except ValueError:
                return None
        case _:
            return None


def read_instant(text: str) -> datetime | None:
    """A moment with its distance from UTC, in UTC; None if it is not written so."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None and "T" in text else None
