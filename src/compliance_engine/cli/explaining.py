"""What `compliance explain` does: find the result, read the records again, tell how it came about."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from compliance_engine.cli.beginning import Start, begin, planned
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import cache_folder, kept_run
from compliance_engine.cli.showing import redaction
from compliance_engine.cli.sinks import Sink, opened, read_sinks
from compliance_engine.cli.stages import Stages
from compliance_engine.language.policy import Policy
from compliance_engine.leftovers import scratch_folder
from compliance_engine.outputs import explain_json, explain_text
from compliance_engine.outputs.explain_view import ExplainView
from compliance_engine.outputs.view import Redact
from compliance_engine.problems import Problem, has_errors
from compliance_engine.runs.database import Limits
from compliance_engine.runs.decide import Asked
from compliance_engine.runs.evaluate import evaluate_into
from compliance_engine.runs.explain import Explained, Target, changed_since, explain_result, find
from compliance_engine.runs.folder import Run
from compliance_engine.runs.plan import Plan


@dataclass(frozen=True)
class Request:
    """The flags of `compliance explain`, as given; `fingerprint` and `rule` exclude each other."""

    fingerprint: str | None
    data: tuple[Path, ...]
    rule: str | None
    record: str | None
    instance: str | None
    run: Path | None
    rules: tuple[Path, ...]
    policy: Path | None
    as_of: date | None
    profile: str | None
    waivers: Path | None
    no_waivers: bool
    outputs: tuple[str, ...]
    redact: Redact | None
    jobs: int | None
    memory_limit: str | None
    quiet: bool


@refusing("explained")
def explain(request: Request) -> ExitCode:
    """Run the verb."""
    stages = Stages(shown=not request.quiet and sys.stderr.isatty())
    stages.begin("reading rules")
    sinks, problems = read_sinks(request.outputs)
    start = begin(
        problems, request.policy, request.jobs, request.memory_limit, request.waivers, no_waivers=request.no_waivers
    )
    run, found = _kept(request, start.policy)
    if has_errors(found):
        raise RefusedError(found, {})
    plan = planned(_asked(request, start, run), start.policy, start.sources, may_be_empty=True)
    if run is not None and (changed := changed_since(run, plan)):
        raise RefusedError(changed, {})
    missing = [Problem("no-such-file", f"{path} does not exist.") for path in request.data if not path.exists()]
    if missing:
        raise RefusedError(missing, {})
    stages.begin("reading records")
    explained, problems = _explained(request, plan, run, start.limits)
    stages.end()
    if explained is None:
        raise RefusedError(problems, {})
    for sink in sinks:
        with opened(sink) as out:
            write = explain_json.write if sink.form == "json" else explain_text.write
            write(explained, _view(request, start.policy, plan, sink), out)
    return exit_code(Summary(defects=explained.disagreement is not None))


def _kept(request: Request, policy: Policy | None) -> tuple[Run | None, list[Problem]]:
    """The kept run that the result is taken from; none where files are named."""
    if request.data and request.run is None:
        return None, []
    return kept_run(request.run, policy, with_records=True)


def _asked(request: Request, start: Start, run: Run | None) -> Asked:
    as_of = request.as_of or (run.info.as_of if run is not None else start.today)
    return Asked(
        as_of=as_of,
        as_of_given=request.as_of is not None,
        rules=request.rules,
        profile=request.profile,
        waivers=not request.no_waivers,
        waiver_file=start.waiver_file,
        cache=cache_folder(),
    )


def _explained(request: Request, plan: Plan, run: Run | None, limits: Limits) -> tuple[Explained | None, list[Problem]]:
    """Without a kept run a fingerprint is looked for among all results, made anew."""
    with scratch_folder() as made:
        scratch = made.resolve()
        records = request.data or tuple(Path(file.path) for file in run.info.inputs if run is not None)  # type: ignore[union-attr]
        if request.rule is not None and request.record is not None:
            target: Target | None = Target(request.rule, request.record, request.instance)
        else:
            if run is None:
                run, _ = evaluate_into(scratch, plan, records, limits)
            target, problems = find(run, plan.key, request.fingerprint or "")
            if target is None:
                return None, problems
        return explain_result(plan, target, records, limits, scratch)  # type: ignore[arg-type]


def _view(request: Request, policy: Policy | None, plan: Plan, sink: Sink) -> ExplainView:
    return ExplainView(plan.ruleset.vocabulary, redaction(request.redact, policy, sink), plan.key)
