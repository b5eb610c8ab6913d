"""What `compliance rules list` and `compliance rules show` do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from compliance_engine.cli.authored import folders_of
from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code
from compliance_engine.cli.settings import calendars_for
from compliance_engine.cli.sinks import opened, read_sinks
from compliance_engine.data import rules_folder
from compliance_engine.language.cache import rule_files
from compliance_engine.language.policy import FILE, Policy, load_policy
from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.select import select
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.outputs.rule_page import page
from compliance_engine.problems import Problem, has_errors, render
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars

FORMAT_VERSION = "1.0"
_POLICIES = Path("policies")
_COLUMNS = ("id", "kind", "jurisdiction", "severity", "checked", "title")


@dataclass(frozen=True)
class Which:
    """Which rules to look at, as given by the flags."""

    rules: tuple[Path, ...]
    policy: Path | None
    select: tuple[str, ...]
    exclude: tuple[str, ...]


def list_rules(which: Which, outputs: Sequence[str]) -> ExitCode:
    """Print the rules that are selected."""
    sinks, problems = read_sinks(outputs)
    if problems:
        return _end(problems, 0)
    ruleset, problems = selected(which)
    cards = [_card(rule) for rule in ruleset.rules.values()]
    for sink in sinks:
        with opened(sink) as out:
            out.write(_as_json(cards) if sink.form == "json" else _as_text(cards))
    return _end(problems, len(cards))


def _as_json(cards: Sequence[dict[str, str]]) -> str:
    content = {"format_version": FORMAT_VERSION, "rules": cards}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _as_text(cards: Sequence[dict[str, str]]) -> str:
    return _table([{**card, "checked": _checked(card["checked"])} for card in cards]) + "\n" if cards else ""


def show(which: Which, id_: str, as_of: date | None) -> ExitCode:
    """Print the page of one rule, which may be called by an earlier id."""
    ruleset, problems = selected(which)
    found = ruleset.rules.get(id_) or next((rule for rule in ruleset.rules.values() if id_ in rule.was), None)
    if found is None:
        guess = did_you_mean(id_, ruleset.rules)
        help_ = "compliance rules list" + (" names those that can be read" if has_errors(problems) else "")
        return _end([*problems, Problem("unknown-rule", f'There is no rule "{id_}".', suggestion=guess, help=help_)], 0)
    click.echo(page(found, ruleset, as_of or datetime.now(UTC).date()), nl=False)
    return ExitCode.OK


def selected(which: Which) -> tuple[RuleSet, list[Problem]]:
    """The rules of the library and of a policy, or those that are named, as far as they can be read."""
    policies, problems = _policies(which)
    paths = which.rules or (rules_folder(), *(folder for policy in policies for folder in folders_of(policy)))
    calendars = calendars_for(file for path in paths for file in (rule_files(path) if path.is_dir() else [path]))
    calendars = calendars.union(*(policy.named_calendars for policy in policies))
    ruleset, found = load_rules(paths, VOCABULARY, calendars)
    broken = {problem.position.file if problem.position else "" for problem in found if has_errors([problem])}
    if broken:
        message = f"{len(broken)} rule file{'' if len(broken) == 1 else 's'} cannot be read as a whole."
        problems.append(Problem("broken-rules", message, help="compliance validate says what is wrong"))
    narrowed, found = select(ruleset, which.select, which.exclude)
    return narrowed, problems + found


def _policies(which: Which) -> tuple[list[Policy], list[Problem]]:
    """The named policy, or all under policies/ as far as they can be read; none beside rules that are named."""
    if which.rules:
        return [], []
    if which.policy is None:
        folders = sorted(file.parent for file in _POLICIES.glob(f"*/{FILE}"))
        found = [load_policy(folder, VOCABULARY, known_calendars())[0] for folder in folders]
        return [policy for policy in found if policy is not None], []
    folder = which.policy.parent if which.policy.name == FILE else which.policy
    policy, problems = load_policy(folder, VOCABULARY, known_calendars())
    return [policy] if policy is not None else [], problems


def _card(rule: Rule) -> dict[str, str]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "jurisdiction": rule.jurisdiction,
        "severity": rule.severity,
        "checked": rule.checked,
        "title": rule.title,
        "about": rule.about,
        "topic": rule.topic,
        "cite": rule.cite,
        "file": rule.position.file,
    }


def _checked(how: str) -> str:
    return "unconfirmed" if how == "memory" else how


def _table(rows: Sequence[dict[str, str]]) -> str:
    """Rows in columns, with a heading."""
    table = [{column: column for column in _COLUMNS}, *rows]
    widths = {column: max(len(row[column]) for row in table) for column in _COLUMNS}
    return "\n".join("  ".join(f"{row[column]:{widths[column]}}" for column in _COLUMNS).rstrip() for row in table)


def _end(problems: Sequence[Problem], rules: int) -> ExitCode:
    for problem in problems:
        click.echo(render(problem, {}), err=True)
    return exit_code(Summary(invalid=sum(has_errors([problem]) for problem in problems), rules=rules))
