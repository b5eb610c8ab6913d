"""What `compliance doctor` does: look at the installation, the settings and the folders, and say what is wrong."""

from __future__ import annotations

import json
import os
import platform
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compliance_engine import __version__
from compliance_engine.cli.beginning import today
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.settings import cache_folder, kept_runs, policy_of, runs_folder
from compliance_engine.cli.sinks import opened, read_sinks
from compliance_engine.data import rules_folder
from compliance_engine.language.policy import Policy
from compliance_engine.outputs.view import visible
from compliance_engine.problems import Problem, has_errors
from compliance_engine.runs.database import database, usual_limits
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.plan import Plan

FORMAT_VERSION = "1.0"
Judgement = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. source: where a setting comes from: flag, environment, policy or default."""

    what: str
    value: str
    judgement: Judgement = "ok"
    source: str | None = None
    help: str | None = None


@dataclass(frozen=True)
class Request:
    """The flags of `compliance doctor`, as given; given: flag → the command line or the environment."""

    rules: tuple[Path, ...]
    policy: Path | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    as_of: date | None
    profile: str | None
    outputs: tuple[str, ...]
    given: Mapping[str, str]


def examine(request: Request) -> ExitCode:
    """Run the verb."""
    sinks, problems = read_sinks(request.outputs)
    if has_errors(problems):
        for problem in problems:
            sys.stderr.write(f"error[{problem.code}]: {problem.message}\n")
        return exit_code(Summary(invalid=len(problems)))
    found = [*_program(), *_settings(request), *_folders()]
    for sink in sinks:
        with opened(sink) as out:
            if sink.form == "json":
                content = {"format_version": FORMAT_VERSION, "findings": [asdict(one) for one in found]}
                out.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
            else:
                out.writelines(line + "\n" for line in _lines(found))
    return exit_code(Summary(found=sum(one.judgement == "wrong" for one in found)))


def _lines(found: list[Finding]) -> Iterator[str]:
    marks = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}
    width = max(len(one.what) for one in found)
    for one in found:
        source = f"  ({one.source})" if one.source else ""
        yield f"{marks[one.judgement]}  {one.what:{width}}  {visible(one.value)}{source}"
        if one.help:
            yield f"       {'':{width}}  {visible(one.help)}"
    wrong = sum(one.judgement == "wrong" for one in found)
    yield f"{wrong} thing{'' if wrong == 1 else 's'} wrong." if wrong else "Nothing is wrong."


# ---- the program -----------------------------------------------------------------------------------------------------


def _program() -> Iterator[Finding]:
    yield Finding("compliance-engine", __version__)
    yield Finding("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield Finding("duckdb", version("duckdb"))
    library = rules_folder()
    yield Finding("rule library", f"{(library / 'VERSION').read_text('utf-8').strip()} in {library}")
    yield _cases()
    yield _extensions()
    yield _zones()


def _cases() -> Finding:
    try:
        there = f"durable-rules {version('durable-rules')} is installed" if find_spec("durable") else None
    except PackageNotFoundError:
        there = "durable-rules is installed"
    rest = "cases (kind: case) are read and checked, and not run"
    return Finding("case engine", f"none: {rest}" + (f"; {there}" if there else ""))


def _extensions() -> Finding:
    """Whether the database would fetch anything: it must not, also where it knows how."""
    with database(usual_limits()) as connection:
        row = connection.execute(
            "SELECT current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
        ).fetchone()
    if row == (False, False):
        return Finding("duckdb extensions", "none is installed or loaded by itself")
    return Finding("duckdb extensions", "may be loaded by themselves", "wrong", help="report this as a defect")


def _zones() -> Finding:
    try:
        ZoneInfo("America/New_York")
    except (ZoneInfoNotFoundError, OSError):
        return Finding("time zones", "there is no time zone data", "wrong", help="install the package tzdata")
    return Finding("time zones", "found")


# ---- settings --------------------------------------------------------------------------------------------------------


def _settings(request: Request) -> Iterator[Finding]:
    policy, _, problems = policy_of(request.policy)
    where = request.given.get("policy") or ("found under policies/" if policy is not None else "default")
    if has_errors(problems):
        yield _wrong("policy", problems, where, "compliance validate says more")
        return
    shown = "none: the whole library is judged" if policy is None else f"{policy.name} in {policy.folder}"
    yield Finding("policy", shown, source=where)
    zone = policy.time_zone if policy is not None else "UTC"
    as_of = request.as_of or today(policy)
    yield Finding("time zone", zone, source="policy" if policy is not None else "default")
    yield Finding("as-of date", str(as_of), source=request.given.get("as_of", "today in the time zone"))
    plan, _, problems = decide(_asked(request, as_of), policy)
    if plan is None or has_errors(problems):
        yield _wrong("rules", problems, request.given.get("rules", "policy"), "compliance validate says more")
    else:
        yield from _decided(request, policy, plan)
    yield from _key(policy)
    yield from _runs(policy)
    for name, value in sorted(os.environ.items()):
        if name.startswith("COMPLIANCE_"):
            yield Finding(name, value, source="environment")


def _asked(request: Request, as_of: date) -> Asked:
    return Asked(
        as_of=as_of,
        rules=request.rules,
        chosen=request.select,
        excluded=request.exclude,
        profile=request.profile,
        cache=None,
    )


def _decided(request: Request, policy: Policy | None, plan: Plan) -> Iterator[Finding]:
    roots = ", ".join(str(root) for root in plan.roots)
    source = request.given.get("rules") or ("policy" if policy is not None else "default")
    judgement: Judgement = "ok" if plan.rules else "wrong"
    yield Finding("rules", f"{len(plan.rules):,} of version {plan.ruleset.version} from {roots}", judgement, source)
    for name in ("select", "exclude"):
        if name in request.given:
            yield Finding(name, ", ".join(getattr(request, name)), source=request.given[name])
    named = policy.profile if policy is not None else None
    source = request.given.get("profile") or ("policy" if named else "default")
    yield Finding("source profile", plan.profile.profile, source=source)


def _key(policy: Policy | None) -> Iterator[Finding]:
    file = policy.key_file if policy is not None else None
    if file is None:
        help_ = "outputs have no fingerprints, and there are no baselines; compliance init makes a key"
        yield Finding("key file", "none", "note", help=help_)
        return
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        file.read_bytes()
    except OSError as error:
        yield Finding("key file", f"{file}: {error.strerror or 'it cannot be read'}", "wrong", "policy")
        return
    if os.name == "posix" and mode & 0o077:
        help_ = f"whoever has the key can find out who a finding is about: chmod 600 {file}"
        yield Finding("key file", f"{file} can be read by others (mode {mode:03o})", "wrong", "policy", help_)
    else:
        yield Finding("key file", f"{file} (mode {mode:03o})", source="policy")


def _runs(policy: Policy | None) -> Iterator[Finding]:
    runs = runs_folder(policy)
    yield _writable("runs are kept in", runs, "check needs --run-folder")
    yield Finding("last run", str(next(iter(kept_runs(runs)), "none yet")))


def _folders() -> Iterator[Finding]:
    cache = cache_folder()
    source = "environment" if os.environ.get("COMPLIANCE_CACHE") else "default"
    kept = len(list(cache.glob("rules-*.json"))) if cache.is_dir() else 0
    found = _writable("cache folder", cache, "rules are read anew at each run")
    judgement: Judgement = "note" if found.judgement == "wrong" else "ok"
    value = f"{cache}, {kept} rule set{'' if kept == 1 else 's'} kept"
    yield Finding("cache folder", value if judgement == "ok" else found.value, judgement, source, found.help)


def _writable(what: str, folder: Path, otherwise: str) -> Finding:
    """Whether a folder can be written to, or made; nothing is written to find out."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK):
        return Finding(what, str(folder))
    return Finding(what, f"{folder} cannot be written to", "wrong", help=otherwise)


def _wrong(what: str, problems: list[Problem], source: str, help_: str) -> Finding:
    errors = [problem for problem in problems if has_errors([problem])]
    return Finding(what, errors[0].message, "wrong", source, help_)
