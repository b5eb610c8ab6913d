"""What `compliance diff` does: open or make two runs, compare them, write what changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO, TypeVar

from compliance_engine.cli.beginning import planned, today
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import cache_folder, limits_of, policy_of
from compliance_engine.cli.showing import listed, redaction
from compliance_engine.cli.sinks import Sink, opened, read_sinks
from compliance_engine.cli.stages import Stages
from compliance_engine.language.policy import Policy
from compliance_engine.leftovers import scratch_folder
from compliance_engine.outputs import diff_json, diff_md, diff_text
from compliance_engine.outputs.diff import Diff
from compliance_engine.outputs.view import Redact, View
from compliance_engine.problems import Problem, has_errors
from compliance_engine.runs.cells import facts_of
from compliance_engine.runs.compare import Comparison, compare
from compliance_engine.runs.database import Limits
from compliance_engine.runs.decide import Asked, read_key
from compliance_engine.runs.evaluate import evaluate_into
from compliance_engine.runs.folder import Run, is_run, read_run
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.read import derivations
from compliance_engine.runs.reasons import Facts, facts_kept, key_of

T = TypeVar("T")
FORMS: dict[str, Callable[[Diff, View, TextIO], None]] = {
    "text": diff_text.render,
    "md": diff_md.render,
    "json": diff_json.render,
}


@dataclass(frozen=True)
class Request:
    """The flags of `compliance diff`, as given; evaluating: those of them that say how DATA are evaluated."""

    before: Path
    after: Path | None
    rules: tuple[Path, ...]
    policies: tuple[Path, ...]
    as_of: tuple[date, ...] | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    profile: str | None
    explain_findings: int
    exit_code: bool
    outputs: tuple[str, ...]
    redact: Redact | None
    max_findings: int | None
    jobs: int | None
    memory_limit: str | None
    quiet: bool
    evaluating: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One of the two: where it is, and how it is evaluated; of a kept run there is no plan."""

    path: Path
    policy: Policy | None
    plan: Plan | None


@refusing("compared")
def diff(request: Request) -> ExitCode:
    """Run the verb."""
    stages = Stages(shown=not request.quiet and sys.stderr.isatty())
    stages.begin("reading rules")
    sinks, problems = read_sinks(request.outputs, FORMS)
    limits, found = limits_of(request.jobs, request.memory_limit)
    problems += [*found, *_usage(request)]
    if has_errors(problems):
        raise RefusedError(problems, {})
    sides = tuple(_side(request, number) for number in (0, 1))
    key, problems = read_key(sides[1].policy)
    if problems:
        raise RefusedError(problems, {})
    with scratch_folder() as made:
        scratch = made.resolve()
        before, after = (_run(side, limits, scratch / str(n), stages) for n, side in enumerate(sides))
        stages.begin("comparing")
        comparison = compare(before, after, key)
        old, new = (
            _facts(request, side, comparison, run, limits, scratch)
            for side, run in zip(sides, (before, after), strict=True)
        )
        stages.end()
        for sink in sinks:
            with opened(sink) as out:
                FORMS[sink.form](Diff(comparison, old, new), _view(request, sides[1].policy, key, sink), out)
    infos = (before.info, after.info)
    unread = sum(problem.level == "error" for info in infos for problem in info.problems)
    found_ = len(comparison.changes) if request.exit_code else 0
    return exit_code(Summary(found=found_, unread=unread, evaluated=min(info.results for info in infos)))


# ---- the two sides ---------------------------------------------------------------------------------------------------


def _usage(request: Request) -> list[Problem]:
    problems = []
    for flag, given in (("--rules", request.rules), ("--policy", request.policies)):
        if len(given) > 2:
            problems.append(Problem("usage", f"{flag} is given {len(given)} times; a comparison has two sides."))
    two = (
        len(request.rules) == 2 or len(request.policies) == 2 or (request.as_of is not None and len(request.as_of) == 2)
    )
    paths = (request.before, request.after or request.before)
    if request.after is None and not two:
        help_ = "name another run or export, or give --rules or --policy twice, or --as-of DAY..DAY"
        problems.append(Problem("usage", "There is only one side to compare.", help=help_))
    if request.evaluating and all(is_run(path) for path in paths):
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in request.evaluating)
        problems.append(Problem("usage", f"Kept runs were evaluated already: {flags} cannot change them."))
    return problems


def _side(request: Request, number: int) -> Side:
    path = request.before if number == 0 or request.after is None else request.after
    policy, sources, problems = policy_of(_of_side(request.policies, number))
    if has_errors(problems):
        raise RefusedError(problems, sources)
    if is_run(path):
        return Side(path, policy, None)
    rules = _of_side(request.rules, number)
    asked = Asked(
        as_of=_of_side(request.as_of or (), number) or today(policy),
        as_of_given=request.as_of is not None,
        rules=() if rules is None else (rules,),
        chosen=request.select,
        excluded=request.exclude,
        profile=request.profile,
        cache=cache_folder(),
    )
    return Side(path, policy, planned(asked, policy, sources))


def _of_side(given: Sequence[T], number: int) -> T | None:
    """What is given for a side; what is given once is given for both."""
    return given[min(number, len(given) - 1)] if given else None


def _run(side: Side, limits: Limits, folder: Path, stages: Stages) -> Run:
    if side.plan is None:
        run, problems = read_run(side.path)
        if run is None:
            raise RefusedError(problems, {})
        return run
    folder.mkdir()
    return evaluate_into(folder, side.plan, [side.path], limits, stages.begin)[0]


def _facts(request: Request, side: Side, comparison: Comparison, run: Run, limits: Limits, scratch: Path) -> Facts:
    """What is known of the cells behind changes: of data they are looked up, of a kept run as far as it keeps them."""
    if not comparison.files:
        return {}
    if side.plan is None:
        return facts_kept(derivations(run))
    wanted = [key_of(change.there) for change in comparison.changes[: request.explain_findings]]
    return facts_of(side.plan, wanted, [side.path], limits, scratch)


def _view(request: Request, policy: Policy | None, key: bytes | None, sink: Sink) -> View:
    return View(
        redact=redaction(request.redact, policy, sink), key=key, max_findings=listed(request.max_findings, sink)
    )
