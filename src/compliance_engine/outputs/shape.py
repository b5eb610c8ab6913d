"""JSON of which there are millions that differ in a few places: what they share is encoded once."""

from __future__ import annotations

import re

from compliance_engine.outputs.stream import encode

_GAP = re.compile(r"(?<!\\)\\u0000(\w+)\\u0000")
"""How a gap is encoded. A text that only looks like one has a second backslash."""


def gap(name: str) -> str:
    """Stands in a text, or for all of it, where shapes are to be filled."""
    return f"\0{name}\0"


def shape(value: object) -> str:
    """The value as JSON with its gaps open. It is filled by `%` with texts encoded by `inner`, on one line."""
    return _GAP.sub(r"%(\1)s", encode(value).replace("%", "%%"))


def inner(text: str) -> str:
    """A text as it stands between the quotes of JSON."""
    return encode(text)[1:-1]
