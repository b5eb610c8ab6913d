"""Warnings about rules that can be read and may not say what their author meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from compliance_engine.language import nodes
from compliance_engine.language.build_expressions import entries, scalars
from compliance_engine.language.rule import Rule
from compliance_engine.language.tables import Table
from compliance_engine.language.vocabulary import RecordType
from compliance_engine.problems import Level, Problem

_READS = re.compile(r"value\(\s*([a-z0-9.-]+)")
_NOT_EXPRESSIONS = ("title", "cite", "fix", "examples", "base", "kind", "about", "severity", "checked")


def lint_rule(entry: nodes.Entry, rule: Rule, about: RecordType) -> Iterator[Problem]:
    """Warnings about one rule."""
    if rule.body is not None and not rule.examples:
        message = f"{rule.id} has no examples, so nothing tells whether it does what it says."
        yield _warning("no-examples", message, entry.key)
    node = entry.value
    lets = entries(node.get("let")) if isinstance(node, nodes.Mapping) else ()
    for let in lets:
        name = let.key.value
        if about.field(name):
            message = f'"{name}" is a field of {about.name} too; in this rule it is the name under let.'
            yield _warning("hidden-field", message, let.key)
        if not any(_uses(other.value, name) for other in _others(node, let)):
            yield _warning("unused-name", f'"{name}" is not used.', let.key)


def lint_values(tables: Iterable[Table], sections: Iterable[nodes.Node | None]) -> Iterator[Problem]:
    """Warnings about dated values that nothing reads.

    Args:
        tables: the dated values.
        sections: everything that could read one: rules, facts, and the values themselves.
    """
    read: set[str] = set()
    for section in sections:
        for entry in entries(section):
            read |= {id_ for scalar in scalars(entry.value) for id_ in _READS.findall(scalar.value)}
            exposure = entry.value.get("exposure") if isinstance(entry.value, nodes.Mapping) else None
            if isinstance(exposure, nodes.Scalar):
                read.add(exposure.value)
    for table in tables:
        if table.id not in read:
            message = f'Nothing reads the dated value "{table.id}".'
            yield Problem("unused-value", message, table.position, Level.WARNING)


def _others(node: nodes.Node, let: nodes.Entry) -> Iterator[nodes.Entry]:
    """The entries of a rule that could use a name: its keys, and the other names under `let`."""
    for entry in entries(node):
        if entry.key.value == "let":
            yield from (other for other in entries(entry.value) if other is not let)
        elif entry.key.value not in _NOT_EXPRESSIONS:
            yield entry


def _uses(node: nodes.Node, name: str) -> bool:
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)|this\.{re.escape(name)}(?!\w)")
    return any(word.search(scalar.value) for scalar in scalars(node))


def _warning(code: str, message: str, place: nodes.Scalar) -> Problem:
    return Problem(code, message, place.position, Level.WARNING)
