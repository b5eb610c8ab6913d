"""`jsonl`: the run for programs that read line by line. The first line tells of the run, every other one of a result.

Lines are canonical: keys in order, no blanks, UTF-8, so that equal results are equal lines.
"""

from __future__ import annotations

import json
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.finding import finding
from compliance_engine.outputs.json import FINDINGS, head_of
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import opened

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the run, then findings, the worst first, then what is due, by day."""
    with opened(run, view.key) as reader:
        out.write(_encode({"type": "run", **head_of(reader, view)}) + "\n")
        for type_, results in (
            ("finding", reader.results(FINDINGS, limit=view.max_findings)),
            ("pending", reader.results([Outcome.PENDING], by="due")),
        ):
            out.writelines(_encode({"type": type_, **finding(result, run, view)}) + "\n" for result in results)
