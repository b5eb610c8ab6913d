"""Examples proposed for a rule that has none: the last day, the day after, both answers, and a fact that is missing.

Records are tried out on plain values: what the rule reads is filled with what it compares it with and the values
beside that. Of the records that lead to an answer those that say least are proposed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from compliance_engine.engine import twin
from compliance_engine.engine.coverage import nodes
from compliance_engine.engine.examples import Found, result_of
from compliance_engine.engine.twin.example import world_of
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.examples_new import Proposal, base_of
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.vocabulary import Field, FieldType, Vocabulary
from compliance_engine.problems import Position

_TRIES = 400
_MONDAY = date(2025, 3, 3)
"""The day on which things happen in proposed examples, if the law was in force."""
_YEARS_LATER = 20

Records = Mapping[str, Mapping[str, object]]
"""What is given beside the base: record type → field → value."""
Read = Mapping[tuple[str, str], Sequence[object]]


@dataclass(frozen=True)
class _Tried:
    """Records with what the rule answers long after."""

    given: Records
    found: Found

    @property
    def outcome(self) -> Outcome:
        return OUTCOME_OF[self.found[1]]


def propose(rule: r.Rule, text: str, vocabulary: Vocabulary) -> tuple[list[Proposal], list[str]]:
    """Examples for a rule, and in words what none was found for.

    Args:
        text: the file that the rule stands in, for its base.
    """
    asks = _Asks(rule, text, vocabulary)
    later = asks.anchor.replace(year=asks.anchor.year + _YEARS_LATER)
    tried = list(asks.tried(later))
    dated = isinstance(rule.body, r.Deadline | r.Recurring | r.Retention)
    found: list[Proposal] = []
    missing: list[str] = []
    broken = _best(asks, tried, later, {Outcome.VIOLATION}, dated) or _best(asks, tried, later, None, dated)
    due = broken.found[2] if broken is not None else None
    if dated and broken is not None and due is not None:
        last = due.date() if isinstance(due, datetime) else due
        found.append(asks.proposal("on the last day", broken.given, last))
        found.append(asks.proposal("on the day after", broken.given, last + timedelta(days=1)))
    elif dated:
        missing += ["the last day and the day after"]
    elif broken is not None and broken.outcome is Outcome.VIOLATION:
        found.append(asks.proposal("violated", broken.given, later))
    else:
        missing += ["a violation"]
    met = _best(asks, tried, later, {Outcome.PASS}, False)
    found += [asks.proposal("met", met.given, later)] if met is not None else []
    shown = {OUTCOME_OF[State(expected)] for proposal in found for expected in proposal.expect}
    missing += ["the duty met"] if Outcome.PASS not in shown else []
    lost = next((p for start in (broken, met) if start is not None for p in asks.unreadable(start, later)), None)
    found += [lost] if lost is not None else []
    missing += ["a fact that cannot be read"] if lost is None else []
    return found, missing


def _best(
    asks: _Asks, tried: Sequence[_Tried], later: date, outcomes: set[Outcome] | None, dated: bool
) -> _Tried | None:
    fits = [one for one in tried if (one.outcome in outcomes if outcomes else not _is_away(one.outcome))]
    fits = [one for one in fits if not dated or one.found[2] is not None]
    least = min(fits, key=lambda one: sum(map(len, one.given.values())), default=None)
    return asks.less(least, later) if least is not None else None


def _is_away(outcome: Outcome) -> bool:
    return outcome in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE, Outcome.ERROR)


class _Asks:
    """Asks one rule about records laid over its base."""

    def __init__(self, rule: r.Rule, text: str, vocabulary: Vocabulary) -> None:
        self.rule, self.vocabulary = rule, vocabulary
        base = base_of(text, rule, vocabulary)
        self.base = r.Example(
            title="", given=base.records(rule.about), not_supplied=base.not_supplied, choices=base.choices,
            calendar=base.calendar, facts=base.facts, places=base.places, turn=base.turn, as_of=_MONDAY, expect=(),
            due=(), opens=None, source=None, position=Position("", 1, 1),
        )  # fmt: skip
        self.anchor = _anchor(rule)
        self.read = _read(rule, self.anchor)

    def answer(self, given: Records, as_of: date) -> Found | None:
        """What comes out for the obligation that an example speaks of."""
        rows = dict(self.base.given)
        for record, cells in given.items():
            first, *others = rows.get(record, ()) or ({},)
            rows[record] = ({**first, **cells}, *others)
        example = replace(self.base, given=rows, as_of=as_of)
        verdicts = twin.judge(self.rule, world_of(self.rule, example, self.vocabulary))
        shown = result_of(self.rule, example, verdicts).shown
        return shown[-1] if shown else None

    def tried(self, as_of: date) -> Iterator[_Tried]:
        """Many records with their answers, the same for the same rule."""
        chance = random.Random(self.rule.id)  # noqa: S311  (a choice of examples, no secret)
        for turn in range(_TRIES):
            given: dict[str, dict[str, object]] = {}
            for (record, name), values in self.read.items():
                # First the base alone; then more and more is said.
                if turn and chance.random() < 0.2 + 0.6 * turn / _TRIES:
                    given.setdefault(record, {})[name] = chance.choice(values)
            found = self.answer(given, as_of)
            if found is not None:
                yield _Tried(given, found)

    def less(self, one: _Tried, as_of: date) -> _Tried:
        """The same answer from as few cells as will do."""
        given = one.given
        for record, name in [(record, name) for record, cells in given.items() for name in cells]:
            fewer = {k: {f: v for f, v in c.items() if (k, f) != (record, name)} for k, c in given.items()}
            fewer = {k: cells for k, cells in fewer.items() if cells}
            given = fewer if self.answer(fewer, as_of) == one.found else given
        return replace(one, given=given)

    def unreadable(self, one: _Tried, as_of: date) -> Iterator[Proposal]:
        """The same records with one cell that cannot be read, where the answer then is not known."""
        for record, name in self.read:
            given = {**one.given, record: {**one.given.get(record, {}), name: "unreadable"}}
            found = self.answer(given, as_of)
            if found is not None and OUTCOME_OF[found[1]] is Outcome.UNKNOWN:
                yield self.proposal(f"{name} cannot be read", given, as_of)

    def proposal(self, title: str, given: Records, as_of: date) -> Proposal:
        """An example that expects what the rule answers."""
        found = self.answer(given, as_of)
        if found is None:
            raise LookupError("records that led to an answer lead to one on another day too")
        _, state, due = found
        state = State.DUE if state is State.DUE_SOON else state
        known = OUTCOME_OF[state] not in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
        own = given.get(self.rule.about, {})
        written = {**own, **{record: cells for record, cells in given.items() if record != self.rule.about}}
        is_dated = known and due is not None and due not in (date.max, date.min)
        return Proposal(title, written, as_of, (state.value,), (due,) if is_dated else ())


# ---- what a rule reads -----------------------------------------------------------------------------------------------


def _anchor(rule: r.Rule) -> date:
    first = rule.in_force.first if rule.in_force is not None else None
    last = rule.in_force.last if rule.in_force is not None else None
    day = max(_MONDAY, first) if first is not None else _MONDAY
    return min(day, last) if last is not None else day


def _read(rule: r.Rule, anchor: date) -> Read:
    """The cells that a rule reads with the values to try in each."""
    found: dict[tuple[str, str], list[object]] = {}
    everything = list(nodes(rule))
    fields = {(record, f.name): f for node in everything if (record := _record(node)) for f in _fields(node)}
    for key, f in fields.items():
        found[key] = _usual(f, anchor)
    for node in everything:
        for item, literals in _compared(node):
            for leaf in (leaf for leaf in _leaves(item) if (leaf[0], leaf[1].name) in found):
                found[leaf[0], leaf[1].name] += [v for one in literals for v in _beside(leaf[1], one)]
    return {key: list(dict.fromkeys(values)) for key, values in found.items() if values}


def _record(node: t.Node) -> str:
    return getattr(node, "record", "")


def _fields(node: t.Node) -> list[Field]:
    f = getattr(node, "field", None)
    return [f] if isinstance(f, Field) and not f.derived else []


def _leaves(node: t.Node) -> Iterator[tuple[str, Field]]:
    if isinstance(node, t.Presumed):
        yield from _leaves(node.item)
    yield from ((_record(node), f) for f in _fields(node))


def _compared(node: t.Node) -> Iterator[tuple[t.Node, Sequence[t.Node]]]:
    match node:
        case t.Compare():
            yield node.left, (node.right,)
            yield node.right, (node.left,)
        case t.Between():
            yield node.item, (node.low, node.high)
        case t.In():
            yield node.item, node.options
        case t.Contains():
            yield node.item, (node.member,)


def _usual(f: Field, anchor: date) -> list[object]:
    match f.type:
        case FieldType.DATE:
            return [anchor, anchor, anchor + timedelta(days=1), anchor + timedelta(days=400)]
        case FieldType.INSTANT:
            return [datetime.combine(anchor, time(17), UTC)]
        case FieldType.NUMBER:
            return [Decimal(1), Decimal(1000)]
        case FieldType.YES_NO:
            return [True, False]
        case FieldType.CODE:
            return list(f.codes[:2])
        case FieldType.TEXT:
            return ["A"]
        case FieldType.LIST:
            return [(f.codes[0] if f.codes else "A",)]
        case FieldType.TIME:
            return [time(9)]


def _beside(f: Field, literal: t.Node) -> list[object]:
    """What a field is compared with, and what lies beside it."""
    match literal:
        case t.Number():
            return [literal.value, literal.value - 1, literal.value + 1] if f.type is FieldType.NUMBER else []
        case t.Day():
            near = [literal.value + timedelta(days=n) for n in (-1, 0, 1)]
            return list(near) if f.type is FieldType.DATE else []
        case t.Text():
            return [(literal.value,) if f.type is FieldType.LIST else literal.value]
        case _:
            return []
