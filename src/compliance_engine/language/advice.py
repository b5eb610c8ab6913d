"""What is allowed in rule files and still not well made: titles, examples, age, looks.

Warnings about what a rule may not mean as it says are in `lint.py` and come with the loading of rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from compliance_engine.language import nodes, yaml
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import entries, mapping
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.words import words
from compliance_engine.problems import Level, Position, Problem, has_errors, in_order

_LONGEST_TITLE = 100
"""Characters; a longer title does not fit on one line of a report."""
_KEEPS = timedelta(days=366)
"""How long a comparison with the source is taken to hold; most of these laws are amended by the year."""
_CLOCKED = frozenset({"deadline", "recurring", "retention"})
"""Kinds whose answer changes from one day to the next."""
_STANDING = frozenset({"recurring", "cadence", "check", "posting", "required"})
"""Kinds whose duty goes on, so that a new law mostly holds for those too who were there before it."""
_LASTING = frozenset({"employer", "worksite", "employee", "employment_spell"})
"""What there may be for years before a law begins."""
_LOOKS = re.compile(r"[ \t]+$|\r", re.MULTILINE)


def advise(ruleset: r.RuleSet, as_of: date | None = None) -> list[Problem]:
    """Everything that could be made better in the files of a rule set.

    Args:
        ruleset: the rules, with the text of their files.
        as_of: the day for which to say that a comparison with the source is old; None says nothing of age.
    """
    found: list[Problem] = []
    for file, text in ruleset.sources.items():
        found += _on_looks(file, text)
        node, problems = yaml.parse(text, file)
        if not isinstance(node, nodes.Mapping) or has_errors(problems):
            continue
        found += _on_age(node, as_of)
        for entry in entries(node.get("rules")):
            rule = ruleset.rules.get(entry.key.value)
            if rule is not None and rule.position == entry.key.position:
                found += _on_rule(rule, mapping(entry.value), as_of)
    return in_order(found)


def _on_looks(file: str, text: str) -> Iterator[Problem]:
    if tidied(text) != text:
        place = _LOOKS.search(text)
        line = text.count("\n", 0, place.start()) + 1 if place else text.count("\n") + 1
        message = "Blanks at the ends of lines, Windows line ends, or no line end at the end of the file."
        help_ = "compliance validate --fix tidies the file"
        yield Problem("untidy", message, Position(file, line, 1), Level.NOTE, help=help_)


def _on_age(node: nodes.Mapping, as_of: date | None) -> Iterator[Problem]:
    """How long ago somebody compared a file, or one rule, with its source."""
    checked = node.get("checked")
    day = mapping(checked).get("on") if checked is not None else None
    if as_of is None or not isinstance(day, nodes.Scalar):
        return
    value = yaml.scalar_value(day)
    if isinstance(value, date) and value + _KEEPS < as_of:
        message = f"Last compared with its source on {value}, more than a year before {as_of}."
        help_ = "compare it again, and write the day"
        yield Problem("checked-long-ago", message, day.position, Level.WARNING, help=help_)


def _on_rule(rule: r.Rule, node: nodes.Mapping, as_of: date | None) -> Iterator[Problem]:
    yield from _on_age(node, as_of)
    title = node.get("title")
    if title is not None and len(rule.title) > _LONGEST_TITLE:
        message = f"The title has {len(rule.title)} characters; up to {_LONGEST_TITLE} fit on one line."
        yield Problem("long-title", message, title.position, Level.WARNING)
    yield from _on_the_law_before(rule, node)
    yield from _on_examples(rule)


def _on_the_law_before(rule: r.Rule, node: nodes.Mapping) -> Iterator[Problem]:
    """A duty that goes on, and whose law is asked for on a day that may lie long before the law.

    Turns by period ask for the law of each turn. Who writes `judged_on` has thought of it.
    """
    body, written = rule.body, node.get("in_force")
    begins = rule.in_force.first if rule.in_force is not None else None
    if begins is None or written is None or mapping(written).get("judged_on") is not None:
        return
    if rule.kind not in _STANDING or rule.about not in _LASTING:
        return
    if isinstance(body, r.Recurring | r.Posting) and isinstance(body.repeat, t.EachPeriod):
        return
    fields = [e for e in rule.starts if isinstance(e.item if isinstance(e, t.Presumed) else e, t.Own | t.Related)]
    if fields:
        day = words(fields[0])
        message = f"Where {day} lies before {begins}, the law was not there yet, and the rule never holds."
        help_ = (
            f"if it holds for those too: starts: later of ({day}, {begins}); if not: "
            f"in_force: {{from: {begins}, judged_on: starts}}"
        )
        yield Problem("never-for-those-before", message, written.position, Level.WARNING, help=help_)


# ---- examples --------------------------------------------------------------------------------------------------------


def _on_examples(rule: r.Rule) -> Iterator[Problem]:
    """Which of the cases that every rule should show are shown by none of its examples."""
    if rule.body is None or not rule.examples:
        return
    shown = {outcome for example in rule.examples for outcome in _outcomes(example)}
    wanted = {
        "no-violation-example": (Outcome.VIOLATION, "is broken"),
        "no-unknown-example": (Outcome.UNKNOWN, "cannot be told"),
    }
    if rule.if_missed == "right":
        del wanted["no-violation-example"]
    for code, (outcome, lack) in wanted.items():
        if outcome not in shown:
            yield Problem(code, f"No example of {rule.id} {lack}.", rule.position, Level.WARNING)
    if rule.kind in _CLOCKED and not _shows_boundary(rule.examples):
        message = f"No two examples of {rule.id} stand one day apart and come out differently."
        help_ = "show the last day in time and the day after"
        yield Problem("no-boundary-example", message, rule.position, Level.WARNING, help=help_)


def _outcomes(example: r.Example) -> set[Outcome]:
    states = {state.value for state in State}
    return {OUTCOME_OF[State(word)] if word in states else Outcome(word) for word in example.expect}


def _shows_boundary(examples: tuple[r.Example, ...]) -> bool:
    """Whether two examples differ by one unit in one place, and in what they expect."""
    seen: dict[frozenset[tuple[object, ...]], list[tuple[object, tuple[str, ...]]]] = {}
    for example in examples:
        leaves = list(_leaves(example))
        for leaf in leaves:
            *path, value = leaf
            rest = frozenset([*(other for other in leaves if other is not leaf), (*path, "*")])
            beside = seen.setdefault(rest, [])
            if any(_apart(value, other) and expect != example.expect for other, expect in beside):
                return True
            beside.append((value, example.expect))
    return False


def _leaves(example: r.Example) -> Iterator[tuple[object, ...]]:
    """Everything an example says, each value behind the path that leads to it."""
    yield ("as_of", example.as_of)
    for name in ("choices", "calendar", "facts", "places"):
        yield from (("", name, key, _plain(value)) for key, value in getattr(example, name).items())
    for record, rows in example.given.items():
        for number, row in enumerate(rows):
            yield from ((record, number, field, _plain(value)) for field, value in row.items())


def _plain(value: object) -> object:
    """A value that can be compared and hashed: days and numbers as they are, all else as it is shown."""
    return value if isinstance(value, date | int | float | Decimal) else repr(value)


def _apart(a: object, b: object) -> bool:
    if isinstance(a, date) and isinstance(b, date) and type(a) is type(b):
        return abs(a - b) <= timedelta(days=1)
    numbers = (int, float, Decimal)
    return isinstance(a, numbers) and isinstance(b, numbers) and abs(Decimal(a) - Decimal(b)) <= 1


# ---- tidying ---------------------------------------------------------------------------------------------------------


def tidied(text: str) -> str:
    """The text without blanks at the ends of lines and with plain line ends, if that changes nothing that YAML reads.

    Text whose meaning would change (a quoted value with a blank at the end of a line), or that is no YAML, comes back
    as it was.
    """
    bare = re.sub(r"[ \t]+$", "", re.sub(r"\r\n?", "\n", text), flags=re.MULTILINE)
    tidy = bare.rstrip("\n") + "\n" if bare.strip() else bare
    if tidy == text:
        return text
    before, problems = yaml.parse(text, "")
    after, _ = yaml.parse(tidy, "")
    same = before is not None and after is not None and not has_errors(problems) and _meaning(before) == _meaning(after)
    return tidy if same else text


def _meaning(node: nodes.Node) -> object:
    match node:
        case nodes.Scalar():
            return node.value, node.plain
        case nodes.Sequence():
            return [_meaning(item) for item in node.items]
        case nodes.Mapping():
            return {entry.key.value: _meaning(entry.value) for entry in node.entries}
