"""Families: of rules that cover the same duty one governs, and what a rule replaces does not apply beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import of_state, sql_states
from compliance_engine.engine.sql.layers import Frag, Layers, combine
from compliance_engine.language import rule as r
from compliance_engine.language.families import BY_AMOUNT, GIVES_WAY, amount_of, competes
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome

Judged = tuple[Frag, Frag, Frag]
"""State, due day and trigger day of a rule."""

_INERT = sql_states(*(state.value for state, outcome in OUTCOME_OF.items() if outcome is Outcome.NOT_APPLICABLE))
"""States in which a member of a family does not compete."""


def stake(compiler: Compiler, rule: r.Rule, due: Frag) -> Frag:
    """What a rule competes with in its family: its amount, or the day it is due."""
    amount = amount_of(rule) if rule.family is not None and rule.family.wins in BY_AMOUNT else None
    if amount is not None:
        return compiler.named(amount.amount)
    return compiler.layers.column(combine(f"({due}::DATE)", due))


def govern(layers: Layers, rules: Sequence[r.Rule], states: dict[str, Judged], stakes: Mapping[str, Frag]) -> None:
    """The strictest member governs; the others are superseded. What a rule replaces does not apply beside it."""
    for rule in rules:
        for other in rule.replaces:
            if other in states:
                mine, (theirs, due, starts) = states[rule.id][0], states[other]
                text = f"CASE WHEN {mine} NOT IN {_INERT} AND {theirs} IS NOT NULL THEN {of_state('superseded')} ELSE {theirs} END"
                states[other] = (layers.column(combine(text, mine, theirs, infinite=False)), due, starts)
    families: dict[str, list[r.Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.id):
        if rule.family is not None and competes(rule):
            families.setdefault(rule.family.name, []).append(rule)
    for members in families.values():
        if len(members) > 1 and members[0].family is not None:
            _strictest(layers, members, members[0].family.wins, states, stakes)


def give_way(layers: Layers, state: Frag, another: Frag) -> Frag:
    """The state of a rule where `another` may tell that one which replaces it applies."""
    text = f"CASE WHEN {another} AND {state} NOT IN {_INERT} THEN {of_state('superseded')} ELSE {state} END"
    return layers.column(combine(text, state, another, infinite=False))


def _strictest(
    layers: Layers, members: Sequence[r.Rule], wins: r.Wins, states: dict[str, Judged], stakes: Mapping[str, Frag]
) -> None:
    """One of the members whose stake is known governs. One that is unknown stays, if it may be stricter than that."""
    unknown, superseded = of_state("unknown"), of_state("superseded")
    is_least = wins in ("earliest", "lowest")
    certain, competing = {}, {}
    for rule in members:
        state, mine = states[rule.id][0], stakes[rule.id]
        certain[rule.id] = f"({state} NOT IN {_INERT} AND {state} <> {unknown})"
        text = f"CASE WHEN {certain[rule.id]} THEN {mine} END"
        competing[rule.id] = layers.column(combine(text, state, mine, infinite=mine.infinite))
    everybody = ", ".join(frag.sql for frag in competing.values())
    best = layers.column(combine(f"{'least' if is_least else 'greatest'}({everybody})", *competing.values()))
    may_win = {}
    for rule in members:
        state, mine = states[rule.id][0], stakes[rule.id]
        text = f"coalesce({state} = {unknown} AND coalesce({mine} {'<' if is_least else '>'} {best}, TRUE), FALSE)"
        may_win[rule.id] = layers.column(combine(text, state, mine, best, infinite=False))
    doubt = layers.column(combine(" OR ".join(frag.sql for frag in may_win.values()), *may_win.values()))
    gives_way = sql_states(*(state.value for state in sorted(GIVES_WAY[wins])))
    before: list[Frag] = []
    for rule in members:
        state, due, starts = states[rule.id]
        mine = competing[rule.id]
        is_second = " OR ".join(f"{other} = {best}" for other in before) or "FALSE"
        text = (
            f"CASE WHEN {mine} IS NOT NULL AND ({mine} <> {best} OR {is_second}) THEN {superseded} "
            f"WHEN {state} = {unknown} AND NOT {may_win[rule.id]} THEN {superseded} "
            f"WHEN {doubt} AND {state} IN {gives_way} THEN {superseded} ELSE {state} END"
        )
        parts = (state, mine, best, may_win[rule.id], doubt, *before)
        states[rule.id] = (layers.column(combine(text, *parts, infinite=False)), due, starts)
        before.append(mine)
