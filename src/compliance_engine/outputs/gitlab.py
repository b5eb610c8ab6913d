"""`gitlab`: a Code Quality report, which GitLab shows in merge requests: a list of issues, each with a place.

GitLab tells new issues from old ones by their fingerprints.
"""

from __future__ import annotations

from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.located import marked, sentence, spot
from compliance_engine.outputs.stream import write_list
from compliance_engine.outputs.view import View, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result, opened

LISTED = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR)
_SEVERITY = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info"}


def render(run: Run, view: View, out: TextIO) -> None:
    """Write an issue for each finding, the worst first."""
    with opened(run, view.key) as reader:
        results = reader.results(LISTED, limit=view.max_findings)
        write_list(out, (_issue(result, mark, run, view) for result, mark in marked(results)))
    out.write("\n")


def _issue(result: Result, mark: str, run: Run, view: View) -> dict[str, object]:
    at = spot(result, run, view)
    return {
        "description": f"{visible(run.rules[result.rule].title)}: {sentence(result, run, view)}",
        "check_name": result.rule,
        "fingerprint": mark,
        "severity": severity(result, run),
        "location": {"path": at.path, "lines": {"begin": at.line}},
    }


def severity(result: Result, run: Run) -> str:
    """GitLab's word for how grave a finding is.

    What cannot be told is `minor` at most, and a rule that decides nothing is `info`.
    """
    card = run.rules[result.rule]
    if not card.decides or card.severity == "info":
        return "info"
    return _SEVERITY[card.severity] if result.outcome is Outcome.VIOLATION else "minor"
