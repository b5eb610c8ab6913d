"""A rule library written as text, loaded as files are, for the tests of what examples, mutants and explanations do."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent

from compliance_engine.engine.traces import Trace, traces
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

HEAD = """\
law: An invented law
jurisdiction: {jurisdiction}
authority: none
checked: {{on: 2026-01-01, by: text}}
"""
REQUIRED = "title: A duty\ncite: none\nfix: Do it.\n"

SIGN = """\
kind: deadline
about: employment_spell
due: 14 days after start_date
done: i9.section2_signed_on
base: {employment_spell: {start_date: 2026-03-02}}
examples:
"""
"""A duty with examples to come: whoever starts signs within a fortnight. The last day is 16 March 2026, a Monday."""


def sign(*examples: str, **keys: str) -> str:
    """The duty to sign with these examples, and other keys in place of its own or beside them."""
    lines = [line for line in SIGN.splitlines() if line.partition(":")[0] not in keys]
    return "\n".join([*(f"{key}: {text}" for key, text in keys.items()), *lines, *(f"  - {{{e}}}" for e in examples)])


@cache
def library(rule: str, values: str = "", more: str = "", jurisdiction: str = "us") -> RuleSet:
    """The rules `tried` and, if there is a second text, `other`."""
    text = HEAD.format(jurisdiction=jurisdiction) + dedent(values).strip() + "\nrules:\n"
    for name, keys in (("tried", rule), ("other", more)):
        text += f"  {jurisdiction}.{name}:\n" + indent(REQUIRED + dedent(keys).strip(), "    ") + "\n" if keys else ""
    with TemporaryDirectory() as folder:
        Path(folder, "law.yaml").write_text(text, "utf-8")
        found, problems = load_rules([Path(folder)], VOCABULARY)
    errors = [problem for problem in problems if problem.level == "error"]
    assert not errors, errors
    return found


def traced(rules: RuleSet) -> dict[str, list[Trace]]:
    """The examples of every rule, run on plain values."""
    return {id_: list(traces(rule, VOCABULARY)) for id_, rule in rules.rules.items()}
