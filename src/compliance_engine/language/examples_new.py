"""Examples that a program writes under a rule, in the layout of its file."""

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
_FILE = "example"
_PLAIN = re.compile(r"[A-Za-z]([A-Za-z0-9_. -]*[A-Za-z0-9_.])?")
_NOT_TEXTS = frozenset({"true", "false", "null", "none", "unreadable"})


@dataclass(frozen=True)
class Proposal:
    """An example to write.

    given: what stands there: cells of the subject, record types with their cells or rows, and the surroundings.
    expect, due: one for each obligation; due is empty where no date comes out.
    """

    title: str
    given: Mapping[str, object]
    as_of: date
    expect: tuple[str, ...]
    due: tuple[object, ...] = ()


def laid_over(base: Given, given: Mapping[str, object], about: str, vocabulary: Vocabulary) -> Given:
    """The records of an example, read from the text in which they would be written."""
    node, _ = parse(_value(given), _FILE)
    return Layers(about, vocabulary).over(base, node)


def base_of(text: str, rule: Rule, vocabulary: Vocabulary) -> Given:
    """The records that every example of a rule starts from."""
    root, _ = parse(text, rule.position.file)
    node = _node(root, rule)
    if not isinstance(root, nodes.Mapping) or node is None:
        return Given()
    layers = Layers(rule.about, vocabulary)
    return layers.over(layers.over(Given(), root.get("base")), node.get("base"))


def with_examples(text: str, rule: Rule, proposed: Sequence[Proposal]) -> str | None:
    """The text with examples at the end of a rule, after those that it has; None where there is no place for them."""
    root, _ = parse(text, rule.position.file)
    node = _node(root, rule)
    if node is None or node.position.line == rule.position.line:
        return None
    before = node.get("examples")
    entries = [_entry(example) for example in proposed]
    if before is None:
        pad = " " * (node.position.column - 1)
        lines = [f"{pad}examples: {_NOTE}", *(f"{pad}  - {entry}" for entry in entries)]
        return _inserted(text, node.position.line, node.position.column - 1, lines)
    if not isinstance(before, nodes.Sequence) or not before.items or _is_in_brackets(text, before):
        return None
    dash = before.position.column - 1
    return _inserted(text, before.position.line, dash, [f"{' ' * dash}- {entry}" for entry in entries])


def _is_in_brackets(text: str, node: nodes.Sequence) -> bool:
    return text.splitlines()[node.position.line - 1][node.position.column - 1] == "["


def _inserted(text: str, begins: int, indent: int, new: Sequence[str]) -> str:
    """The text with lines after the block that begins on a line and is indented so far."""
    lines = text.splitlines(keepends=True)
    last = begins
    for number, line in enumerate(lines[begins:], start=begins + 1):
        if line.strip() and not line.lstrip().startswith("#"):
            if len(line) - len(line.lstrip()) < indent:
                break
            last = number
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    before = "".join(lines[:last])
    before += "" if before.endswith(end) else end
    return before + "".join(line + end for line in new) + "".join(lines[last:])


def _node(root: nodes.Node | None, rule: Rule) -> nodes.Mapping | None:
    rules = root.get("rules") if isinstance(root, nodes.Mapping) else None
    node = rules.get(rule.id) if isinstance(rules, nodes.Mapping) else None
    return node if isinstance(node, nodes.Mapping) else None


def _entry(example: Proposal) -> str:
    parts: dict[str, object] = {"title": example.title}
    parts |= {"given": example.given} if example.given else {}
    parts |= {"as_of": example.as_of, "expect": _one_or_all(example.expect)}
    parts |= {"due": _one_or_all(example.due)} if example.due else {}
    return _value(parts)


def _one_or_all(values: tuple[object, ...]) -> object:
    return values[0] if len(values) == 1 else values


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
        case Mapping():
            return f"{{{', '.join(f'{_value(name)}: {_value(item)}' for name, item in value.items())}}}"
        case tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
        case None:
            return "null"
        case _:
            text = str(value)
            plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXTS
            return text if plain or value == "unreadable" else json.dumps(text, ensure_ascii=False)
