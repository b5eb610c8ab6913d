"""A named fact with examples as something that can be tested: a check of nothing but the fact."""

from __future__ import annotations

from dataclasses import replace

from compliance_engine.language import nodes
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build import default_reach
from compliance_engine.language.build_expressions import mapping
from compliance_engine.language.examples import build_examples
from compliance_engine.language.models import rules as m
from compliance_engine.language.value_types import type_of
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Problem


def build_fact(
    entry: nodes.Entry,
    keys: m.FactKeys,
    fact: t.Expression,
    file: m.FileKeys,
    law: r.Law,
    base: nodes.Node | None,
    vocabulary: Vocabulary,
) -> tuple[r.Rule | None, list[Problem]]:
    """The check, which passes where the fact is so; None without examples.

    Args:
        entry: the id and what stands under it.
        keys: the same, as its shape was checked.
        fact: what the fact stands for.
        file: the keys of the file.
        law: what the file says of all its rules; a fact is asked wherever somebody is.
        base: the records that every example of the file starts from.
        vocabulary: the record types.
    """
    if not keys.examples:
        return None, []
    if type_of(fact) != "yes_no":
        place = nodes.locate(mapping(entry.value), ("examples",))
        message = "Only a fact that is a condition has examples: they expect yes, no or unknown."
        return None, [Problem("wrong-type", message, place)]
    examples, problems = build_examples(entry, keys, base, vocabulary)
    rule = r.Rule(
        id=entry.key.value,
        kind="check",
        title=keys.title,
        cite=keys.cite,
        about=keys.about,
        law=replace(law, jurisdiction="us"),
        checked=file.checked.by,
        topic="",
        tags=(),
        serves=tuple(keys.serves or (entry.key.value,)),
        was=(),
        basis="law",
        reach=default_reach(vocabulary.types[keys.about]),
        severity="medium",
        exposure=None,
        fix="",
        owed_by="employer",
        if_missed="violation",
        lead_days=None,
        calendar=file.calendar or "worksite",
        in_force=None,
        when=None,
        unless=(),
        starts=(t.Special("as_of"),),
        each=None,
        family=None,
        replaces=(),
        body=r.Check(fact, must=True),
        examples=examples,
        position=entry.key.position,
    )
    return rule, problems
