"""`compliance rules`: the list, one rule's page, and the schemas."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compliance_engine import data
from compliance_engine.language.ruleset import load_rules
from compliance_engine.outputs.rule_page import page
from compliance_engine.records.types import VOCABULARY

Compliance = Callable[..., Any]

LAW = """\
law: Law of the land
jurisdiction: us
authority: 1 CFR 1
source: https://www.example.org/law
checked: {on: 2026-01-01, by: secondary, note: one chart says otherwise}
values:
  us.days:
    title: Days to sign
    type: number
    by: [place]
    cells:
      us.ca: [{to: 2025-12-31, is: 14, cite: 1 CFR 1(a)}, {from: 2026-01-01, is: 7, cite: 1 CFR 1(b)}]
      otherwise: [{from: 2026-01-01, is: 21}]
  us.fine:
    title: Fine in dollars
    type: number
    cells: [{to: 2026-06-30, is: 500, cite: 1 CFR 9}, {from: 2026-07-01, is: null}]
rules:
  us.signed:
    kind: deadline
    title: Everybody signs
    cite: 1 CFR 1(b)
    was: [us.signature]
    tags: [paper]
    about: employment_spell
    in_force: {from: 2020-01-01}
    when: worker_type = 'employee' and headcount('in state') on starts >= 5
    unless:
      - {when: is_temporary, title: temporary workers, cite: 1 CFR 1(c)}
    starts: start_date
    due:
      - when: i9.section1_signed_on has happened
        is: value(us.days, work_state) days after start_date
      - is: choice(us.grace) days after start_date
    done: acknowledgement.acknowledged_on where policy_id = 'x'
    exposure: us.fine
    severity: high
    fix: Ask for the signature.
    family: {name: signing, wins: earliest}
    from: [us.signed, us.signed.early]
    examples:
      - {title: a, given: {start_date: unreadable}, as_of: 2026-04-01, expect: unknown, source: a book}
      - {title: b, given: {worker_type: volunteer}, as_of: 2026-04-01, expect: not-applicable}
  us.signed.again:
    kind: check
    title: Nobody signs twice
    cite: 1 CFR 2
    about: employee
    topic: hygiene
    checked: {on: 2026-02-02, by: memory}
    must: count(acknowledgement) <= 1
    fix: Throw one away.
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose library is LAW, and an empty folder to work in."""
    (tmp_path / "_data/rules/us").mkdir(parents=True)
    (tmp_path / "_data/rules/us/signing.yaml").write_text(LAW.replace("is_temporary", "flsa_status = 'exempt'"))
    monkeypatch.setattr(data, "_PACKAGE", tmp_path)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def test_the_list_has_a_line_for_each_rule_and_marks_what_is_unconfirmed(compliance: Compliance) -> None:
    called = compliance("rules", "list")
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines() == [
        "id               kind      jurisdiction  severity  checked      title",
        "us.signed        deadline  us            high      secondary    Everybody signs",
        "us.signed.again  check     us            medium    unconfirmed  Nobody signs twice",
    ]


def test_the_list_can_be_narrowed(compliance: Compliance) -> None:
    called = compliance("rules", "list", "--select", "topic:hygiene")
    assert [line.split()[0] for line in called.out.splitlines()] == ["id", "us.signed.again"]


def test_a_selection_of_nothing_is_invalid_and_offers_what_there_is(compliance: Compliance) -> None:
    called = compliance("rules", "list", "--select", "topic:hygeine")
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith('error[empty-selection]: No rule matches "topic:hygeine". Did you mean "hygiene"?')


def test_the_list_as_json(compliance: Compliance) -> None:
    told = json.loads(compliance("rules", "list", "-o", "json").out)
    first = told["rules"][0]
    assert {key: first[key] for key in ("id", "kind", "jurisdiction", "severity", "checked", "title", "topic")} == {
        "id": "us.signed",
        "kind": "deadline",
        "jurisdiction": "us",
        "severity": "high",
        "checked": "secondary",
        "title": "Everybody signs",
        "topic": "signing",
    }


def test_the_list_goes_to_files_too(compliance: Compliance) -> None:
    called = compliance("rules", "list", "-o", "text", "-o", "json=list.json")
    assert "us.signed" in called.out
    assert [rule["id"] for rule in json.loads(Path("list.json").read_text())["rules"]][:1] == ["us.signed"]
    assert compliance("rules", "list", "-o", "csv").code == 2


def test_rules_of_the_policies_at_hand_are_listed_too(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme/rules").mkdir(parents=True)
    (place / "policies/acme/policy.yaml").write_text(
        "name: Acme\ntime_zone: UTC\nrules: [{pack: library}]\nown_rules: rules\n"
    )
    own = LAW[LAW.index("  us.signed.again") :].replace("us.", "org.")
    head = LAW[: LAW.index("values:")].replace("jurisdiction: us", "jurisdiction: org")
    (place / "policies/acme/rules/own.yaml").write_text(head + "rules:\n" + own)
    assert "org.signed.again" in compliance("rules", "list").out
    assert "org.signed.again" in compliance("rules", "list", "--policy", "policies/acme").out


def test_broken_files_are_told_and_the_rest_is_listed(compliance: Compliance, place: Path) -> None:
    (place.parent / "_data/rules/us/broken.yaml").write_text("law: [")
    called = compliance("rules", "list")
    assert called.code == 2
    assert "us.signed " in called.out
    assert "error[broken-rules]: 1 rule file cannot be read as a whole." in called.err


PAGE = """\
us.signed   deadline, high
Everybody signs

  law        Law of the land
             1 CFR 1
  cite       1 CFR 1(b)
  source     https://www.example.org/law
  checked    2026-01-01, with a reliable summary (one chart says otherwise)
  holds in   us, where the person works
             in force from 2020-01-01
  about      employment_spell
  applies    worker_type = 'employee' and headcount('in state') on starts >= 5
  not if     temporary workers (1 CFR 1(c)): flsa_status = 'exempt'
  starts     start_date
  due        value(us.days, work_state) days after start_date, when i9.section1_signed_on has happened
             else choice(us.grace) days after start_date
  done       acknowledgement.acknowledged_on where policy_id = 'x'
  family     signing, wins: earliest
  fix        Ask for the signature.
  topic      signing, paper
  serves     us.signed.early
  was        us.signature
  reads      acknowledgement: acknowledged_on, policy_id
             employment_spell: flsa_status, start_date, worker_type
             i9: section1_signed_on
             worksite: state
             choice(us.grace)
             headcount('in state')
  values     us.days on 2026-03-01: Days to sign
               us.ca: 7   [1 CFR 1(b)]
               otherwise: 21
             us.fine on 2026-03-01: Fine in dollars
               500   [1 CFR 9]
  examples   2: 1 not-applicable, 1 unknown; 1 from published sources
  file       FOLDER/signing.yaml:19:3
"""


def test_the_page_of_a_rule_says_everything_that_the_file_says(compliance: Compliance, place: Path) -> None:
    called = compliance("rules", "show", "us.signed", "--as-of", "2026-03-01")
    assert (called.code, called.err) == (0, "")
    assert called.out == PAGE.replace("FOLDER", str(place.parent / "_data/rules/us"))


@pytest.mark.parametrize(
    ("day", "lines"),
    [
        ("2025-12-31", ["us.ca: 14   [1 CFR 1(a)]", "otherwise: no law on that day", "500   [1 CFR 9]"]),
        ("2026-01-01", ["us.ca: 7   [1 CFR 1(b)]", "otherwise: 21", "500   [1 CFR 9]"]),
        ("2026-07-01", ["us.ca: 7   [1 CFR 1(b)]", "otherwise: 21", "not announced yet"]),
    ],
)
def test_dated_values_are_those_of_the_day(compliance: Compliance, day: str, lines: list[str]) -> None:
    out = compliance("rules", "show", "us.signed", "--as-of", day).out
    values = out[out.index("  values") : out.index("  examples")].splitlines()
    assert [line.strip() for line in values if not line.strip().startswith(("values", "us.fine"))] == lines


def test_a_rule_checked_from_memory_is_unconfirmed_on_its_page(compliance: Compliance) -> None:
    out = compliance("rules", "show", "us.signed.again").out
    assert "  checked    2026-02-02, from memory: unconfirmed\n" in out
    assert "  must       count(acknowledgement) <= 1\n" in out
    assert "  examples   none\n" in out


def test_a_rule_is_found_by_its_earlier_id(compliance: Compliance) -> None:
    assert compliance("rules", "show", "us.signature").out.startswith("us.signed   deadline")


def test_every_shipped_rule_has_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    ruleset, _ = load_rules([data.rules_folder()], VOCABULARY)
    assert ruleset.rules
    for rule in ruleset.rules.values():
        text = page(rule, ruleset, date(2026, 11, 22))
        assert text.startswith(f"{rule.id}   {rule.kind}, {rule.severity}\n{rule.title}\n")
        assert f"  cite       {rule.cite}\n" in text
        assert "\n\n  law " in text
        assert "None" not in text


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("tags: [paper]", "if_missed: right", "  if missed  nobody broke a duty, a right ran out"),
        ("tags: [paper]", "owed_by: insurer", "  owed by    insurer"),
        ("tags: [paper]", "presume: {worker_type: employee}", "  presume    worker_type: employee"),
        (
            "in_force: {from: 2020-01-01}",
            "in_force: {to: 2030-01-01, judged_on: as_of}",
            "to 2030-01-01 on the day of asking",
        ),
        ("was: [us.signature]", "replaces: [us.signed.again]", "  replaces   us.signed.again"),
    ],
)
def test_what_is_out_of_the_ordinary_stands_on_the_page(
    compliance: Compliance, place: Path, old: str, new: str, line: str
) -> None:
    law = LAW.replace("is_temporary", "flsa_status = 'exempt'").replace(old, new)
    (place / "law.yaml").write_text(law.replace("about: employee\n", "about: employment_spell\n"))
    called = compliance("rules", "show", "us.signed", "--rules", "law.yaml")
    assert called.code == 0, called.err
    assert line in called.out


def test_a_policy_that_cannot_be_read_is_told_when_it_is_named(compliance: Compliance, place: Path) -> None:
    (place / "policies/acme").mkdir(parents=True)
    (place / "policies/acme/policy.yaml").write_text("name: [")
    assert compliance("rules", "list").code == 0
    called = compliance("rules", "list", "--policy", "policies/acme")
    assert called.code == 2
    assert "error[yaml-syntax]" in called.err


def test_an_unknown_rule_is_invalid_and_the_nearest_is_offered(compliance: Compliance) -> None:
    called = compliance("rules", "show", "us.singed")
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith('error[unknown-rule]: There is no rule "us.singed". Did you mean "us.signed"?')


@pytest.mark.parametrize("of", ["rule", "policy", "profile", "output"])
def test_each_schema_is_a_json_schema(compliance: Compliance, of: str) -> None:
    called = compliance("rules", "schema", "--of", of)
    assert called.code == 0
    schema = json.loads(called.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_of_one_kind_has_its_keys(compliance: Compliance) -> None:
    schema = json.loads(compliance("rules", "schema", "retention").out)
    assert {"keep", "destroy", "class"} <= schema["properties"].keys()
    assert "due" not in schema["properties"]


@pytest.mark.parametrize("arguments", [["retension"], ["retention", "--of", "policy"], ["--of", "rules"]])
def test_a_schema_of_something_else_is_invalid(compliance: Compliance, arguments: list[str]) -> None:
    called = compliance("rules", "schema", *arguments)
    assert (called.code, called.out) == (2, "")
    assert called.err
