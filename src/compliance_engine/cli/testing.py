"""What `compliance test` does: find the rules, run their examples, tell what failed, what is missing, what survives."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from compliance_engine.cli.authored import sort_files
from compliance_engine.cli.creating import Wanted, create
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.refusing import RefusedError, refusing
from compliance_engine.cli.settings import calendars_for
from compliance_engine.cli.sinks import OF_RULES, opened, read_sinks
from compliance_engine.cli.stages import Stages
from compliance_engine.cli.updating import propose, update
from compliance_engine.data import rules_folder
from compliance_engine.engine.testing import Tested, run
from compliance_engine.language.accepted import FILE as FILE_OF_ACCEPTED
from compliance_engine.language.accepted import load_accepted
from compliance_engine.language.policy import FILE
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.select import select
from compliance_engine.outputs import problem_github, test_json, test_text
from compliance_engine.problems import Problem, has_errors
from compliance_engine.records.types import VOCABULARY

_POLICIES = Path("policies")
_SLOWEST = 10
"""Rules that --timings names."""


@dataclass(frozen=True)
class Request:
    """The flags of `compliance test`, as given."""

    paths: tuple[Path, ...]
    rules: tuple[Path, ...]
    policy: Path | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    coverage: bool
    min_coverage: float | None
    mutate: bool
    update: bool
    propose: bool
    create: str | None
    run: Path | None
    outputs: tuple[str, ...]
    quiet: bool
    timings: bool


@refusing("tested")
def test(request: Request) -> ExitCode:
    """Run the verb."""
    stages = Stages(shown=not request.quiet and sys.stderr.isatty())
    sinks, problems = read_sinks(request.outputs, OF_RULES)
    ruleset, accepted, found = _read(request, stages)
    problems += found
    if not has_errors(problems) and (request.propose or request.create):
        problems += _more_examples(request, ruleset, stages)
        ruleset, accepted, found = _read(request, stages)
        problems += found
    if has_errors(problems):
        stages.end()
        raise RefusedError(problems, ruleset.sources)
    tested = _run(request, ruleset, accepted, stages)
    if request.update and tested.failures:
        stages.end()
        problems = update(tested.failures)
        ruleset, accepted, found = _read(request, stages)
        if has_errors([*problems, *found]):
            raise RefusedError([*problems, *found], ruleset.sources)
        tested = _run(request, ruleset, accepted, stages)
    stages.end()
    for sink in sinks:
        with opened(sink) as out:
            if sink.form == "github":
                counts = test_text.counts(tested, request.min_coverage)
                problem_github.write(problem_github.failures(tested.failures), counts, out)
            else:
                write = test_json.write if sink.form == "json" else test_text.write
                write(tested, request.min_coverage, out)
    if request.timings:
        click.echo("\n".join([stages.table(), *stages.slowest(_SLOWEST)]), err=True)
    return exit_code(_summary(tested, request.min_coverage))


def _more_examples(request: Request, ruleset: RuleSet, stages: Stages) -> list[Problem]:
    """Write examples that a program proposes, or makes of a finding, into the files that are named."""
    problems = []
    if request.propose:
        stages.begin("proposing examples")
        problems += propose(list(ruleset.rules.values()), ruleset.vocabulary)
    if request.create:
        stages.begin("making an example")
        wanted = Wanted(request.create, request.run, request.rules, request.policy)
        problems += create(wanted, sort_files(request.paths).rules)
    return problems


Accepted = Mapping[tuple[str, str], str]


def _read(request: Request, stages: Stages) -> tuple[RuleSet, Accepted, list[Problem]]:
    """The rules to test, the mutants of them that may survive, and what is wrong with either."""
    stages.begin("reading rules")
    library = request.rules or (rules_folder(),)
    policy = request.policy.parent if request.policy and request.policy.name == FILE else request.policy
    given = request.paths or ((policy,) if policy else _everything(library))
    ruleset, problems = _load(given, library)
    ruleset, found = select(ruleset, request.select, request.exclude)
    accepted, of_mutants = load_accepted([path for path in dict.fromkeys((*given, *library)) if path.is_dir()])
    return ruleset, accepted, [*problems, *found, *of_mutants]


def _run(request: Request, ruleset: RuleSet, accepted: Accepted, stages: Stages) -> Tested:
    return run(
        ruleset,
        list(ruleset.rules.values()),
        with_coverage=request.coverage or request.min_coverage is not None,
        accepted=accepted if request.mutate else None,
        progress=stages.begin,
    )


def _everything(library: Sequence[Path]) -> tuple[Path, ...]:
    """The library and every policy: what is tested when nothing is named."""
    return (*library, *sorted(file.parent for file in _POLICIES.glob(f"*/{FILE}")))


def _load(given: Sequence[Path], library: Sequence[Path]) -> tuple[RuleSet, list[Problem]]:
    """The rules of the given files, read beside those that they may refer to; what is wrong with others is not told."""
    authored = sort_files(given)
    folders = {file.parent for file in authored.rules}
    beside = {file for folder in folders for file in folder.glob("*.yaml") if file.name != FILE_OF_ACCEPTED}
    calendars = calendars_for(authored.rules)
    ruleset, found = load_rules([*authored.rules, *library, *sorted(beside)], VOCABULARY, calendars)
    files = {file.as_posix() for file in authored.rules}
    rules, facts = (
        {id_: rule for id_, rule in listed.items() if rule.position.file in files}
        for listed in (ruleset.rules, ruleset.facts)
    )
    told = [problem for problem in found if problem.position is None or problem.position.file in files]
    return replace(ruleset, rules=rules, facts=facts), authored.problems + told


def _summary(tested: Tested, minimum: float | None) -> Summary:
    found = len(tested.failures) + test_text.is_under(tested, minimum)
    if tested.mutation is not None:
        found += len(tested.mutation.survivors) + len(tested.mutation.outdated)
    return Summary(rules=len(tested.rules), found=found, evaluated=tested.examples)
