"""Chooses rules by id, tag, topic, jurisdiction or severity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Position, Problem

_WORDS: dict[str, Callable[[Rule], tuple[str, ...]]] = {
    "id": lambda rule: (rule.id,),
    "tag": lambda rule: rule.tags,
    "topic": lambda rule: (rule.topic,),
    "jurisdiction": lambda rule: (rule.jurisdiction,),
    "severity": lambda rule: (rule.severity,),
}
"""What stands before the colon, and what of a rule it is compared with."""


def select(
    ruleset: RuleSet, chosen: Sequence[str], excluded: Sequence[str] = (), places: Sequence[Position] = ()
) -> tuple[RuleSet, list[Problem]]:
    """The rules that some expression chooses and none excludes.

    Args:
        ruleset: all rules.
        chosen: expressions such as `us.i9.*`, `topic:leave`, `tag:payday`, `jurisdiction:us.ca`, `severity:high`; none
            chooses every rule. `*` stands for any characters.
        excluded: expressions of the same form.
        places: where the expressions stand, chosen first, if they stand in a file.

    Returns:
        The rules that are left, and a problem for each expression that matches nothing.
    """
    rules = list(ruleset.rules.values())
    problems = []
    for number, expression in enumerate((*chosen, *excluded)):
        if not any(matches(expression, rule) for rule in rules):
            place = places[number] if number < len(places) else None
            problems.append(_nothing(expression, rules, place))

    def is_kept(rule: Rule) -> bool:
        if any(matches(x, rule) for x in excluded):
            return False
        return not chosen or any(matches(x, rule) for x in chosen)

    kept = {rule.id: rule for rule in rules if is_kept(rule)}
    facts = {fact.id: fact for fact in ruleset.facts.values() if is_kept(fact)}
    if rules and not kept and not problems:
        message = "Everything that is selected is excluded again."
        problems.append(Problem("empty-selection", message, places[0] if places else None))
    return replace(ruleset, rules=kept, facts=facts), problems


def matches(expression: str, rule: Rule) -> bool:
    """Whether an expression chooses a rule."""
    word, colon, pattern = expression.partition(":")
    if not colon:
        return fnmatchcase(rule.id, expression)
    return word in _WORDS and any(fnmatchcase(value, pattern) for value in _WORDS[word](rule))


def _nothing(expression: str, rules: Sequence[Rule], place: Position | None) -> Problem:
    """Why an expression chooses nothing, with what it might have meant."""
    word, colon, pattern = expression.partition(":")
    topics = sorted({rule.topic for rule in rules})
    known = "topics: " + ", ".join(topics) if topics else None
    if colon and word not in _WORDS:
        message = f'"{word}:" is no way to select rules.'
        return Problem(
            "empty-selection",
            message,
            place,
            suggestion=did_you_mean(word, _WORDS),
            help="id, tag, topic, jurisdiction, severity",
        )
    values = sorted({value for rule in rules for value in _WORDS[word if colon else "id"](rule)})
    guess = did_you_mean(pattern if colon else expression, values)
    if guess is None and not colon and expression in topics:
        guess = f"topic:{expression}"
    help_ = known if word in ("topic", "id") or not colon else f"{word}: " + ", ".join(values[:20])
    return Problem("empty-selection", f'No rule matches "{expression}".', place, suggestion=guess, help=help_)
