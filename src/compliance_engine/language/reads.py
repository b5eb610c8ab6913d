"""What a rule is made of: the nodes of its expressions, and the record types that it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.walk import parts


def expressions(rule: r.Rule) -> list[t.Node]:
    """The expressions under all keys of a rule."""
    found: list[t.Node] = [*rule.starts, *(exception.when for exception in rule.unless)]
    for part in (rule.when, rule.each, rule.body):
        found += _roots(part)
    return found


def _roots(part: object) -> list[t.Node]:
    if isinstance(part, t.Node):
        return [part]
    names = getattr(part, "__dataclass_fields__", ())
    return [node for name in names for node in _roots(getattr(part, name))]


def all_nodes(part: object) -> Iterator[t.Node]:
    """Every node of the expressions of a rule, dated values that are clocks included."""
    if isinstance(part, t.Node):
        yield part
        for below in parts(part):
            yield from all_nodes(below)
    elif isinstance(part, tuple):
        for item in part:
            yield from all_nodes(item)
    elif is_dataclass(part) and not isinstance(part, r.Example):
        for field in fields(part):
            yield from all_nodes(getattr(part, field.name))


def records_read(rule: r.Rule) -> frozenset[str]:
    """Names of the record types that a rule is about, pairs with, requires or reads."""
    found = {rule.about}
    _add_records(rule, found)
    return frozenset(found)


def _add_records(part: object, found: set[str]) -> None:
    if isinstance(part, tuple):
        for item in part:
            _add_records(item, found)
        return
    record = getattr(part, "record", None)
    if isinstance(record, str) and record:
        found.add(record)
    if isinstance(part, t.Node):
        for below in parts(part):
            _add_records(below, found)
    elif not isinstance(part, r.Example):
        for name in getattr(part, "__dataclass_fields__", ()):
            _add_records(getattr(part, name), found)
