"""Judge tables that are already loaded: `python -m benchmarks.engine KEPT`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from benchmarks.measure import Stretch, tell
from benchmarks.rule_files import planned
from compliance_engine.engine.run import evaluate
from compliance_engine.runs.database import database, usual_limits


def main(kept: Path) -> None:
    """From loaded tables to the findings and the counts; neither loading nor writing is measured."""
    plan = planned()
    with database(usual_limits()) as connection:
        connection.execute(f"IMPORT DATABASE '{kept}'")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with Stretch() as judging:
            found = evaluate(connection, plan.ruleset, plan.rules, plan.settings)
        rows = connection.execute("SELECT count(*) FROM _outcome").fetchone()
    if found.errors:
        raise RuntimeError(f"rules failed: {dict(found.errors)}")
    tell(wall=judging.wall, cpu=judging.cpu, tables=before, results=sum(found.counts.values()), rows=(rows or (0,))[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
