"""Dated values: cells in order, without gaps and overlaps, each of the table's type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from compliance_engine.language import nodes
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import TURN, Expressions
from compliance_engine.language.models.rules import CellKeys, ValueKeys
from compliance_engine.language.places import is_place, states
from compliance_engine.language.scalars import scalar_value
from compliance_engine.language.structure import read
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.value_types import NUMBERS, is_representable
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Position, Problem

Key = tuple[str, ...]
OTHERWISE: Key = ("otherwise",)
_SHORT = 5
"""Letters of a state's code: among those that are so short every other one is close."""
_ONE_DAY = timedelta(days=1)
_WORDS = TURN | {"starts"}


@dataclass(frozen=True)
class _Written:
    """A cell as it was read, before its place among the others is checked."""

    cell: Cell
    gap_after: bool


def build_table(
    id_: str, keys: ValueKeys, node: nodes.Mapping, vocabulary: Vocabulary, expressions: Expressions | None
) -> tuple[Table | None, list[Problem]]:
    """A dated value with every cell read.

    Args:
        id_: its id.
        keys: its keys, as their shape was checked.
        node: the mapping that they were read from.
        vocabulary: the record types, which know the states.
        expressions: reads the cells of a clock, in the scope of the record type it is about; None for every other type.
    """
    problems: list[Problem] = []
    by = tuple(keys.by or ())
    groups: list[tuple[Key, tuple[Cell, ...]]] = []
    cells = node.get("cells") or node
    for key, key_place, list_node in _groups(cells, len(by), (), cells.position, problems):
        written = [found for item in list_node.items if (found := _cell(item, keys, expressions, problems))]
        written.sort(key=lambda w: w.cell.first or date.min)
        problems += _gaps_and_overlaps(written)
        groups.append((key, tuple(w.cell for w in written)))
        problems += _unknown_places(key, by, key_place, vocabulary)
        if not list_node.items:
            problems.append(Problem("empty-value", "There is no cell here.", key_place))
    if expressions is not None:
        problems += expressions.problems
    if keys.between_places and keys.type != "number":
        place = nodes.locate(node, ("between_places",))
        problems.append(Problem("wrong-type", "Only numbers of several places have a highest.", place))
    if problems:
        return None, problems
    table = Table(id_, keys.title, keys.type, by, keys.about, tuple(groups), keys.between_places, node.position)
    return table, []


def _unknown_places(key: Key, by: tuple[str, ...], place: Position, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A misspelt place would never be asked for."""
    for name, text in zip(by, key, strict=False):
        if name == "place" and key != OTHERWISE and not is_place(text, vocabulary):
            guess = did_you_mean(text, states(vocabulary)) if len(text) > _SHORT else None
            yield Problem(
                "unknown-code", f'"{text}" is no place.', place, suggestion=guess, help="us, us.ny, us.ny.nyc"
            )


def _groups(
    node: nodes.Node, depth: int, above: Key, place: Position, problems: list[Problem]
) -> Iterator[tuple[Key, Position, nodes.Sequence]]:
    """The lists of cells, each with its key."""
    if depth == 0 or above == OTHERWISE:
        if isinstance(node, nodes.Sequence):
            yield above, place, node
        else:
            problems.append(Problem("wrong-type", "A list of cells is needed here.", node.position,
                                    help="- {from: 2025-01-01, is: 5, cite: ...}"))  # fmt: skip
        return
    if not isinstance(node, nodes.Mapping):
        problems.append(Problem("wrong-type", "Cells by key are needed here, because by names a key.", node.position,
                                help="us.ca: [{is: 5, cite: ...}]"))  # fmt: skip
        return
    for entry in node.entries:
        yield from _groups(entry.value, depth - 1, (*above, entry.key.value), entry.key.position, problems)


def _cell(
    node: nodes.Node, keys: ValueKeys, expressions: Expressions | None, problems: list[Problem]
) -> _Written | None:
    model, found = read(CellKeys, node)
    problems += found
    if model is None or not isinstance(node, nodes.Mapping):
        return None
    if model.first and model.last and model.last < model.first:
        message = f"The cell ends on {model.last}, before it begins."
        problems.append(Problem("value-order", message, nodes.locate(node, ("to",))))
        return None
    is_node = node.get("is") or node
    value: t.Expression | None = None
    announced = not (isinstance(is_node, nodes.Scalar) and scalar_value(is_node) is None)
    if announced and expressions is not None:
        value = expressions.clock(is_node, "date", "is", _WORDS)
    elif announced:
        value = _literal(is_node, keys.type)
        if value is None:
            message = f'This is not {_NEEDED[keys.type]}, and the dated value is of type "{keys.type}".'
            problems.append(Problem("wrong-type", message, is_node.position))
        elif isinstance(value, t.Number) and not is_representable(value.value):
            message = "This is no number that records could have."
            problems.append(Problem("wrong-type", message, is_node.position, help=NUMBERS))
    cell = Cell(model.first, model.last, value, model.cite or "", node.position)
    return _Written(cell, model.gap_after is not None)


_NEEDED = {"number": "a number", "text": "a text", "date": "a date", "list": "a list of texts, numbers or dates"}


def _literal(node: nodes.Node, type_: str) -> t.Expression | None:
    """The value of a cell as a literal; None if it is not of the type."""
    if type_ == "list":
        if not isinstance(node, nodes.Sequence):
            return None
        items = [_any_literal(item) for item in node.items]
        known = [item for item in items if item is not None]
        return t.ListOf(tuple(known)) if len(known) == len(items) and len({type(i) for i in known}) <= 1 else None
    wanted = {"number": t.Number, "text": t.Text, "date": t.Day}[type_]
    found = _any_literal(node)
    return found if isinstance(found, wanted) else None


def _any_literal(node: nodes.Node) -> t.Number | t.Text | t.Day | None:
    if not isinstance(node, nodes.Scalar):
        return None
    match scalar_value(node):
        case bool() | None:
            return None
        case int() | Decimal() as number:
            return t.Number(Decimal(number))
        case date() as day:
            return t.Day(day)
        case str() as text:
            return t.Text(text)


def _gaps_and_overlaps(cells: list[_Written]) -> Iterator[Problem]:
    """What lies between neighbours, in order of date."""
    for before, after in pairwise(cells):
        last, first = before.cell.last, after.cell.first
        if last is None or first is None or first <= last:
            until = f"until {last}" if last else "without an end"
            message = f"The cell before runs {until}, so two cells hold from {first or 'the beginning'}."
            yield Problem("value-overlap", message, after.cell.position, help="give the earlier cell a to")
        elif first > last + _ONE_DAY and not before.gap_after:
            message = f"No cell holds from {last + _ONE_DAY} to {first - _ONE_DAY}."
            yield Problem("value-gap", message, after.cell.position,
                          help='if there was no law, write "gap_after: no law" in the cell before')  # fmt: skip
