"""One result as programs get it: the same keys in every format that lists results, null where redaction hides."""

from __future__ import annotations

from compliance_engine.outputs.view import View, instance_shown, place_shown, subject_shown
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result


def finding(result: Result, run: Run, view: View) -> dict[str, object]:
    """A result by the keys of `outputs/schema.py` Finding; days as YYYY-MM-DD."""
    file, record = place_shown(result, view)
    return {
        "fingerprint": f"f-{result.fingerprint}" if result.fingerprint is not None else None,
        "rule": result.rule,
        "severity": run.rules[result.rule].severity,
        "outcome": result.outcome,
        "state": result.state,
        "about": result.about,
        "employer": result.employer if view.redact == "none" else None,
        "subject": subject_shown(result, view),
        "instance": instance_shown(result, run, view),
        "starts": result.starts.isoformat() if result.starts else None,
        "due": result.due.isoformat() if result.due else None,
        "done": result.done.isoformat() if result.done else None,
        "lacks": result.lacks,
        "file": file,
        "record": record,
        "known": result.known,
        "line": result.line if file is not None else None,
    }
