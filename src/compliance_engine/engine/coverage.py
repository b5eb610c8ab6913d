"""What the examples of rules reach: outcomes, both sides of a due date, exceptions, branches, cells of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compliance_engine.engine import twin
from compliance_engine.engine.traces import Trace
from compliance_engine.engine.twin.relations import civil
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.language.reads import expressions
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.walk import parts
from compliance_engine.language.words import words


@dataclass(frozen=True, slots=True)
class Item:
    """Something that an example should reach.

    group: pass, violation, boundary, unknown, exception, branch or cell. missing: what no example does yet.
    """

    group: str
    missing: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The items of a rule or of a table of dated values, by its id."""

    id: str
    items: tuple[Item, ...]

    @property
    def reached(self) -> int:
        """How many are reached."""
        return sum(item.reached for item in self.items)


def coverage(traced: Mapping[str, Sequence[Trace]], rules: Sequence[r.Rule]) -> list[Coverage]:
    """What the examples of each rule reach, and those of all these rules of the tables that the rules read.

    Args:
        traced: the examples of each rule, by its id.
    """
    runnable = [rule for rule in rules if rule.body is not None]
    tables = {node.id: node.table for rule in runnable for node in nodes(rule) if isinstance(node, t.Value)}
    read = frozenset[int]().union(*(trace.read for rule in runnable for trace in traced[rule.id]))
    by_rule = [Coverage(rule.id, tuple(_items(rule, traced[rule.id]))) for rule in runnable]
    by_table = [(id_, table) for id_, table in sorted(tables.items()) if table is not None]
    return by_rule + [Coverage(id_, tuple(_cells(table, read))) for id_, table in by_table]


def nodes(rule: r.Rule) -> Iterator[t.Node]:
    """Every node of a rule's expressions, with what names and dated values stand for."""
    for expression in expressions(rule):
        yield from below(expression)


def below(expression: t.Node) -> Iterator[t.Node]:
    """An expression and everything in it, names and the clocks of dated values included."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += parts(node)


def _items(rule: r.Rule, traced: Sequence[Trace]) -> Iterator[Item]:
    outcomes = {verdict.outcome for trace in traced for verdict in _shown(trace)}
    states = {verdict.state for trace in traced for verdict in _shown(trace)}
    broken = Outcome.VIOLATION in outcomes or State.FORFEITED in states
    yield Item("pass", "no example in which the duty is met", Outcome.PASS in outcomes)
    yield Item("violation", "no example in which it is broken", broken)
    yield from _boundary(rule, traced)
    yield Item("unknown", "no example leaves a fact out that it needs", Outcome.UNKNOWN in outcomes)
    held = {id(verdict.because) for trace in traced for verdict in trace.verdicts}
    for exception in rule.unless:
        yield Item("exception", f'no example in which "{exception.title}" holds', id(exception) in held)
    read = frozenset[int]().union(*(trace.read for trace in traced))
    for arm in _arms(rule):
        yield Item("branch", f"no example comes to: {words(arm.then)}", id(arm.then) in read)


def _shown(trace: Trace) -> tuple[twin.Verdict, ...]:
    """The verdicts that the example speaks of."""
    return trace.verdicts[len(trace.verdicts) - len(trace.result.shown) :]


def _arms(rule: r.Rule) -> list[t.Branch]:
    """Each branch once, in the order in which it is written."""
    found = {id(arm): arm for node in nodes(rule) if isinstance(node, t.Branches) for arm in node.arms}
    return sorted(found.values(), key=lambda arm: arm.then.span)


def _cells(table: Table, read: frozenset[int]) -> Iterator[Item]:
    for key, cells in table.cells:
        for cell in cells:
            if cell.is_ is not None:
                yield Item("cell", f"no example reads {_named(key, cell)}", id(cell.is_) in read)


def _named(key: tuple[str, ...], cell: Cell) -> str:
    since = f" from {cell.first}" if cell.first is not None else ""
    until = f" to {cell.last}" if cell.last is not None else ""
    return f"{' '.join(key)}{since}{until}".strip() or "the value"


# ---- both sides of a due date ----------------------------------------------------------------------------------------


def _boundary(rule: r.Rule, traced: Sequence[Trace]) -> Iterator[Item]:
    """For what has a due date: an example on the last day and one on the day after, or within the hours around."""
    if not isinstance(rule.body, r.Deadline | r.Recurring | r.Retention):
        return
    distances = {d for trace in traced for verdict in trace.verdicts for d in _distances(trace, verdict)}
    yield Item("boundary", "no example asks, or proves it, on the last day", 0 in distances)
    yield Item("boundary", "no example asks, or proves it, on the day after the last", 1 in distances)


def _distances(trace: Trace, verdict: twin.Verdict) -> Iterator[int]:
    """Days from the due date to the day of asking and to the proof."""
    due = verdict.due.exact if verdict.due is not None else None
    if not isinstance(due, date):
        return
    done = verdict.done
    if isinstance(due, datetime) and isinstance(done, datetime) and abs(done - due) <= timedelta(hours=1):
        yield 0 if done <= due else 1
    last = civil(trace.world, due, verdict.starts)
    for day in (trace.world.as_of, done):
        asked = civil(trace.world, day, verdict.starts)
        if isinstance(last, date) and isinstance(asked, date):
            yield (asked - last).days
