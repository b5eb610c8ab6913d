"""Families: of rules that cover the same duty one governs, and what a rule replaces does not apply beside it."""

from __future__ import annotations

from collections.abc import Sequence

from compliance_engine.engine.sql.frame import of_state
from compliance_engine.engine.sql.layers import Frag, Layers, combine
from compliance_engine.language import rule as r

STATES_OF_OTHERS = ("conditions", "exception", "no-law", "no-value", "not-started", "lapsed", "forfeited", "superseded")
"""States in which a member of a family does not compete."""


def judge(
    layers: Layers, rules: Sequence[r.Rule], states: dict[str, tuple[Frag, Frag, Frag]]
) -> dict[str, tuple[Frag, Frag, Frag]]:
    """The strictest member governs; the others are superseded. What a rule replaces does not apply beside it."""
    result = dict(states)
    inert = ", ".join(of_state(s) for s in STATES_OF_OTHERS)
    for rule in rules:
        for other in rule.replaces:
            if other in result:
                mine, (theirs, due, starts) = result[rule.id][0], result[other]
                text = f"CASE WHEN {mine} IS NOT NULL AND {mine} NOT IN ({inert}) AND {theirs} IS NOT NULL THEN {of_state('superseded')} ELSE {theirs} END"
                result[other] = (layers.column(combine(text, mine, theirs)), due, starts)
    names = sorted({rule.family.name for rule in rules if rule.family is not None})
    for name in names:
        members = [rule for rule in rules if rule.family is not None and rule.family.name == name]
        wins = members[0].family.wins if members[0].family else "all"
        if len(members) > 1 and wins in ("earliest", "latest"):
            _strictest(layers, members, wins, inert, result)
    return result


def _strictest(
    layers: Layers, members: list[r.Rule], wins: str, inert: str, states: dict[str, tuple[Frag, Frag, Frag]]
) -> None:
    competing = {}
    for rule in members:
        state, due, _ = states[rule.id]
        competing[rule.id] = layers.column(
            combine(
                f"CASE WHEN {state} IS NOT NULL AND {state} NOT IN ({inert}, {of_state('unknown')}) THEN {due}::DATE END",
                state,
                due,
            )
        )
    best = layers.column(
        combine(
            f"{'least' if wins == 'earliest' else 'greatest'}({', '.join(c.sql for c in competing.values())})",
            *competing.values(),
        )
    )
    before: list[Frag] = []
    for rule in sorted(members, key=lambda m: m.id):
        state, due, starts = states[rule.id]
        mine = competing[rule.id]
        earlier_tie = " OR ".join(f"{b} = {best}" for b in before) or "FALSE"
        text = f"CASE WHEN {mine} IS NOT NULL AND ({mine} <> {best} OR {earlier_tie}) THEN {of_state('superseded')} ELSE {state} END"
        states[rule.id] = (layers.column(combine(text, state, mine, best, *before, infinite=False)), due, starts)
        before.append(mine)
