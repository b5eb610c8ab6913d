"""The dates of a rule as far as they are known: when a duty is due, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine.sql.expressions.branches import branches
from compliance_engine.engine.sql.expressions.civil_day import civil
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.layers import Frag
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of
from compliance_engine.language.walk import walk


@dataclass(frozen=True, slots=True)
class Due:
    """Readings of a due date: days, or instants where `instant`; `moment` where only some branches count hours."""

    exact: Frag
    low: Frag
    high: Frag
    instant: bool
    moment: Frag | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    """The day on which a duty ends, and the earliest and the latest that it can be."""

    exact: Frag
    low: Frag
    high: Frag


def due_of(compiler: Compiler, e: t.Expression) -> Due:
    """The readings of a `due:`."""
    exact, low, high = readings(compiler, e)
    moment = None
    if isinstance(e, t.Branches) and {type_of(arm.then) for arm in e.arms} == {"date", "instant"}:
        moment = compiler.layers.column(branches(compiler, e, "exact", moments=True))
    return Due(exact, low, high, type_of(e) == "instant", moment)


def lapse_of(compiler: Compiler, e: t.Expression | None) -> Lapse | None:
    """The civil days of a `lapses:`."""
    if e is None:
        return None
    return Lapse(*(civil(compiler, reading, type_of(e) == "instant") for reading in readings(compiler, e)))


def day_of(compiler: Compiler, e: t.Expression | None) -> Frag | None:
    """The civil day of a key that may be left out."""
    if e is None:
        return None
    return civil(compiler, compiler.named(e), type_of(e) == "instant")


def readings(compiler: Compiler, e: t.Expression) -> tuple[Frag, Frag, Frag]:
    """(exact, low, high) of a clock."""
    exact = compiler.named(e)
    if not _bounded(e):
        return exact, exact, exact
    return exact, compiler.named(e, "low"), compiler.named(e, "high")


def _bounded(e: t.Expression) -> bool:
    """Whether parts of a clock may be known while the whole is not."""
    found = False

    def look(node: t.Node) -> None:
        nonlocal found
        found = found or isinstance(node, t.LaterOf | t.EarlierOf | t.Value | t.Alias)

    walk(e, look)
    return found
