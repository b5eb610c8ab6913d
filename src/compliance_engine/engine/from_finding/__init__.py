"""An example made of a result: the cells that decide it, without the names and the days of those whom it is about."""

from __future__ import annotations

import random

from compliance_engine.engine import twin
from compliance_engine.engine.examples import Found, result_of
from compliance_engine.engine.from_finding.asks import Answer, Asks
from compliance_engine.engine.from_finding.given import Given
from compliance_engine.engine.from_finding.least import least
from compliance_engine.engine.from_finding.nobody import moved, renamed
from compliance_engine.engine.from_finding.records import Refusal, drafts
from compliance_engine.engine.twin.world import World
from compliance_engine.language import rule as r
from compliance_engine.language.examples_new import Proposal


def finding_example(rule: r.Rule, world: World, instance: str, text: str, chance: random.Random) -> Proposal | Refusal:
    """An example that answers as the rule does for one obligation of a subject.

    No text of the records is in it but those that the rule itself names, and every day is another one.

    Args:
        instance: names the obligation.
        text: the file that the rule stands in, for the base of its examples.
        chance: what chooses names and days; the same choices give the same example.
    """
    asks = Asks(rule, text, world)
    verdict = next((v for v in twin.judge(rule, world) if (v.instance or "") == instance), None)
    if verdict is None:
        return Refusal("the rule comes to no such obligation")
    (mine,) = result_of(rule, asks.example, [verdict]).found
    candidates = drafts(rule, world, verdict, asks.base)
    if isinstance(candidates, Refusal):
        return candidates
    start = next((found for draft in candidates if (found := _leads_to(asks, draft, mine)) is not None), None)
    if start is None:
        return Refusal("its records alone do not lead to the same answer")
    draft, wanted = start
    given = renamed(asks, least(asks, draft, wanted), wanted, chance)
    if given is None:
        return Refusal("the answer hangs on a text that may tell who somebody is")
    return moved(asks, given, wanted, chance) or Refusal("on other days the rule answers something else")


def _leads_to(asks: Asks, draft: Given, mine: Found) -> tuple[Given, Answer] | None:
    """A draft with what comes out of it, if that is the obligation that is meant, last or among others."""
    found = asks.answer(draft, asks.as_of)
    told = [(state, due) for _, state, due in found]
    if told[-1:] == [mine[1:]]:
        return draft, (mine[1:],)
    return (draft, tuple(told)) if mine in found else None
