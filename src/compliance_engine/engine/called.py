"""What rules call by name: calendars and registry facts."""

from __future__ import annotations

from collections.abc import Sequence

from compliance_engine.engine import facts
from compliance_engine.language import tree as t
from compliance_engine.language.reads import expressions
from compliance_engine.language.rule import Rule
from compliance_engine.language.walk import walk


def calendars_named(rules: Sequence[Rule]) -> set[str]:
    """Every calendar that some clock of the rules counts by."""
    names: set[str] = set()
    for rule in rules:
        own = rule.calendar

        def look(node: t.Node, own: str = own) -> None:
            if isinstance(node, t.Shift | t.Rolled | t.NthBusinessDay) and node.calendar is not None:
                names.add(node.calendar or own)

        for part in expressions(rule):
            walk(part, look)
    return names


def facts_called(rules: Sequence[Rule]) -> set[facts.Call]:
    """Every registry fact that the rules call, with its literal arguments."""
    used: set[facts.Call] = set()

    def look(node: t.Node) -> None:
        if isinstance(node, t.Fact):
            used.add(
                (node.name, tuple(a.value if isinstance(a, t.Text) else int(getattr(a, "value", 0)) for a in node.args))
            )

    for rule in rules:
        for part in expressions(rule):
            walk(part, look)
    return used
