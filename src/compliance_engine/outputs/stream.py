"""Long lists as JSON, written item by item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

encode = json.JSONEncoder(separators=(", ", ": ")).encode
"""One item on one line; what is not ASCII is escaped, so that no reader has to guess."""


def write_list(out: TextIO, items: Iterable[object]) -> None:
    """Write a JSON list, an item a line."""
    before = "["
    for item in items:
        out.write(f"{before}\n{encode(item)}")
        before = ","
    out.write("[]" if before == "[" else "\n]")


def write_object(out: TextIO, head: Mapping[str, Any], lists: Mapping[str, Iterable[object]]) -> None:
    """Write a JSON object: first the keys that are small, then the lists. A list of nothing is left out."""
    out.write("{\n")
    out.write(",\n".join(f"{encode(key)}: {encode(value)}" for key, value in head.items()))
    for key, items in lists.items():
        iterator = iter(items)
        first = next(iterator, None)
        if first is None:
            continue
        out.write(f",\n{encode(key)}: [\n{encode(first)}")
        out.writelines(f",\n{encode(item)}" for item in iterator)
        out.write("\n]")
    out.write("\n}")
