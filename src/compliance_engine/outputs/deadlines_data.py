"""Deadlines for programs and spreadsheets: `json` and `csv` with the same columns."""

from __future__ import annotations

import csv as tables
import json
from collections.abc import Iterator
from typing import Any, TextIO

from compliance_engine.outputs.deadlines import Deadline, Wanted, deadlines, latest
from compliance_engine.outputs.spreadsheet import as_text, harmless
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, instance_shown, place_shown, subject_shown
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

COLUMNS = (
    "as_of", "due", "days", "overdue", "rule", "title", "severity", "topic", "owner", "employer", "subject",
    "instance", "file", "record", "confirmed", "fingerprint",
)  # fmt: skip
_IDS = ("employer", "subject", "instance")


def json_(run: Run, view: View, wanted: Wanted, out: TextIO) -> None:
    """Write one JSON object; the deadlines in it one by one, however many there are."""
    info = run.info
    until = latest(info.as_of, wanted.within)
    head = {
        "format_version": info.format_version,
        "tool": info.tool.model_dump(mode="json"),
        "rules": info.rules.model_dump(mode="json"),
        "as_of": info.as_of.isoformat(),
        "time_zone": info.time_zone,
        "until": until.isoformat() if until is not None else None,
        "owner": wanted.owner,
        "counts": {str(outcome): number for outcome, number in info.counts.items()},
        "redacted": view.redact,
        "notice": ADVICE,
    }
    out.write(json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}") + ',\n "deadlines": [')
    before = "\n  "
    for row in _rows(run, view, wanted):
        out.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n  "
    out.write("\n ]\n}\n" if before.startswith(",") else "]\n}\n")


def csv(run: Run, view: View, wanted: Wanted, out: TextIO) -> None:
    """Write a table (RFC 4180) of which no cell is taken for a formula."""
    writer = tables.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(run, view, wanted):
        writer.writerow([_cell(column, row[column]) for column in COLUMNS])


def _cell(column: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return harmless(as_text(value) if column in _IDS else value)


def _rows(run: Run, view: View, wanted: Wanted) -> Iterator[dict[str, Any]]:
    with opened(run, view.key) as reader:
        for deadline in deadlines(reader, wanted):
            yield _row(deadline, reader, view)


def _row(deadline: Deadline, reader: Reader, view: View) -> dict[str, Any]:
    result, card = deadline.result, deadline.card
    file, record = place_shown(result, view)
    return {
        "as_of": reader.run.info.as_of.isoformat(),
        "due": deadline.due.isoformat(),
        "days": deadline.days,
        "overdue": deadline.overdue,
        "rule": result.rule,
        "title": card.title,
        "severity": card.severity,
        "topic": card.topic,
        "owner": card.owner,
        "employer": result.employer if view.redact == "none" else None,
        "subject": subject_shown(result, view),
        "instance": instance_shown(result, reader.run, view),
        "file": file,
        "record": record,
        "confirmed": card.decides,
        "fingerprint": f"f-{result.fingerprint}" if result.fingerprint is not None else None,
    }
