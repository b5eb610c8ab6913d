"""A kept run of many made-up findings, each about a person of its own: `python -m benchmarks.findings NUMBER FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.rule_files import AS_OF
from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import OUTCOMES, write_description

RULES = Path(__file__).parent / "rules" / "twenty-four.yaml"


def make(findings: int, folder: Path) -> None:
    """Check nobody by the 24 rules, and put made-up results in the place of none: four fifths overdue, one unknown."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as nobody:
        run, problems = evaluate([RULES], None, [Path(nobody)], AS_OF, folder)
    if run is None:
        raise RuntimeError(problems)
    rules = ", ".join(f"'{rule}'" for rule in run.rules)
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.execute(f"""
            COPY (
                SELECT [{rules}][1 + n % {len(run.rules)}] AS rule, 'employment_spell' AS about, 'main' AS employer,
                       'E-' || n || '/1' AS subject, '' AS instance,
                       CASE WHEN n % 5 = 0 THEN 'unknown' ELSE 'violation' END AS outcome,
                       CASE WHEN n % 5 = 0 THEN 'unknown' ELSE 'overdue' END AS state,
                       DATE '2026-01-01' - (n % 900)::INTEGER AS starts, DATE '2026-01-04' - (n % 900)::INTEGER AS due,
                       NULL::DATE AS done, CASE WHEN n % 5 = 0 THEN ['employment_spell.start_date'] ELSE [] END AS lacks,
                       'employees.csv' AS file, n + 2 AS record, 'Department ' || n % 40 AS department
                FROM range({findings}) made(n) ORDER BY rule, employer, subject
            ) TO '{folder / OUTCOMES}' (FORMAT parquet)
        """)
        counted = f"SELECT rule, outcome, state, count(*) FROM '{folder / OUTCOMES}' GROUP BY ALL"
        counts = {**run.info.counts, Outcome.UNKNOWN: 0, Outcome.VIOLATION: 0}
        by_rule: dict[str, dict[State, int]] = {}
        for rule, outcome, state, number in connection.execute(counted).fetchall():
            counts[Outcome(outcome)] += number
            by_rule.setdefault(rule, {})[State(state)] = number
    write_description(folder, run.info.model_copy(update={"counts": counts, "by_rule": by_rule}), run.rules)


if __name__ == "__main__":
    make(int(sys.argv[1]), Path(sys.argv[2]))
