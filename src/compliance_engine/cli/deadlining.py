"""What `compliance deadlines` does: take a kept run or make one, and write its deadlines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TextIO

from compliance_engine.cli.beginning import Start, begin, planned
from compliance_engine.cli.exit_codes import ExitCode, exit_code
from compliance_engine.cli.feeding import feeds_before, folders, write_feeds
from compliance_engine.cli.gate import summary_of
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import (
    cache_folder,
    kept_run,
)
from compliance_engine.cli.showing import redaction
from compliance_engine.cli.sinks import Sink, opened, read_sinks
from compliance_engine.cli.stages import Stages
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.outputs import FEEDS, deadlines_data, deadlines_text
from compliance_engine.outputs.deadlines import GroupBy, Wanted, owners
from compliance_engine.outputs.deadlines import deadlines as found_in
from compliance_engine.outputs.view import Redact, View
from compliance_engine.problems import Problem
from compliance_engine.runs.decide import Asked, read_key
from compliance_engine.runs.evaluate import evaluate_into
from compliance_engine.runs.folder import Run, is_run
from compliance_engine.runs.read import opened as opened_run

FORMS = ("text", "csv", "json", "html", *FEEDS)
_TABLES: dict[str, Callable[[Run, View, Wanted, TextIO], None]] = {
    "csv": deadlines_data.csv,
    "json": deadlines_data.json_,
}


@dataclass(frozen=True)
class Request:
    """The flags of `compliance deadlines`, as given; evaluating: those of them that say how DATA are evaluated."""

    data: tuple[Path, ...]
    within: int | None
    owner: str | None
    group_by: GroupBy
    rules: tuple[Path, ...]
    policy: Path | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    as_of: date | None
    profile: str | None
    waivers: Path | None
    no_waivers: bool
    unknown: Literal["fail", "warn"]
    exit_code: bool
    outputs: tuple[str, ...]
    overdue: bool
    previous: Path | None
    per_owner: bool
    redact: Redact | None
    jobs: int | None
    memory_limit: str | None
    quiet: bool
    evaluating: tuple[str, ...]


@refusing("listed")
def deadlines(request: Request) -> ExitCode:
    """Run the verb."""
    sinks, problems = read_sinks(request.outputs, FORMS, folders=folders(per_owner=request.per_owner))
    start = begin(
        problems, request.policy, request.jobs, request.memory_limit, request.waivers, no_waivers=request.no_waivers
    )
    key, problems = read_key(start.policy)
    if problems:
        raise RefusedError(problems, {})
    with _run(request, start) as run:
        _refuse_unknown_owner(request, run)
        wanted = Wanted(request.within, request.owner)
        feeds, problems = feeds_before(
            sinks, key, run.info.as_of, per_owner=request.per_owner, previous=request.previous
        )
        if problems:
            raise RefusedError(problems, {})
        for sink in sinks:
            view = View(redact=redaction(request.redact, start.policy, sink), key=key)
            if sink.form in FEEDS:
                write_feeds(run, view, replace(wanted, overdue=request.overdue), sink, feeds)
            else:
                _write(request, run, view, wanted, sink)
        listed = 0
        if request.exit_code:
            with opened_run(run, None) as reader:
                listed = sum(1 for _ in found_in(reader, wanted))
        summary = summary_of(run, "never", unknown_fails=request.unknown == "fail", allow_empty=False)
    return exit_code(replace(summary, found=listed))


# ---- the run ---------------------------------------------------------------------------------------------------------


@contextmanager
def _run(request: Request, start: Start) -> Iterator[Run]:
    """The kept run that is named, or the last one, or one of the named data."""
    if request.data and not (len(request.data) == 1 and is_run(request.data[0])):
        with TemporaryDirectory(prefix="compliance-") as scratch:
            yield _evaluated(request, start, Path(scratch).resolve())
        return
    run, problems = kept_run(request.data[0] if request.data else None, start.policy, with_records=True)
    if run is None:
        raise RefusedError(problems, {})
    if request.evaluating:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in request.evaluating)
        message = f"{run.folder} was evaluated already: {flags} cannot change it."
        raise RefusedError([Problem("usage", message, help="name the files of the export instead")], {})
    yield run


def _evaluated(request: Request, start: Start, scratch: Path) -> Run:
    missing = [Problem("no-such-file", f"{path} does not exist.") for path in request.data if not path.exists()]
    if missing:
        raise RefusedError(missing, {})
    stages = Stages(shown=not request.quiet and sys.stderr.isatty())
    stages.begin("reading rules")
    asked = Asked(
        as_of=request.as_of or start.today,
        as_of_given=request.as_of is not None,
        rules=request.rules,
        chosen=request.select,
        excluded=request.exclude,
        profile=request.profile,
        waivers=not request.no_waivers,
        waiver_file=start.waiver_file,
        cache=cache_folder(),
    )
    plan = planned(asked, start.policy, start.sources)
    run, _ = evaluate_into(scratch, plan, request.data, start.limits, stages.begin)
    stages.end()
    return run


def _refuse_unknown_owner(request: Request, run: Run) -> None:
    known = owners(run)
    if request.owner is not None and request.owner not in known:
        message = f'Nobody called "{request.owner}" looks after a rule of the run.'
        help_ = f"owners: {', '.join(known)}" if known else "the policy names owners by topic"
        suggestion = did_you_mean(request.owner, known)
        raise RefusedError([Problem("unknown-owner", message, suggestion=suggestion, help=help_)], {})


# ---- the outputs -----------------------------------------------------------------------------------------------------


def _write(request: Request, run: Run, view: View, wanted: Wanted, sink: Sink) -> None:
    with opened(sink) as out:
        if sink.form == "text":
            deadlines_text.render(run, view, wanted, request.group_by, out)
        elif sink.form == "html":
            from compliance_engine.outputs.html import deadlines as page

            page.render(run, view, wanted, request.group_by, out)
        else:
            _TABLES[sink.form](run, view, wanted, out)
