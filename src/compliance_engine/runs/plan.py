"""What is decided before a record is read: which rules, on which day, with which choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from compliance_engine.engine.settings import Settings
from compliance_engine.language.policy import Guard
from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.records.profile import Profile
from compliance_engine.runs.baseline import Baseline
from compliance_engine.runs.model import PolicyUsed, RunInfo, WaiverFileUsed


@dataclass(frozen=True, slots=True)
class FindingWaiver:
    """An approved exception for one finding, named by the first digits of its fingerprint."""

    id: str
    rule: str
    fingerprint: str
    expires_on: date


@dataclass(frozen=True)
class Plan:
    """One evaluation, ready to be run over records.

    Attributes:
        rules: the rules selected out of the rule set.
        roots: folders that the rule files were read from; files are named relative to them.
        guards: what an extract may not do, by record type; before: the last kept run, which it is held against.
        key: key of the policy for hashes that leave the run folder and for comparing social security numbers.
        as_of_given: the as-of date was named, not taken from the clock.
        owners: who looks after a topic, `*` after all others.
        baseline: the findings that are known already; it needs the key.
        adopt_unconfirmed: rules checked from memory count for the exit code too.
    """

    ruleset: RuleSet
    rules: tuple[Rule, ...]
    settings: Settings
    profile: Profile
    roots: tuple[Path, ...] = ()
    key: bytes | None = None
    policy: PolicyUsed | None = None
    waiver_file: WaiverFileUsed | None = None
    time_zone: str = "UTC"
    as_of_given: bool = True
    adopt_unconfirmed: bool = False
    finding_waivers: tuple[FindingWaiver, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    baseline: Baseline | None = None
    guards: Mapping[str, Guard] = field(default_factory=dict)
    before: RunInfo | None = None

    def lead_of(self, rule: Rule) -> int:
        """Days before its due date from which a duty of a rule is due-soon."""
        if rule.lead_days is not None:
            return rule.lead_days
        return self.settings.lead_by_topic.get(rule.topic, self.settings.lead_days)

    def shown_path(self, file: str) -> str:
        """A rule file from the folder it was found in, so that a run does not tell where the library is installed."""
        return next((_below(root, file) for root in self.roots if Path(file).is_relative_to(root)), Path(file).name)


def _below(root: Path, file: str) -> str:
    return (Path(root.name) / Path(file).relative_to(root)).as_posix()
