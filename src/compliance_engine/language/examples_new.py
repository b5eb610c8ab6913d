"""Examples that are written under a rule without any, in the layout of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from compliance_engine.language import nodes
from compliance_engine.language.examples_given import Given, Layers
from compliance_engine.language.rule import Rule
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.language.yaml import parse

_NOTE = "# what the rule answers; compare each with the law"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_. -]*")
_NOT_TEXTS = frozenset({"true", "false", "null", "none", "unreadable"})


@dataclass(frozen=True)
class Proposal:
    """An example to write.

    given: what differs from the base, by record type. due: None where no date comes out.
    """

    title: str
    given: Mapping[str, Mapping[str, object]]
    as_of: date
    expect: str
    due: date | datetime | None


def base_of(text: str, rule: Rule, vocabulary: Vocabulary) -> Given:
    """The records that every example of a rule starts from."""
    root, _ = parse(text, rule.position.file)
    node = _node(root, rule)
    if not isinstance(root, nodes.Mapping) or node is None:
        return Given()
    layers = Layers(rule.about, vocabulary)
    return layers.over(layers.over(Given(), root.get("base")), node.get("base"))


def with_examples(text: str, rule: Rule, proposed: Sequence[Proposal]) -> str | None:
    """The text with examples at the end of a rule; None where there is no place for them."""
    root, _ = parse(text, rule.position.file)
    node = _node(root, rule)
    lines = text.splitlines(keepends=True)
    if node is None or node.get("examples") is not None or node.position.line == rule.position.line:
        return None
    indent = node.position.column - 1
    last = node.position.line
    for number, line in enumerate(lines[last:], start=last + 1):
        if line.strip() and not line.lstrip().startswith("#"):
            if len(line) - len(line.lstrip()) < indent:
                break
            last = number
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    before = "".join(lines[:last])
    before += "" if before.endswith(end) else end
    pad = " " * indent
    written = [f"{pad}examples: {_NOTE}", *(f"{pad}  - {_entry(rule, example)}" for example in proposed)]
    return before + "".join(line + end for line in written) + "".join(lines[last:])


def _node(root: nodes.Node | None, rule: Rule) -> nodes.Mapping | None:
    rules = root.get("rules") if isinstance(root, nodes.Mapping) else None
    node = rules.get(rule.id) if isinstance(rules, nodes.Mapping) else None
    return node if isinstance(node, nodes.Mapping) else None


def _entry(rule: Rule, example: Proposal) -> str:
    own = example.given.get(rule.about, {})
    given = [f"{name}: {_value(value)}" for name, value in own.items()]
    given += [
        f"{record}: {{{', '.join(f'{name}: {_value(value)}' for name, value in row.items())}}}"
        for record, row in example.given.items()
        if record != rule.about
    ]
    parts = [f"title: {example.title}"]
    parts += [f"given: {{{', '.join(given)}}}"] if given else []
    parts += [f"as_of: {example.as_of}", f"expect: {example.expect}"]
    parts += [f"due: {_value(example.due)}"] if example.due is not None else []
    return f"{{{', '.join(parts)}}}"


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="minutes")
        case date() | Decimal():
            return str(value)
        case time():
            return f'"{value:%H:%M}"'
        case tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
        case None:
            return "null"
        case _:
            text = str(value)
            plain = _PLAIN.fullmatch(text) and text not in _NOT_TEXTS
            return text if plain or value == "unreadable" else json.dumps(text, ensure_ascii=False)
