"""From a run to the counts that decide the exit code."""

from __future__ import annotations

from typing import Literal

from compliance_engine.cli.exit_codes import Summary
from compliance_engine.language.outcomes import Outcome
from compliance_engine.language.rule import SEVERITIES, Severity
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import RunInfo

FailOn = Severity | Literal["never"]


def summary_of(run: Run, fail_on: FailOn, *, unknown_fails: bool, allow_empty: bool) -> Summary:
    """What counts in a run: violations at the threshold, whatever could not be told, and what could not be read.

    What the baseline of the run knows does not count.

    A rule that was checked from memory only decides nothing, unless the policy adopts such rules. What is wrong with
    the data counts as unknown: nobody can say what the rules would have answered.
    """
    info = run.info
    deciding = [rule for rule, card in run.rules.items() if card.decides]
    grave = [rule for rule in deciding if _reaches(run.rules[rule].severity, fail_on)]
    wrong = len(info.data_findings) - (info.baseline.known_data if info.baseline is not None else 0)
    warned = sum(problem.level == "warning" for problem in info.problems)
    unread = [problem for problem in info.problems if problem.level == "error"]
    if allow_empty:
        unread = [problem for problem in unread if problem.code != "nothing-to-read"]
    return Summary(
        rules=info.rules.selected,
        found=sum(_new(info, rule, Outcome.VIOLATION) for rule in grave),
        unknown=sum(_new(info, rule, Outcome.UNKNOWN) for rule in deciding) + wrong + warned,
        failed=sum(info.of_rule(rule, Outcome.ERROR) for rule in deciding) + len(info.errors.keys() & set(deciding)),
        unknown_fails=unknown_fails,
        unread=len(unread),
        evaluated=info.results,
        allow_empty=allow_empty,
    )


def _new(info: RunInfo, rule: str, outcome: Outcome) -> int:
    return info.of_rule(rule, outcome) - info.known(rule, outcome)


def _reaches(severity: Severity, threshold: FailOn) -> bool:
    return threshold != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(threshold)
