"""Leaves out what the answer does not need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from compliance_engine.engine.from_finding.asks import Answer, Asks
from compliance_engine.engine.from_finding.given import GONE, Given, Path, changed, leaves, lists
from compliance_engine.language.examples_given import Given as Base


def least(asks: Asks, given: Given, wanted: Answer) -> Given:
    """The same answer from as little as will do: tables are left out, then rows, then cells."""
    dated = _dated(asks.base)
    for name in [name for name in given if name not in dated]:
        given = _less(asks, given, [(name,)], wanted)
    for path, listed in list(lists(given)):
        size = len(listed)
        while size:
            number = len(dict(lists(given)).get(path, ()))
            for first in reversed(range(0, number, size)):
                given = _less(asks, given, [(*path, n) for n in range(first, first + size)], wanted)
            size //= 2
    for path in [path for path, _ in leaves(given) if path[0] not in dated or len(path) > 1]:
        given = _less(asks, given, [path], wanted)
    return given


def _dated(base: Base) -> set[str]:
    """Cells and tables for which the base has days: these would stay where they are while all others move."""
    cells = {name for name, value in base.subject.items() if isinstance(value, date)}
    return cells | {
        record for record, rows in base.rows.items() for row in rows if any(isinstance(v, date) for v in row.values())
    }


def _less(asks: Asks, given: Given, paths: Sequence[Path], wanted: Answer) -> Given:
    less = changed(given, dict.fromkeys(paths, GONE))
    return less if asks.answers(less, asks.as_of, wanted) else given
