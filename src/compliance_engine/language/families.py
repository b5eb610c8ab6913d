"""Families of rules: what members compete with, and which rules can be members of one family (docs/language.md §9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import State
from compliance_engine.language.value_types import type_of
from compliance_engine.language.words import words
from compliance_engine.problems import Problem

BY_AMOUNT: tuple[r.Wins, ...] = ("highest", "lowest")
BY_DATE: tuple[r.Wins, ...] = ("earliest", "latest")
_NEGATED: Mapping[t.CompareOp, t.CompareOp] = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "<>", "<>": "="}
_STRICTEST: Mapping[t.CompareOp, r.Wins] = {">=": "highest", ">": "highest", "<=": "lowest", "<": "lowest"}
"""Which amount asks for the most, by what must hold."""
_LAXER = frozenset({State.MET, State.RETAIN, State.DESTROYED_EARLY})
_SOONER = frozenset({State.OVERDUE, State.MET_LATE, State.OVER_RETAINED, State.DISPOSABLE, State.COMPLIANT})
GIVES_WAY: Mapping[r.Wins, frozenset[State]] = {
    "earliest": _LAXER,
    "latest": _SOONER,
    "highest": frozenset({State.COMPLIANT}),
    "lowest": frozenset({State.COMPLIANT}),
}
"""What a member may not be told to be while another that is unknown may govern in its place: with the other's date or
amount it could be something else. What is left holds in any case, or reminds in time."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a check asks for: `measured` must be more, or less, than an amount.

    op: the comparison that must hold, that of a `must_not` turned round.
    """

    measured: t.Expression
    op: t.CompareOp
    amount: t.Expression


def replaced(rules: Sequence[r.Rule]) -> dict[str, tuple[r.Rule, ...]]:
    """Rule id → the rules that take it away by their conditions, because not both have one obligation for a subject."""
    by_id = {rule.id: rule for rule in rules}
    found: dict[str, tuple[r.Rule, ...]] = {}
    for rule in rules:
        for other in rule.replaces:
            if other in by_id and not (rule.has_one_obligation and by_id[other].has_one_obligation):
                found[other] = (*found.get(other, ()), rule)
    return found


def competes(rule: r.Rule) -> bool:
    """Whether a rule is a member of a family of which one governs."""
    return rule.family is not None and rule.family.wins != "all"


def amount_of(rule: r.Rule) -> Amount | None:
    """The amount that a check asks for; None if it is more than one comparison of numbers, or none."""
    if not isinstance(rule.body, r.Check):
        return None
    condition = rule.body.condition
    while isinstance(condition, t.Alias):
        condition = condition.target
    if not isinstance(condition, t.Compare) or "number" not in (type_of(condition.left), type_of(condition.right)):
        return None
    op = condition.op if rule.body.must else _NEGATED[condition.op]
    return Amount(condition.left, op, condition.right)


def wrong_families(rules: Iterable[r.Rule]) -> Iterator[Problem]:
    """Members that cannot compete with the others of their family."""
    firsts: dict[str, r.Rule] = {}
    for rule in rules:
        if rule.family is None:
            continue
        first = firsts.setdefault(rule.family.name, rule)
        if first.about != rule.about or first.family != rule.family:
            yield _mismatch(first, rule, "differ in about or wins")
        elif rule.family.wins != "all":
            yield from _not_competing(rule, rule.family, first)


def _not_competing(rule: r.Rule, family: r.Family, first: r.Rule) -> Iterator[Problem]:
    name = f'{rule.id} is of the family "{family.name}", of which the {family.wins} wins'
    if not rule.has_one_obligation:
        message = f"{name}, and has several obligations for a subject."
        yield Problem("family-several", message, rule.position, help="a family with wins: all may have such members")
    elif family.wins in BY_DATE and not isinstance(rule.body, r.Deadline | r.Retention | None):
        message = f"{name}, and has no date to compete with."
        help_ = "deadline and retention rules have a date; checks of amounts compete with wins: highest or lowest"
        yield Problem("family-date", message, rule.position, help=help_)
    elif family.wins in BY_AMOUNT:
        yield from _of_amounts(rule, family, first, name)


def _of_amounts(rule: r.Rule, family: r.Family, first: r.Rule, name: str) -> Iterator[Problem]:
    mine, theirs = amount_of(rule), amount_of(first)
    form = f"must: hourly_rate {'>=' if family.wins == 'highest' else '<='} value(id)"
    if mine is None:
        message = f"{name}, and is no check of one thing against one amount."
        yield Problem("family-amount", message, rule.position, help=f"write {form}, and the conditions under when:")
    elif _STRICTEST.get(mine.op) != family.wins:
        message = f'{name}, but what must hold is "{words(mine.measured)} {mine.op}" it, of which another is stricter.'
        yield Problem("family-amount", message, rule.position, help=form)
    elif theirs is not None and (words(mine.measured), mine.op) != (words(theirs.measured), theirs.op):
        yield _mismatch(first, rule, "hold different things against their amounts")


def _mismatch(first: r.Rule, rule: r.Rule, why: str) -> Problem:
    name = rule.family.name if rule.family is not None else ""
    return Problem("family-mismatch", f'{first.id} and {rule.id} are of the family "{name}" and {why}.', rule.position)
