"""durable-rules: each record is a fact, each state a rule; its C module is driven without a host, a timer or a thread.

A flat conjunction a rule, no alternatives inside one; what nobody knows is sent as 0, since the engine has no null; a last
rule catches every fact, since one that matches nothing cannot be survived; the session is deleted after each fact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import durable_rules_engine as engine  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers import CHECK, LEAD, OPEN, Case, States

SESSION = "1"


def prepare(cases: Sequence[Case], as_of: date) -> Callable[[], States]:
    """Make one rule set for deadlines and one for the check, and lay the facts out."""
    deadlines = engine.create_ruleset("deadlines", json.dumps(_in_order(_deadline(as_of.toordinal()))))
    check = engine.create_ruleset("check", json.dumps(_in_order(_check())))
    work = [
        (
            check if case.rule == CHECK else deadlines,
            {"sid": SESSION, "id": "1", "start": case.start or 0, "due": case.due or 0, "done": case.done or 0},
        )
        for case in cases
    ]
    return lambda: [_state(handle, fact) for handle, fact in work]


def _state(handle: int, fact: dict[str, Any]) -> str:
    code, _ = engine.assert_fact(handle, json.dumps(fact))
    if code != 0:
        raise RuntimeError(f"the fact was not taken: {code}")
    started = engine.start_action(handle)
    state = next(iter(json.loads(started[1])))
    while engine.complete_and_start_action(handle, started[2]):
        pass
    engine.delete_state(handle, SESSION)
    return str(state).partition("/")[0]


def _in_order(rules: list[tuple[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    """Rules by name, the first that holds first; several may end in one state."""
    return {
        f"{state}/{number}": {"pri": number, "all": [{"m": {"$and": tests}}]}
        for number, (state, tests) in enumerate(rules, start=1)
    }


def _is(field: str, value: int) -> dict[str, Any]:
    return {field: value}


def _test(op: str, field: str, value: int | str) -> dict[str, Any]:
    return {f"${op}": {field: {"$m": value} if isinstance(value, str) else value}}


def _deadline(today: int) -> list[tuple[str, list[dict[str, Any]]]]:
    begun = [_test("gt", "start", 0), _test("lt", "start", OPEN)]
    done = [*begun, _test("gt", "done", 0), _test("lte", "done", today)]
    waiting = [*begun, _test("gt", "done", today)]
    always = _test("gte", "done", 0)
    return [
        ("unknown", [_is("start", 0), always]),
        ("not-started", [_is("start", OPEN), always]),
        ("unknown", [*begun, _is("done", 0), always]),
        ("met", [*done, _test("lte", "done", "due"), always]),
        ("met-late", [*done, _test("gt", "done", "due"), always]),
        ("overdue", [*waiting, _test("lt", "due", today), always]),
        ("due-soon", [*waiting, _test("gte", "due", today), _test("lte", "due", today + LEAD), always]),
        ("due", [*waiting, _test("gt", "due", today + LEAD), always]),
        ("error", [_test("gte", "start", 0), always]),
    ]


def _check() -> list[tuple[str, list[dict[str, Any]]]]:
    known = [_test("gt", "start", 0), _test("gt", "done", 0)]
    always = _test("gte", "done", 0)
    return [
        ("unknown", [_is("start", 0), always]),
        ("unknown", [_is("done", 0), always]),
        ("compliant", [*known, _test("gte", "done", "start"), always]),
        ("breach", [*known, _test("lt", "done", "start"), always]),
        ("error", [_test("gte", "start", 0), always]),
    ]
