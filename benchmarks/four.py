"""Four rules in an engine that takes one record at a time: `python -m benchmarks.four PEER KEPT`.

Its states are held beside ours, case by case.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import duckdb

from benchmarks.measure import Stretch, tell
from benchmarks.peers import CHECK, DEADLINES, OPEN, RULES, Case, States
from benchmarks.rule_files import AS_OF, TWENTY_FOUR, planned
from compliance_engine.calendars.calendar import business_days_after
from compliance_engine.calendars.tables import named
from compliance_engine.engine.run import evaluate
from compliance_engine.language.outcomes import State
from compliance_engine.runs.database import database, usual_limits

_READS = {
    "us.bench.r02": ("start_date", "form_8850_filed_on"),
    "us.bench.r04": ("start_date", "form_8850_filed_on"),
    "us.bench.r07": ("termination_date", "separation_notice_on"),
    CHECK: ("start_date", "termination_date"),
}
"""The trigger and the event of each rule."""


def main(peer: str, kept: Path) -> None:
    """Evaluate once and compare; `ours` measures our own engine on the same four rules."""
    with database(usual_limits()) as connection:
        connection.execute(f"IMPORT DATABASE '{kept}'")
        cases = _cases(connection)
        ours = _ours(connection, cases)
    if peer == "ours":
        took, states = ours
    else:
        prepare: Callable[[Sequence[Case], date], Callable[[], States]] = import_module(
            f"benchmarks.peers.{peer}"
        ).prepare
        ready = prepare(cases, AS_OF)
        with Stretch() as took:
            states = ready()
    different = sum(mine != theirs for mine, theirs in zip(ours[1], states, strict=True))
    tell(wall=took.wall, cpu=took.cpu, cases=len(cases), different=different)


def _cases(connection: duckdb.DuckDBPyConnection) -> list[Case]:
    days = {DEADLINES[1]: 20, DEADLINES[2]: 44}
    federal = named("us-federal")
    if federal is None:
        raise RuntimeError("the calendar us-federal is not shipped")
    cases = []
    for rule in RULES:
        start, event = _READS[rule]
        rows = connection.execute(f"SELECT _row, {start}, {event} FROM employment_spell ORDER BY _row").fetchall()
        for row, starts, happened in rows:
            due = None
            if rule in DEADLINES and starts is not None and starts != date.max:
                counted = business_days_after(federal, starts, 3) if rule not in days else None
                due = counted.toordinal() if counted is not None else starts.toordinal() + days[rule]
            cases.append(Case(rule, row, _ordinal(starts), due, _ordinal(happened), starts, happened))
    return cases


def _ordinal(day: date | None) -> int | None:
    return OPEN if day == date.max else day.toordinal() if day is not None else None


def _ours(connection: duckdb.DuckDBPyConnection, cases: Sequence[Case]) -> tuple[Stretch, States]:
    plan = planned((TWENTY_FOUR,), chosen=tuple(f"id:{rule}" for rule in RULES))
    settings = replace(plan.settings, keep=frozenset(State))
    with Stretch() as took:
        evaluation = evaluate(connection, plan.ruleset, plan.rules, settings)
    ids = [rule.id for rule in evaluation.rules]
    rows = connection.execute("SELECT rule_no, _row, state::VARCHAR FROM _outcome").fetchall()
    found = {(ids[number], row): state for number, row, state in rows}
    return took, [found[case.rule, case.row] for case in cases]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
