"""The closed registry of facts that need a query: what rules may call by name, with parameters and a day.

Each fact is a file: its law, the table that prepares it, the SQL that asks for it, and the same in plain Python. Facts
about the employer (`headcount`, `workweeks_at`) are steps that a join looks up; facts about a person (`service_months`,
`hours_in_12_months`) are subqueries. All of them give what is certain as n, and its bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import duckdb

from compliance_engine.engine.facts import headcount, hours_in_12_months, service_months, weeks, workweeks_at

Args = tuple[str | int, ...]
Call = tuple[str, Args]
"""A fact by name and the values of its parameters, e.g. `("headcount", ("in state",))`."""

Create = Callable[[duckdb.DuckDBPyConnection, list[Args], date], None]

FACTS: Mapping[str, Create] = {
    "headcount": lambda connection, args, _as_of: headcount.create(connection, [str(a[0]) for a in args]),
    "workweeks_at": lambda connection, args, _as_of: workweeks_at.create(connection, [int(a[0]) for a in args]),
    "service_months": lambda connection, _args, _as_of: service_months.create(connection),
    "hours_in_12_months": lambda connection, _args, _as_of: hours_in_12_months.create(connection),
}
"""What makes the tables of each fact, from all the parameters that it is called with."""


def create(connection: duckdb.DuckDBPyConnection, calls: Iterable[Call], as_of: date) -> None:
    """Make the tables of every fact that is called; the tables of the records must be there."""
    wanted: dict[str, list[Args]] = {}
    for name, args in calls:
        wanted.setdefault(name, []).append(args)
    if "workweeks_at" in wanted or (headcount.TWENTY,) in wanted.get("headcount", ()):
        weeks.create(connection, as_of)
    for name in sorted(wanted):
        FACTS[name](connection, wanted[name], as_of)
