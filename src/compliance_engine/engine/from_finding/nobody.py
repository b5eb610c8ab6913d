"""Puts other names and other days in the place of somebody's own, as long as the rule answers alike."""

from __future__ import annotations

import random
from datetime import date
from itertools import chain
from typing import TypeGuard

from compliance_engine.engine.examples import Day
from compliance_engine.engine.from_finding.anonymous import Move, moves, nearby, stand_ins
from compliance_engine.engine.from_finding.asks import Answer, Asks
from compliance_engine.engine.from_finding.given import Given, Path, changed, leaves
from compliance_engine.engine.from_finding.records import LOST
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.examples_given import Given as Base
from compliance_engine.language.examples_new import Proposal
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.reads import all_nodes
from compliance_engine.language.vocabulary import FieldType


def renamed(asks: Asks, given: Given, wanted: Answer, chance: random.Random) -> Given | None:
    """With other texts than those of the records, the same one for the same; None where none leads to the answer."""
    known = _texts(asks.rule, asks.base)
    places: dict[str, list[Path]] = {}
    for path, value in leaves(given):
        field = asks.field(path)
        if field is not None and field.type is FieldType.TEXT and isinstance(value, str) and value not in known:
            places.setdefault(value, []).append(path)
    for taken, (text, paths) in enumerate(places.items()):
        renamed = (changed(given, dict.fromkeys(paths, other)) for other in stand_ins(text, taken, chance))
        found = next((less for less in renamed if asks.answers(less, asks.as_of, wanted)), None)
        if found is None:
            return None
        given = found
    return given


def _texts(rule: r.Rule, base: Base) -> frozenset[str]:
    """The texts that stand in the file of the rule, and the words for a cell without a value."""
    cells = [cell for row in (base.subject, *base.others, *chain(*base.rows.values())) for cell in row.values()]
    told = {getattr(rule.body, name, None) for name in ("post", "class_code")}
    found = [*cells, *told, *(e.value for e in all_nodes(rule) if isinstance(e, t.Text))]
    return frozenset(LOST.values()).union(text for text in found if isinstance(text, str))


def moved(asks: Asks, given: Given, wanted: Answer, chance: random.Random) -> Proposal | None:
    """On other days: best where the due dates move as everything else does."""
    alike = None
    for move in moves(chance):
        try:
            on, there = move.day(asks.as_of), _on_other_days(given, move)
            hoped = [move.day(due) if _is_dated(due) else None for _, due in wanted]
        except (OverflowError, ValueError):
            continue
        found = () if there is None else asks.shown(there, on, wanted)
        if there is None or [state for state, _ in found] != [state for state, _ in wanted]:
            continue
        if all(due is None or due == is_ for due, (_, is_) in zip(hoped, found, strict=True)):
            return _written(asks, there, on, found, chance)
        alike = alike or (there, on, found)
    return None if alike is None else _written(asks, *alike, chance)


def _is_dated(due: Day) -> TypeGuard[date]:
    return due not in (None, date.max, date.min)


def _on_other_days(given: Given, move: Move) -> Given | None:
    """None where something names a year, and days move by weeks."""
    changes: dict[Path, object] = {}
    for path, value in leaves(given):
        if isinstance(value, date):
            changes[path] = move.day(value)
        elif path == ("turn",) or str(path[-1]).endswith("_year"):
            changes[path] = move.year(value)
    return None if None in changes.values() else changed(given, changes)


def _written(asks: Asks, given: Given, as_of: date, found: Answer, chance: random.Random) -> Proposal:
    """As an example; a day of birth is another one of about that time, if the answer lets it."""
    for path, value in list(leaves(given)):
        field = asks.field(path)
        if field is not None and field.confidentiality and isinstance(value, date):
            others = (changed(given, {path: day}) for day in nearby(value, chance))
            given = next((other for other in others if asks.answers(other, as_of, found)), given)
    states = tuple((State.DUE if state is State.DUE_SOON else state).value for state, _ in found)
    is_told = all(
        _is_dated(due) and OUTCOME_OF[state] not in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE) for state, due in found
    )
    days = tuple(due for _, due in found) if is_told else ()
    return Proposal(f"as once found {states[0]}", given, as_of, states, days)
