"""What `compliance compile` does: read the records, compile the rules over them, write the SQL."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from compliance_engine import __version__
from compliance_engine.cli.beginning import begin, planned
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import cache_folder, kept_run
from compliance_engine.cli.sinks import opened, read_sinks, writable
from compliance_engine.cli.stages import Stages
from compliance_engine.engine.compiled import Compiled
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.leftovers import held_new_file, scratch_folder
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import visible
from compliance_engine.problems import Problem
from compliance_engine.runs.compiled import Written, compile_rules
from compliance_engine.runs.decide import Asked
from compliance_engine.runs.explain import changed_since
from compliance_engine.runs.folder import Run, is_run
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.spelled import rule_lines

FORMAT_VERSION = "1.0"


@dataclass(frozen=True)
class Request:
    """The flags of `compliance compile`, as given."""

    data: tuple[Path, ...]
    only: tuple[str, ...]
    database: Path | None
    rules: tuple[Path, ...]
    policy: Path | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    as_of: date | None
    profile: str | None
    outputs: tuple[str, ...]
    jobs: int | None
    memory_limit: str | None
    quiet: bool


@refusing("compiled")
def compile_(request: Request) -> ExitCode:
    """Run the verb."""
    stages = Stages(shown=not request.quiet and sys.stderr.isatty())
    stages.begin("reading rules")
    sinks, problems = read_sinks(request.outputs)
    if request.database is not None and not writable(request.database):
        problems.append(Problem("unwritable-output", f"{request.database} cannot be written."))
    start = begin(problems, request.policy, request.jobs, request.memory_limit)
    run: Run | None = None
    if not request.data or (len(request.data) == 1 and is_run(request.data[0])):
        run, problems = kept_run(request.data[0] if request.data else None, start.policy, with_records=True)
        if run is None:
            raise RefusedError(problems, {})
    plan = planned(_asked(request, run, start.today), start.policy, start.sources, may_be_empty=True)
    problems = [*_unknown_rules(request, plan), *(changed_since(run, plan) if run is not None else [])]
    if problems:
        raise RefusedError(problems, {})
    records = request.data if run is None else tuple(Path(file.path) for file in run.info.inputs)
    stages.begin("reading records")
    with scratch_folder() as made:
        written = compile_rules(
            plan, records, start.limits, made.resolve(), request.only, keep=request.database is not None
        )
        if written.kept is not None and request.database is not None:
            _keep(written.kept, request.database)
    stages.end()
    for sink in sinks:
        with opened(sink) as out:
            if sink.form == "json":
                out.write(json.dumps(_content(written, plan), indent=1, ensure_ascii=False) + "\n")
            else:
                out.writelines(line + "\n" for line in _lines(written, plan))
    return exit_code(Summary(evaluated=len(written.rules)))


def _asked(request: Request, run: Run | None, today: date) -> Asked:
    return Asked(
        as_of=request.as_of or (run.info.as_of if run is not None else today),
        rules=request.rules,
        chosen=request.select,
        excluded=request.exclude,
        profile=request.profile,
        cache=cache_folder(),
    )


def _unknown_rules(request: Request, plan: Plan) -> list[Problem]:
    there = [rule.id for rule in plan.rules]
    return [
        Problem(
            "unknown-rule", f'No rule that is selected is called "{id_}".', suggestion=did_you_mean(id_, there),
            help="compliance rules list names those that there are",
        )
        for id_ in request.only
        if id_ not in there
    ]  # fmt: skip


def _keep(made: Path, target: Path) -> None:
    """Put the database where it was asked for, readable by this user only; it appears when it is whole."""
    with held_new_file(target) as (handle, unfinished):
        try:
            with made.open("rb") as source, os.fdopen(handle, "wb") as copy:
                shutil.copyfileobj(source, copy)
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


# ---- what is written -------------------------------------------------------------------------------------------------


def _lines(written: Written, plan: Plan) -> Iterator[str]:
    versions = f"compliance-engine {__version__}, {written.sql}, rules {plan.ruleset.version}"
    yield f"-- {versions}, as of {plan.settings.as_of}"
    yield f"-- {ADVICE}"
    yield "-- Each statement tells employer, subject, instance, state, trigger day, due day and day of doing."
    yield "-- It reads the tables that compliance compile --database keeps. Waivers are applied to what it finds."
    for one in written.rules:
        yield ""
        yield f"-- {one.rule.id}: {visible(one.rule.title)}"
        yield f"--   law: {visible(one.rule.cite)}"
        yield from (f"--   {visible(line)}" for line in rule_lines(one.rule))
        if one.together:
            yield f"--   judged together with {', '.join(one.together)}"
        yield f"--   reads {', '.join(one.tables)}"
        yield f"{one.sql};"
    for rule, why in sorted(written.not_run.items()):
        yield ""
        yield f"-- {rule} is not evaluated: {why}"


def _content(written: Written, plan: Plan) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "compliance-engine", "version": __version__, "sql": written.sql},
        "rules_version": plan.ruleset.version,
        "as_of": plan.settings.as_of.isoformat(),
        "notice": ADVICE,
        "rules": [_rule(one) for one in written.rules],
        "not_run": written.not_run,
    }


def _rule(one: Compiled) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "title": one.rule.title,
        "cite": one.rule.cite,
        "text": rule_lines(one.rule),
        "together_with": one.together,
        "tables": one.tables,
        "sql": one.sql,
    }
