"""`kind: deadline`: from the due date and its proof to a state."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine.sql.expressions.civil_day import civil
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.proof import Proof, proof
from compliance_engine.engine.sql.kinds.readings import Due, Lapse, day_of, due_of, lapse_of
from compliance_engine.engine.sql.layers import Frag, combine
from compliance_engine.language import rule as r
from compliance_engine.language.value_types import is_instant

DEFAULT_LEAD = 30
"""Days before the due date from which a duty is due soon, where the rule does not say."""


def deadline(compiler: Compiler, rule: r.Rule, body: r.Deadline, as_of: Frag) -> Judged:
    """`kind: deadline`."""
    due = due_of(compiler, body.due)
    compiler.specials["due"] = due.exact
    opens = day_of(compiler, body.opens)
    lapses = lapse_of(compiler, body.lapses)
    evidence = proof(compiler, body.done, as_of, opens)
    return judged_by_due(compiler, rule, due, evidence, Around(as_of, opens, lapses, is_instant(body.done)))


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a due date and its proof: the day of asking, the first day that counts, the end of the duty.

    done_instant: whether the proof is a moment rather than a day.
    """

    as_of: Frag
    opens: Frag | None
    lapses: Lapse | None
    done_instant: bool


def judged_by_due(compiler: Compiler, rule: r.Rule, due: Due, evidence: Proof, around: Around) -> Judged:
    """States of a duty with a due date, its proof and the day of asking."""
    as_of, opens, lapses = around.as_of, around.opens, around.lapses
    layers = compiler.layers
    done, doubt = layers.column(evidence.done), layers.column(evidence.doubt)
    late = "forfeited" if rule.if_missed == "right" else "met-late"
    over = "forfeited" if rule.if_missed == "right" else "overdue"
    in_time, too_late = _compare_done(compiler, done, around.done_instant, due)
    low_day, high_day = civil(compiler, due.low, due.instant), civil(compiler, due.high, due.instant)
    # On the day of a moment the moment has passed by the end of the day.
    past = f"{as_of} >= {high_day}" if due.instant else f"{as_of} > {high_day}"
    ahead = f"{as_of} < {low_day}" if due.instant else f"{as_of} <= {low_day}"
    parts: list[Frag] = [
        due.exact,
        due.low,
        due.high,
        low_day,
        high_day,
        done,
        doubt,
        in_time,
        too_late,
        as_of,
        evidence.absent,
    ]
    if due.moment is not None:
        past = f"({past} OR ({due.moment} IS NOT NULL AND {as_of} = {high_day}))"
        ahead = f"({ahead} AND NOT ({due.moment} IS NOT NULL AND {as_of} = {low_day}))"
        parts.append(due.moment)
    lead = rule.lead_days if rule.lead_days is not None else DEFAULT_LEAD
    arms: list[tuple[str, str | None]] = []
    if due.exact.infinite:
        arms += [(f"{due.exact} = 'infinity'", "not-started"), (f"{due.exact} = '-infinity'", "no-value")]
    certain = "" if doubt.sql == "FALSE" else f" AND NOT {doubt}"
    arms += [(f"{in_time}", "met"), (f"{too_late}{certain}", late)]
    if evidence.absent.sql == "FALSE":
        # That nothing was done is never a fact: without proof nothing can be told.
        return Judged(tuple(arms), "unknown", due.exact, tuple(parts), civil(compiler, done, around.done_instant))
    untold = [f"{done} IS NOT NULL"]
    untold += [] if doubt.sql == "FALSE" else [f"{doubt}"]
    untold += [] if evidence.absent.sql == "TRUE" else [f"NOT {evidence.absent}"]
    arms.append((" OR ".join(untold), "unknown"))
    if opens is not None:
        arms += [(f"{opens} IS NULL", "unknown"), (f"{evidence.early}", "too-early")]
        parts += [opens, evidence.early]
    if lapses is not None:
        # Unless it is gone for certain, or for certain still there, nobody can tell whether it is owed.
        arms += [
            (f"isfinite({lapses.high}) AND {lapses.high} < {low_day} AND {lapses.high} <= {as_of}", "lapsed"),
            (f"NOT ({_still_owed(lapses, high_day, as_of)})", "unknown"),
        ]
        parts += [lapses.exact, lapses.low, lapses.high]
    soon = f"{as_of} >= {low_day} - {lead}"
    if low_day != high_day or due.moment is not None:
        soon = f"{ahead} AND {soon}"
    # A day that is known and not past is ahead.
    arms += [(past, over), (soon, "due-soon"), (ahead, "due")]
    return Judged(tuple(arms), "unknown", due.exact, tuple(parts), civil(compiler, done, around.done_instant))


def _still_owed(lapses: Lapse, due: Frag, as_of: Frag) -> str:
    """Whether a duty surely has not ended before it was due; an occasion that never was ends nothing."""
    text = f"coalesce({lapses.low} > {as_of} OR {lapses.low} >= {due}, FALSE)"
    return f"{text} OR coalesce({lapses.exact} = '-infinity', FALSE)" if lapses.exact.infinite else text


def _compare_done(compiler: Compiler, done: Frag, done_instant: bool, due: Due) -> tuple[Frag, Frag]:
    if due.moment is None:
        return _compared(compiler, done, done_instant, due.low, due.high, due.instant)
    by_day = _compared(compiler, done, done_instant, due.low, due.high, False)
    by_moment = _compared(compiler, done, done_instant, due.moment, due.moment, True)
    in_time, too_late = (
        combine(f"CASE WHEN {due.moment} IS NOT NULL THEN {m} ELSE {d} END", due.moment, m, d, infinite=False)
        for m, d in zip(by_moment, by_day, strict=True)
    )
    return in_time, too_late


def _compared(
    compiler: Compiler, done: Frag, done_instant: bool, low: Frag, high: Frag, due_instant: bool
) -> tuple[Frag, Frag]:
    if done_instant == due_instant:
        return (
            combine(f"({done} <= {low})", done, low, infinite=False),
            combine(f"({done} > {high})", done, high, infinite=False),
        )
    # A day against a moment of the same day cannot be told.
    day = civil(compiler, done, done_instant)
    low_day, high_day = civil(compiler, low, due_instant), civil(compiler, high, due_instant)
    if not due_instant:
        return (
            combine(f"({day} <= {low_day})", day, low_day, infinite=False),
            combine(f"({day} > {high_day})", day, high_day, infinite=False),
        )
    return (
        combine(f"({day} < {low_day})", day, low_day, infinite=False),
        combine(f"({day} > {high_day})", day, high_day, infinite=False),
    )
