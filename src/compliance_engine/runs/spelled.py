"""What decides results, spelled out line by line: of a rule and of a policy, so that two runs can be compared.

Words for people (titles, citations, what to do) and examples are left out: they change no result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from compliance_engine.language import tree as t
from compliance_engine.language.policy import DayRange, Policy
from compliance_engine.language.reads import expressions
from compliance_engine.language.rule import Rule
from compliance_engine.language.tables import Table
from compliance_engine.language.walk import walk
from compliance_engine.language.words import words

_RULE = (
    "kind", "about", "jurisdiction", "reach", "severity", "if_missed", "lead_days", "calendar", "in_force", "when",
    "unless", "starts", "each", "family", "replaces", "body",
)  # fmt: skip
_POLICY = (
    "time_zone", "packs", "choices", "lead_days", "lead_by_topic", "named_calendars", "lookback_years",
    "adopt_unconfirmed", "profile", "complete_from",
)  # fmt: skip
_ONLY_SAID = frozenset({"title", "cite", "why", "folder", "position"})


def rule_lines(rule: Rule) -> tuple[str, ...]:
    """A rule as `key: words`, then the cells of the dated values that it reads."""
    lines = [line for name in _RULE for line in _lines(name, getattr(rule, name))]
    tables: dict[str, Table] = {}

    def look(node: t.Node) -> None:
        if isinstance(node, t.Value) and node.table is not None:
            tables[node.table.id] = node.table

    for part in expressions(rule):
        walk(part, look)
    lines += [line for id_ in sorted(tables) for line in _cells(tables[id_])]
    return tuple(lines)


def policy_lines(policy: Policy) -> tuple[str, ...]:
    """The choices of a policy, without what outputs hide: no waivers, and no names of worksites with own calendars."""
    lines = [line for name in _POLICY for line in _lines(name, getattr(policy, name))]
    sites = (days for site, days in sorted(policy.calendars.items()))
    return (*lines, *(line for days in sites for line in _lines("calendar of a worksite", days)))


def _cells(table: Table) -> Iterator[str]:
    for key, cells in table.cells:
        for cell in cells:
            first, last = (day.isoformat() if day is not None else "" for day in (cell.first, cell.last))
            said = words(cell.is_) if cell.is_ is not None else "not announced"
            yield f"{table.id}[{', '.join(key)}] {first}..{last}: {said}"


def _lines(key: str, value: object) -> Iterator[str]:
    match value:
        case None | () | "" | False:
            return
        case t.Node():
            yield f"{key}: {words(value)}"  # type: ignore[arg-type]
        case DayRange():
            yield f"{key}: {value.first}..{value.last}"
        case Mapping():
            for name in sorted(value, key=str):
                yield from _lines(f"{key}.{name}", value[name])
        case tuple() | frozenset():
            plain = all(isinstance(item, str | int) for item in value)
            if plain:
                yield f"{key}: {', '.join(map(str, sorted(value, key=str) if isinstance(value, frozenset) else value))}"
            else:
                for number, item in enumerate(value, start=1):
                    yield from _lines(key if len(value) == 1 else f"{key}.{number}", item)
        case _ if is_dataclass(value):
            for field in fields(value):
                if field.name not in _ONLY_SAID:
                    yield from _lines(f"{key}.{field.name}", getattr(value, field.name))
        case _:
            yield f"{key}: {value}"
