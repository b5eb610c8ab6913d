"""Whether a row that is not there is a fact, and the rows of which nobody knows whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance_engine.engine.sql.layers import Frag, combine, literal

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

NO_ROW = literal("FALSE")
"""What is said of rows that cannot be placed where the doubt over them is told apart."""


def absence(compiler: Compiler, record: str, on: Frag | None, astray: Frag | None = None) -> Frag:
    """Whether a row that is not there is a fact.

    The table is supplied and complete on the day, and no row without a place may be the subject's.

    Args:
        on: the trigger day; the day of asking where there is none.
        astray: whether there is a row without a place; without this one of any content counts.
    """
    layers, frame, relations = compiler.layers, compiler.frame, compiler.relations
    supplied = frame.supplied(layers, record)
    complete = frame.complete_from(layers, record)
    if supplied is False or complete is None:
        return literal("FALSE")
    day = on if on is not None else frame.as_of(layers)
    keys = relations.keys(record)
    if astray is None:
        astray = any_of(astray_by(compiler, record, keys, "bool_or(TRUE)", literal("TRUE")))
    lost = f" AND NOT {astray}" if astray != NO_ROW else ""
    # A subject that does not say whose it is has related rows that cannot be found, not none.
    unnamed = [layers.base(f"s.{k}") for k in keys if k in relations.subject.parents and record != relations.about]
    named = "".join(f" AND {k} IS NOT NULL" for k in unnamed)
    # Of a day that is not known nothing can be told.
    text = f"(coalesce({day} >= {complete}, FALSE){named}{lost})"
    test = combine(text, day, complete, astray, *unnamed, infinite=False)
    if supplied is True:
        return test
    return combine(f"({supplied} AND {test})", supplied, test)


def astray_by(compiler: Compiler, record: str, keys: Sequence[str], text: str, uses: Frag) -> list[Frag]:
    """An aggregate over each kind of rows that cannot be placed, found by those of `keys` that do say whose they are.

    Args:
        uses: what the text uses of the subject.
    """
    layers, found = compiler.layers, []
    for kind in compiler.frame.unplaced(record):
        if not kind.concerns(keys):
            continue
        known = tuple(key for key in keys if key not in kind.open)
        if uses.level == 0 and not uses.calendar:
            found.append(layers.grouped(kind.table(), known, text, "TRUE"))
            continue
        same = " AND ".join(f"r.{key} = {layers.base(f's.{key}')}" for key in known)
        found.append(layers.correlated(kind.table(), same, text, combine("", uses, Frag("", 1))))
    return found


def any_of(found: Sequence[Frag]) -> Frag:
    """Whether one of the tests holds."""
    if not found:
        return NO_ROW
    return combine("(" + " OR ".join(f"coalesce({one}, FALSE)" for one in found) + ")", *found, infinite=False)


def nobody_known(record: str) -> str:
    """The rows that cannot be placed, as a fact that is lacking."""
    return f"{record} (rows that belong to nobody known)"
