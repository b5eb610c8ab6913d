"""What `compliance validate` does: find the files, tidy them if asked, say all that is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from compliance_engine import __version__
from compliance_engine.cli import profiling
from compliance_engine.cli.authored import Report, folders_of, look_at, sort_files
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.profiling import Profiled, profiled
from compliance_engine.cli.rewriting import read_exactly, replace, unwritable_file
from compliance_engine.cli.settings import policy_of
from compliance_engine.cli.sinks import OF_RULES, opened, read_sinks
from compliance_engine.data import rules_folder
from compliance_engine.language import accepted
from compliance_engine.language.advice import tidied
from compliance_engine.language.policy import FILE
from compliance_engine.language.ruleset import load_rules
from compliance_engine.outputs import problem_github
from compliance_engine.problems import Level, Problem, render
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.decide import adopted, profile_named

FORMAT_VERSION = "1.0"
_POLICIES = Path("policies")
_SHOWN = 200
"""Problems that the text shows; JSON has them all."""


@dataclass(frozen=True)
class Request:
    """The flags of `compliance validate`, as given."""

    paths: tuple[Path, ...]
    rules: tuple[Path, ...]
    policy: Path | None
    strict: bool
    fix: bool
    as_of: date | None
    profile: str | None
    data: tuple[Path, ...]
    outputs: tuple[str, ...]


def validate(request: Request) -> ExitCode:
    """Run the verb."""
    sinks, problems = read_sinks(request.outputs, OF_RULES)
    if problems:
        for problem in problems:
            click.echo(render(problem, {}), err=True)
        return ExitCode.INVALID
    if request.data and request.profile is None:
        click.echo(render(Problem("usage", "--data needs --profile."), {}), err=True)
        return ExitCode.INVALID
    library = list(request.rules) or [rules_folder()]
    policies = [request.policy] if request.policy else _policies()
    given = sort_files(request.paths or ([*library, *policies] if request.profile is None else _asked_with(request)))
    unwritable: list[Problem] = []
    if request.fix:
        changed, unwritable = _tidy(given.files)
        click.echo(f"tidied {counted(changed, 'file')}", err=True)
        for problem in unwritable:
            click.echo(render(problem, {}), err=True)
    report = look_at(given, [*library, *_siblings(given.rules)], request.as_of)
    tried, problems = _tried(request, library)
    if problems:
        click.echo("\n\n".join(render(problem, {}) for problem in problems), err=True)
    if request.profile is not None and tried is None:
        return ExitCode.INVALID
    for sink in sinks:
        with opened(sink) as out:
            if sink.form == "github":
                problem_github.write(report.problems, _counts(report), out)
            else:
                out.write(_as_json(report, tried) if sink.form == "json" else _as_text(report, tried))
    found = report.count(Level.ERROR) + (report.count(Level.WARNING) if request.strict else 0)
    return exit_code(Summary(invalid=len(unwritable), found=found))


def _asked_with(request: Request) -> list[Path]:
    """What is looked at beside a profile: its own file, and the policy that is named."""
    own = Path(request.profile or "")
    return [*([own] if own.is_file() else []), *([request.policy] if request.policy else [])]


def _tried(request: Request, library: Sequence[Path]) -> tuple[Profiled | None, list[Problem]]:
    """The rules tried on a profile: those that the policy adopts, else all of the library."""
    if request.profile is None:
        return None, []
    policy, _, problems = policy_of(request.policy)
    if problems and policy is None:
        return None, problems
    profile, problems = profile_named(request.profile, policy, Path())
    if profile is None:
        return None, problems
    beside = folders_of(policy) if policy is not None else ()
    calendars = known_calendars() | (frozenset(policy.named_calendars) if policy is not None else frozenset())
    ruleset, _ = load_rules([*library, *beside], VOCABULARY, calendars)
    rules = adopted(policy, ruleset) if policy is not None else list(ruleset.rules.values())
    tried, problems = profiled(profile, request.data, rules)
    return tried, [problem for problem in problems if problem.level is not Level.NOTE]


def _policies() -> list[Path]:
    """The policy folders that are looked at when none is named: each with its rules."""
    return sorted(file.parent for file in _POLICIES.glob(f"*/{FILE}"))


def _siblings(files: Sequence[Path]) -> list[Path]:
    """Rule files beside the given ones, which may name their values and facts."""
    folders = {file.parent for file in files}
    return sorted({b for folder in folders for b in folder.glob("*.yaml") if b.name != accepted.FILE})


# ---- what is shown ---------------------------------------------------------------------------------------------------


def _as_text(report: Report, tried: Profiled | None) -> str:
    problems = _problems_as_text(report) if report.files or tried is None else ""
    return "\n".join(part for part in (problems, profiling.as_text(tried) if tried is not None else "") if part)


def _problems_as_text(report: Report) -> str:
    shown = [render(problem, report.sources) for problem in report.problems[:_SHOWN]]
    if len(report.problems) > _SHOWN:
        shown.append(f"… and {len(report.problems) - _SHOWN:,} more; -o json lists all")
    return "\n\n".join([*shown, f"{_counts(report)}\n"])


def _counts(report: Report) -> str:
    counts = [counted(report.count(level), level) for level in Level if report.count(level)]
    looked_at = f"{counted(report.files, 'file')} ({counted(report.rules, 'rule')})"
    if not counts:
        return f"No problems in {looked_at}."
    if not report.files:
        return f"{', '.join(counts)}. There was no file to look at."
    return f"{', '.join(counts)} in {report.files_with_problems:,} of {looked_at}."


def counted(number: int, word: str) -> str:
    """1 rule, 2 rules."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _as_json(report: Report, tried: Profiled | None) -> str:
    content = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "compliance-engine", "version": __version__},
        "counts": {
            "files": report.files,
            "rules": report.rules,
            **{f"{level}s": report.count(level) for level in Level},
        },
        "problems": [_problem(problem) for problem in report.problems],
        **({"profile": profiling.as_json(tried)} if tried is not None else {}),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _problem(problem: Problem) -> dict[str, object]:
    place = problem.position
    return {
        "code": problem.code,
        "level": problem.level,
        "message": problem.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "length": place.length if place else None,
        "suggestion": problem.suggestion,
        "help": problem.help,
    }


# ---- tidying ---------------------------------------------------------------------------------------------------------


def _tidy(files: Sequence[Path]) -> tuple[int, list[Problem]]:
    """Write each file tidied that can be; how many were, and which could not be written."""
    changed, problems = 0, []
    for file in files:
        try:
            text = read_exactly(file)
        except (OSError, UnicodeDecodeError):
            continue  # what is wrong with it is reported like everything else
        tidy = tidied(text)
        if tidy != text:
            try:
                replace(file, tidy)
                changed += 1
            except OSError:
                problems.append(unwritable_file(file))
    return changed, problems
