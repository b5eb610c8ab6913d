"""Folders of rules → a rule set: every problem of every file in one run, and never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.language.conftest import HEAD, Loaded

from compliance_engine.language import tree as t
from compliance_engine.language.rule import Check, Deadline
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.select import select
from compliance_engine.problems import Level, has_errors
from compliance_engine.records.types import VOCABULARY

Load = Callable[..., Loaded]
DATA = Path(__file__).parent / "data"


def check_rule(id_: str = "us.test", **keys: str) -> str:
    """A rule on three lines; keys are added or replaced."""
    found = {
        "kind": "check", "title": "A", "cite": "1(a)", "about": "employment_spell", "must": "rehire_eligible",
        "fix": "Do it.",
        "examples": "[{title: a, as_of: 2025-01-01, expect: unknown}]", **keys,
    }  # fmt: skip
    return f"  {id_}:\n" + "".join(f"    {key}: {value}\n" for key, value in found.items() if value)


def rules(*texts: str, head: str = HEAD) -> str:
    return head + "rules:\n" + "".join(texts)


def test_a_good_folder_has_rules_values_and_sources_and_no_problem() -> None:
    ruleset, problems = load_rules([DATA / "good"], VOCABULARY)
    assert not problems
    assert list(ruleset.rules) == ["us.ca.test.review", "us.test.notice", "us.test.trained"]
    assert list(ruleset.tables) == ["us.test.notice.days", "us.test.size"]
    assert {Path(name).name for name in ruleset.sources} == {"notice.yaml", "review.yaml"}
    notice = ruleset.rules["us.test.notice"]
    assert (notice.topic, notice.law.title, notice.exposure) == ("notices", "Notices for tests", "us.test.size")
    assert ruleset.rules["us.ca.test.review"].topic == "review"
    assert len(notice.examples) == 4


def test_a_file_may_leave_a_calendar_to_the_policy_for_all_files(load: Load) -> None:
    named = "policy_calendars: {outages: Days on which the system could be used.}\n"
    due = "3 outages business days after start_date"
    loaded = load(
        rules(check_rule("us.a"), head=HEAD + named),
        other=rules(
            check_rule("us.b", must=f"hire_date <= {due}", calendar="outages"), head=HEAD + "calendar: outages\n"
        ),
    )
    assert [problem for problem in loaded.problems if problem.level == "error"] == []
    assert set(loaded.ruleset.rules) == {"us.a", "us.b"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("calendar: outage", "unknown-calendar"),
        ("policy_calendars: {Outages: a}", "bad-id"),
        ("policy_calendars: {outages: a, outages: b}", "duplicate-key"),
        ("policy_calendars: [outages]", "wrong-type"),
    ],
)
def test_a_calendar_that_cannot_be_is_shown_where_it_stands(load: Load, line: str, code: str) -> None:
    loaded = load(rules(check_rule(), head=HEAD + line + "\n"))
    (problem,) = [problem for problem in loaded.problems if problem.level == "error"]
    assert (problem.code, problem.position.line if problem.position else 0) == (code, HEAD.count("\n") + 1)


def test_a_jurisdiction_that_is_none_does_not_make_every_id_wrong(load: Load) -> None:
    head = HEAD.replace("jurisdiction: us\n", "jurisdiction: US-CA\n")
    assert head != HEAD
    (problem,) = load(rules(check_rule("us.ca.a"), check_rule("us.ca.b"), head=head)).problems
    assert (problem.code, problem.suggestion) == ("bad-jurisdiction", "us.ca")


def test_a_fact_is_used_by_rules_about_the_same_record() -> None:
    ruleset, _ = load_rules([DATA / "good"], VOCABULARY)
    body = ruleset.rules["us.test.trained"].body
    assert isinstance(body, Check)
    assert isinstance(body.condition, t.Alias)
    assert body.condition.name == "us.test.is-trained"


def test_the_days_of_a_clock_may_be_a_dated_value() -> None:
    ruleset, _ = load_rules([DATA / "good"], VOCABULARY)
    body = ruleset.rules["us.test.notice"].body
    assert isinstance(body, Deadline)
    assert isinstance(body.due, t.Shift)


def test_a_file_with_problems_does_not_stop_the_others(load: Load) -> None:
    loaded = load(
        good=rules(check_rule("us.good")), broken="law: [", wrong=rules(check_rule("us.wrong", must="nothing"))
    )
    assert list(loaded.ruleset.rules) == ["us.good"]
    assert len(loaded.errors) == 2


def test_files_are_read_once_and_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.yaml").write_text(rules(check_rule(f"us.{name}")), "utf-8")
    (tmp_path / ".hidden.yaml").write_text("broken: [", "utf-8")
    ruleset, problems = load_rules([tmp_path, tmp_path / "a.yaml"], VOCABULARY)
    assert not problems
    assert [Path(name).stem for name in ruleset.sources] == ["a", "b"]


BAD_FILES: list[tuple[str, str, list[str]]] = [
    ("empty", "", ["empty-file @ "]),
    ("a text", "just a text", ["wrong-type @ just a text"]),
    ("a list", "- a\n- b\n", ["wrong-type @ -"]),
    ("broken YAML", "law: [a, b\nrules: x\n", ["yaml-syntax @ :"]),
    ("duplicate key", HEAD + "law: again\n", ["duplicate-key @ law"]),
    ("unknown key", HEAD + "rulez: {}\n", ["unknown-key @ rulez → rules"]),
    ("key of a rule", HEAD + "due: 3 days after start_date\n", ["unknown-key @ due"]),
    ("no such state", HEAD.replace("us\n", "us.zz\n"), ["bad-jurisdiction @ us.zz"]),
    ("calendar", HEAD + "calendar: worksit\n", ["unknown-calendar @ worksit → worksite"]),
    ("date that does not exist", HEAD.replace("2026-11-22", "2026-11-31"),
     ["not-a-date @ 2026-11-31", "wrong-type @ 2026-11-31"]),
    ("rules as a list", HEAD + "rules: [a]\n", ["wrong-type @ ["]),
    ("rule as a text", HEAD + "rules: {us.a: text}\n", ["wrong-type @ text"]),
    ("kind missing", rules(check_rule(kind="", must="", due="start_date", done="hire_date")),
     ["missing-key @ us.test → deadline"]),
    ("kind misspelt", rules(check_rule(kind="chek")), ["bad-kind @ chek → check"]),
    ("key of another kind", rules(check_rule(keep="start_date")), ["unknown-key @ keep"]),
    ("id of another jurisdiction", rules(check_rule("org.test")), ["bad-id @ org.test"]),
    ("id in capitals", rules(check_rule("us.Test")), ["bad-id @ us.Test"]),
    ("replaces nothing", rules(check_rule(replaces="[us.tset]")), ["unknown-name @ us.test → us.test"]),
    ("facts in a circle", HEAD + "facts:\n  us.a: {title: A, cite: 1(a), about: employee, is: fact(us.b)}\n"
     "  us.b: {title: A, cite: 1(a), about: employee, is: fact(us.a)}\n", ["circle @ us.a"]),
    ("fact of another record", HEAD + "facts: {us.a: {title: A, cite: 1(a), about: employe, is: active}}\n",
     ["unknown-name @ employe → employee"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "errors"), [(b, c) for _, b, c in BAD_FILES], ids=[a for a, _, _ in BAD_FILES])
def test_bad_files(load: Load, text: str, errors: list[str]) -> None:
    loaded = load(file=text)
    assert loaded.errors == errors


BAD_BYTES: list[tuple[str, bytes, str]] = [
    ("ten megabytes", b"law: " + b"x" * 10_000_000, "file-too-large"),
    ("nesting bomb", b"law: " + b"[" * 60_000, "nested-too-deep"),
    ("deep expression", rules(check_rule(must="not " * 900 + "rehire_eligible")).encode(), "bad-expression"),
    ("not UTF-8", b"law: caf\xe9", "not-utf-8"),
    ("control characters", b"law: a\x00b", "control-character"),
    ("an alias", b"law: &a x\njurisdiction: *a\n", "anchor"),
    ("a tag", b"law: !!python/object:os.system x\n", "tag"),
]


@pytest.mark.parametrize(("content", "code"), [(b, c) for _, b, c in BAD_BYTES], ids=[a for a, _, _ in BAD_BYTES])
def test_hostile_files(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "file.yaml").write_bytes(content)
    ruleset, problems = load_rules([tmp_path], VOCABULARY)
    assert code in {p.code for p in problems}
    assert all(p.position is not None for p in problems)
    assert not ruleset.rules


def test_a_file_that_is_not_there_and_a_folder_without_rules(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, problems = load_rules([tmp_path / "empty", tmp_path / "nowhere.yaml"], VOCABULARY)
    assert sorted(p.code for p in problems) == ["no-rules", "unreadable-file"]


def test_an_id_used_twice_names_both_places(load: Load) -> None:
    loaded = load(a=rules(check_rule()), b=rules(check_rule()))
    (problem,) = loaded.problems
    assert problem.code == "duplicate-id"
    assert problem.position is not None
    assert problem.position.file.endswith("b.yaml")
    assert "a.yaml:6:3" in problem.message


def test_members_of_a_family_must_agree(load: Load) -> None:
    family = "{name: pay, wins: %s}"
    loaded = load(rules(check_rule("us.a", family=family % "all"), check_rule("us.b", family=family % "highest")))
    assert loaded.errors == ["family-mismatch @ us.b"]


def test_what_a_broken_value_needs_is_told_without_saying_that_it_is_missing(load: Load) -> None:
    loaded = load(
        rules(check_rule(must="value(us.v) > 1")) + "values: {us.v: {title: A, type: number, cells: [{is: a}]}}\n"
    )
    assert loaded.errors == ["needs-a-broken-value @ value(us.v)", "wrong-type @ a"]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_any_text_in_any_key_is_a_problem_or_a_rule(text: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        for key in ("must", "when", "starts", "about"):
            path = Path(folder) / "file.yaml"
            path.write_bytes(rules(check_rule(**{key: text})).encode())
            load_rules([path], VOCABULARY)


# ---- values --------------------------------------------------------------------------------------------------------


def values(cells: str, **keys: str) -> str:
    found = {"title": "A", "type": "number", "cells": cells, **keys}
    reader = rules(check_rule(must="value(us.v) > 1" if "by" not in keys else "value(us.v, work_state) > 1"))
    return reader + "values:\n  us.v:\n" + "".join(f"    {key}: {value}\n" for key, value in found.items())


@pytest.mark.parametrize(
    ("cells", "keys", "error"),
    [
        ("[{to: 2020-12-31, is: 1}, {from: 2021-01-01, is: 2}]", {}, None),
        ("[{from: 2021-01-01, is: 2}, {to: 2020-12-31, is: 1}]", {}, None),
        ("[{to: 2020-12-30, is: 1, gap_after: no law}, {from: 2021-01-01, is: 2}]", {}, None),
        ("[{from: 2021-01-01, is: null}]", {}, None),
        ("{us.ca: [{is: 1}], otherwise: [{is: 2}]}", {"by": "[place]"}, None),
        ("[{to: 2020-12-30, is: 1}, {from: 2021-01-01, is: 2}]", {}, "value-gap"),
        ("[{to: 2021-01-01, is: 1}, {from: 2021-01-01, is: 2}]", {}, "value-overlap"),
        ("[{is: 1}, {from: 2021-01-01, is: 2}]", {}, "value-overlap"),
        ("[{from: 2021-01-02, to: 2021-01-01, is: 2}]", {}, "value-order"),
        ("[{is: many}]", {}, "wrong-type"),
        ("[{is: true}]", {}, "wrong-type"),
        ("[{from: 2021-01-01}]", {}, "missing-key"),
        ("[]", {}, "empty-value"),
        ("{us.ca: [{is: 1}]}", {}, "wrong-type"),
        ("[{is: 1}]", {"by": "[place]"}, "wrong-type"),
        ("{us.cal: [{is: 1}]}", {"by": "[place]"}, "unknown-code"),
        ("[{is: 1}]", {"between_places": "most"}, "bad-code"),
        ("[{is: a}]", {"type": "text", "between_places": "highest"}, "wrong-type"),
        ("[{is: 3 days after start_date}]", {"type": "clock"}, "missing-key"),
        ("[{is: 3 days after strat_date}]", {"type": "clock", "about": "employment_spell"}, "unknown-name"),
        ("[{is: worker_type}]", {"type": "clock", "about": "employment_spell"}, "wrong-type"),
        ("[{is: a}]", {"type": "clock", "about": "employment_spel"}, "unknown-name"),
    ],
)
def test_cells_of_a_value(load: Load, cells: str, keys: dict[str, str], error: str | None) -> None:
    codes = [e.split(" @")[0] for e in load(values(cells, **keys)).errors if "needs-a-broken" not in e]
    assert codes == ([error] if error else [])


def test_cells_keep_their_order_their_dates_and_what_is_not_announced(load: Load) -> None:
    loaded = load(values("[{from: 2021-01-01, is: null}, {to: 2020-12-31, is: 1.5, cite: 2(b)}]"))
    ((key, cells),) = loaded.ruleset.tables["us.v"].cells
    assert key == ()
    assert [(str(c.last or ""), c.cite, c.is_ is None) for c in cells] == [
        ("2020-12-31", "2(b)", False),
        ("", "", True),
    ]


def test_a_list_keeps_texts_or_days(load: Load) -> None:
    loaded = load(values("[{is: [2020-01-31, 2023-08-01]}]", type="list"))
    ((_, (cell,)),) = loaded.ruleset.tables["us.v"].cells
    assert isinstance(cell.is_, t.ListOf)
    assert all(isinstance(item, t.Day) for item in cell.is_.items)


# ---- lint ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (rules(check_rule(examples="")), ["no-examples @ us.test"]),
        (rules(check_rule(let="{a: start_date}")), ["unused-name @ a"]),
        (rules(check_rule(let="{a: start_date, b: a}", when="b is known")), []),
        (rules(check_rule(let="{status: start_date}", when="status is known")), ["hidden-field @ status"]),
        (rules(check_rule()) + "values: {us.v: {title: A, type: number, cells: [{is: 1}]}}\n", ["unused-value @ {"]),
        (rules(check_rule(exposure="us.v")) + "values: {us.v: {title: A, type: number, cells: [{is: 1}]}}\n", []),
    ],
)
def test_warnings(load: Load, text: str, warnings: list[str]) -> None:
    loaded = load(text)
    assert loaded.errors == []
    assert loaded.warnings == warnings
    assert not has_errors(loaded.problems)


# ---- selection -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "excluded", "ids"),
    [
        ([], [], ["us.ca.test.review", "us.test.notice", "us.test.trained"]),
        (["us.test.*"], [], ["us.test.notice", "us.test.trained"]),
        (["topic:notices"], ["us.test.trained"], ["us.test.notice"]),
        (["tag:payday"], [], ["us.test.notice"]),
        (["jurisdiction:us.ca"], [], ["us.ca.test.review"]),
        (["severity:high", "us.ca.*"], [], ["us.ca.test.review", "us.test.notice"]),
    ],
)
def test_selecting_rules(chosen: list[str], excluded: list[str], ids: list[str]) -> None:
    ruleset, _ = load_rules([DATA / "good"], VOCABULARY)
    kept, problems = select(ruleset, chosen, excluded)
    assert not problems
    assert list(kept.rules) == ids


@pytest.mark.parametrize(
    ("chosen", "suggestion", "help_"),
    [
        ("topic:notice", "notices", "topics: notices, review"),
        ("notices", "topic:notices", "topics: notices, review"),
        ("us.test.notic", "us.test.notice", "topics: notices, review"),
        ("severity:critical", None, "severity: high, medium"),
        ("topik:notices", "topic", "id, tag, topic, jurisdiction, severity"),
    ],
)
def test_an_expression_that_matches_nothing_is_a_problem(chosen: str, suggestion: str | None, help_: str) -> None:
    ruleset, _ = load_rules([DATA / "good"], VOCABULARY)
    kept, (problem,) = select(ruleset, [chosen])
    assert not kept.rules
    assert (problem.code, problem.level, problem.suggestion, problem.help) == (
        "empty-selection",
        Level.ERROR,
        suggestion,
        help_,
    )


def test_what_is_selected_and_excluded_again_is_an_empty_selection() -> None:
    ruleset, _ = load_rules([DATA / "good"], VOCABULARY)
    _, problems = select(ruleset, ["us.test.*"], ["us.*"])
    assert [p.code for p in problems] == ["empty-selection"]


def member(id_: str, wins: str, **keys: str) -> str:
    return check_rule(id_, family=f"{{name: pay, wins: {wins}}}", **keys)


def dated(id_: str, wins: str, **keys: str) -> str:
    return member(id_, wins, **{"kind": "deadline", "must": "", "due": "start_date", "done": "hire_date", **keys})


AMOUNT = "expected_business_days >="


@pytest.mark.parametrize(
    ("members", "problems"),
    [
        ((member("us.a", "highest", must=f"{AMOUNT} 7"), member("us.b", "highest", must=f"{AMOUNT} 9")), []),
        # What must not hold asks for the opposite.
        (
            (
                member("us.a", "lowest", must="", must_not="expected_business_days > 7"),
                member("us.b", "lowest", must="expected_business_days <= 9"),
            ),
            [],
        ),
        ((dated("us.a", "earliest"), dated("us.b", "earliest", due="hire_date")), []),
        ((member("us.a", "all"), dated("us.b", "all", each="training")), []),
        ((member("us.a", "highest", must="rehire_eligible"),), ["family-amount @ us.a"]),
        ((member("us.a", "highest", must=f"{AMOUNT} 7 or rehire_eligible"),), ["family-amount @ us.a"]),
        ((member("us.a", "highest", must="start_date >= hire_date"),), ["family-amount @ us.a"]),
        # The highest of several upper limits would be the laxest.
        ((member("us.a", "highest", must="expected_business_days <= 7"),), ["family-amount @ us.a"]),
        ((member("us.a", "highest", must="expected_business_days = 7"),), ["family-amount @ us.a"]),
        ((dated("us.a", "highest"),), ["family-amount @ us.a"]),
        (
            (member("us.a", "highest", must=f"{AMOUNT} 7"), member("us.b", "highest", must="count(training) >= 7")),
            ["family-mismatch @ us.b"],
        ),
        (
            (
                member("us.a", "highest", must=f"{AMOUNT} 7"),
                member("us.b", "highest", must="expected_business_days > 7"),
            ),
            ["family-mismatch @ us.b"],
        ),
        ((dated("us.a", "earliest"), dated("us.b", "latest")), ["family-mismatch @ us.b"]),
        ((member("us.a", "earliest"),), ["family-date @ us.a"]),
        ((dated("us.a", "earliest", each="training"),), ["family-several @ us.a"]),
        (
            (dated("us.a", "earliest", kind="recurring", starts="start_date", repeat="every 1 years from due"),),
            ["family-several @ us.a"],
        ),
    ],
)
def test_members_of_a_family_can_be_compared(load: Load, members: tuple[str, ...], problems: list[str]) -> None:
    assert load(law=rules(*members)).errors == problems
