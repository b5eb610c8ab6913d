"""Why a result is not the same in two runs: what differs between the runs that can have to do with it.

Where several things differ at once, all of them are told: which one decided would take a run for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compliance_engine.language.outcomes import Outcome
from compliance_engine.runs.compare import Change, Comparison, RuleChanges
from compliance_engine.runs.derivation import Derivation, Told
from compliance_engine.runs.read import Result

ResultKey = tuple[str, str, str, str]
"""Rule, employer, subject, instance."""
Facts = Mapping[ResultKey, Sequence[Told]]
Why = Literal["rule", "waiver", "policy", "records", "as-of", "program"]
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that differs: what, and how.

    private: how it differs is not for readers from whom ids are hidden; place: where it can be looked up.
    """

    why: Why
    text: str
    value: str = ""
    private: bool = False
    place: tuple[str, int] | None = None


def facts_kept(found: Iterator[Derivation]) -> Facts:
    """What a run keeps of the facts of its explained results."""
    return {derivation.result: derivation.facts for derivation in found}


def key_of(result: Result) -> ResultKey:
    """What facts of a result are found by."""
    return (result.rule, result.employer, result.subject, result.instance)


def reasons(
    change: Change, rule: RuleChanges, comparison: Comparison, before: Facts, after: Facts
) -> tuple[Reason, ...]:
    """What may have made a change; empty if nothing that runs keep tells it.

    Args:
        before, after: the facts of the results that are explained, on either side.
    """
    found = list(_of_rule(rule, comparison))
    found += _of_waiver(change)
    found += _of_policy(rule, comparison)
    if comparison.files:
        cells = list(_of_cells(change.there, before, after)) or list(_of_days(change))
        listed = ", ".join(comparison.files[:_NAMED]) + (", …" if len(comparison.files) > _NAMED else "")
        found += cells or [Reason("records", f"other records: {listed}")]
    old, new = comparison.before.info, comparison.after.info
    if old.as_of != new.as_of:
        found.append(Reason("as-of", f"asked as of {new.as_of} instead of {old.as_of}"))
    if not found and old.tool != new.tool:
        found.append(Reason("program", f"another program: {new.tool.version}, {new.tool.sql}"))
    return tuple(found)


def _of_rule(rule: RuleChanges, comparison: Comparison) -> Iterator[Reason]:
    if rule.before is None:
        yield Reason("rule", "the rule is new")
    elif rule.after is None:
        yield Reason("rule", "the rule is not there any more")
    elif rule.removed or rule.added:
        yield Reason("rule", "the rule changed")
    for run, when in ((comparison.before, "before"), (comparison.after, "now")):
        for name, card in run.rules.items():
            if card.identity == rule.card.identity and (why := run.info.not_run.get(name) or run.info.errors.get(name)):
                yield Reason("rule", f"not evaluated {when}: {why}")


def _of_waiver(change: Change) -> Iterator[Reason]:
    for result, text in ((change.before, "waived before"), (change.after, "waived now")):
        if result is not None and result.outcome is Outcome.WAIVED:
            yield Reason("waiver", text)


def _of_policy(rule: RuleChanges, comparison: Comparison) -> Iterator[Reason]:
    """The choices that the rule reads; of what concerns all rules, every line."""
    read = " ".join(rule.card.text)
    for mark, lines in (("-", comparison.policy_removed), ("+", comparison.policy_added)):
        for line in lines:
            choice = line.removeprefix("choices.").partition(":")[0]
            if not line.startswith("choices.") or choice in read:
                yield Reason("policy", f"policy: {mark} {line}")


def _of_cells(result: Result, before: Facts, after: Facts) -> Iterator[Reason]:
    key = key_of(result)
    old, new = ({fact.text: fact for fact in facts.get(key, ())} for facts in (before, after))
    for text in sorted(old.keys() & new.keys()):
        was, is_ = old[text], new[text]
        if was.value != is_.value:
            place = (is_.file, is_.record) if is_.file is not None and is_.record is not None else None
            yield Reason("records", text, f"{was.value} → {is_.value}", was.private or is_.private, place)


def _of_days(change: Change) -> Iterator[Reason]:
    """What the rows themselves tell, where no facts are at hand."""
    was, is_ = change.before, change.after
    if was is None or is_ is None:
        return
    for name, old, new in (("counted from", was.starts, is_.starts), ("done on", was.done, is_.done)):
        if old != new:
            yield Reason("records", f"{name} {old or 'no known day'} → {new or 'no known day'}")
    known, lost = set(was.lacks) - set(is_.lacks), set(is_.lacks) - set(was.lacks)
    if known:
        yield Reason("records", f"known now: {', '.join(sorted(known))}")
    if lost:
        yield Reason("records", f"not known now: {', '.join(sorted(lost))}")
