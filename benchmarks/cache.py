"""Read rules with and without the cache of compiled rule sets: `python -m benchmarks.cache RULES FOLDER`.

The folder decides: in an empty one the rules are parsed and kept, in one that has them they are read back.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Stretch, tell
from compliance_engine.calendars import tables
from compliance_engine.language.cache import load_compiled
from compliance_engine.records.types import VOCABULARY


def main(rules: Path, folder: Path) -> None:
    """Imports that only parsing needs are part of what is measured."""
    with Stretch() as loading:
        ruleset, _ = load_compiled([rules], VOCABULARY, frozenset(tables.names()), folder)
    tell(wall=loading.wall, cpu=loading.cpu, rules=len(ruleset.rules))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
