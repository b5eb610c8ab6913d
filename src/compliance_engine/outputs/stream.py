"""Long lists as JSON, written item by item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    begin_object(out, head)
    for key, items in lists.items():
        listed = Listed(out, key)
        for item in items:
            listed.add(encode(item))
        listed.end()
    out.write("\n}")


def begin_object(out: TextIO, head: Mapping[str, Any]) -> None:
    """Write the keys of an object to which lists will be added."""
    out.write("{\n")
    out.write(",\n".join(f"{encode(key)}: {encode(value)}" for key, value in head.items()))


@dataclass
class Listed:
    """A list in an object that has other keys before it, written as its items come; without any it is left out."""

    out: TextIO
    key: str
    begun: bool = False

    def add(self, item: str) -> None:
        """Write an item that is JSON already."""
        self.out.write(f",\n{item}" if self.begun else f",\n{encode(self.key)}: [\n{item}")
        self.begun = True

    def end(self) -> None:
        """Close the list."""
        if self.begun:
            self.out.write("\n]")
