"""`kind: retention`: keep through a day, or destroy by a day."""

from __future__ import annotations

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.readings import readings
from compliance_engine.engine.sql.layers import Frag, combine
from compliance_engine.language import rule as r

_FLOOR = ("destroyed-early", "compliant", "retain", "disposable")
_CEILING = ("met", "met-late", "retain", "over-retained")
"""States of what went by the day, went after it, is there by the day, is there after it."""


def retention(compiler: Compiler, body: r.Retention, as_of: Frag, destroyed: Frag) -> Judged:
    """`kind: retention`; `destroyed` is the day of destruction, `infinity`-like while it still exists."""
    compiler.up = body.is_floor
    try:
        exact, low, high = readings(compiler, body.clock)
    finally:
        compiler.up = False
    is_gone = combine(f"(isfinite({destroyed}) AND {destroyed} <= {as_of})", destroyed, as_of, infinite=False)
    gone = compiler.layers.column(is_gone)
    went_by, went_after, there_by, there_after = _FLOOR if body.is_floor else _CEILING
    arms = (
        (f"{exact} = '-infinity'", "no-value"),
        (f"{destroyed} IS NULL", "unknown"),
        (f"{gone} AND {destroyed} <= {low}", went_by),
        (f"{gone} AND {destroyed} > {high}", went_after),
        (f"NOT {gone} AND {as_of} <= {low}", there_by),
        (f"NOT {gone} AND {as_of} > {high}", there_after),
    )
    return Judged(arms, "unknown", exact, (exact, low, high, as_of, destroyed, gone), destroyed)
