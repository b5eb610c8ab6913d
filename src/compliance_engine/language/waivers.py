"""Waivers: dated, approved exceptions, in a policy or in a file of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from compliance_engine.language import nodes, yaml
from compliance_engine.language.files import contents
from compliance_engine.language.models import policies as m
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.structure import read
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Level, Position, Problem, in_order


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception to one rule, for one subject, one finding or (neither given) everybody.

    position, rule_position: where it stands, and where it names its rule.
    """

    id: str
    rule: str
    subject: str | None
    finding: str | None
    reason: str
    owner: str
    approved_by: str
    approved_on: date
    expires_on: date
    position: Position | None = field(default=None, compare=False)
    rule_position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True)
class WaiverFile:
    """Waivers that take the place of the policy's, and a hash of the file that they were read from."""

    path: Path
    sha256: str
    waivers: tuple[Waiver, ...]
    text: str = field(repr=False)


def load_waivers(path: Path) -> tuple[WaiverFile | None, list[Problem]]:
    """Read a file whose only key is `waivers`."""
    name = path.as_posix()
    try:
        content = contents(path)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or 'no reason given'}."
        return None, [Problem("unreadable-file", message)]
    node, problems = yaml.parse(content, name)
    if node is None:
        return None, problems or [Problem("empty-file", "The file is empty.", Position(name, 1, 1))]
    keys, found = read(m.WaiversKeys, node)
    problems += found
    if keys is None:
        return None, in_order(problems)
    problems += wrong_waivers(keys.waivers, node)
    if problems:
        return None, in_order(problems)
    waivers = waivers_of(keys.waivers, node)
    return WaiverFile(path, hashlib.sha256(content).hexdigest(), waivers, content.decode("utf-8")), []


def waivers_of(written: Sequence[m.WaiverKeys], node: nodes.Node) -> tuple[Waiver, ...]:
    """The waivers below the key `waivers` of a file."""
    return tuple(
        Waiver(
            _id(w), w.rule, w.subject, w.finding, w.reason, w.owner, w.approved_by, w.approved_on, w.expires_on,
            nodes.locate(node, ("waivers", number)), nodes.locate(node, ("waivers", number, "rule")),
        )
        for number, w in enumerate(written)
    )  # fmt: skip


def _id(waiver: m.WaiverKeys) -> str:
    """The id of a waiver, made of what it covers unless it is written."""
    return waiver.id or f"{waiver.rule}/{waiver.finding or waiver.subject or 'all'}"


def wrong_waivers(written: Sequence[m.WaiverKeys], node: nodes.Node) -> Iterator[Problem]:
    """Waivers that cannot be meant."""
    seen: set[str] = set()
    for number, waiver in enumerate(written):
        place = nodes.locate(node, ("waivers", number))
        if waiver.subject and waiver.finding:
            yield Problem("wrong-type", "A waiver is for a subject or for a finding, not both.", place)
        if waiver.expires_on < waiver.approved_on:
            yield Problem("value-order", f"The waiver expires on {waiver.expires_on}, before it is approved.", place)
        id_ = _id(waiver)
        if id_ in seen:
            yield Problem("duplicate-id", f'There are two waivers "{id_}".', place, help="give one of them an id")
        seen.add(id_)


def check_waivers(waivers: Sequence[Waiver], ruleset: RuleSet) -> Iterator[Problem]:
    """Waivers for rules that are not there, by their present or an earlier id."""
    ids = {*ruleset.rules, *(old for rule in ruleset.rules.values() for old in rule.was)}
    for waiver in waivers:
        if waiver.rule not in ids:
            message = f'The waiver is for "{waiver.rule}", and there is no such rule.'
            guess = did_you_mean(waiver.rule, ids)
            yield Problem("unknown-name", message, waiver.rule_position, suggestion=guess)


def waivers_on(waivers: Sequence[Waiver], as_of: date) -> tuple[tuple[Waiver, ...], list[Problem]]:
    """The waivers that hold on a day, and a note for each that does not."""
    holding, notes = [], []
    for waiver in waivers:
        if waiver.expires_on < as_of:
            message = f"The waiver {waiver.id} expired on {waiver.expires_on} and is not applied."
            notes.append(Problem("waiver-expired", message, waiver.position, Level.NOTE))
        elif waiver.approved_on > as_of:
            message = f"The waiver {waiver.id} is approved from {waiver.approved_on} on and is not applied yet."
            notes.append(Problem("waiver-not-yet", message, waiver.position, Level.NOTE))
        else:
            holding.append(waiver)
    return tuple(holding), notes
