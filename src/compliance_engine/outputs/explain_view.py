"""How an explanation shows values, and what it hides from readers who may not see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from compliance_engine.engine.explain import Fact, Line
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.outputs.view import Redact, instance_hidden
from compliance_engine.runs.derivation import HIDDEN, is_private, never_shown, value_shown
from compliance_engine.runs.explain import Explained
from compliance_engine.runs.identity import keyed_hash

_DIGITS = 12


@dataclass(frozen=True)
class ExplainView:
    """What a reader may see of an explanation: as `View`, and with the record types for telling what is sensitive."""

    vocabulary: Vocabulary
    redact: Redact = "none"
    key: bytes | None = None


def fact_shown(fact: Fact, view: ExplainView) -> str:
    """The value of a fact; texts, sensitive records and what tells who somebody is are hidden where ids are."""
    if never_shown(fact) or (view.redact != "none" and is_private(fact, view.vocabulary)):
        return HIDDEN
    return value_shown(fact.value)


def line_shown(line: Line, view: ExplainView) -> str:
    """What was worked out, unless it tells who somebody is."""
    return HIDDEN if line.identifying and view.redact != "none" else value_shown(line.value)


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
    record = explained.rule.names_record
    if view.redact == "none" or record is None or not name:
        return name
    return instance_hidden(name, record, explained.employer, view.redact, view.key) or HIDDEN
