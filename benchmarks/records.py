"""Load an export, and keep its tables for the benchmark of the engine: `python -m benchmarks.records DATA KEPT`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Stretch, tell
from benchmarks.rule_files import AS_OF
from compliance_engine.records.load import load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.quality import examine
from compliance_engine.runs.database import database, usual_limits


def main(data: Path, kept: Path) -> None:
    """Load and look at the data, the way `compliance check` does; writing the tables out is not measured."""
    profile, _ = load_shipped("spreadsheet")
    if profile is None:
        raise RuntimeError("the spreadsheet profile cannot be read")
    with database(usual_limits()) as connection:
        with Stretch() as loading:
            loaded, _ = load(connection, [data], profile, hash_key=b"benchmark")
        with Stretch() as looking:
            examine(connection, loaded, as_of=AS_OF)
        kept.mkdir(parents=True, exist_ok=True)
        connection.execute(f"EXPORT DATABASE '{kept}' (FORMAT parquet)")
    tell(wall=loading.wall, cpu=loading.cpu, looking=looking.cpu, rows=sum(loaded.rows.values()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
