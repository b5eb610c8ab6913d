"""`compliance explain -o json`: the same for programs."""

from __future__ import annotations

import json
from typing import TextIO

from compliance_engine import __version__
from compliance_engine.engine.explain import Explanation, first_false, missing
from compliance_engine.engine.twin import Verdict
from compliance_engine.outputs.explain_view import (
    ExplainView,
    fact_shown,
    instance_of,
    line_shown,
    place_of,
    place_shown,
    subject_of,
)  # fmt: skip
from compliance_engine.outputs.text import ADVICE
from compliance_engine.runs.derivation import value_shown
from compliance_engine.runs.explain import Explained

FORMAT_VERSION = "1.0"


def write(explained: Explained, view: ExplainView, out: TextIO) -> None:
    """Write one JSON object."""
    rule = explained.rule
    content = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "compliance-engine", "version": __version__},
        "notice": ADVICE,
        "redacted": view.redact,
        "rule": {"id": rule.id, "title": rule.title, "cite": rule.cite, "checked": rule.checked},
        "about": rule.about,
        "subject": subject_of(explained, view),
        "place": place_shown(explained.place, view),
        "not_evaluated": explained.not_run,
        "disagreement": explained.disagreement,
        "waivers": list(explained.waivers),
        "obligations": [_obligation(explained, explanation, view) for explanation in explained.explanations],
    }
    out.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _obligation(explained: Explained, explanation: Explanation, view: ExplainView) -> dict[str, object]:
    verdict = explanation.verdict
    fingerprint = explained.fingerprints.get(verdict.instance)
    return {
        "instance": instance_of(verdict.instance, explained, view),
        "fingerprint": None if fingerprint is None else f"f-{fingerprint}",
        "starts": value_shown(verdict.starts),
        **_verdict(verdict),
        "by_itself": explanation.alone.state,
        "days_past_due": explanation.days,
        "first_false_or_exception": first_false(verdict),
        "missing": [{"fact": cause.what, "why": cause.why} for cause in missing(verdict)],
        "facts": [
            {
                "text": fact.text,
                "value": fact_shown(fact, view),
                "place": place_of(fact.source, explained, view),
            }
            for fact in explanation.facts
        ],
        "parts": [
            {
                "key": part.key,
                "text": part.text,
                "lines": [
                    {
                        "text": line.text,
                        "value": line_shown(line, view),
                        "closed_days": [day.isoformat() for day in line.skipped],
                    }
                    for line in part.lines
                ],
            }
            for part in explanation.parts
        ],
        "beside": [{"rule": rule.id, **_verdict(other)} for rule, other in explanation.others],
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "state": verdict.state,
        "outcome": verdict.outcome,
        "due": None if verdict.due is None else value_shown(verdict.due.exact),
        "done": value_shown(verdict.done),
    }
