"""What outputs say of two runs beside each other: each change with its reasons, as a reader may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compliance_engine.outputs.cells import count, message, who
from compliance_engine.outputs.view import View, visible
from compliance_engine.runs.compare import Change, Comparison, RuleChanges
from compliance_engine.runs.reasons import Facts, Reason, reasons
from compliance_engine.runs.step import Suggested, version_step


@dataclass(frozen=True)
class Diff:
    """Two runs that were compared, with the facts that are at hand of the results that changed."""

    comparison: Comparison
    before: Facts
    after: Facts

    @property
    def step(self) -> Suggested:
        """The suggested step of the version of the rule set."""
        return version_step(self.comparison)

    def reasons(self, change: Change, rule: RuleChanges) -> tuple[Reason, ...]:
        """Why a result changed."""
        return reasons(change, rule, self.comparison, self.before, self.after)


def reason_shown(reason: Reason, view: View) -> str:
    """A reason in words; a private value is said to be another one."""
    value = f": {reason.value}" if reason.value else ""
    if value and reason.private and view.redact != "none":
        value = " is another one"
    place = f" ({reason.place[0]}:{reason.place[1]})" if reason.place is not None and view.redact != "all" else ""
    return visible(f"{reason.text}{value}{place}").replace("\\u2192", "→")


def states_shown(change: Change, diff: Diff) -> str:
    """What the result was and what it is."""
    was = message(change.before, diff.comparison.before) if change.before is not None else None
    is_ = message(change.after, diff.comparison.after) if change.after is not None else None
    if was is None:
        return is_ or ""
    return f"was {was}" if is_ is None else f"{was} → {is_}"


def who_shown(change: Change, diff: Diff, view: View) -> str:
    """Whom it is about; empty where that is hidden."""
    run = diff.comparison.after if change.after is not None else diff.comparison.before
    return who(change.there, run, view)


def _differ(number: int, word: str) -> str:
    return f"{count(number, word)} {'differs' if number == 1 else 'differ'}"


def surroundings(diff: Diff) -> Iterator[str]:
    """What differs between the runs beside single results."""
    comparison = diff.comparison
    old, new = comparison.before.info, comparison.after.info
    yield f"as of {old.as_of}" + (f" → {new.as_of}" if old.as_of != new.as_of else "")
    versions = old.rules.version + (f" → {new.rules.version}" if old.rules.version != new.rules.version else "")
    changed = sum(bool(rule.removed or rule.added) and bool(rule.before and rule.after) for rule in comparison.rules)
    come = sum(rule.before is None for rule in comparison.rules)
    gone = sum(rule.after is None for rule in comparison.rules)
    yield f"rules {versions}: {changed:,} changed, {come:,} new, {gone:,} gone"
    lines = len(comparison.policy_removed) + len(comparison.policy_added)
    yield f"policy: {_differ(lines, 'line')}" if lines else "policy: the same"
    yield f"records: {_differ(len(comparison.files), 'file')}" if comparison.files else "records: the same"


def totals(diff: Diff) -> str:
    """How many results changed."""
    words = {"appears": "appeared", "vanishes": "vanished", "moves": "moved"}
    return " · ".join(f"{number:,} {words[how]}" for how, number in diff.comparison.counts().items())


def step_shown(diff: Diff) -> str:
    """The suggested step in words."""
    step = diff.step
    if step.step is None:
        return step.because[0]
    return f"suggested step of the rule set's version: {step.step} ({'; '.join(step.because[:3])})"
