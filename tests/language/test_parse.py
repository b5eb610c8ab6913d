"""The grammar: what each form becomes, and where the finger points when a text is not of the language."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.language import tree as t
from compliance_engine.language.parse import Start, parse


def plain(e: object) -> object:
    """A tree as nested tuples, without spans."""
    if isinstance(e, tuple):
        return tuple(plain(x) for x in e)
    if not isinstance(e, t.Node):
        return e
    parts = [plain(getattr(e, name)) for name in e.__dataclass_fields__ if name != "span"]
    return (type(e).__name__, *(p for p in parts if p not in (None, "")))


def name(*parts: str) -> tuple[object, ...]:
    return ("Name", parts)


def number(n: int) -> tuple[object, ...]:
    return ("Number", Decimal(n))


FORMS: list[tuple[Start, str, object]] = [
    ("condition", "a = 'x'", ("Compare", "=", name("a"), ("Text", "x"))),
    ("condition", "a != 1", ("Compare", "<>", name("a"), number(1))),
    ("condition", "not a = 1", ("Not", ("Compare", "=", name("a"), number(1)))),
    ("condition", "a or b and c", ("Or", (name("a"), ("And", (name("b"), name("c")))))),
    ("condition", "a in ('x', 'y')", ("In", name("a"), (("Text", "x"), ("Text", "y")), False)),
    ("condition", "a not in value(us.x)", ("In", name("a"), (("Value", "us.x", ()),), True)),
    ("condition", "a is missing", ("IsKnown", name("a"), True)),
    ("condition", "a has not happened", ("HasHappened", name("a"), True)),
    ("condition", "a between 1 and 2 and b", ("And", (("Between", name("a"), number(1), number(2)), name("b")))),
    ("condition", "a >= 07:30", ("Compare", ">=", name("a"), ("TimeOfDay", time(7, 30)))),
    ("condition", "a + 2 * b", ("Arithmetic", "+", name("a"), ("Arithmetic", "*", number(2), name("b")))),
    ("condition", "codes contains 'x'", ("Contains", name("codes"), ("Text", "x"))),
    ("condition", "a matches '7.*'", ("Matches", name("a"), "7.*")),
    ("condition", "2025-02-28", ("Day", date(2025, 2, 28))),
    (
        "condition",
        "3 business days after a",
        ("Shift", number(3), "day", "after", name("a")),
    ),
    (
        "condition",
        "10 us-federal business days before a",
        ("Shift", number(10), "day", "us-federal", "before", name("a")),
    ),
    (
        "condition",
        "3 months after next Friday after a",
        ("Shift", number(3), "month", "after", ("NextWeekday", 4, name("a"))),
    ),
    (
        "condition",
        "end of the 7th month after a",
        ("Edge", "end", "calendar month", ("Shift", number(7), "month", "after", name("a"))),
    ),
    (
        "condition",
        "15th business day of the month after a",
        ("NthBusinessDay", 15, ("Shift", number(1), "month", "after", name("a"))),
    ),
    ("condition", "last Monday of May of a", ("NthWeekday", -1, 0, 5, name("a"))),
    ("condition", "later of (a, b)", ("LaterOf", (name("a"), name("b")))),
    (
        "condition",
        "2 days after a rolled to next us-federal business day",
        ("Rolled", ("Shift", number(2), "day", "after", name("a")), "next", "us-federal"),
    ),
    ("condition", "1 month after a rounding up", ("Rounding", ("Shift", number(1), "month", "after", name("a")), "up")),
    ("condition", "headcount('in state') on a", ("Fact", "headcount", (("Text", "in state"),), name("a"))),
    ("condition", "fact(us.x.y)", ("NamedFact", "us.x.y")),
    (
        "condition",
        "count(training where a = 1)",
        ("Aggregate", "count", ("training",), ("Compare", "=", name("a"), number(1))),
    ),
    ("dates", "training.completed_on where a", ("Rows", ("training", "completed_on"), name("a"))),
    ("dates", "day sum(training.minutes_spent) reaches 60", ("Reaches", ("training", "minutes_spent"), number(60))),
    ("repeat", "every 2 years from completion", ("Every", number(2), "year", "completion")),
    ("repeat", "calendar quarter", ("EachPeriod", "calendar quarter")),
    ("repeat", "year  from October 01", ("EachPeriod", "year from October 1")),
    ("repeat", "same day as done.expires_on", ("SameDay", name("done", "expires_on"))),
    ("gap", "at most 2 weeks", ("Gap", ("Arithmetic", "*", number(2), number(7)))),
    ("gap", "between 12 and 16 days", ("Gap", number(12), number(16))),
    ("gap", "at least 2 in each calendar month", ("PerPeriod", number(2), "calendar month")),
]  # fmt: skip


@pytest.mark.parametrize(("start", "text", "tree"), FORMS, ids=[text for _, text, _ in FORMS])
def test_form(start: Start, text: str, tree: object) -> None:
    found, problem = parse(text, start)
    assert problem is None
    assert plain(found) == tree


PROBLEMS: list[tuple[str, str, str | None]] = [
    ("3 busness days after a", "busness", "business"),
    ("3 days bfore a", "bfore", "before"),
    ("a == 1", "=", None),
    ('a = "x"', '"', None),
    ("2025-02-30", "2025-02-30", None),
    ("25:00 < a", "25:00", None),
    ("next February 30 after a", "30", None),
    ("sixth Monday of May of a", "Monday", None),
    ("6th Monday of May of a", "6th", None),
    ("a contain 'x'", "contain", "contains"),
    ("a §", "§", None),
]


@pytest.mark.parametrize(("text", "pointed_at", "suggestion"), PROBLEMS)
def test_problem_points_at_the_word(text: str, pointed_at: str, suggestion: str | None) -> None:
    tree, problem = parse(text)
    assert tree is None
    assert problem is not None
    shown = text[problem.offset : problem.offset + problem.length]
    assert pointed_at.startswith(shown) or shown == pointed_at
    if suggestion:
        assert problem.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "start", "help_"),
    [
        ("a = ‘x’", "condition", "write 'text', not ‘text’"),
        ('a = "x"', "condition", "write 'text', not \"text\""),
        ("3\u00a0days after a", "dates", "type it again: it was copied from a page or a word processor"),
        ("a / 2 > 1", "condition", "there is no division: multiply the other side"),
        ("within 3 days of a", "dates", "a clock counts from a day: 10 business days after start_date"),
        ("16 days", "gap", "forms: at most 16 days"),
        ("every 2 years", "repeat", "forms: every 2 years from completion"),
    ],
)
def test_what_people_write_first_is_told_the_way_out(text: str, start: Start, help_: str) -> None:
    _, problem = parse(text, start)
    assert problem is not None
    assert (problem.help or "").startswith(help_)


def test_an_expression_that_stops_too_early_points_behind_its_end() -> None:
    _, problem = parse("a and")
    assert problem is not None
    assert (problem.message, problem.offset) == ("the expression ends too early", 5)


@pytest.mark.parametrize("text", ["not " * 1_000 + "a", "1 day after " * 300 + "a", "a + (" * 200 + "a" + ")" * 200])
def test_a_nesting_bomb_is_a_problem_and_no_crash(text: str) -> None:
    tree, problem = parse(text)
    assert tree is None
    assert problem is not None
    assert "nested too deeply" in problem.message


def test_an_endless_expression_is_not_read() -> None:
    tree, problem = parse("a or " * 2_000 + "a")
    assert tree is None
    assert problem is not None
    assert "characters" in problem.message


def test_spans_point_into_the_text() -> None:
    text = "worker_type = 'employee' and hours > 5"
    found: Any = parse(text)[0]
    left, right = found.items
    assert text[slice(*left.span)] == "worker_type = 'employee'"
    assert text[slice(*right.left.span)] == "hours"


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_a_problem_within_it(text: str) -> None:
    tree, problem = parse(text)
    assert (tree is None) == (problem is not None)
    if problem is not None:
        assert 0 <= problem.offset <= len(text)


_SENTENCE = (
    "a b after before 3 days business later of ( ) , and or not in between is known = < 'x' 2025-01-01 end next Friday "
    "where this value count sum day reaches on every month"
)
_WORDS = st.sampled_from(_SENTENCE.split())


@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_any_row_of_words_is_a_tree_or_a_problem(text: str) -> None:
    for start in ("condition", "dates", "repeat", "gap"):
        tree, problem = parse(text, start)
        assert (tree is None) == (problem is not None)


@pytest.mark.parametrize(
    "text", ["year from June 31", "year from January 1", "year from February 29", "year from Juli 1"]
)
def test_a_year_begins_on_a_day_that_every_year_has(text: str) -> None:
    tree, problem = parse(text, "repeat")
    assert tree is None
    assert problem is not None
