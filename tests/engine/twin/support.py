"""What the tests of the twin share: a rule and a world written as text, and the answers in short words."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent
from typing import Any

from compliance_engine.clocks import Day
from compliance_engine.engine.twin import Step, Verdict, World, judge
from compliance_engine.engine.twin.example import world_of
from compliance_engine.engine.twin.expressions import At, evaluate
from compliance_engine.engine.twin.values import Unknown, Value
from compliance_engine.language.rule import Check, Rule
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

FILE = """\
law: An invented law
jurisdiction: {jurisdiction}
authority: none
checked: {{on: 2026-01-01, by: text}}
{values}
rules:
  {jurisdiction}.tried:
    title: The rule that is tried
    cite: none
    fix: none
{keys}
    examples:
      - {{title: the case, given: {given}, as_of: {as_of}, expect: unknown}}
"""

Made = tuple[Rule, World]


@cache
def made(keys: str, given: str = "{}", as_of: str = "2025-07-01", values: str = "", jurisdiction: str = "us") -> Made:
    """The rule with these keys, and the world of a case: what `given` leaves out is empty, every source complete."""
    own = indent(dedent(keys).strip(), " " * 4)
    text = FILE.format(keys=own, given=given, as_of=as_of, values=dedent(values).strip(), jurisdiction=jurisdiction)
    with TemporaryDirectory() as folder:
        Path(folder, "tried.yaml").write_text(text, "utf-8")
        rules, problems = load_rules([Path(folder)], VOCABULARY)
    errors = [problem for problem in problems if problem.level == "error"]
    assert not errors, errors
    rule = rules.rules[f"{jurisdiction}.tried"]
    return rule, world_of(rule, rule.examples[0], VOCABULARY)


def verdicts(
    keys: str, given: str = "{}", as_of: str = "2025-07-01", values: str = "", **world: Any
) -> tuple[Verdict, ...]:
    """The answers for a case; further arguments change its world."""
    rule, around = made(keys, given, as_of, values)
    return judge(rule, replace(around, **world))


def state(keys: str, given: str = "{}", as_of: str = "2025-07-01", values: str = "", **world: Any) -> str:
    """The state of the only obligation of a case."""
    (verdict,) = verdicts(keys, given, as_of, values, **world)
    return verdict.state.value


def states(keys: str, given: str = "{}", as_of: str = "2025-07-01", values: str = "", **world: Any) -> list[str]:
    """Every obligation of a case: `2025 met`, `turn 2 overdue`."""
    return [f"{v.instance} {v.state.value}".strip() for v in verdicts(keys, given, as_of, values, **world)]


def missing(keys: str, given: str = "{}", as_of: str = "2025-07-01", values: str = "", **world: Any) -> list[str]:
    """What the only obligation of a case cannot be told for: `training not supplied`."""
    (verdict,) = verdicts(keys, given, as_of, values, **world)
    return sorted(f"{cause.what} {cause.why}" for cause in verdict.causes)


def due(keys: str, given: str = "{}", as_of: str = "2025-07-01", values: str = "", **world: Any) -> str:
    """The due date of the only obligation of a case."""
    (verdict,) = verdicts(keys, given, as_of, values, **world)
    return shown(verdict.due.exact) if verdict.due is not None else "none"


def shown(value: Value | Day) -> str:
    """A value in short: an unknown is `unknown`, whatever is missing."""
    match value:
        case Unknown():
            return "unknown"
        case datetime():
            return value.isoformat(timespec="minutes").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case _:
            return str(getattr(value, "value", value)).lower()


def answer(
    expression: str,
    given: str = "{}",
    as_of: str = "2025-07-01",
    values: str = "",
    about: str = "employment_spell",
    **world: Any,
) -> str:
    """Yes, no or unknown: what a condition comes to, read on the as-of date."""
    rule, around = made(f"kind: check\nabout: {about}\nmust: >-\n  {expression}", given, as_of, values)
    assert isinstance(rule.body, Check)
    return shown(
        evaluate(rule.body.condition, At(replace(around, **world), rule.calendar).knowing(starts=around.as_of))
    )


def explained(keys: str, given: str = "{}", as_of: str = "2025-07-01") -> list[Step]:
    """Everything that was read and worked out for a case."""
    steps: list[Step] = []
    rule, around = made(keys, given, as_of)
    judge(rule, around, steps)
    return steps
