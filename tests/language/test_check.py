"""Names and types: what a word of an expression stands for, and what does not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compliance_engine.language import tree as t
from compliance_engine.language.check import check
from compliance_engine.language.names import Scope
from compliance_engine.language.parse import parse
from compliance_engine.language.syntax import SyntaxProblem
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.value_types import type_of
from compliance_engine.language.walk import walk
from compliance_engine.problems import Position
from compliance_engine.records.types import VOCABULARY

HERE = Position("file", 1, 1)
WORDS = frozenset({"starts", "as_of", "due", "done", "turn.start", "turn.end", "turn.year"})
END = t.SameDay(t.Day(date(2025, 1, 1)))
TABLES = {
    "us.rate": Table("us.rate", "A rate", "number", ("place",), None, (), "highest", HERE),
    "us.list": Table("us.list", "A list", "list", (), None, (), None, HERE),
    "us.days": Table("us.days", "Days", "number", ("place",), None, (), None, HERE),
    "us.clock": Table(
        "us.clock", "A clock", "clock", (), "employment_spell", (((), (Cell(None, None, END, "", HERE),)),), None, HERE
    ),
}
SPELL = Scope(VOCABULARY, "employment_spell", WORDS, tables=TABLES)


def resolved(text: str, scope: Scope = SPELL) -> tuple[t.Expression, list[SyntaxProblem]]:
    raw, problem = parse(text, "dates")
    assert problem is None, problem
    return check(raw, scope, None)  # type: ignore[arg-type]


NAMES: list[tuple[str, type[t.Node], str]] = [
    ("start_date", t.Own, "date"),
    ("employment_spell.start_date", t.Own, "date"),
    ("employee_number", t.Own, "text"),
    ("i9.section2_signed_on", t.Related, "date"),
    ("employer.sector", t.Related, "text"),
    ("assignment.flsa_status on start_date", t.Related, "text"),
    ("work_state", t.Related, "text"),
    ("places", t.Related, "list"),
    ("resigned_at", t.Own, "instant"),
    ("age on start_date", t.Age, "number"),
    ("as_of", t.Special, "date"),
    ("turn.year", t.Special, "number"),
    ("count(training)", t.Aggregate, "number"),
    ("latest(training.completed_on)", t.Aggregate, "date"),
    ("exists(training where topic = 'harassment')", t.Aggregate, "yes_no"),
    ("training.completed_on where topic = 'harassment'", t.Rows, "date"),
    ("termination_date - start_date", t.Arithmetic, "number"),
    ("72 hours after resigned_at", t.Shift, "instant"),
    ("72 hours after starts", t.Shift, "instant"),
    ("headcount('in state') on starts", t.Fact, "number"),
    ("value(us.clock)", t.Value, "date"),
    ("value(us.rate, places)", t.Value, "number"),
    ("choice(x.y)", t.Choice, "any"),
    ("June 1 of turn.year", t.MonthDay, "date"),
]


@pytest.mark.parametrize(("text", "node", "kind"), NAMES, ids=[text for text, _, _ in NAMES])
def test_what_a_name_stands_for(text: str, node: type[t.Node], kind: str) -> None:
    found, problems = resolved(text)
    assert not problems
    assert isinstance(found, node)
    assert type_of(found) == kind


WRONG: list[tuple[str, str, str, str | None]] = [
    ("strat_date is known", "unknown-name", "strat_date", "start_date"),
    ("section2_signed_on is known", "unknown-name", "section2_signed_on", None),
    ("i9.section2_sgned_on is known", "unknown-name", "i9.section2_sgned_on", "section2_signed_on"),
    ("trainig.topic = 'x'", "unknown-name", "trainig.topic", "training"),
    ("training.topic = 'i9'", "wrong-type", "training.topic", None),
    ("worker_type = 'employe'", "unknown-code", "'employe'", "employee"),
    ("worker_type in ('employee', 'robot')", "unknown-code", "'robot'", None),
    ("worker_type > 'employee'", "wrong-type", "worker_type > 'employee'", None),
    ("start_date > 3", "wrong-type", "start_date > 3", None),
    ("start_date > '2025-01-01'", "wrong-type", "start_date > '2025-01-01'", None),
    ("worker_type", "", "", None),
    ("3 days after worker_type", "wrong-type", "worker_type", None),
    ("start_date days after start_date", "bad-expression", "", None),
    ("72 hours after start_date", "wrong-type", "start_date", None),
    ("start_date + 3", "wrong-type", "start_date", None),
    ("not start_date", "wrong-type", "start_date", None),
    ("value(us.rat, work_state)", "unknown-name", "value(us.rat, work_state)", "us.rate"),
    ("value(us.rate)", "wrong-type", "value(us.rate)", None),
    ("value(us.days, places)", "wrong-type", "places", None),
    ("headcount('in the state') on starts", "unknown-code", "'in the state'", "in state"),
    ("headcounts('in state')", "unknown-name", "headcounts('in state')", "headcount"),
    ("count(training where exists(i9_document))", "wrong-type", "exists(i9_document)", None),
    ("sum(training.topic)", "wrong-type", "sum(training.topic)", None),
    ("count(training.topic)", "wrong-type", "count(training.topic)", None),
    ("worker_type matches '(?=a)'", "wrong-type", "worker_type matches '(?=a)'", None),
    ("worker_type matches '['", "wrong-type", "worker_type matches '['", None),
    ("fact(us.nothing)", "unknown-name", "fact(us.nothing)", None),
    ("this.start_date", "wrong-type", "this.start_date", None),
    ("a.b.c = 1", "wrong-type", "a.b.c", None),
]


@pytest.mark.parametrize(("text", "code", "pointed_at", "suggestion"), WRONG, ids=[text for text, *_ in WRONG])
def test_what_does_not_fit(text: str, code: str, pointed_at: str, suggestion: str | None) -> None:
    raw, syntax = parse(text, "dates")
    problems = [syntax] if syntax else check(raw, SPELL, None)[1]  # type: ignore[arg-type]
    if not code:
        assert not problems
        return
    assert [p.code for p in problems] == [code]
    (problem,) = problems
    if pointed_at:
        assert text[problem.offset : problem.offset + problem.length] == pointed_at
    assert problem.suggestion == suggestion


def test_every_problem_of_an_expression_is_found() -> None:
    _, problems = resolved("strat_date > 3 and worker_type = 'employe' and 3 days after worker_type < as_of")
    assert [p.code for p in problems] == ["unknown-name", "unknown-code", "wrong-type"]


def test_a_field_of_another_record_is_told_where_it_is() -> None:
    _, (problem,) = resolved("section2_signed_on is known")
    assert problem.help is not None
    assert "i9.section2_signed_on" in problem.help


def test_a_word_of_a_code_list_is_told_its_quotes_and_true_is_yes() -> None:
    _, (problem,) = resolved("worker_type = employee")
    assert problem.help == "a text stands in single quotes: 'employee'"
    _, (problem,) = resolved("covered_by_form = true")
    assert problem.suggestion == "yes"


def test_in_a_where_bare_names_are_the_rows_and_this_is_the_subject() -> None:
    found, problems = resolved("count(i9_document where expires_on > this.start_date and document_list = 'a')")
    assert not problems
    assert isinstance(found, t.Aggregate)
    assert isinstance(found.where, t.And)
    first = found.where.items[0]
    assert isinstance(first, t.Compare)
    assert isinstance(first.left, t.Row)
    assert isinstance(first.right, t.Own)


def test_a_local_name_goes_before_a_field_and_keeps_what_it_stands_for() -> None:
    target, _ = resolved("start_date")
    found, problems = resolved("begin", replace(SPELL, lets={"begin": target}))
    assert not problems
    assert found == t.Alias("begin", target, span=(0, 5))


def test_a_presumed_field_carries_the_presumption() -> None:
    found, problems = resolved(
        "expected_business_days < 3", replace(SPELL, presumed={"expected_business_days": t.Number(Decimal(3))})
    )
    assert not problems
    assert isinstance(found, t.Compare)
    assert isinstance(found.left, t.Presumed)


def test_a_clock_cell_is_part_of_what_is_walked() -> None:
    found, _ = resolved("value(us.clock)")
    seen: list[t.Node] = []
    walk(found, seen.append)
    assert END in seen


def test_a_clock_is_only_for_rules_about_its_record_type() -> None:
    _, (problem,) = resolved("value(us.clock)", replace(SPELL, about="document"))
    assert "employment_spell" in problem.message


@pytest.mark.parametrize(
    ("text", "want", "right"),
    [
        ("start_date", "date", True),
        ("resigned_at", "date", True),
        ("start_date", "yes_no", False),
        ("rehire_eligible", "yes_no", True),
        ("choice(x)", "number", True),
    ],
)
def test_the_type_that_a_key_needs(text: str, want: str, right: bool) -> None:
    raw, _ = parse(text)
    _, problems = check(raw, SPELL, want)  # type: ignore[arg-type]
    assert (not problems) == right
