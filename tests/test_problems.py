"""Problems are sorted by place and written with an excerpt that points at the exact columns."""

from dataclasses import replace

import pytest

from compliance_engine.problems import Level, Position, Problem, has_errors, in_order, render

SOURCE = "id: us.i9.retention\nkind: retention\nretention:\n  class: i9_form\n    kepe: 3 years after hire_date\n"


def test_a_located_problem_shows_the_line_before_a_caret_the_suggestion_and_the_help() -> None:
    problem = Problem(
        "unknown-key",
        '"kepe" is not a key of a retention rule',
        Position("rules/retention.yaml", 5, 5, 4),
        suggestion="keep",
        help="compliance rules schema retention",
    )
    assert render(problem, {"rules/retention.yaml": SOURCE}).splitlines() == [
        'error[unknown-key]: "kepe" is not a key of a retention rule',
        "  --> rules/retention.yaml:5:5",
        "    4 |   class: i9_form",
        "    5 |     kepe: 3 years after hire_date",
        '      |     ^^^^ did you mean "keep"?',
        "   help: compliance rules schema retention",
    ]


def test_without_a_position_the_suggestion_ends_the_message() -> None:
    problem = Problem("empty-selection", '--select "topic:fmal" matches no rule.', suggestion="fmla")
    expected = 'error[empty-selection]: --select "topic:fmal" matches no rule. Did you mean "fmla"?'
    assert render(problem, {}) == expected


def test_without_the_source_the_place_is_still_named() -> None:
    problem = Problem("bad", "It is bad.", Position("a.yaml", 3, 2), Level.WARNING, suggestion="good")
    assert render(problem, {}) == 'warning[bad]: It is bad. Did you mean "good"?\n  --> a.yaml:3:2'
    without_an_end = replace(problem, message="it is bad")
    assert render(without_an_end, {}) == 'warning[bad]: it is bad. Did you mean "good"?\n  --> a.yaml:3:2'


def test_a_position_after_the_last_line_has_no_excerpt() -> None:
    assert render(Problem("bad", "Bad.", Position("a", 9, 1)), {"a": "x\n"}) == "error[bad]: Bad.\n  --> a:9:1"


def test_the_first_line_has_no_line_before_it_and_a_byte_order_mark_takes_no_column() -> None:
    rendered = render(Problem("bad", "Bad.", Position("a", 1, 1, 2)), {"a": "\ufeffid: x\r\nkind: y"})
    assert rendered.splitlines()[2:] == ["    1 | id: x", "      | ^^"]


@pytest.mark.parametrize(
    ("line", "column", "length", "caret_line"),
    [
        ("a\tbc", 3, 2, "      |   ^^"),
        ("日本 x", 4, 1, "      |      ^"),
        ("e\u0301 x", 4, 1, "      |   ^"),
        ("abc", 2, 99, "      |  ^^"),
        ("abc", 4, 1, "      |    ^"),
    ],
)
def test_the_caret_stands_under_the_character_on_a_terminal(
    line: str, column: int, length: int, caret_line: str
) -> None:
    rendered = render(Problem("bad", "Bad.", Position("a", 1, column, length)), {"a": line})
    assert rendered.splitlines()[3] == caret_line


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "x" * 500 + "HERE" + "y" * 500
    _, _, shown, carets = render(Problem("bad", "Bad.", Position("a", 1, 501, 4)), {"a": line}).splitlines()
    assert len(shown) < 125
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "HERE"
    assert shown.endswith("…")
    assert "| …" in shown


def test_control_characters_of_a_file_never_reach_the_terminal() -> None:
    problem = Problem("bad", "\x1b[2Jgone\nagain", Position("a\x07", 1, 1), help="\u202etxt")
    rendered = render(problem, {"a\x07": "\x1b[31mred"})
    assert rendered.splitlines() == [
        "error[bad]: \\u001b[2Jgone\\u000aagain",
        "  --> a\\u0007:1:1",
        "    1 | \ufffd[31mred",
        "      | ^",
        "   help: \\u202etxt",
    ]


def test_order_is_by_place_then_weight_then_code() -> None:
    here = Position("a", 2, 1)
    wanted = [
        Problem("z", "No place."),
        Problem("z", "Line 1.", Position("a", 1, 9)),
        Problem("z", "Error.", here),
        Problem("a", "Warning.", here, Level.WARNING),
        Problem("a", "Other file.", Position("b", 1, 1)),
    ]
    assert in_order(reversed(wanted)) == wanted


def test_only_errors_stop_a_run() -> None:
    assert not has_errors([Problem("a", "A.", level=Level.WARNING), Problem("a", "A.", level=Level.NOTE)])
    assert has_errors([Problem("a", "A.", level=Level.WARNING), Problem("a", "A.")])
