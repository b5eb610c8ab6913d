"""How much of a run an output shows, and to whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from compliance_engine.runs.folder import Run
from compliance_engine.runs.identity import keyed_hash
from compliance_engine.runs.model import WaiverUsed
from compliance_engine.runs.read import Group, Result

Redact = Literal["none", "ids", "all"]

_SHOWN = 12
"""Digits of the hash that stands for a subject."""


@dataclass(frozen=True)
class View:
    """What a reader wants and may see.

    Attributes:
        redact: `none` shows ids of people and cases; `ids` shows a keyed hash in their place, with file and row;
            `all` shows none of these.
        key: key of the policy; without it nothing is hashed and `ids` leaves subjects out.
        max_findings: findings that are listed one by one; None for all.
        within_days: how far ahead deadlines are listed.
        colour: mark with the colours of a terminal.
        group_by: what outputs for people put findings together by; None is what the output usually does.
        width: columns of the terminal; None for as many as it takes.
        verbose: also say what was not evaluated, and all causes.
        exit_code: what the program ends with, where it is known.
        per_subject: a test report has a case for each subject, not for each rule.
    """

    redact: Redact = "none"
    key: bytes | None = None
    max_findings: int | None = None
    within_days: int = 30
    colour: bool = False
    group_by: Group | None = None
    width: int | None = None
    verbose: bool = False
    exit_code: int | None = None
    per_subject: bool = False


def subject_shown(result: Result, view: View) -> str | None:
    """What an output calls the subject of a result."""
    if view.redact == "none":
        return result.subject
    if view.redact == "all" or view.key is None:
        return None
    return f"s-{keyed_hash(view.key, [result.about, result.employer, result.subject])[:_SHOWN]}"


def instance_shown(result: Result, run: Run, view: View) -> str | None:
    """Which obligation of the subject it is; where that is the key of a record it is an id like any other."""
    if not result.instance:
        return None
    pairs_with = run.rules[result.rule].pairs_with
    if view.redact == "none" or pairs_with is None:
        return result.instance
    return instance_hidden(result.instance, pairs_with, result.employer, view.redact, view.key)


def instance_hidden(instance: str, record: str, employer: str, redact: Redact, key: bytes | None) -> str | None:
    """What stands for an obligation that the key of a record names; None where not even that is shown.

    Where rows trigger, the type of the record stands before its key, or alone where there is no row.
    """
    if instance == record:
        return instance
    if redact == "all" or key is None:
        return None
    return f"i-{keyed_hash(key, [record, employer, instance.removeprefix(f'{record} ')])[:_SHOWN]}"


def department_shown(result: Result, view: View) -> str | None:
    """The department of the person concerned; it is named freely, so it is hidden like an id."""
    if not result.department or view.redact == "none":
        return result.department
    if view.redact == "all" or view.key is None:
        return None
    return f"d-{keyed_hash(view.key, ['department', result.employer, result.department])[:_SHOWN]}"


def place_shown(result: Result, view: View) -> tuple[str | None, int | None]:
    """File and record number of the subject's row."""
    return (None, None) if view.redact == "all" else (result.file, result.record)


def waiver_shown(waiver: WaiverUsed, view: View) -> str:
    """What an output calls a waiver; one without an id of its own is called by its rule and subject."""
    if view.redact == "none" or not waiver.id.startswith(f"{waiver.rule}/"):
        return waiver.id
    return f"{waiver.rule}/…"


def visible(text: str) -> str:
    """The text with everything escaped that could move a cursor or hide something: records are not trusted."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(r"[^ -~]", lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return character if character.isprintable() else f"\\u{ord(character):04x}"
