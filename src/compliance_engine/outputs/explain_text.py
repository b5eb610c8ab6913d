"""`compliance explain` as text: the rule, the facts with their places, what decided, how days were counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from compliance_engine.engine.explain import Explanation, Line, Part, first_false, missing
from compliance_engine.engine.twin import Verdict
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Retention
from compliance_engine.language.tree import Absent
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
from compliance_engine.outputs.view import visible
from compliance_engine.runs.derivation import cause_shown, value_shown
from compliance_engine.runs.explain import Explained

SKIPPED = 12
"""Closed days that are named one by one."""


def write(explained: Explained, view: ExplainView, out: TextIO) -> None:
    """Write the explanation of every obligation."""
    out.writelines(visible(line) + "\n" for line in _lines(explained, view))


def _lines(explained: Explained, view: ExplainView) -> Iterator[str]:
    rule = explained.rule
    yield f"{rule.id}  {rule.severity}  {rule.title}"
    source = f", {rule.law.source}" if rule.law.source else ""
    yield f"  law: {rule.cite} ({rule.law.title}{source}; checked: {_checked(rule.checked)})"
    place = place_shown(explained.place, view)
    yield f"  subject: {rule.about} {subject_of(explained, view)}" + (f"   {place}" if place else "")
    if explained.not_run is not None:
        yield f"  not evaluated: {explained.not_run}"
    elif not explained.explanations:
        yield "  no obligation: the law does not reach this subject, or no turn is asked for"
    for explanation in explained.explanations:
        yield ""
        yield from _obligation(explained, explanation, view)
    if explained.disagreement is not None:
        yield ""
        yield f"  internal defect: SQL and plain values disagree: {explained.disagreement}"
    yield ""
    yield ADVICE


def _checked(how: str) -> str:
    return {"text": "with the law's own text", "secondary": "with a summary"}.get(how, "from memory only, unconfirmed")


def _obligation(explained: Explained, explanation: Explanation, view: ExplainView) -> Iterator[str]:
    verdict = explanation.verdict
    name = instance_of(verdict.instance, explained, view)
    fingerprint = explained.fingerprints.get(verdict.instance)
    title = [f"[{name}]"] if name else []
    title += [f"f-{fingerprint[:8]}"] if fingerprint else []
    yield "  " + "  ".join([*title, f"trigger day {value_shown(verdict.starts)}"])
    facts = [(f.text, fact_shown(f, view), place_of(f.source, explained, view)) for f in explanation.facts]
    if facts:
        yield "  facts"
        width = max(len(text) for text, _, _ in facts if len(text) <= _WIDE) if _any_short(facts) else 0
        yield from (f"    {text:{width}}  {value}" + (f"   {place}" if place else "") for text, value, place in facts)
    yield from _law(explanation)
    for part in explanation.parts:
        yield from _part(part, view)
    yield from _others(explanation)
    yield from _answer(explained, explanation)


_WIDE = 48


def _any_short(facts: list[tuple[str, str, str | None]]) -> bool:
    return any(len(text) <= _WIDE for text, _, _ in facts)


def _law(explanation: Explanation) -> Iterator[str]:
    law = explanation.rule.in_force
    if law is not None:
        first = f" from {law.first}" if law.first is not None else ""
        last = f" to {law.last}" if law.last is not None else ""
        held = "not in force on that day" if explanation.alone.state is State.NO_LAW else "in force on that day"
        yield f"  law{first}{last}: {held}"


def _part(part: Part, view: ExplainView) -> Iterator[str]:
    yield f"  {part.key}"
    for line in part.lines:
        yield f"    {line.text} = {line_shown(line, view)}{_skipped(line)}"


def _skipped(line: Line) -> str:
    if not line.skipped:
        return ""
    named = [day.strftime("%a %Y-%m-%d") for day in line.skipped[:SKIPPED]]
    more = f" and {len(line.skipped) - SKIPPED} more" if len(line.skipped) > SKIPPED else ""
    return f"   (closed: {', '.join(named)}{more})"


def _others(explanation: Explanation) -> Iterator[str]:
    standing = [(rule, verdict) for rule, verdict in explanation.others if verdict.state is not State.CONDITIONS]
    if standing:
        yield "  beside it"
        for rule, verdict in standing:
            due = _due(verdict)
            yield f"    {rule.id}: {verdict.state.value}" + (f", {due}" if due else "")


def _due(verdict: Verdict) -> str | None:
    exact = None if verdict.due is None else verdict.due.exact
    if exact is Absent.OPEN:
        return "without an end so far"
    return None if exact is None or isinstance(exact, Absent) else value_shown(exact)


# ---- the answer ------------------------------------------------------------------------------------------------------


def _answer(explained: Explained, explanation: Explanation) -> Iterator[str]:
    verdict = explanation.verdict
    if explanation.alone.state is not verdict.state:
        yield f"  by itself: {explanation.alone.state.value}"
    parts = [f"{verdict.state.value} ({verdict.outcome.value})"]
    due = _due(verdict)
    if due is not None:
        parts.append(f"{_word(explanation)} {due}")
    if not isinstance(verdict.done, Absent):
        parts.append(f"done {value_shown(verdict.done)}")
    margin = _margin(explanation)
    parts += [margin] if margin else []
    yield "  => " + ", ".join(parts)
    because = first_false(verdict)
    if because is not None:
        holds = verdict.state is State.EXCEPTION or verdict.state is State.BREACH
        yield f"     {'because' if holds else 'first not so'}: {because}"
    for cause in missing(verdict):
        yield f"     missing: {cause_shown(cause)}"
    for waiver in explained.waivers:
        yield f"     a violation is waived by {waiver}"


def _word(explanation: Explanation) -> str:
    body = explanation.rule.body
    if not isinstance(body, Retention):
        return "due"
    return "keep through" if body.is_floor else "gone by"


def _margin(explanation: Explanation) -> str | None:
    """How far the answer is from the due date."""
    days = explanation.days
    state = explanation.verdict.state
    if days is None:
        return None
    number = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    if state in (State.OVERDUE, State.MET_LATE, State.OVER_RETAINED):
        return f"{number} late" if days else "late on the same day"
    if state in (State.DUE, State.DUE_SOON, State.RETAIN, State.ON_HOLD):
        return f"{number} left" if days <= 0 else None
    if state is State.MET:
        return f"{number} before" if days < 0 else "on the last day"
    return f"{number} too early" if state is State.DESTROYED_EARLY else None
