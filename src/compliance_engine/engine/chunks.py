"""Which rules are judged in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from compliance_engine.engine.sql.documents import rivals
from compliance_engine.engine.sql.statement import is_plain
from compliance_engine.language.rule import Rule


def chunks(rules: Sequence[Rule], size: int) -> list[list[Rule]]:
    """Rules about one record type together, members of a family and what they replace in one chunk; others alone."""
    chunks: list[list[Rule]] = [[rule] for rule in rules if not is_plain(rule)]
    by_about: dict[str, list[list[Rule]]] = {}
    grouped: dict[str, list[Rule]] = {}
    leader = _leaders(rules)
    for rule in rules:
        if is_plain(rule):
            key = leader[rule.id]
            if key not in grouped:
                grouped[key] = []
                by_about.setdefault(rule.about, []).append(grouped[key])
            grouped[key].append(rule)
    for about in sorted(by_about):
        current: list[Rule] = []
        for group in by_about[about]:
            if current and len(current) + len(group) > size:
                chunks.append(current)
                current = []
            current += group
        if current:
            chunks.append(current)
    return chunks


def _leaders(rules: Sequence[Rule]) -> dict[str, str]:
    """A common name for rules that must be judged together."""
    leader = {rule.id: rule.id for rule in rules}

    def root(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    families: dict[tuple[str, str], str] = {}
    about = {rule.id: rule.about for rule in rules if is_plain(rule)}
    for rule in rules:
        if rule.id not in about:
            continue
        if rule.family is not None:
            first = families.setdefault((rule.about, rule.family.name), rule.id)
            leader[root(rule.id)] = root(first)
        for other in rule.replaces:
            if about.get(other) == rule.about:
                leader[root(other)] = root(rule.id)
    for members in rivals([rule for rule in rules if rule.id in about]):
        for rule in members:
            leader[root(rule.id)] = root(members[0].id)
    return {name: root(name) for name in leader}
