"""Names of places and jurisdictions: `us`, a state such as `us.ny`, or what lies in one, such as `us.ny.nyc`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance_engine.language import tree as t
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.language.walk import parts

COUNTRY = "us"
ORGANISATION = "org"
"""The organisation's own rules; no place."""
PLACE_FIELDS = frozenset({"places", "home_places"})
"""Lists of the jurisdictions that something lies in."""
_LOCALITY = re.compile(r"(\.[a-z0-9]+([-_][a-z0-9]+)*)*")


def states(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The states and territories that records may name."""
    worksite = vocabulary.type("worksite")
    field = worksite.field("state") if worksite else None
    return field.codes if field else ()


def is_place(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text names the country, a state or something in a state."""
    if text == COUNTRY:
        return True
    state = ".".join(text.split(".")[:2])
    return state in states(vocabulary) and _LOCALITY.fullmatch(text[len(state) :]) is not None


def is_jurisdiction(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a rule file may be of it."""
    below = text.removeprefix(ORGANISATION)
    return is_place(text, vocabulary) or (text.startswith(ORGANISATION) and _LOCALITY.fullmatch(below) is not None)


def misspelt(e: t.Node, vocabulary: Vocabulary) -> Iterator[t.Text]:
    """Texts of a resolved tree that a list of places is asked for and that are none: they would never be found."""
    if isinstance(e, t.Contains) and isinstance(e.member, t.Text) and _is_list_of_places(e.item):
        if not is_place(e.member.value, vocabulary):
            yield e.member
    elif not isinstance(e, t.Alias | t.Value):
        for part in parts(e):
            yield from misspelt(part, vocabulary)


def _is_list_of_places(e: t.Expression) -> bool:
    return isinstance(e, t.Own | t.Related | t.Row | t.EachField) and e.field.name in PLACE_FIELDS
