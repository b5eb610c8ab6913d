"""Leaves out what the answer does not need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from compliance_engine.engine.from_finding.asks import Answer, Asks
from compliance_engine.engine.from_finding.given import GONE, Given, Path, changed, leaves, lists
from compliance_engine.language.examples_given import Given as Base


def least(asks: Asks, given: Given, wanted: Answer) -> Given:
    """The same answer from as little as will do: tables are left out, then rows, then cells."""
    for name in given:
        given = _uncovered(asks, given, name, wanted)
    for path, listed in list(lists(given)):
        size = len(listed)
        while size:
            number = len(dict(lists(given)).get(path, ()))
            for first in reversed(range(0, number, size)):
                given = _less(asks, given, [(*path, n) for n in range(first, first + size)], wanted)
            size //= 2
    for path in [path for path, _ in leaves(given)]:
        given = _less(asks, given, [path], wanted) if len(path) > 1 else _uncovered(asks, given, str(path[0]), wanted)
    return given


def _uncovered(asks: Asks, given: Given, name: str, wanted: Answer) -> Given:
    """Without a cell or table, so that what the base says of it counts.

    A day of the base would stay where it is while all others move, so nothing may hang on it.
    """
    is_dated = any(isinstance(value, date) for row in _of_base(asks.base, name) for value in row.values())
    nothing = () if name in asks.base.rows else None
    if is_dated and not asks.answers(changed(given, {(name,): nothing}), asks.as_of, wanted):
        return given
    return _less(asks, given, [(name,)], wanted)


def _of_base(base: Base, name: str) -> Sequence[Mapping[str, object]]:
    return base.rows.get(name, ({name: base.subject.get(name)},))


def _less(asks: Asks, given: Given, paths: Sequence[Path], wanted: Answer) -> Given:
    less = changed(given, dict.fromkeys(paths, GONE))
    return less if asks.answers(less, asks.as_of, wanted) else given
