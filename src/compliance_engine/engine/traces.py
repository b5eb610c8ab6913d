"""Examples judged on plain values with a record of what was read: which parts of a rule an example reaches."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine import twin
from compliance_engine.engine.examples import Result, result_of
from compliance_engine.engine.twin.example import world_of
from compliance_engine.engine.twin.world import World
from compliance_engine.language.rule import Example, Rule
from compliance_engine.language.vocabulary import Vocabulary


@dataclass(frozen=True)
class Trace:
    """An example with its world and verdicts; `read`: the identity (`id`) of every expression that was worked out."""

    example: Example
    world: World
    verdicts: tuple[twin.Verdict, ...]
    read: frozenset[int]
    result: Result


def traces(rule: Rule, vocabulary: Vocabulary) -> tuple[Trace, ...]:
    """Every example of a rule that can be run, in order."""
    return tuple(_trace(rule, example, world_of(rule, example, vocabulary)) for example in rule.examples)


def _trace(rule: Rule, example: Example, world: World) -> Trace:
    steps: list[twin.Step] = []
    verdicts = twin.judge(rule, world, steps)
    read = frozenset(id(step.node) for step in steps)
    return Trace(example, world, verdicts, read, result_of(rule, example, verdicts))
