"""docs/language-sixty.yaml: sixty hard duties on paper, read by the YAML reader and the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compliance_engine.language import yaml
from compliance_engine.language.parse import Start, parse

REPOSITORY = Path(__file__).parents[2]
PAPER = REPOSITORY / "docs" / "language-sixty.yaml"
TABLE = REPOSITORY / "docs" / "language-sixty.md"
LAW = REPOSITORY.parent / "shared" / "law"
LAW_FILES = (
    "acknowledgements", "benefits", "data-accuracy", "i9", "leave", "offboarding",
    "onboarding", "payroll-timekeeping", "postings", "reporting", "retention", "training",
)  # fmt: skip
KINDS = {"deadline", "recurring", "cadence", "retention", "check", "posting", "required", "case", "entitlement"}

DATES = ("starts", "done", "over", "each", "usage")
"""Keys whose expression may be `rows where ...`."""
PLAIN = ("when", "must", "must_not", "opens", "due", "lapses", "keep", "destroy", "by", "is", "cap", "used", "usable")
OF_NAMES = ("let", "presume", "events")
OF_DAYS = ("during", "between")
AMOUNT = re.compile(r"\d+ (workweeks|weeks|days|hours|months)")
"""`12 workweeks`: of entitlements only, whose limits are no expressions of the grammar."""

Expressions = Iterator[tuple[str, Start, str]]


@cache
def documents() -> tuple[tuple[str, dict[str, Any]], ...]:
    """(number, content) of each rule file on the paper."""
    found = []
    for part in PAPER.read_text("utf-8").split("\n---\n")[1:]:
        number = re.match(r"# (D\d\d)\n", part)
        assert number, part[:60]
        node, problems = yaml.parse(part, number[1])
        assert problems == []
        assert node is not None
        content = yaml.data(node)
        assert isinstance(content, dict)
        found.append((number[1], content))
    return tuple(found)


def rules() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for number, content in documents():
        for name, rule in content.get("rules", {}).items():
            yield number, name, rule


def branches(where: str, start: Start, content: object) -> Expressions:
    """The expressions of one key: one text, or branches of {when, is}, or several triggers."""
    for item in content if isinstance(content, list) else [content]:
        if isinstance(item, dict):
            assert set(item) <= {"when", "is", "title", "cite"}, (where, item)
            for key, text in item.items():
                if key in ("when", "is"):
                    yield f"{where}.{key}", "condition" if key == "when" else start, str(text)
        else:
            yield where, start, str(item)


def of_keys(where: str, content: dict[str, Any]) -> Expressions:
    """Every expression of a rule, a step or a fact."""
    for key, value in content.items():
        at = f"{where}.{key}"
        if key in DATES:
            yield from branches(at, "dates", value)
        elif key in PLAIN or key == "unless":
            yield from branches(at, "condition", value)
        elif key in OF_NAMES:
            for name, text in value.items():
                yield f"{at}.{name}", "dates" if key == "events" else "condition", str(text)
        elif key in OF_DAYS:
            for name, text in value.items():
                yield from branches(f"{at}.{name}", "condition", text)
        elif key == "repeat":
            yield at, "repeat", str(value)
        elif key == "gap":
            yield at, "gap", str(value)
        elif key == "accrue":
            yield f"{at}.of", "condition", str(value["of"])
        elif key == "limit":
            assert AMOUNT.fullmatch(str(value)), (at, value)
        elif key == "window" and not AMOUNT.fullmatch(str(value)):
            yield at, "condition", str(value)
        elif key == "each_counts":
            for text in str(value).split(" per "):
                yield at, "condition", text
        elif key == "steps":
            for name, step in value.items():
                yield from of_keys(f"{at}.{name}", step)


def of_file(number: str, content: dict[str, Any]) -> Expressions:
    """Every expression of a file: of its rules, its facts and the cells that are clocks."""
    for part in ("rules", "facts"):
        for name, rule in content.get(part, {}).items():
            yield from of_keys(f"{number} {name}", rule)
    for name, table in content.get("values", {}).items():
        if table["type"] == "clock":
            for cell in cells(table):
                yield f"{number} {name}", "dates", str(cell["is"])


def cells(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    groups = table["cells"].values() if isinstance(table["cells"], dict) else [table["cells"]]
    for group in groups:
        yield from group


def test_there_are_at_least_sixty_duties_numbered_in_order() -> None:
    numbers = [number for number, _ in documents()]
    assert numbers == [f"D{n:02}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) >= 60


@pytest.mark.parametrize("number", [number for number, _ in documents()])
def test_every_expression_is_read_by_the_grammar(number: str) -> None:
    content = dict(documents())[number]
    problems = [
        (where, text, problem.message, problem.offset)
        for where, start, text in of_file(number, content)
        for problem in [parse(text, start)[1]]
        if problem is not None
    ]
    assert problems == []


def test_every_file_says_its_law_and_when_it_was_checked() -> None:
    for number, content in documents():
        assert {"law", "jurisdiction", "authority", "checked"} <= set(content), number
        assert content["checked"]["by"] in ("text", "secondary", "memory"), number


def test_every_id_begins_with_the_place_of_its_file() -> None:
    for number, content in documents():
        for part in ("rules", "values", "facts"):
            for name in content.get(part, {}):
                assert name.startswith(content["jurisdiction"] + "."), (number, name)


def test_every_rule_has_its_required_keys_and_two_to_six_examples() -> None:
    for number, name, rule in rules():
        assert rule["kind"] in KINDS, (number, name)
        assert {"title", "cite", "about"} <= set(rule), (number, name)
        nothing_to_mend = rule.get("if_missed") == "right" or rule["kind"] in ("case", "entitlement")
        assert "fix" in rule or nothing_to_mend, (number, name)
        assert 2 <= len(rule["examples"]) <= 6, (number, name)
        for example in rule["examples"]:
            assert {"title", "as_of"} <= set(example), (number, name, example)
            assert {"expect", "over", "left"} & set(example), (number, name, example)


def test_all_kinds_are_tried() -> None:
    assert {rule["kind"] for _, _, rule in rules()} == KINDS


def test_the_table_has_a_line_for_each_duty() -> None:
    listed = re.findall(r"^\| (D\d\d) \|", TABLE.read_text("utf-8"), re.MULTILINE)
    assert listed == [number for number, _ in documents()]


def test_each_place_that_waits_for_the_language_is_listed_in_the_table() -> None:
    waiting = set()
    for part in PAPER.read_text("utf-8").split("\n---\n")[1:]:
        if "# needs:" in part:
            waiting.add(part[2:5])
    section = TABLE.read_text("utf-8").split("## What did not fit")[1]
    assert waiting <= set(re.findall(r"D\d\d", section))


def fact_ids(file: Path) -> set[str]:
    return set(re.findall(r"^- id: (\S+)", file.read_text("utf-8"), re.MULTILINE))


def test_three_duties_of_each_law_file() -> None:
    if not LAW.is_dir():
        pytest.skip("the researched facts are not on this machine")
    served: dict[str, set[str]] = {}
    for number, name, rule in rules():
        for fact in rule.get("from", [name]):
            served.setdefault(fact, set()).add(number)
    for number, content in documents():
        for name, fact_rule in content.get("facts", {}).items():
            for fact in fact_rule.get("from", [name]):
                served.setdefault(fact, set()).add(number)
    known = {file: fact_ids(LAW / f"{file}.yaml") for file in LAW_FILES}
    assert set(served) - set().union(*known.values()) == set()
    for file, ids in known.items():
        numbers = set().union(*(served[fact] for fact in ids & set(served)))
        assert len(numbers) >= 3, file
