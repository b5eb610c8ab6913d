"""Which rules may govern in place of another."""

from __future__ import annotations

from collections.abc import Sequence

from compliance_engine.language.rule import Retention, Rule


def competing(rule: Rule, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that may govern in place of one: of its family, what replaces it, and for documents all retention."""
    found = [rule]
    waiting = [rule]
    while waiting:
        one = waiting.pop()
        new = [other for other in rules if other not in found and _compete(one, other)]
        found += new
        waiting += new
    return found[1:]


def _compete(one: Rule, other: Rule) -> bool:
    if one.about != other.about or other.body is None:
        return False
    if not (one.has_one_obligation and other.has_one_obligation):
        return False  # rules with turns, pairs or several triggers are told beside each other (docs/language.md)
    if one.about == "document" and isinstance(one.body, Retention) and isinstance(other.body, Retention):
        return True
    same_family = one.family is not None and other.family is not None and one.family.name == other.family.name
    return same_family or one.id in other.replaces or other.id in one.replaces
