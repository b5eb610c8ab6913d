"""Two runs beside each other, for programs."""

from __future__ import annotations

import json
from typing import Any, TextIO

from compliance_engine.outputs.diff import Diff
from compliance_engine.outputs.finding import finding
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View
from compliance_engine.runs.compare import Change, RuleChanges
from compliance_engine.runs.folder import Run
from compliance_engine.runs.reasons import Reason

FORMAT_VERSION = "1.0"


def render(diff: Diff, view: View, out: TextIO) -> None:
    """Write one JSON object."""
    comparison, step = diff.comparison, diff.step
    content = {
        "format_version": FORMAT_VERSION,
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "counts": comparison.counts(),
        "step": step.step,
        "step_because": step.because,
        "policy_removed": comparison.policy_removed,
        "policy_added": comparison.policy_added,
        "files": comparison.files,
        "rules": [_rule(rule, diff, view) for rule in comparison.rules],
        "redacted": view.redact,
        "notice": ADVICE,
    }
    out.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _side(run: Run) -> dict[str, Any]:
    info = run.info.model_dump(mode="json")
    return {name: info[name] for name in ("tool", "rules", "policy", "as_of", "time_zone", "counts")}


def _rule(rule: RuleChanges, diff: Diff, view: View) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "title": rule.card.title,
        "severity": rule.card.severity,
        "before": rule.before is not None,
        "after": rule.after is not None,
        "removed": rule.removed,
        "added": rule.added,
        "changes": [_change(change, rule, diff, view) for change in rule.changes],
    }


def _change(change: Change, rule: RuleChanges, diff: Diff, view: View) -> dict[str, Any]:
    before, after = diff.comparison.before, diff.comparison.after
    return {
        "how": change.how,
        "before": finding(change.before, before, view) if change.before is not None else None,
        "after": finding(change.after, after, view) if change.after is not None else None,
        "because": [_reason(reason, view) for reason in diff.reasons(change, rule)],
    }


def _reason(reason: Reason, view: View) -> dict[str, Any]:
    hidden = reason.private and view.redact != "none"
    file, record = reason.place if reason.place is not None and view.redact != "all" else (None, None)
    value = None if hidden else reason.value or None
    return {"why": reason.why, "text": reason.text, "value": value, "file": file, "record": record}
