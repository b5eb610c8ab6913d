"""The civil day of a moment at the worksite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.layers import Frag, combine
from compliance_engine.engine.sql.related.workplace import time_zone

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler


def civil_day(compiler: Compiler, moment: Frag) -> Frag:
    """The civil day of an instant at the worksite."""
    zone = time_zone(compiler, compiler.starts)
    moment = compiler.column(moment)
    # Without a zone the day is known where it is the same from Honolulu to New York.
    west, east = f"CAST({moment} - INTERVAL 10 HOUR AS DATE)", f"CAST({moment} - INTERVAL 4 HOUR AS DATE)"
    there = f"CAST(timezone({zone}, timezone('UTC', {moment})) AS DATE)"
    inside = f"CASE WHEN {zone} IS NOT NULL THEN {there} WHEN {west} = {east} THEN {west} END"
    if moment.infinite:
        inside = f"CASE WHEN isinf({moment}) THEN CAST({moment} AS DATE) ELSE {inside} END"
    return combine(inside, zone, moment, infinite=moment.infinite)


def civil(compiler: Compiler, frag: Frag, instant: bool) -> Frag:
    """A day as it is, an instant as the column of its civil day."""
    return compiler.layers.column(civil_day(compiler, frag)) if instant else frag
