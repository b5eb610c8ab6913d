"""What a rule is made of: the nodes of its expressions, and the record types that it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.walk import parts


def expressions(part: object) -> Iterator[t.Node]:
    """Every node of the expressions of a rule, dated values that are clocks included."""
    if isinstance(part, t.Node):
        yield part
        for below in parts(part):
            yield from expressions(below)
    elif isinstance(part, tuple):
        for item in part:
            yield from expressions(item)
    elif is_dataclass(part) and not isinstance(part, r.Example):
        for field in fields(part):
            yield from expressions(getattr(part, field.name))


def records_read(rule: r.Rule) -> frozenset[str]:
    """Names of the record types that a rule is about, pairs with, requires or reads."""
    return frozenset({rule.about, *_records(rule)})


def _records(part: object) -> Iterator[str]:
    name = getattr(part, "record", None)
    if isinstance(name, str) and name:
        yield name
    if isinstance(part, t.Node):
        for below in parts(part):
            yield from _records(below)
    elif isinstance(part, tuple):
        for item in part:
            yield from _records(item)
    elif is_dataclass(part) and not isinstance(part, r.Example):
        for field in fields(part):
            yield from _records(getattr(part, field.name))
