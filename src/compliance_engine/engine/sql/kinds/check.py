"""`kind: check`: a condition that must, or must not, hold."""

from __future__ import annotations

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.layers import NO_DATE
from compliance_engine.language import rule as r


def check(compiler: Compiler, body: r.Check) -> Judged:
    """`kind: check`."""
    held = compiler.named(body.condition)
    good, bad = ("compliant", "breach") if body.must else ("breach", "compliant")
    return Judged(((f"{held}", good), (f"NOT {held}", bad)), "unknown", NO_DATE, (held,))
