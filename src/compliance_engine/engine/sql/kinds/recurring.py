"""`kind: recurring`: one turn is judged like a deadline."""

from __future__ import annotations

from dataclasses import replace

from compliance_engine.engine.sql.chains import from_due
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.deadline import Around, judged_by_due
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.proof import Proof, proof
from compliance_engine.engine.sql.kinds.readings import Due, day_of, due_of, lapse_of, readings
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import NO_ROW, absence
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import is_instant, type_of
from compliance_engine.language.walk import walk


def recurring(compiler: Compiler, rule: r.Rule, body: r.Recurring, as_of: Frag) -> Judged:
    """`kind: recurring`: one turn."""
    layers = compiler.layers
    if isinstance(body.repeat, t.EachPeriod):
        due = due_of(compiler, body.due)
        opens = day_of(compiler, body.opens)
        turn = None
        if not _names_turn(body.done):
            turn = first, _ = compiler.specials["turn.start"], compiler.specials["turn.end"]
            opens = first if opens is None else layers.column(combine(f"greatest({first}, {opens})", first, opens))
        evidence = proof(compiler, body.done, as_of, opens, turn)
    else:
        due = Due(*next_due(compiler, body), instant=type_of(body.due) == "instant")
        # Events before `opens` were left out when the turns were made.
        opens = literal("DATE '0001-01-01'") if body.opens is not None else None
        absent = layers.base("x.absent")
        if from_due(body) and isinstance(body.done, t.Rows | t.Reaches):
            absent = absence(compiler, body.done.record, compiler.starts, NO_ROW)
        evidence = Proof(
            layers.base("x.done_now"),
            layers.base("x.doubt"),
            absent,
            layers.base("(x.early AND x.nth = 1)"),
        )
    compiler.specials["due"] = due.exact
    lapses = lapse_of(compiler, body.lapses)
    around = Around(as_of, opens, lapses, is_instant(body.done))
    judged = judged_by_due(compiler, rule, due, evidence, around)
    lookback = compiler.frame.lookback(layers)
    done = layers.column(evidence.done)
    # A turn that was closed before the lookback is no longer told.
    old = (f"{done} IS NOT NULL AND {done}::DATE < {lookback}", None)
    arms = judged.arms if from_due(body) else (old, *judged.arms)
    return replace(judged, arms=arms, parts=(*judged.parts, done, lookback))


def _names_turn(done: t.Expression | t.Rows | t.Reaches) -> bool:
    found = False

    def look(node: t.Node) -> None:
        nonlocal found
        found = found or (isinstance(node, t.Special) and node.name.startswith("turn."))

    walk(done, look)
    return found


def next_due(compiler: Compiler, body: r.Recurring) -> tuple[Frag, Frag, Frag]:
    """The due day of a turn: the first one by `due:`, the later ones by `repeat:`."""
    layers = compiler.layers
    nth = layers.base("x.nth")
    first = readings(compiler, body.due)
    repeat = body.repeat
    if isinstance(repeat, t.Every) and repeat.start == "completion":
        following = readings(compiler, t.Shift(repeat.amount, repeat.unit, None, "after", t.Special("done")))
    elif isinstance(repeat, t.Every):
        due = layers.base("x.due", infinite=True)
        return due, due, due
    elif isinstance(repeat, t.EachPeriod):
        raise TypeError("turns by period have their own due days")
    else:
        following = readings(compiler, repeat)
    pairs = [
        layers.column(combine(f"CASE WHEN {nth} = 1 THEN {one} ELSE {other} END", nth, one, other))
        for one, other in zip(first, following, strict=True)
    ]
    return pairs[0], pairs[1], pairs[2]
