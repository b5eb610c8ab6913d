"""Run the examples that rules carry: `python -m benchmarks.examples RULES`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Stretch, tell
from compliance_engine.calendars import tables
from compliance_engine.engine.examples import run_examples
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY


def main(rules: Path) -> None:
    """Parsing the rules is not measured."""
    ruleset, _ = load_rules([rules], VOCABULARY, frozenset(tables.names()))
    with Stretch() as running:
        results = run_examples(ruleset, list(ruleset.rules.values()))
    tell(wall=running.wall, cpu=running.cpu, rules=len(ruleset.rules), examples=len(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
