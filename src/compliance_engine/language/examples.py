"""Examples of a rule: `given` laid over `base`, once for each value of `over`, with what must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from compliance_engine.language import nodes
from compliance_engine.language.build_expressions import items, mapping
from compliance_engine.language.examples_given import Given, Layers, read_instant
from compliance_engine.language.models import rules as m
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Example
from compliance_engine.language.scalars import scalar_value
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Position, Problem

_DAYS = ("due", "opens", "keep", "destroy")
_ANYWHERE = frozenset(
    {
        *(o.value for o in Outcome),
        *(s.value for s, o in OUTCOME_OF.items() if o in (Outcome.NOT_APPLICABLE, Outcome.UNKNOWN)),
    }
)
_DEADLINE = frozenset({"met", "met-late", "too-early", "overdue", "due", "due-soon"})
_STANDING = frozenset({"compliant", "breach", "missing", "due", "due-soon"})
STATES: Mapping[str, frozenset[str]] = {
    "deadline": _DEADLINE,
    "recurring": _DEADLINE,
    "case": _DEADLINE,
    "cadence": frozenset({"compliant", "breach"}),
    "check": frozenset({"compliant", "breach"}),
    "retention": frozenset({"retain", "on-hold", "disposable", "over-retained", "destroyed-early", "met", "compliant"}),
    "posting": _STANDING,
    "required": _STANDING,
}
"""The states that each kind can end in, beside those that every kind can."""
ANSWERS = frozenset({"yes", "no", "unknown"})
"""What a named fact can come to."""


@dataclass(frozen=True)
class _Expected:
    """What must come out; None where the example does not say."""

    expect: tuple[str, ...]
    due: tuple[object, ...]
    opens: object
    as_of: date | None


def build_examples(
    entry: nodes.Entry, keys: m.RuleKeys | m.FactKeys, base: nodes.Node | None, vocabulary: Vocabulary
) -> tuple[tuple[Example, ...], list[Problem]]:
    """The examples of a rule or a named fact.

    Args:
        entry: the id and what stands under it.
        keys: the same, as its shape was checked.
        base: the records that every example of the file starts from.
        vocabulary: the record types.
    """
    node = mapping(entry.value)
    if keys.about not in vocabulary.types:
        return (), []
    reader = _Reader(keys, Layers(keys.about, vocabulary))
    start = reader.layers.over(reader.layers.over(Given(), base), node.get("base"))
    found: list[Example] = []
    for model, item in zip(keys.examples or (), items(node.get("examples")), strict=True):
        found += reader.examples(model, mapping(item), start)
    return tuple(found), reader.layers.problems


class _Reader:
    """Reads the examples of one rule."""

    def __init__(self, keys: m.RuleKeys | m.FactKeys, layers: Layers) -> None:
        self.kind = keys.kind if isinstance(keys, m.RuleKeys) else "fact"
        self.steps = list(keys.steps) if isinstance(keys, m.CaseKeys) else []
        self.about = keys.about
        self.layers = layers

    def examples(self, model: m.Example, node: nodes.Mapping, start: Given) -> Iterator[Example]:
        """The example, once for each value of `over`."""
        given = self.layers.over(start, node.get("given"))
        told = len(self.layers.problems)
        expected = self._expected(node)
        if model.vary is None and model.over is None:
            if len(self.layers.problems) == told:  # else what is expected was written, and is wrong
                yield from self._example(model.title, model, given, expected, node)
            return
        over = node.get("over")
        if model.vary is None or not isinstance(over, nodes.Mapping):
            self._say(
                "missing-key",
                '"vary" and "over" belong together.',
                node.position,
                help="vary: headcount, over: {4: due}",
            )
            return
        for entry in over.entries:
            varied = self.layers.over(given, _as_given(node, model.vary, entry.key))
            yield from self._example(
                f"{model.title}: {entry.key.value}", model, varied, self._over(expected, entry.value), node
            )

    def _example(
        self, title: str, model: m.Example, given: Given, expected: _Expected, node: nodes.Mapping
    ) -> Iterator[Example]:
        as_of = expected.as_of or _last_day(expected.due)
        if not expected.expect and not expected.due and expected.opens is None and node.get("left") is None:
            self._say("no-expectation", "This example says nothing that could fail.", node.position, help="expect: met")
            return
        if as_of is None or (expected.expect and expected.as_of is None):
            self._say("missing-key", '"as_of" is missing: the day on which the question is asked.', node.position)
            return
        yield Example(
            title=title,
            given=given.records(self.about),
            not_supplied=given.not_supplied,
            choices=given.choices,
            calendar=given.calendar,
            facts=given.facts,
            places=given.places,
            turn=given.turn,
            as_of=as_of,
            expect=expected.expect,
            due=expected.due,
            opens=expected.opens,
            source=model.source,
            position=node.position,
        )

    # ---- expectations ------------------------------------------------------------------------------------------

    def _expected(self, node: nodes.Mapping) -> _Expected:
        as_of_node = node.get("as_of")
        as_of = self._day(as_of_node, "as_of") if as_of_node is not None else None
        due: tuple[object, ...] = ()
        for key in ("due", "keep", "destroy"):
            due = due or self._days(node.get(key), key)
        opens_node = node.get("opens")
        opens = self._day(opens_node, "opens") if opens_node is not None else None
        return _Expected(self._states(node.get("expect")), due, opens, as_of if isinstance(as_of, date) else None)

    def _over(self, expected: _Expected, node: nodes.Node) -> _Expected:
        """What one value of `over` adds: a state, a date, or a mapping of both."""
        if isinstance(node, nodes.Mapping):
            for entry in node.entries:
                if entry.key.value not in ("expect", "as_of", *_DAYS):
                    self._say("unknown-key", f'"{entry.key.value}" cannot stand here.', entry.key.position,
                              help="expect, due, opens, keep, destroy, as_of")  # fmt: skip
            own = self._expected(node)
            return _Expected(
                own.expect or expected.expect,
                own.due or expected.due,
                own.opens or expected.opens,
                own.as_of or expected.as_of,
            )
        if isinstance(node, nodes.Scalar) and isinstance(scalar_value(node), date):
            return replace(expected, due=(scalar_value(node),))
        return replace(expected, expect=self._states(node))

    def _days(self, node: nodes.Node | None, key: str) -> tuple[object, ...]:
        match node:
            case None:
                return ()
            case nodes.Sequence():
                return tuple(self._day(item, key) for item in node.items)
            case nodes.Mapping():
                self._check_steps(node)
                return tuple(self._day(entry.value, key) for entry in node.entries)
            case _:
                return (self._day(node, key),)

    def _day(self, node: nodes.Node, key: str) -> object:
        """A date or an instant; None for `none`, where no date comes out."""
        if isinstance(node, nodes.Scalar):
            value = scalar_value(node)
            if isinstance(value, date):
                return value
            if isinstance(value, str) and (moment := read_instant(value)) is not None:
                return moment
            if value == "none" and key != "as_of":
                return None
        self._say(
            "wrong-type",
            f'A date is needed under "{key}".',
            node.position,
            help="2025-01-31, or 2025-01-31T22:30-05:00",
        )
        return None

    def _states(self, node: nodes.Node | None) -> tuple[str, ...]:
        match node:
            case None:
                return ()
            case nodes.Sequence():
                return tuple(state for item in node.items for state in self._states(item))
            case nodes.Mapping():
                self._check_steps(node)
                return tuple(state for entry in node.entries for state in self._states(entry.value))
            case _:
                return (node.value,) if self._is_state(node.value, node.position) else ()

    def _is_state(self, word: str, place: Position) -> bool:
        if self.kind == "fact":
            if word not in ANSWERS:
                self._say("bad-code", "A fact is yes, no or unknown.", place, did_you_mean(word, ANSWERS))
            return word in ANSWERS
        if self.kind not in STATES:
            return True
        possible = STATES[self.kind] | _ANYWHERE
        if word in possible:
            return True
        known = word in {state.value for state in State}
        message = f'A {self.kind} rule never ends in "{word}".' if known else f'"{word}" is no state.'
        self._say(
            "bad-code", message, place, did_you_mean(word, possible), "states: " + ", ".join(sorted(STATES[self.kind]))
        )
        return False

    def _check_steps(self, node: nodes.Mapping) -> None:
        for entry in node.entries:
            if entry.key.value not in self.steps:
                message = f'There is no step "{entry.key.value}".'
                self._say("unknown-name", message, entry.key.position, did_you_mean(entry.key.value, self.steps))

    def _say(
        self, code: str, message: str, position: Position, suggestion: str | None = None, help: str | None = None
    ) -> None:
        self.layers.problems.append(Problem(code, message, position, suggestion=suggestion, help=help))


def _as_given(node: nodes.Mapping, vary: str, value: nodes.Scalar) -> nodes.Mapping:
    """The mapping that `given` would be if the value of `vary` stood there; dots lead into records."""
    place = nodes.locate(node, ("vary",))
    names = ["choices", vary.removeprefix("choices.")] if vary.startswith("choices.") else vary.split(".")
    below = _one_entry(names.pop(), value, place)
    for name in reversed(names):
        below = _one_entry(name, below, place)
    return below


def _one_entry(name: str, value: nodes.Node, place: Position) -> nodes.Mapping:
    return nodes.Mapping((nodes.Entry(nodes.Scalar(name, True, place, name), value),), place)


def _last_day(days: Sequence[object]) -> date | None:
    """The day to ask on where an example only gives dates: the last of them."""
    known = [day.date() if isinstance(day, datetime) else day for day in days if isinstance(day, date)]
    return max(known, default=None)
