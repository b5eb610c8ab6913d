"""Asks a rule what comes out of what an example gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from compliance_engine.engine import twin
from compliance_engine.engine.examples import Day, Found, result_of
from compliance_engine.engine.from_finding.given import Given, Path
from compliance_engine.engine.twin.example import world_of
from compliance_engine.engine.twin.world import World
from compliance_engine.language import rule as r
from compliance_engine.language.examples_new import base_of, laid_over
from compliance_engine.language.names import field_or_key
from compliance_engine.language.outcomes import State
from compliance_engine.language.vocabulary import Field
from compliance_engine.problems import Position

Answer = tuple[tuple[State, Day], ...]
"""State and due date of one or more obligations."""


class Asks:
    """Asks one rule about what an example gives."""

    def __init__(self, rule: r.Rule, text: str, world: World) -> None:
        self.rule, self.vocabulary, self.as_of = rule, world.vocabulary, world.as_of
        self.base = base_of(text, rule, world.vocabulary)
        self.example = r.Example(
            title="", given={}, not_supplied=frozenset(), choices={}, calendar={}, facts={}, places={}, turn=None,
            as_of=world.as_of, expect=(), due=(), opens=None, source=None, position=Position("", 1, 1),
        )  # fmt: skip

    def answer(self, given: Given, as_of: date) -> Sequence[Found]:
        """Every obligation that comes out."""
        told = laid_over(self.base, given, self.rule.about, self.vocabulary)
        example = replace(
            self.example, given=told.records(self.rule.about), not_supplied=told.not_supplied, choices=told.choices,
            calendar=told.calendar, facts=told.facts, places=told.places, turn=told.turn, as_of=as_of,
        )  # fmt: skip
        verdicts = twin.judge(self.rule, world_of(self.rule, example, self.vocabulary))
        return result_of(self.rule, example, verdicts).found

    def shown(self, given: Given, as_of: date, wanted: Answer) -> Answer:
        """The obligations that an example speaks of: the last, or all where several are wanted."""
        found = tuple((state, due) for _, state, due in self.answer(given, as_of))
        return found if len(wanted) > 1 else found[-1:]

    def answers(self, given: Given, as_of: date, wanted: Answer) -> bool:
        """Whether states and due dates are those that are wanted."""
        return self.shown(given, as_of, wanted) == wanted

    def field(self, path: Path) -> Field | None:
        """The field that a cell is of; None for what is no cell."""
        record = path[0] if len(path) == 3 else self.rule.about
        kind = self.vocabulary.type(str(record))
        return None if kind is None or len(path) not in (1, 3) else field_or_key(kind, str(path[-1]))
