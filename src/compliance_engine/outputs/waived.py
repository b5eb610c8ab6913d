"""Why a result is waived, as far as a reader may know."""

from __future__ import annotations

from compliance_engine.outputs.view import View, visible, waiver_shown
from compliance_engine.runs.folder import Run


def justification(rule: str, run: Run, view: View) -> str:
    """The waivers that cover results of a rule, with their last days."""
    used = [waiver for waiver in run.info.waivers if waiver.rule == rule and waiver.results]
    named = " or ".join(f"{visible(waiver_shown(waiver, view))} until {waiver.expires_on}" for waiver in used)
    return f"waived by {named}" if named else "waived"
