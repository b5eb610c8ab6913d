"""Write a kept run in one format: `python -m benchmarks.outputs FORMAT RUN TARGET`; the target is removed."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Stretch, tell
from compliance_engine.outputs import BINARY, byte_renderer, renderer
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import read_run


def main(form: str, folder: Path, target: Path) -> None:
    """Write it and tell how long that took and how large it is."""
    run, problems = read_run(folder)
    if run is None:
        raise RuntimeError(problems)
    view = View(key=b"key of the benchmark")
    with Stretch() as stretch:
        if form in BINARY:
            with target.open("wb") as out:
                byte_renderer(form)(run, view, out)
        else:
            with target.open("w", encoding="utf-8", newline="") as text:
                renderer(form)(run, view, text)
    size = target.stat().st_size
    target.unlink()
    tell(wall=stretch.wall, cpu=stretch.cpu, bytes=size)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
