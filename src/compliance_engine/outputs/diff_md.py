"""Two runs beside each other, as Markdown for a pull request: counts, the suggested step, each rule folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from compliance_engine.outputs.cells import place
from compliance_engine.outputs.diff import (
    Diff,
    reason_shown,
    states_shown,
    step_shown,
    surroundings,
    totals,
    who_shown,
)
from compliance_engine.outputs.md import code
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View
from compliance_engine.runs.compare import RuleChanges

_RULES = 50
"""Rules that are shown: a comment may hold 64 KiB."""
_EACH = 10
_LINES = 20


def render(diff: Diff, view: View, out: TextIO) -> None:
    """Write the comparison."""
    out.writelines(line + "\n" for line in _lines(diff, view))


def _lines(diff: Diff, view: View) -> Iterator[str]:
    yield "## What changes"
    yield ""
    yield totals(diff)
    yield ""
    yield f"{step_shown(diff)[:1].upper()}{step_shown(diff)[1:]}."
    yield ""
    yield from (f"* {line}" for line in surroundings(diff))
    for rule in diff.comparison.rules[:_RULES]:
        yield ""
        yield from _rule(rule, diff, view)
    if len(diff.comparison.rules) > _RULES:
        yield ""
        yield f"{len(diff.comparison.rules) - _RULES:,} more rules are not shown."
    yield ""
    yield ADVICE


def _rule(rule: RuleChanges, diff: Diff, view: View) -> Iterator[str]:
    state = "new rule" if rule.before is None else "rule gone" if rule.after is None else ""
    told = f"{len(rule.changes):,}" + (f", {state}" if state else "")
    yield f"<details><summary>{rule.card.severity} {code(rule.rule)} ({told})</summary>"
    if rule.before is not None and rule.after is not None:
        lines = [*(f"- {line}" for line in rule.removed), *(f"+ {line}" for line in rule.added)]
        yield from (f"<p>{code(line)}</p>" for line in lines[:_LINES])
        if len(lines) > _LINES:
            yield f"<p>{len(lines) - _LINES:,} more lines are not shown.</p>"
    if rule.changes:
        yield "<table><tr><th>change</th><th>who</th><th>finding</th><th>because</th><th>place</th></tr>"
        for change in rule.changes[:_EACH]:
            because = "; ".join(reason_shown(reason, view) for reason in diff.reasons(change, rule))
            cells = [who_shown(change, diff, view), states_shown(change, diff), because, place(change.there, view)]
            yield "<tr>" + "".join(f"<td>{code(cell)}</td>" for cell in (change.how, *cells)) + "</tr>"
        yield "</table>"
    if len(rule.changes) > _EACH:
        yield f"<p>{len(rule.changes) - _EACH:,} more are not shown.</p>"
    yield "</details>"
