"""`python -m benchmarks`: measure everything, print one table and keep it in RESULTS.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT
from benchmarks.suite import PARTS, Suite
from benchmarks.table import page

RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Read the options, measure, write."""
    options = _options()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        suite = Suite(
            sizes=tuple(options.sizes),
            peers_at=options.peers_at,
            findings=options.findings,
            runs=options.runs,
            data=options.data.resolve(),
            baseline=options.baseline.resolve(),
            scratch=Path(scratch),
            say=lambda what: print(what, file=sys.stderr),
        )
        text = page(list(suite.groups(options.only)), options.on, (before, os.getloadavg()[0]))
    print(text, end="")
    options.results.write_text(text, "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--on", metavar="DATE", help="the day of measuring, to stand in the table")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument(
        "--peers-at", type=int, default=20_000, metavar="N", help="employees for engines that take one record at a time"
    )
    parser.add_argument(
        "--findings", type=int, default=2_000_000, metavar="N", help="findings of the run that every format is made of"
    )
    parser.add_argument(
        "--runs", type=int, default=5, metavar="K", help="runs at 1,000 employees; half at 100,000, a fifth beyond"
    )
    parser.add_argument(
        "--baseline", type=Path, default=ROOT.parent / "shared" / "benchmarks", help="folder of the hand-written SQL"
    )
    parser.add_argument("--data", type=Path, default=ROOT / "bench-data", help="where invented records are kept")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file that the table is written to")
    return parser.parse_args()


if __name__ == "__main__":
    main()
