"""What stands under `given:` of an example as a tree of plain values, and changing it place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

Given = Mapping[str, object]
"""Cells of the subject, record types with their rows, and the surroundings."""
Path = tuple[str | int, ...]
"""Keys and indexes that lead to something in it."""
GONE = object()
"""In the place of what is to be left out."""


def lists(given: object, at: Path = ()) -> Iterator[tuple[Path, tuple[object, ...]]]:
    """Every list of rows or days, with the way to it."""
    if isinstance(given, Mapping):
        for name, below in given.items():
            yield from lists(below, (*at, name))
    elif isinstance(given, tuple):
        yield at, given


def leaves(given: object, at: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every cell, and everything else that is one value, with the way to it."""
    if isinstance(given, Mapping):
        for name, below in given.items():
            yield from leaves(below, (*at, name))
    elif isinstance(given, tuple) and given and all(isinstance(row, Mapping | date) for row in given):
        for number, row in enumerate(given):
            yield from leaves(row, (*at, number))
    else:
        yield at, given


def changed(given: Given, changes: Mapping[Path, object], at: Path = ()) -> dict[str, object]:
    """The same with other values at some places, or without them."""
    below = {name: _put(item, changes, (*at, name)) for name, item in given.items()}
    return {name: item for name, item in below.items() if item is not GONE}


def _put(tree: object, changes: Mapping[Path, object], at: Path) -> object:
    if at in changes:
        return changes[at]
    if isinstance(tree, Mapping):
        return changed(tree, changes, at)
    if isinstance(tree, tuple):
        return tuple(item for n, row in enumerate(tree) if (item := _put(row, changes, (*at, n))) is not GONE)
    return tree
