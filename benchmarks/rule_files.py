"""The rules that are measured: the twenty-four, and as many generated ones as somebody asks for.

python -m benchmarks.rule_files 300 FOLDER
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from compliance_engine.problems import has_errors
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.plan import Plan

AS_OF = date(2026, 6, 15)
"""The day for which the invented records are made."""
TWENTY_FOUR = Path(__file__).parent / "rules" / "twenty-four.yaml"

_HEAD = """\
law: Generated rules
jurisdiction: {place}
authority: none; these measure the engine
source: https://example.invalid/benchmark
checked: {{on: 2026-11-22, by: text}}
calendar: us-federal
rules:
"""
_RULE = """\
  {place}.bench.g{number:04}:
    kind: {kind}
    title: Generated rule {number}
    cite: none
    about: employment_spell
{body}    fix: none
"""
_DUTIES = (
    ("start_date", "{n} business days after start_date", "form_8850_filed_on", None),
    ("start_date", "{n} days after start_date", "coverage_offered_on", "flsa_status = 'exempt'"),
    ("termination_date", "{n} days after termination_date", "separation_notice_on", None),
    ("termination_date", "{n} business days after termination_date", "final_pay_on", "termination_type = 'voluntary'"),
    ("supervisor_since", "{n} months after supervisor_since", "training.completed_on where topic = 'harassment'", None),
    ("start_date", "end of calendar quarter of {n} months after start_date", "coverage_offered_on", None),
    ("start_date", "later of ({n} days after start_date, 2026-01-01)", "form_8850_filed_on", None),
)
_PLACES = ("us", "us.ca", "us.ny", "us.tx", "us.il", "us.wa")


def planned(rules: tuple[Path, ...] = (TWENTY_FOUR,), chosen: tuple[str, ...] = ()) -> Plan:
    """The plan that judges by some rules, or by those of them that expressions select."""
    plan, _, problems = decide(Asked(AS_OF, rules=rules, chosen=chosen), None)
    if plan is None or has_errors(problems):
        raise RuntimeError(f"the rules of the benchmark do not load: {problems}")
    return plan


def generate_rules(number: int, folder: Path) -> Path:
    """Write rules of six places that differ in their numbers, one file a place."""
    folder.mkdir(parents=True, exist_ok=True)
    for nth, place in enumerate(_PLACES):
        rules = [_rule(place, n) for n in range(number) if n % len(_PLACES) == nth]
        (folder / f"{place}.yaml").write_text(_HEAD.format(place=place) + "".join(rules), "utf-8")
    return folder


def _rule(place: str, number: int) -> str:
    if number % 8 == 7:
        body = f"    must: termination_date >= {number % 20} days after start_date\n"
        return _RULE.format(place=place, number=number, kind="check", body=body)
    starts, due, done, when = _DUTIES[number % len(_DUTIES)]
    condition = f"    when: {when}\n" if when is not None else ""
    amount = 1 + number // len(_DUTIES) % 60
    body = f"{condition}    starts: {starts}\n    due: {due.format(n=amount)}\n    done: {done}\n"
    return _RULE.format(place=place, number=number, kind="deadline", body=body)


if __name__ == "__main__":
    generate_rules(int(sys.argv[1]), Path(sys.argv[2]))
