"""What a rule comes to, as the arms of a CASE."""

from __future__ import annotations

from dataclasses import dataclass, replace

from compliance_engine.engine.sql.layers import NO_DATE, Frag


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule comes to: arms of a CASE in order (test, state) with `otherwise`; None is no result.

    due, done: the days to show: that of the clock, and the one on which the duty was done or the record destroyed.
    """

    arms: tuple[tuple[str, str | None], ...]
    otherwise: str
    due: Frag
    parts: tuple[Frag, ...]
    done: Frag = NO_DATE

    def where_supplied(self, supplied: Frag | bool) -> Judged:
        """The same, and unknown where nobody supplies the records that it is judged by."""
        if isinstance(supplied, bool):
            return self
        return replace(self, arms=((f"NOT {supplied}", "unknown"), *self.arms), parts=(*self.parts, supplied))
