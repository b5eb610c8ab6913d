"""Cases and entitlements: every expression is read and checked; they are not run yet."""

from __future__ import annotations

import re
from dataclasses import replace

from compliance_engine.language import nodes
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import Expressions, entries, items, mapping
from compliance_engine.language.build_parts import AFTER, STARTS, TODAY, key_place, records_of, window
from compliance_engine.language.check import check

_AMOUNT = re.compile(r"(?P<number>.+?) +(?P<unit>workweeks?|hours?|days?|weeks?|months?|years?)")
_RATIO = re.compile(r"(?P<a>.+?) +per +(?P<b>.+)")


def check_case(node: nodes.Mapping, e: Expressions) -> None:
    """Check the expressions of a case; steps read the names of events, and the days of the steps before them."""
    lets = dict(e.scope.lets)
    for entry in entries(node.get("events")):
        found = e.expression(entry.value, "date", f"events.{entry.key.value}", TODAY, "dates")
        lets[entry.key.value] = found if found is not None else t.Name((entry.key.value,))
        e.scope = replace(e.scope, lets=dict(lets))
    for entry in entries(node.get("steps")):
        step = mapping(entry.value)
        e.clock(step.get("starts"), "date", "starts", frozenset())
        e.expression(step.get("when"), "yes_no", "when", TODAY)
        e.clock(step.get("due"), "date", "due", STARTS)
        e.expression(step.get("done"), "date", "done", STARTS, "dates")
        e.clock(step.get("opens"), "date", "opens", STARTS)
        e.clock(step.get("lapses"), "date", "lapses", AFTER)
        for pause in items(step.get("pauses")):
            window(pause, "pauses", STARTS, e)


def check_entitlement(node: nodes.Mapping, e: Expressions) -> None:
    """Check the expressions of an entitlement, as far as there is a grammar for them."""
    if (node.get("limit") is None) == (node.get("accrue") is None):
        e.say("missing-key", 'An entitlement has "limit" or "accrue".', key_place(node, "accrue", e))
    _piece(node.get("limit"), _AMOUNT, "12 workweeks", e.scope.about, e)
    usage, used_by = node.get("usage"), None
    if usage is not None:
        used_by, _ = records_of(usage, "usage", TODAY, e)
    _piece(node.get("each_counts"), _RATIO, "minutes per workweek_minutes", used_by or e.scope.about, e)
    window = node.get("window")
    if isinstance(window, nodes.Scalar) and _AMOUNT.fullmatch(window.value):
        _piece(window, _AMOUNT, "12 months", e.scope.about, e)
    else:
        e.expression(window, None, "window", STARTS)
    for key in ("cap", "carry", "used"):
        e.expression(node.get(key), "number", key, TODAY)
    e.clock(node.get("usable"), "date", "usable", STARTS)
    for entry in entries(node.get("accrue")):
        e.expression(entry.value, "number", f"accrue.{entry.key.value}", TODAY)


def _piece(node: nodes.Node | None, form: re.Pattern[str], example: str, record: str, e: Expressions) -> None:
    """Check the numbers within a form that the grammar does not have."""
    if not isinstance(node, nodes.Scalar):
        return
    match = form.fullmatch(node.value)
    if match is None:
        e.say("bad-expression", f'This cannot be read; write it like "{example}".', node.position)
        return
    for name, text in match.groupdict().items():
        if name == "unit":
            continue
        part = replace(node, value=text)
        raw = e.parsed(part)
        if raw is not None:
            _, problems = check(raw, replace(e.scope, row=record if record != e.scope.about else None), "number")  # type: ignore[arg-type]
            for problem in problems:
                e.say(problem.code, problem.message + ".", node.position, problem.suggestion, problem.help)
