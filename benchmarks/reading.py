"""Load one file and keep nothing: `python -m benchmarks.reading FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Stretch, tell
from compliance_engine.records.load import load
from compliance_engine.records.profile import load_shipped
from compliance_engine.runs.database import database, usual_limits


def main(data: Path) -> None:
    """Load it the way `compliance check` does, and tell how many rows the tables have."""
    profile, _ = load_shipped("spreadsheet")
    if profile is None:
        raise RuntimeError("the spreadsheet profile cannot be read")
    with database(usual_limits()) as connection, Stretch() as stretch:
        loaded, _ = load(connection, [data], profile, hash_key=b"benchmark")
    tell(wall=stretch.wall, cpu=stretch.cpu, rows=sum(loaded.rows.values()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
