"""Run the hand-written SQL beside which the engine is measured: `python -m benchmarks.baseline SCRIPT SHAPE DATA`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import sys
from pathlib import Path

import duckdb  # noqa: F401  importing is no part of evaluating

from benchmarks.measure import Stretch, tell


def main(script: Path, shape: str, data: Path) -> None:
    """Run the script in this process, so that its CPU seconds can be told from those of starting Python."""
    os.environ["THR"] = str(os.cpu_count() or 1)
    sys.argv = [str(script), shape, str(data)]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), Stretch() as running:
        runpy.run_path(str(script), run_name="__main__")
    said = json.loads(printed.getvalue())
    tell(wall=said["eval"], cpu=running.cpu, rows=said["rows"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
