"""How verbs that judge records begin: policy, limits, waivers and plan, or all reasons why they cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from compliance_engine.cli.refusing import RefusedError
from compliance_engine.cli.settings import limits_of, policy_of, waiver_file_of
from compliance_engine.language.policy import Policy
from compliance_engine.language.waivers import WaiverFile
from compliance_engine.problems import Problem, has_errors
from compliance_engine.runs.database import Limits
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.plan import Plan


@dataclass(frozen=True)
class Start:
    """What is known before any rule is read.

    Attributes:
        policy: the one at hand, if any.
        waiver_file: waivers in place of the policy's.
        sources: the texts of the files, for showing problems.
        problems: warnings and notes; nothing is wrong.
    """

    policy: Policy | None
    limits: Limits
    waiver_file: WaiverFile | None
    sources: Mapping[str, str]
    problems: Sequence[Problem]

    @property
    def today(self) -> date:
        """Today in the time zone of the policy."""
        return today(self.policy)


def today(policy: Policy | None) -> date:
    """Today in the time zone of a policy; without one in UTC."""
    return datetime.now(ZoneInfo(policy.time_zone if policy is not None else "UTC")).date()


def begin(
    problems: Sequence[Problem],
    policy: Path | None,
    jobs: int | None,
    memory_limit: str | None,
    waivers: Path | None = None,
    *,
    no_waivers: bool = False,
) -> Start:
    """Read what the flags name.

    Args:
        problems: what is wrong with other flags.
        policy: the folder of the policy; None for the only one there is.
        waivers: a file of waivers in place of those of the policy.

    Raises:
        RefusedError: something is wrong, all of which is told.
    """
    limits, of_limits = limits_of(jobs, memory_limit)
    found, sources, of_policy = policy_of(policy)
    waiver_file, texts, of_waivers = waiver_file_of(waivers, without=no_waivers)
    problems = [*problems, *of_limits, *of_policy, *of_waivers]
    sources = {**sources, **texts}
    if has_errors(problems):
        raise RefusedError(problems, sources)
    return Start(found, limits, waiver_file, sources, problems)


def planned(asked: Asked, policy: Policy | None, sources: Mapping[str, str], *, may_be_empty: bool = False) -> Plan:
    """Every decision that a run needs.

    Args:
        sources: the texts read before, for showing problems.
        may_be_empty: whether it is right that no rule is selected.

    Raises:
        RefusedError: something is wrong, all of which is told.
    """
    plan, ruleset, problems = decide(asked, policy)
    if plan is not None and not plan.rules and not may_be_empty:
        problems.append(Problem("no-rules", "No rule is selected."))
    if plan is None or has_errors(problems):
        raise RefusedError(problems, {**sources, **ruleset.sources})
    return plan
