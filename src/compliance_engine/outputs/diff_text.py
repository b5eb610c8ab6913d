"""Two runs beside each other, for a terminal."""

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
from compliance_engine.outputs.text import ADVICE, BOLD, paint, severity_colour
from compliance_engine.outputs.view import View, visible

_LINES = 20
"""Lines of a rule that are shown of what changed in it."""


def render(diff: Diff, view: View, out: TextIO) -> None:
    """Write the comparison: rules with changes first, the gravest first."""
    out.writelines(line + "\n" for line in _lines(diff, view))


def _lines(diff: Diff, view: View) -> Iterator[str]:
    yield "compliance diff   " + "   ".join(surroundings(diff))
    left = view.max_findings
    for rule in diff.comparison.rules:
        severity = rule.card.severity
        yield ""
        told = [paint(rule.rule, BOLD, view), paint(severity, severity_colour(severity), view)]
        yield "  ".join([*told, visible(rule.card.title)])
        if rule.before is None or rule.after is None:
            yield "  the rule is new" if rule.before is None else "  the rule is not there any more"
        else:
            lines = [*(f"- {line}" for line in rule.removed), *(f"+ {line}" for line in rule.added)]
            yield from (f"  {visible(line)}" for line in lines[:_LINES])
            if len(lines) > _LINES:
                yield f"  … and {len(lines) - _LINES:,} more lines"
        shown = rule.changes if left is None else rule.changes[:left]
        left = None if left is None else left - len(shown)
        for change in shown:
            parts = [who_shown(change, diff, view), place(change.there, view), states_shown(change, diff)]
            yield f"  {change.how:8}  " + "  ".join(part for part in parts if part)
            because = [reason_shown(reason, view) for reason in diff.reasons(change, rule)]
            yield "            because: " + ("; ".join(because) or "nothing that the runs keep tells why")
        if len(shown) < len(rule.changes):
            yield f"  … {len(rule.changes) - len(shown):,} more are not shown; see --max-findings"
    yield ""
    yield totals(diff)
    yield step_shown(diff)
    yield ADVICE
