"""What could be made better in rule files: examples that are not there, old comparisons, long titles, untidy lines."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.language import yaml
from compliance_engine.language.advice import advise, tidied
from compliance_engine.language.ruleset import load_rules
from compliance_engine.problems import Level, Problem
from compliance_engine.records.types import VOCABULARY

RULE = """\
law: Handbook
jurisdiction: org
authority: Handbook
checked: {on: 2025-03-01, by: text}
rules:
  org.signed:
    kind: deadline
    title: Everybody signs
    cite: Handbook, 1
    about: employment_spell
    due: 14 days after start_date
    done: hire_date
    fix: Ask for the signature.
    examples:
      - {title: in time, given: {start_date: 2026-03-02, hire_date: 2026-03-16}, as_of: 2026-04-01, expect: met}
      - {title: late, given: {start_date: 2026-03-02, hire_date: 2026-03-17}, as_of: 2026-04-01, expect: met-late}
      - {title: unknown, given: {start_date: unreadable}, as_of: 2026-04-01, expect: unknown}
"""


@pytest.fixture
def advice(tmp_path: Path) -> "Advice":
    return Advice(tmp_path)


class Advice:
    """Codes of the advice about one file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "rules.yaml"

    def problems(self, text: str, as_of: date | None = None) -> list[Problem]:
        self._file.write_bytes(text.encode())
        ruleset, problems = load_rules([self._file], VOCABULARY)
        assert not problems
        return advise(ruleset, as_of)

    def __call__(self, text: str, as_of: date | None = None) -> list[str]:
        return [problem.code for problem in self.problems(text, as_of)]


def without(example: str) -> str:
    lines = RULE.splitlines(keepends=True)
    kept = [line for line in lines if f"title: {example}," not in line]
    assert len(kept) == len(lines) - 1
    return "".join(kept)


def test_a_rule_that_shows_all_cases_needs_no_advice(advice: Advice) -> None:
    assert advice(RULE) == []


@pytest.mark.parametrize(
    ("example", "codes"),
    [
        ("in time", ["no-boundary-example"]),
        ("late", ["no-boundary-example", "no-violation-example"]),
        ("unknown", ["no-unknown-example"]),
    ],
)
def test_each_case_that_no_example_shows_is_named(advice: Advice, example: str, codes: list[str]) -> None:
    found = advice.problems(without(example))
    assert sorted(problem.code for problem in found) == codes
    assert all(problem.level is Level.WARNING for problem in found)
    assert all(problem.position is not None and problem.position.line == 6 for problem in found)


@pytest.mark.parametrize(
    ("day", "boundary"),
    [("2026-03-17", True), ("2026-03-18", False)],
)
def test_a_boundary_is_two_examples_one_day_apart(advice: Advice, day: str, boundary: bool) -> None:
    assert ("no-boundary-example" not in advice(RULE.replace("2026-03-17", day))) is boundary


def test_the_day_of_asking_can_be_the_boundary_too(advice: Advice) -> None:
    overdue = RULE.replace("hire_date: 2026-03-17}, as_of: 2026-04-01, expect: met-late", "x}")
    overdue = overdue.replace(
        "hire_date: 2026-03-16}, as_of: 2026-04-01, expect: met}",
        "worker_type: employee}, as_of: 2026-03-16, expect: due}",
    ).replace(", x}}", ", worker_type: employee}, as_of: 2026-03-17, expect: overdue}")
    assert advice(overdue) == []


def test_two_differences_are_no_boundary(advice: Advice) -> None:
    late = RULE.replace("2026-03-17}, as_of: 2026-04-01", "2026-03-17}, as_of: 2026-04-02")
    assert advice(late) == ["no-boundary-example"]


def test_a_right_that_nobody_can_break_needs_no_violation(advice: Advice) -> None:
    right = without("late").replace("    fix:", "    if_missed: right\n    fix:")
    assert advice(right) == ["no-boundary-example"]


def test_a_title_that_is_longer_than_a_line_of_a_report(advice: Advice) -> None:
    assert advice(RULE.replace("Everybody signs", "x" * 100)) == []
    (problem,) = advice.problems(RULE.replace("Everybody signs", "x" * 101))
    assert problem.code == "long-title"
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (8, 12)


@pytest.mark.parametrize(
    ("as_of", "codes"),
    [(None, []), (date(2026, 3, 2), []), (date(2026, 3, 3), ["checked-long-ago"])],
)
def test_a_comparison_with_the_source_holds_for_a_year(advice: Advice, as_of: date | None, codes: list[str]) -> None:
    assert advice(RULE, as_of) == codes


def test_the_comparison_of_one_rule_is_judged_by_itself(advice: Advice) -> None:
    old = RULE.replace("on: 2025-03-01", "on: 2026-03-01")
    old = old.replace("    fix:", "    checked: {on: 2020-01-01, by: text}\n    fix:")
    (problem,) = advice.problems(old, date(2026, 3, 3))
    assert problem.position is not None
    assert problem.position.line == 13


# ---- tidying ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("a: b\n", "a: b\n"),
        ("a: b", "a: b\n"),
        ("a: b  \nc: d\t\n", "a: b\nc: d\n"),
        ("a: b\r\nc: d\r\n", "a: b\nc: d\n"),
        ("a: b\n\n\n", "a: b\n"),
        ("# a remark  \na: b\n", "# a remark\na: b\n"),
    ],
)
def test_tidies_what_nobody_reads(text: str, tidy: str) -> None:
    assert tidied(text) == tidy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a: |\n  two blanks  \n  are kept\n",
        "a: |+\n  line\n\n\n",
        "a: [b\n",
        "a: b  \na: c\n",
        "\ta: b  \n",
    ],
)
def test_leaves_alone_what_would_mean_something_else_or_cannot_be_read(text: str) -> None:
    assert tidied(text) == text


@given(
    st.lists(st.sampled_from(["a: b", "c:", "  - d", "  e: |", "    f", "g: 'h", "'", " ", "\t", "\r", "\n"])).map(
        "".join
    )
)
def test_tidying_never_changes_what_is_read_and_is_done_once(text: str) -> None:
    tidy = tidied(text)
    assert tidied(tidy) == tidy
    if tidy != text:
        before, after = (yaml.data(node) for node in (yaml.parse(each, "")[0] for each in (text, tidy)) if node)
        assert before == after


def test_untidy_lines_are_a_note_at_the_first_of_them(advice: Advice) -> None:
    (problem,) = advice.problems(RULE.replace("cite: Handbook, 1", "cite: Handbook, 1  "))
    assert (problem.code, problem.level) == ("untidy", Level.NOTE)
    assert problem.position is not None
    assert problem.position.line == 9


# ---- a law that began after the subject did --------------------------------------------------------------------------

STANDING = """\
law: Handbook
jurisdiction: org
authority: Handbook
checked: {on: 2025-03-01, by: text}
rules:
  org.standing:
    kind: recurring
    title: Everybody is trained every two years
    cite: Handbook, 2
    about: employment_spell
    in_force: {from: 2021-01-01}
    starts: start_date
    due: 6 months after starts
    done: training.completed_on where topic = 'harassment'
    repeat: every 2 years from completion
    fix: Train.
    examples:
      - {title: hired the day before the law, given: {start_date: 2020-12-31}, as_of: 2026-04-01, expect: not-applicable}
"""


def warned(advice: Advice, text: str) -> bool:
    return "never-for-those-before" in advice(text)


def test_a_standing_duty_that_never_holds_for_those_who_were_there_before_the_law(advice: Advice) -> None:
    (problem,) = [p for p in advice.problems(STANDING) if p.code == "never-for-those-before"]
    assert problem.level is Level.WARNING
    assert problem.position is not None
    assert problem.position.line == STANDING[: STANDING.index("in_force")].count("\n") + 1
    assert "starts: later of (start_date, 2021-01-01)" in (problem.help or "")


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("starts: start_date", "starts: later of (start_date, 2021-01-01)"),
        ("{from: 2021-01-01}", "{from: 2021-01-01, judged_on: starts}"),
        ("{from: 2021-01-01}", "{from: 2021-01-01, judged_on: as_of}"),
        ("{from: 2021-01-01}", "{to: 2026-01-01}"),
        ("repeat: every 2 years from completion", "repeat: calendar year"),
        ("kind: recurring", "kind: deadline"),
    ],
)
def test_who_has_thought_of_it_is_not_warned(advice: Advice, written: str, instead: str) -> None:
    text = STANDING.replace(written, instead)
    if "deadline" in instead:
        text = text.replace("    repeat: every 2 years from completion\n", "")
    assert not warned(advice, text)
