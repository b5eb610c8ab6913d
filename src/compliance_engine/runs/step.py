"""Which step the version of a rule set should take, by what two runs over the same records show (docs/adr/020)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compliance_engine.language.outcomes import Outcome
from compliance_engine.language.rule import SEVERITIES
from compliance_engine.runs.compare import Change, Comparison, RuleChanges
from compliance_engine.runs.read import Result

Step = Literal["patch", "minor", "major"]
_GRAVITY = {Outcome.VIOLATION: 3, Outcome.UNKNOWN: 2, Outcome.ERROR: 2, Outcome.PENDING: 1, Outcome.WAIVED: 0}


@dataclass(frozen=True)
class Suggested:
    """A step, None where the runs differ in more than their rules; and what asks for it."""

    step: Step | None
    because: tuple[str, ...]


def version_step(comparison: Comparison) -> Suggested:
    """The step that the rules of the second run are after those of the first."""
    old, new = comparison.before.info, comparison.after.info
    others = [
        name
        for name, differs in (
            ("the records", bool(comparison.files)),
            ("the day", old.as_of != new.as_of),
            ("the policy", bool(comparison.policy_removed or comparison.policy_added)),
        )
        if differs
    ]
    if others:
        return Suggested(None, (f"no step is suggested, as more differs than the rules: {', '.join(others)}",))
    majors = [why for rule in comparison.rules for why in _majors(rule)]
    if majors:
        return Suggested("major", tuple(majors))
    minors = [why for rule in comparison.rules for why in _minors(rule)]
    if minors:
        return Suggested("minor", tuple(minors))
    return Suggested("patch", ("no rule decides anything otherwise",))


def _majors(rule: RuleChanges) -> Iterator[str]:
    if rule.before is None:
        return
    if rule.after is None:
        yield f"{rule.rule} is gone"
        return
    if SEVERITIES.index(rule.after.severity) < SEVERITIES.index(rule.before.severity):
        yield f"{rule.rule} is less severe"
    milder = sum(_is_milder(change, rule.after.kind == "retention") for change in rule.changes)
    if milder:
        yield f"{rule.rule} asks less in {milder:,} result{'' if milder == 1 else 's'}"


def _minors(rule: RuleChanges) -> Iterator[str]:
    if rule.before is None:
        yield f"{rule.rule} is new"
    elif rule.changes:
        yield f"{rule.rule} asks more in {len(rule.changes):,} result{'' if len(rule.changes) == 1 else 's'}"
    elif rule.removed or rule.added:
        yield f"{rule.rule} decides otherwise, though not on these records"


def _is_milder(change: Change, keeps: bool) -> bool:
    """Whether less is asked: a graver result has become a lighter one, or more time is given (of records: less)."""
    was, is_ = _gravity(change.before), _gravity(change.after)
    if was != is_:
        return is_ < was
    old, new = (result.due if result is not None else None for result in (change.before, change.after))
    if old is None or new is None:
        return old is not None
    return new < old if keeps else new > old


def _gravity(result: Result | None) -> int:
    return _GRAVITY.get(result.outcome, 0) if result is not None else 0
