"""docs/language.md names every key, state and fact that the program knows; docs/ and its index agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compliance_engine.engine.sql.setup import STATES
from compliance_engine.language.models.parts import Part, keys_of
from compliance_engine.language.models.rules import KINDS, Example, FileKeys, RuleKeys, ValueKeys
from compliance_engine.language.outcomes import State
from compliance_engine.language.registry import BASES, FACTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "language.md").read_text("utf-8")
NOT_RUN = ("case", "entitlement")


def named(word: str) -> bool:
    return re.search(rf"`[^`\n]*(?<![\w-]){re.escape(word)}(?![\w-])[^`\n]*`", PAGE) is not None


def test_states_are_the_same_in_sql_and_on_the_page() -> None:
    assert set(STATES) == {state.value for state in State}
    assert [state.value for state in State if not named(state.value)] == []


@pytest.mark.parametrize("part", [FileKeys, RuleKeys, ValueKeys, *(KINDS[k] for k in KINDS if k not in NOT_RUN)])
def test_every_key_is_on_the_page(part: type[Part]) -> None:
    assert [key for key in keys_of(part) if not named(key)] == []


def test_every_key_of_an_example_is_on_the_page_but_that_of_kinds_that_are_not_run() -> None:
    assert {key for key in keys_of(Example) if not named(key)} <= {"left"}


def test_every_registry_fact_and_way_to_count_heads_is_on_the_page() -> None:
    assert [name for name in (*FACTS, *BASES) if not named(name)] == []


PAGES = sorted(page for page in DOCS.rglob("*.md"))


@pytest.mark.parametrize("page", [DOCS.parent / "README.md", *PAGES], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_names_every_page_and_the_list_every_decision() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    pages = [p for p in PAGES if p.parent == DOCS and p.name != "README.md"]
    assert [p.name for p in pages if f"]({p.name})" not in index] == []
    decisions = (DOCS / "adr" / "README.md").read_text("utf-8")
    for page in sorted((DOCS / "adr").glob("[0-9]*.md")):
        title = page.read_text("utf-8").splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(": ")
        assert page.name.startswith("000") or f"| [{number}]({page.name}) | {words} |" in decisions
