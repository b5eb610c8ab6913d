"""`compliance test --update` and `--propose`: examples are written into the files that were named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from compliance_engine.cli.rewriting import change, read_exactly
from compliance_engine.engine.answers import answers
from compliance_engine.engine.proposals import propose as proposals
from compliance_engine.engine.testing import Failure
from compliance_engine.language.examples_new import with_examples
from compliance_engine.language.examples_update import rewritten
from compliance_engine.language.rule import Rule
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Problem


def update(failures: Sequence[Failure]) -> list[Problem]:
    """Write what the rules answer into the examples that fail, and say which are left as they are."""
    found, left = answers(failures)
    texts = {}
    for file in dict.fromkeys(answer.example.position.file for answer in found):
        mine = [answer for answer in found if answer.example.position.file == file]
        texts[file], unfit = rewritten(read_exactly(Path(file)), file, mine)
        left += [(example, "what comes out has another shape; write it by hand") for example in unfit]
    problems = change(texts)
    for example, why in left:
        where = f"{example.position.file}:{example.position.line}"
        click.echo(f"not updated: {example.title}: {why}\n  --> {where}", err=True)
    return problems


def propose(rules: Sequence[Rule], vocabulary: Vocabulary) -> list[Problem]:
    """Write proposed examples under rules that have none, and say what could not be proposed."""
    texts: dict[str, str] = {}
    for rule in (rule for rule in rules if rule.body is not None and not rule.examples):
        file = rule.position.file
        text = texts.get(file) or read_exactly(Path(file))
        proposed, missing = proposals(rule, text, vocabulary)
        written = with_examples(text, rule, proposed) if proposed else None
        if written is not None:
            texts[file] = written
            what = f"{len(proposed)} examples proposed: what the rule answers, not yet what the law says"
            click.echo(f"{rule.id}: {what}", err=True)
        elif proposed:
            missing = ["any example: the rule already has a key examples, or is written in braces"]
        for what in missing:
            click.echo(f"{rule.id}: no proposal for {what}", err=True)
    return change(texts)
