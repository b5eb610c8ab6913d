"""`csv`: findings and what is due, a row each, for spreadsheet programs (RFC 4180: commas, CRLF, UTF-8).

`csv:bom` begins with the mark by which Excel knows UTF-8.
"""

from __future__ import annotations

import csv
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.finding import finding
from compliance_engine.outputs.json import FINDINGS
from compliance_engine.outputs.spreadsheet import as_text, harmless
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import opened

COLUMNS = (
    "fingerprint", "rule", "severity", "outcome", "state", "about", "employer", "subject", "instance", "starts", "due",
    "done", "lacks", "file", "record", "title", "cite", "fix", "owner", "known", "line",
)  # fmt: skip
_KNOWN: dict[object, str] = {None: "", True: "yes", False: "no"}
_IDS = ("employer", "subject", "instance")
_FREE = (*_IDS, "lacks", "file")
"""What may hold anything; the rest are words of ours, days and numbers."""


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the table: findings, the worst first, then what is due, by day."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    about = {
        rule: [harmless(text or "") for text in (card.title, card.cite, card.fix, card.owner)]
        for rule, card in run.rules.items()
    }
    with opened(run, view.key) as reader:
        for results in (
            reader.results(FINDINGS, limit=view.max_findings),
            reader.results([Outcome.PENDING], by="due"),
        ):
            for result in results:
                told = finding(result, run, view)
                told |= {name: as_text(str(told[name])) for name in _IDS if told[name] is not None}
                told["lacks"] = "; ".join(result.lacks)
                told |= {name: harmless(str(told[name])) for name in _FREE if told[name] is not None}
                known, line = _KNOWN[told.pop("known")], told.pop("line")
                writer.writerow([*told.values(), *about[result.rule], known, line])


def render_bom(run: Run, view: View, out: TextIO) -> None:
    """Write the table behind a byte order mark."""
    out.write("\ufeff")
    render(run, view, out)
