"""zen-engine: one compiled expression a rule over a record; due days are given to it ready-made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import zen  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers import CHECK, LEAD, OPEN, RULES, Case, States


def prepare(cases: Sequence[Case], as_of: date) -> Callable[[], States]:
    """Compile the expressions and lay the records out as the engine wants them."""
    compiled = {rule: zen.compile_expression(_check() if rule == CHECK else _deadline(as_of)) for rule in RULES}
    work = [(compiled[c.rule], {"start": c.start, "due": c.due, "done": c.done}) for c in cases]
    return lambda: _all(work)


def _all(work: list[tuple[Any, dict[str, int | None]]]) -> States:
    return [expression.evaluate(record) for expression, record in work]


def _check() -> str:
    return "start == null or done == null ? 'unknown' : done >= start ? 'compliant' : 'breach'"


def _deadline(as_of: date) -> str:
    today = as_of.toordinal()
    return (
        f"start == null ? 'unknown' : start == {OPEN} ? 'not-started' : done == null ? 'unknown' : "
        f"done <= {today} ? (done <= due ? 'met' : 'met-late') : {today} > due ? 'overdue' : "
        f"{today} >= due - {LEAD} ? 'due-soon' : 'due'"
    )
