"""Which mistakes in rules their examples would not notice, worked out on plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from compliance_engine.engine import twin
from compliance_engine.engine.coverage import nodes
from compliance_engine.engine.examples import result_of
from compliance_engine.engine.mutants import ONE_DAY, changes
from compliance_engine.engine.traces import Trace
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.tables import Cell, Table
from compliance_engine.problems import Position

Traced = Mapping[str, Sequence[Trace]]
Whole = TypeVar("Whole")
UNREAD = (t.Rows, t.Reaches, t.Every, t.EachPeriod, t.Gap, t.PerPeriod, t.Branches)
"""Forms of which a key of a rule takes the parts, so that they are not told among what was worked out."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake in a rule, or in a table of dated values that rules read.

    id: of the rule or table. text: what was changed into what, behind the key under which it stands.
    rules: the rules with the mistake in them, each with the identities of the expressions of which an example must read
    one if it is to notice; none stands for every example.
    """

    id: str
    text: str
    position: Position
    rules: tuple[tuple[r.Rule, frozenset[int]], ...]


def survivors(rules: Sequence[r.Rule], traced: Traced) -> tuple[list[Mutant], list[Mutant]]:
    """The mutants that no example notices, and all mutants.

    Args:
        traced: the examples of each rule, by its id.
    """
    found = list(mutants([rule for rule in rules if rule.body is not None]))
    return [mutant for mutant in found if not is_noticed(mutant, traced)], found


def is_noticed(mutant: Mutant, traced: Traced) -> bool:
    """Whether some example has another answer than it expects, or none."""
    for rule, needed in mutant.rules:
        listed = [trace for trace in traced[rule.id] if not needed or needed & trace.read]
        if any(_fails(rule, trace) for trace in listed):
            return True
    return False


def _fails(rule: r.Rule, trace: Trace) -> bool:
    if not trace.result.passed:
        return False
    try:
        verdicts = twin.judge(rule, trace.world)
    except (ArithmeticError, LookupError, TypeError, ValueError, AssertionError):
        return True
    return not result_of(rule, trace.example, verdicts).passed


# ---- all of them -----------------------------------------------------------------------------------------------------


def mutants(rules: Sequence[r.Rule]) -> Iterator[Mutant]:
    """Every mutant of each rule, then those of the tables that they read."""
    for rule in rules:
        for text, changed, needed in (*_of_keys(rule), *_of_names(rule)):
            yield Mutant(rule.id, text, rule.position, ((changed, needed),))
    tables = {node.id: node.table for rule in rules for node in nodes(rule) if isinstance(node, t.Value)}
    readers = {id_: [rule for rule in rules if any(_reads(node, id_) for node in nodes(rule))] for id_ in tables}
    for id_, table in sorted(tables.items()):
        if table is not None:
            yield from _of_table(table, readers[id_])


def _of_keys(rule: r.Rule) -> Iterator[tuple[str, r.Rule, frozenset[int]]]:
    """Mistakes under each key of a rule."""
    if rule.when is not None:
        yield "when left out", replace(rule, when=None), frozenset()
        yield from _of_key(rule, "when", rule.when)
    for n, exception in enumerate(rule.unless):
        others = (*rule.unless[:n], *rule.unless[n + 1 :])
        yield f'unless "{exception.title}" left out', replace(rule, unless=others), frozenset()
        for change in changes(exception.when):
            held = replace(exception, when=change.part)
            whole = replace(rule, unless=(*rule.unless[:n], held, *rule.unless[n + 1 :]))
            yield f"unless: {change.text}", whole, _ids(rule, change.at)
    for n, start in enumerate(rule.starts):
        for change in changes(start):
            whole = replace(rule, starts=(*rule.starts[:n], change.part, *rule.starts[n + 1 :]))
            yield f"starts: {change.text}", whole, _ids(rule, change.at)
    for key in ("in_force", "each"):
        if getattr(rule, key) is not None:
            yield from _of_key(rule, key, getattr(rule, key))
    yield from _of_body(rule)


def _of_key(rule: r.Rule, key: str, part: object) -> Iterator[tuple[str, r.Rule, frozenset[int]]]:
    for change in changes(part):
        yield f"{key}: {change.text}", replace(rule, **{key: change.part}), _ids(rule, change.at)


def _of_body(rule: r.Rule) -> Iterator[tuple[str, r.Rule, frozenset[int]]]:
    body = cast(Any, rule.body)
    for key in ("opens", "lapses"):
        if getattr(body, key, None) is not None:
            yield f"{key} left out", replace(rule, body=replace(body, **{key: None})), frozenset()
    for field in fields(body):
        value = getattr(body, field.name)
        items = value if isinstance(value, tuple) else (value,)
        for n, item in enumerate(items):
            if not is_dataclass(item) or isinstance(item, type):
                continue
            for change in changes(item):
                part = (*items[:n], change.part, *items[n + 1 :]) if isinstance(value, tuple) else change.part
                whole = replace(rule, body=replace(body, **{field.name: part}))
                yield f"{_key(body, field.name)}: {change.text}", whole, _ids(rule, change.at)


def _key(body: r.Body, name: str) -> str:
    """The key under which a field of a body is written."""
    if isinstance(body, r.Check):
        return "must" if body.must else "must_not"
    return name


def _of_names(rule: r.Rule) -> Iterator[tuple[str, r.Rule, frozenset[int]]]:
    """Mistakes in what a name of `let:` or a named fact stands for, wherever it is read."""
    names = {node.name: node.target for node in nodes(rule) if isinstance(node, t.Alias)}
    for name, target in sorted(names.items()):
        for change in changes(target):
            whole = _with_name(rule, name, change.part)
            yield f"{name}: {change.text}", whole, _ids(rule, change.at)


def _ids(rule: r.Rule, node: t.Node | None) -> frozenset[int]:
    """The identities of an expression, which may stand in a rule several times by a name."""
    if node is None or isinstance(node, UNREAD):
        return frozenset()
    return frozenset(id(other) for other in nodes(rule) if other == node) | {id(node)}


# ---- tables ----------------------------------------------------------------------------------------------------------


def _reads(node: t.Node, table: str) -> bool:
    return isinstance(node, t.Value) and node.id == table


def _of_table(table: Table, rules: Sequence[r.Rule]) -> Iterator[Mutant]:
    """Mistakes in the cells of a table, in every rule that reads it."""
    asked = frozenset(id(node) for rule in rules for node in nodes(rule) if _reads(node, table.id))
    for row, (key, cells) in enumerate(table.cells):
        for n, cell in enumerate(cells):
            for text, other, needed in _of_cell(cell):
                listed = (*cells[:n], other, *cells[n + 1 :])
                whole = replace(table, cells=(*table.cells[:row], (key, listed), *table.cells[row + 1 :]))
                changed = tuple((_with_table(rule, whole), needed or asked) for rule in rules)
                yield Mutant(table.id, f"{' '.join((*key, ''))}{text}", cell.position, changed)


def _of_cell(cell: Cell) -> Iterator[tuple[str, Cell, frozenset[int]]]:
    for name, word in (("first", "from"), ("last", "to")):
        day = getattr(cell, name)
        if day is not None:
            for other in (day - ONE_DAY, day + ONE_DAY):
                yield f"{word} {day} → {other}", replace(cell, **{name: other}), frozenset()
    if cell.is_ is not None:
        for change in changes(cell.is_):
            yield change.text, replace(cell, is_=change.part), frozenset({id(cell.is_)})


# ---- putting a part back in every place ------------------------------------------------------------------------------


def _with_name(rule: r.Rule, name: str, target: t.Expression) -> r.Rule:
    """The rule with something else behind a name."""
    return _rewritten(rule, lambda e: replace(e, target=target) if isinstance(e, t.Alias) and e.name == name else None)


def _with_table(rule: r.Rule, table: Table) -> r.Rule:
    """The rule with other cells behind a dated value."""
    return _rewritten(rule, lambda e: replace(e, table=table) if _reads(e, table.id) else None)


def _rewritten(whole: Whole, swap: Any) -> Whole:
    """A part of a rule with every expression replaced for which `swap` has something else."""
    if isinstance(whole, t.Node) and (other := swap(whole)) is not None:
        return cast(Whole, other)
    changed: dict[str, Any] = {}
    for field in fields(cast(Any, whole)):
        value = getattr(whole, field.name)
        if isinstance(value, tuple):
            new: Any = tuple(_rewritten(x, swap) if _has_expressions(x) else x for x in value)
            changed |= {field.name: new} if any(a is not b for a, b in zip(new, value, strict=True)) else {}
        elif _has_expressions(value) and (new := _rewritten(value, swap)) is not value:
            changed[field.name] = new
    return replace(cast(Any, whole), **changed) if changed else whole


def _has_expressions(part: object) -> bool:
    return isinstance(part, t.Node | r.Unless | r.Each | r.Window | r.Body)
