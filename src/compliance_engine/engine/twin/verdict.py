"""What the twin answers for one obligation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance_engine.clocks import Bounds
from compliance_engine.engine.twin.at import At, Dated
from compliance_engine.engine.twin.proofs import Proof
from compliance_engine.engine.twin.values import Cause, Unknown, Value
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Unless
from compliance_engine.language.tree import Absent

Stake = date | Decimal
"""A date or an amount that members of a family are compared by."""


@dataclass(frozen=True)
class Verdict:
    """The answer for one obligation of one rule.

    instance: its natural key among the obligations of the subject, '' for the only one. starts: the trigger day.
    due: the date of the state, with what is certain about it. done: the proof. causes: the facts that are missing.
    because: the condition that was first false, or the exception that holds. stake: what it competes with in a family.
    """

    state: State
    instance: str = ""
    starts: Value = Absent.NONE
    due: Bounds | None = None
    done: Value = Absent.NONE
    causes: frozenset[Cause] = frozenset()
    because: t.Node | Unless | None = None
    stake: Stake | None = None

    @property
    def outcome(self) -> Outcome:
        """The answer in the closed set."""
        return OUTCOME_OF[self.state]


Reason = Unknown | Dated | frozenset[Cause] | Value | None


def cannot_tell(*why: Reason, due: Dated | None = None, done: Value = Absent.NONE) -> Verdict:
    """Unknown, for all these reasons together."""
    causes = frozenset[Cause]()
    for reason in why:
        if isinstance(reason, Unknown | Dated):
            causes |= reason.causes
        elif isinstance(reason, frozenset):
            causes |= reason
    return Verdict(State.UNKNOWN, due=None if due is None else due.bounds, done=done, causes=causes)


@dataclass(frozen=True)
class Instance:
    """One obligation before it is judged.

    name: its natural key. at: where its expressions are read. verdict: the answer where there is nothing to judge.
    nth, due, evidence: of a turn in a chain: its place in it, its due date and what met it.
    """

    name: str
    at: At
    verdict: Verdict | None = None
    nth: int = 1
    due: Dated | None = None
    evidence: Proof | None = None
