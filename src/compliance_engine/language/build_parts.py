"""What the builders of several kinds share: windows, record types with a condition, codes and fields."""

from __future__ import annotations

from dataclasses import replace

from compliance_engine.language import nodes
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import Expressions
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.vocabulary import FieldType
from compliance_engine.problems import Position

STARTS = frozenset({"starts"})
TODAY = STARTS | {"as_of"}
AFTER = STARTS | {"due", "done"}

_BRIEFLY = 12
"""Codes that a message lists."""


def window(node: nodes.Node | None, key: str, words: frozenset[str], e: Expressions) -> r.Window | None:
    """The two ends of a window; None if there is none."""
    if not isinstance(node, nodes.Mapping):
        return None
    first = e.clock(node.get("from"), "date", f"{key}.from", words)
    last = e.clock(node.get("to"), "date", f"{key}.to", words)
    return r.Window(first, last)


def key_place(node: nodes.Mapping, key: str, e: Expressions) -> Position:
    """Where a key stands; if it does not, where its rule begins."""
    entry = node.entry(key)
    return entry.key.position if entry else e.place or node.position


def known_code(name: str, record: str, field: str, place: Position, e: Expressions) -> bool:
    """Whether a code is in the list of a field; if not, that is reported."""
    found = e.scope.vocabulary.types[record].field(field)
    codes = found.codes if found else ()
    if name in codes:
        return True
    guess = did_you_mean(name, codes)
    help_ = None if guess else "codes: " + ", ".join(codes[:_BRIEFLY]) + (" …" if len(codes) > _BRIEFLY else "")
    e.say("unknown-code", f'"{name}" is not in the code list of {record}.{field}.', place, guess, help_)
    return False


def known_date(name: str | None, record: str, place: Position, e: Expressions) -> None:
    """Report a name that is no date of a record type."""
    if name is None:
        return
    fields = e.scope.vocabulary.types[record].fields
    dates = [f.name for f in fields if f.type is FieldType.DATE]
    if name not in dates:
        message = f'{record} has no date "{name}".'
        e.say("unknown-name", message, place, did_you_mean(name, dates), "dates: " + ", ".join(dates[:_BRIEFLY]))


def records_of(
    node: nodes.Node | None, key: str, words: frozenset[str], e: Expressions, or_class: bool = False
) -> tuple[str | None, t.Expression | None]:
    """A record type, as in `policy_document where requires_acknowledgement = yes`, with its condition.

    Args:
        or_class: whether a document class may stand in its place.
    """
    raw = e.parsed(node, "dates") if node is not None else None
    if node is None or raw is None:
        return None, None
    path = raw.path if isinstance(raw, t.Rows) else raw.parts if isinstance(raw, t.Name) else ()
    if len(path) != 1:
        example = "policy_document where requires_acknowledgement = yes"
        e.say("wrong-type", f'A record type is needed under "{key}".', node.position, help=example)
        return None, None
    name = path[0]
    if name not in e.scope.vocabulary.types:
        if or_class and isinstance(raw, t.Name):
            found = e.scope.vocabulary.types["document"].field("class_code")
            codes = found.codes if found else ()
            if name in codes:
                return name, None
            guess = did_you_mean(name, [*codes, *e.scope.vocabulary.types])
            e.say("unknown-name", f'"{name}" is no record type and no document class.', node.position, guess)
            return None, None
        e.say(
            "unknown-name", f'"{name}" is no record type.', node.position, did_you_mean(name, e.scope.vocabulary.types)
        )
        return None, None
    where = raw.where if isinstance(raw, t.Rows) else None
    if where is None:
        return name, None
    return name, e.resolved(node, where, "yes_no", key, words, replace(e.scope, row=name))
