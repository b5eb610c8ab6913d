"""How an explanation shows values, and what it hides from readers who may not see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from compliance_engine.engine.explain import Fact
from compliance_engine.engine.twin import Cause, Unknown, Value
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import FieldType, Vocabulary
from compliance_engine.outputs.view import Redact
from compliance_engine.runs.explain import Explained
from compliance_engine.runs.identity import keyed_hash

HIDDEN = "(hidden)"
SENSITIVE = frozenset({"medical", "immigration", "legal_privileged", "screening"})
"""Records whose values nobody but their keeper sees when ids are hidden."""
_DIGITS = 12


@dataclass(frozen=True)
class ExplainView:
    """What a reader may see of an explanation: as `View`, and with the record types for telling what is sensitive."""

    vocabulary: Vocabulary
    redact: Redact = "none"
    key: bytes | None = None


def value_shown(value: Value) -> str:
    """A value in words; an unknown says why."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case Absent():
            return {Absent.OPEN: "not yet", Absent.NONE: "never so far"}.get(value, "unknown")
        case tuple():
            return ", ".join(value_shown(item) for item in value) or "(none)"
        case Unknown():
            return "unknown: " + "; ".join(cause_shown(cause) for cause in sorted(value.causes))
        case _:
            return str(value)


def cause_shown(cause: Cause) -> str:
    """A fact that is missing."""
    return f"{cause.what} ({cause.why})"


def fact_shown(fact: Fact, view: ExplainView) -> str:
    """The value of a fact; texts and sensitive records are hidden where ids are, a hashed number always."""
    if fact.field is not None and fact.field.name.endswith("_hash"):
        return HIDDEN
    if view.redact != "none" and not isinstance(fact.value, Unknown | Absent):
        record = view.vocabulary.types[fact.source[0]] if fact.source is not None else None
        secret = record is not None and record.confidentiality in SENSITIVE
        if secret or (fact.field is not None and fact.field.type is FieldType.TEXT):
            return HIDDEN
    return value_shown(fact.value)


def place_of(source: tuple[str, int] | None, explained: Explained, view: ExplainView) -> str | None:
    """Name of the file and record number of a record."""
    place = None if source is None else explained.places.get(source)
    return place_shown(place, view)


def place_shown(place: tuple[str, int] | None, view: ExplainView) -> str | None:
    """Name of the file and record number, where the reader may see them."""
    return None if place is None or view.redact == "all" else f"{Path(place[0]).name}:{place[1]}"


def subject_of(explained: Explained, view: ExplainView) -> str:
    """What the subject is called, the same as in the outputs of a run."""
    if view.redact == "none":
        return explained.subject
    if view.redact == "all" or view.key is None:
        return HIDDEN
    return f"s-{keyed_hash(view.key, [explained.rule.about, explained.employer, explained.subject])[:_DIGITS]}"


def instance_of(name: str, explained: Explained, view: ExplainView) -> str:
    """Which obligation it is; the key of another record is an id like any other."""
    each = explained.rule.each
    if view.redact == "none" or each is None or not name:
        return name
    if view.redact == "all" or view.key is None:
        return HIDDEN
    return f"i-{keyed_hash(view.key, [each.record, explained.employer, name])[:_DIGITS]}"
