"""Writes what a rule answers into its examples; every other character of the file stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from compliance_engine.language import nodes
from compliance_engine.language.rule import Example
from compliance_engine.language.scalars import scalar_value
from compliance_engine.language.yaml import parse

_DAYS = ("due", "keep", "destroy")
_BYTE_ORDER_MARK = "\ufeff"
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Answer:
    """What came out for one example: None where what is written is right.

    number: which of the examples at its place, where `vary` makes several. states, due: one for each obligation.
    """

    example: Example
    number: int
    states: tuple[str | None, ...]
    due: tuple[object, ...]


RIGHT = object()
"""In the place of a due date: the one that is written is right."""


def rewritten(text: str, file: str, answers: Sequence[Answer]) -> tuple[str, list[Example]]:
    """The text with answers in the place of what was expected, and the examples in which that cannot be written.

    Args:
        answers: of every example that stands where one of them is to be rewritten, since they may share an expectation.
    """
    mark = text[: text.startswith(_BYTE_ORDER_MARK)]
    text = text[len(mark) :]
    root, _ = parse(text, file)
    items = {} if root is None else {(n.position.line, n.position.column): n for n in _mappings(root)}
    starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
    changes: dict[tuple[int, int], str] = {}
    left: list[Example] = []
    places = dict.fromkeys((a.example.position.line, a.example.position.column) for a in answers)
    for place in places:
        mine = [a for a in answers if (a.example.position.line, a.example.position.column) == place]
        wanted = _changes(items[place], mine) if place in items else None
        spans = _spans(text, starts, wanted) if wanted is not None else None
        if spans is None:
            left += [a.example for a in mine if not _is_right(a)]
        else:
            changes.update(spans)
    for (first, last), new in sorted(changes.items(), reverse=True):
        text = text[:first] + new + text[last:]
    return mark + text, left


def _mappings(node: nodes.Node) -> Iterator[nodes.Mapping]:
    if isinstance(node, nodes.Mapping):
        yield node
        for entry in node.entries:
            yield from _mappings(entry.value)
    elif isinstance(node, nodes.Sequence):
        for item in node.items:
            yield from _mappings(item)


def _is_right(answer: Answer) -> bool:
    return all(state is None for state in answer.states) and all(day is RIGHT for day in answer.due)


def _changes(item: nodes.Mapping, answers: Sequence[Answer]) -> list[tuple[nodes.Scalar, str]] | None:
    """Which scalars become what; None if the answers do not fit what is written, or not one another."""
    found: dict[nodes.Scalar, str] = {}
    for answer in answers:
        states, days = _written(item, answer.number)
        if len(states) not in (0, len(answer.states)) or len(days) not in (0, len(answer.due)):
            return None
        new = [*((s, s.source if word is None else word) for s, word in zip(states, answer.states, strict=False)),
               *((s, _day(s, day)) for s, day in zip(days, answer.due, strict=False))]  # fmt: skip
        for scalar, word in new:
            if found.setdefault(scalar, word) != word:
                return None
    return [(scalar, word) for scalar, word in found.items() if word != scalar.source]


def _written(item: nodes.Mapping, number: int) -> tuple[list[nodes.Scalar], list[nodes.Scalar]]:
    """The expected states and due dates of an example, those of a value of `over` before those of all."""
    states, days = _expected(item)
    over = item.get("over")
    if not isinstance(over, nodes.Mapping):
        return states, days
    own = over.entries[number].value
    if isinstance(own, nodes.Mapping):
        own_states, own_days = _expected(own)
        return own_states or states, own_days or days
    if isinstance(own, nodes.Scalar) and isinstance(scalar_value(own), date):
        return states, [own]
    return _scalars(own), days


def _expected(item: nodes.Mapping) -> tuple[list[nodes.Scalar], list[nodes.Scalar]]:
    days = next((found for key in _DAYS if (found := item.get(key)) is not None), None)
    return _scalars(item.get("expect")), _scalars(days)


def _scalars(node: nodes.Node | None) -> list[nodes.Scalar]:
    match node:
        case None:
            return []
        case nodes.Scalar():
            return [node]
        case nodes.Sequence():
            return [scalar for item in node.items for scalar in _scalars(item)]
        case nodes.Mapping():
            return [scalar for entry in node.entries for scalar in _scalars(entry.value)]


def _day(scalar: nodes.Scalar, day: object) -> str:
    """A due date as it is written; a moment keeps the distance from UTC that stood there."""
    if day is RIGHT:
        return scalar.source
    if isinstance(day, datetime):
        try:
            zone = datetime.fromisoformat(scalar.value).tzinfo
        except ValueError:
            zone = None
        return day.astimezone(zone or UTC).isoformat(timespec="minutes")
    return day.isoformat() if isinstance(day, date) else "none"


def _spans(
    text: str, starts: Sequence[int], changes: Sequence[tuple[nodes.Scalar, str]]
) -> Mapping[tuple[int, int], str] | None:
    """Where the characters stand that go; None if what is there is not what was read."""
    spans = {}
    for scalar, word in changes:
        first = starts[scalar.position.line - 1] + scalar.position.column - 1
        last = first + len(scalar.source)
        if not scalar.source or text[first:last] != scalar.source:
            return None
        spans[first, last] = word
    return spans
