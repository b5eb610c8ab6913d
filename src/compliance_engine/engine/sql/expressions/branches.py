"""Branches: the first arm whose condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import NEVER
from compliance_engine.engine.sql.expressions.civil_day import civil_day
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler, Reading


def branches(compiler: Compiler, e: t.Branches, reading: Reading = "exact", moments: bool = False) -> Frag:
    """The first arm that holds; of mixed arms the civil days, or with `moments` only the instants."""
    text, parts, ends = "CASE", [], False
    for arm in e.arms:
        then = _arm(compiler, e, arm, reading, moments)
        parts.append(then)
        if arm.when is None:
            text += f" ELSE {then}"
            ends = True
            break
        when = compiler.named(arm.when)
        parts.append(when)
        text += f" WHEN {when} IS NULL THEN NULL WHEN {when} THEN {then}"
    if not ends:
        nothing = NEVER if type_of(e) in ("date", "instant") and not moments else "NULL"
        text += f" ELSE {nothing}"
    return combine(text + " END", *parts, infinite=None if ends else True)


def _arm(compiler: Compiler, e: t.Branches, arm: t.Branch, reading: Reading, moments: bool) -> Frag:
    kind = type_of(arm.then)
    if moments:
        return compiler.sql(arm.then, reading) if kind == "instant" else literal("NULL::TIMESTAMP")
    then = compiler.sql(arm.then, reading)
    return civil_day(compiler, then) if kind == "instant" and type_of(e) == "date" else then
