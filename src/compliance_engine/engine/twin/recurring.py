"""`kind: recurring`: one turn is judged like a deadline."""

from __future__ import annotations

from datetime import date

from compliance_engine.engine.twin.at import At, bounds
from compliance_engine.engine.twin.deadline import day_or_none, judged, lapse
from compliance_engine.engine.twin.proofs import Done, Limits, Proof, proof
from compliance_engine.engine.twin.values import Value
from compliance_engine.engine.twin.verdict import Instance, Verdict
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.walk import walk


def turn(rule: r.Rule, body: r.Recurring, instance: Instance) -> Verdict | None:
    """How a turn stands; None for one that was closed before the first day that is told of."""
    at = instance.at
    opens = day_or_none(body.opens, at)
    due = instance.due or bounds(body.due, at)
    evidence = instance.evidence or _in_turn(body.done, opens, at)
    by_due = isinstance(body.repeat, t.Every) and body.repeat.start == "due"
    if evidence.first is not None and not by_due and _before(evidence.first, at):
        return None
    lapses = lapse(body.lapses, at.knowing(due=due.value))
    return judged(rule, due, evidence, at, opens=opens, lapses=lapses)


def _in_turn(done: Done, opens: Value | None, at: At) -> Proof:
    """What proves a turn of the calendar; unless it names the turn itself, it counts only inside."""
    if names_turn(done) or at.turn is None:
        return proof(done, Limits(opens), at)
    first = at.turn.start if opens is None else opens
    if isinstance(opens, date):
        first = max(opens, at.turn.start)
    return proof(done, Limits(first, at.turn.end, since=at.turn.start), at)


def names_turn(done: Done) -> bool:
    """Whether a proof says itself which turn it belongs to."""
    found: list[t.Node] = []
    walk(done, found.append)
    return any(isinstance(node, t.Special) and node.name.startswith("turn.") for node in found)


def _before(day: date, at: At) -> bool:
    civil = at.civil(day)
    return isinstance(civil, date) and civil < at.world.lookback
