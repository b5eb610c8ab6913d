"""The shape of a rule file: every key that does not fit is told in plain words, at its place, all in one run."""

from __future__ import annotations

import pytest

from compliance_engine.language import yaml
from compliance_engine.language.models.parts import keys_of
from compliance_engine.language.models.rules import KINDS, CheckKeys, DeadlineKeys, FileKeys, PostingKeys
from compliance_engine.language.structure import read
from compliance_engine.problems import Problem

GOOD = """\
kind: deadline
title: A test
cite: 1(a)
about: employee
due: 3 days after date_of_birth
done: date_of_birth
"""


def problems_of(
    text: str, model: type[DeadlineKeys | CheckKeys | FileKeys | PostingKeys] = DeadlineKeys
) -> list[Problem]:
    node, syntax = yaml.parse(text, "file.yaml")
    assert node is not None
    assert not syntax
    return read(model, node)[1]


def told(text: str) -> list[tuple[str, int, int]]:
    return [(p.code, p.position.line, p.position.column) for p in problems_of(text) if p.position]


def test_a_good_rule_has_no_problem_and_its_defaults() -> None:
    node, _ = yaml.parse(GOOD, "file.yaml")
    assert node is not None
    keys, problems = read(DeadlineKeys, node)
    assert not problems
    assert keys is not None
    assert (keys.severity, keys.basis, keys.owed_by, keys.if_missed) == ("medium", "law", "employer", "violation")


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("severty: high", "unknown-key", 1),
        ("severity: hgh", "bad-code", 11),
        ("severity: 3", "wrong-type", 11),
        ("topic: 12", "wrong-type", 8),
        ("topic: 2025-01-01", "wrong-type", 8),
        ("topic: [a]", "wrong-type", 8),
        ("tags: {a: b}", "wrong-type", 7),
        ("lead:", "empty-value", 6),
        ("when:", "empty-value", 6),
        ("when: [a = 1]", "wrong-type", 7),
        ("unless: a = 1", "wrong-type", 9),
        ("unless: [{when: a = 1}]", "missing-key", 10),
        ("in_force: {from: yesterday}", "wrong-type", 18),
        ("in_force: {form: 2025-01-01}", "unknown-key", 12),
        ("opens: [{wen: a = 1, is: b}]", "unknown-key", 10),
        ("opens: [{when: a = 1}]", "missing-key", 9),
        ("family: {name: x, wins: soonest}", "bad-code", 25),
        ("examples: [{title: x, expct: met}]", "unknown-key", 23),
        ("examples: [met]", "wrong-type", 12),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(line: str, code: str, column: int) -> None:
    assert told(GOOD + line + "\n") == [(code, 7, column)]


def test_everything_is_told_in_one_run() -> None:
    text = "kind: deadline\ntitle: 12\nabout: employee\nduee: x\nseverity: hgh\n"
    assert sorted(p.code for p in problems_of(text)) == [
        "bad-code", "missing-key", "missing-key", "unknown-key", "wrong-type",
    ]  # fmt: skip


def test_a_misspelt_key_is_not_missing_as_well() -> None:
    text = "kind: deadline\ntitle: x\ncite: y\nabout: employee\nduee: 3 days after start_date\ndone: x\nfix: z\n"
    assert [(p.code, p.suggestion) for p in problems_of(text)] == [("unknown-key", "due")]


def test_a_misspelt_key_gets_its_likely_name_and_a_strange_one_the_list() -> None:
    (close,) = problems_of(GOOD + "opnes: start_date\n")
    (strange,) = problems_of(GOOD + "zebra: start_date\n")
    assert close.suggestion == "opens"
    assert strange.suggestion is None
    assert strange.help is not None
    assert "opens" in strange.help


def test_a_code_is_told_with_all_words_that_may_stand_there() -> None:
    (problem,) = problems_of(GOOD + "owed_by: employr\n")
    assert problem.suggestion == "employer"
    assert problem.help == "words: employer, employee, plan_administrator, insurer, beneficiary, agency"


def test_nothing_is_converted_but_one_text_may_stand_for_a_list() -> None:
    node, _ = yaml.parse(GOOD + "tags: payday\nreplaces: [us.a, us.b]\n", "file.yaml")
    assert node is not None
    keys, problems = read(DeadlineKeys, node)
    assert not problems
    assert keys is not None
    assert (keys.tags, keys.replaces) == (["payday"], ["us.a", "us.b"])


def test_languages_are_texts_or_mappings() -> None:
    text = "kind: posting\ntitle: A\ncite: 1(a)\nabout: worksite\npost: x\nlanguages: [en, {spoken_by: ten}]\n"
    (problem,) = problems_of(text, PostingKeys)
    assert (problem.code, problem.message) == ("wrong-type", "This is a text; a whole number is needed here.")


def test_every_kind_has_the_common_keys_and_its_own() -> None:
    for kind, model in KINDS.items():
        keys = keys_of(model)
        assert {"kind", "title", "cite", "about", "examples"} <= set(keys)
        assert model.called.endswith("rule"), kind
