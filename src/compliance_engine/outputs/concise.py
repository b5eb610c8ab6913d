"""`concise`: a finding a line, as compilers write them: `file:row: severity rule message [fingerprint]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import heading, message, place, short, who
from compliance_engine.outputs.text import totals, wrong_with_data
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

LISTED = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR)


def render(run: Run, view: View, out: TextIO) -> None:
    """Write a line for each finding, the worst first, and the counts."""
    with opened(run, view.key) as reader:
        out.writelines(line + "\n" for line in _lines(reader, view))
    out.writelines(f"# wrong with the data: {line.strip()}\n" for line in wrong_with_data(run, view))
    out.writelines(line + "\n" for line in totals(run))


def _lines(reader: Reader, view: View) -> Iterator[str]:
    run = reader.run
    before = None
    for result in reader.results(LISTED, limit=view.max_findings, group=view.group_by):
        group = heading(result, run, view)
        if group != before:
            yield f"# {group}"
            before = group
        told = [run.rules[result.rule].severity, result.rule, who(result, run, view), message(result, run)]
        mark = short(result, reader)
        told += [f"[{mark}]"] if mark else []
        yield f"{place(result, view) or '-'}: {' '.join(part for part in told if part)}"
    left_out = left(reader, view)
    if left_out:
        yield f"# {left_out}"


def left(reader: Reader, view: View) -> str:
    """How many findings --max-findings cut; empty if none."""
    if view.max_findings is None:
        return ""
    total = reader.count(LISTED)
    cut = total - view.max_findings
    return f"{cut:,} more of {total:,} findings are not shown; see --max-findings" if cut > 0 else ""
