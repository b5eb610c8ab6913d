"""`compliance test --update` and `--create`: what changes in a file of rules, and what is left as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance_engine import data

Compliance = Callable[..., Any]

HEAD = """\
# Kept by the front desk.
law: Law of the land
jurisdiction: us
authority: 1 CFR 1
checked: {on: 2026-01-01, by: text}
base:
  employment_spell: {start_date: 2026-03-02}

rules:
  us.signed:   # the first
    kind: deadline
    title: "Everybody signs"
    cite: 1 CFR 1(b)
    about: employment_spell
    due: 14 days after start_date
    done: hire_date
    fix: >
      Ask for
      the signature.
"""
EXAMPLES = """\
    examples:
      # the last day
      - {title: in time,   given: {hire_date: 2026-03-16}, as_of: 2026-04-01, expect: "overdue", due: 2026-03-15}  # ?
      - title: late
        given: {hire_date: 2026-03-17}
        expect: met  # wrong
        as_of: 2026-04-01
      - {title: day by day, vary: hire_date, over: {2026-03-16: met-late, 2026-03-17: {expect: met, due: 2026-03-20}},
         as_of: 2026-04-01}
      - {title: good already, given: {hire_date: 2026-03-17}, as_of: 2026-04-01, expect: violation}
"""
RIGHT = """\
    examples:
      # the last day
      - {title: in time,   given: {hire_date: 2026-03-16}, as_of: 2026-04-01, expect: met, due: 2026-03-16}  # ?
      - title: late
        given: {hire_date: 2026-03-17}
        expect: met-late  # wrong
        as_of: 2026-04-01
      - {title: day by day, vary: hire_date, over: {2026-03-16: met, 2026-03-17: {expect: met-late, due: 2026-03-16}},
         as_of: 2026-04-01}
      - {title: good already, given: {hire_date: 2026-03-17}, as_of: 2026-04-01, expect: violation}
"""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of another rule, and no policy."""
    (tmp_path / "_data/rules").mkdir(parents=True)
    (tmp_path / "_data/rules/other.yaml").write_text(HEAD.replace("us.signed", "us.other"))
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(data, "_PACKAGE", tmp_path)
    monkeypatch.chdir(tmp_path / "work")


def law(text: str) -> Path:
    file = Path("law.yaml")
    file.write_bytes(text.encode())
    return file


class TestUpdate:
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_only_what_was_expected_changes(self, compliance: Compliance, mark: str) -> None:
        file = law(mark + HEAD + EXAMPLES)
        called = compliance("test", "--update", file)
        assert file.read_bytes().decode() == mark + HEAD + RIGHT
        assert (called.code, called.out) == (0, "1 rule · 5 tests · 5 passed\n")

    def test_line_ends_stay(self, compliance: Compliance) -> None:
        file = law((HEAD + EXAMPLES).replace("\n", "\r\n"))
        assert compliance("test", "--update", file).code == 0
        assert file.read_bytes().decode() == (HEAD + RIGHT).replace("\n", "\r\n")

    def test_the_difference_is_shown_beside_the_result(self, compliance: Compliance) -> None:
        called = compliance("test", "--update", law(HEAD + EXAMPLES), "-o", "json")
        assert "-        expect: met  # wrong\n+        expect: met-late  # wrong\n" in called.err
        assert json.loads(called.out)["counts"]["failed"] == 0

    def test_nothing_is_written_where_nothing_fails(self, compliance: Compliance) -> None:
        file = law(HEAD + RIGHT)
        before = file.stat()
        called = compliance("test", "--update", file)
        assert (called.code, called.err) == (0, "")
        assert file.stat() == before

    def test_published_examples_are_never_changed(self, compliance: Compliance) -> None:
        published = (
            "    examples:\n      - {title: theirs, as_of: 2026-04-01, expect: met, source: 1 CFR 1 example 1}\n"
        )
        file = law(HEAD + published)
        called = compliance("test", "--update", file)
        assert called.code == 1
        assert file.read_text() == HEAD + published
        assert "not updated: theirs: it is published (1 CFR 1 example 1): the rule must follow it" in called.err
        assert "law.yaml:21" in called.err

    def test_values_that_share_an_expectation_and_answer_apart_are_left(self, compliance: Compliance) -> None:
        shared = (
            "    examples:\n      - {title: both, vary: hire_date, as_of: 2026-04-01, expect: met, "
            "over: {2026-03-16: 2026-03-16, 2026-03-17: 2026-03-16}}\n"
        )
        file = law(HEAD + shared)
        called = compliance("test", "--update", file)
        assert called.code == 1
        assert file.read_text() == HEAD + shared
        assert "not updated: both: 2026-03-17: what comes out has another shape; write it by hand" in called.err

    def test_another_number_of_obligations_is_left(self, compliance: Compliance) -> None:
        listed = "    examples:\n      - {title: two, as_of: 2026-04-01, expect: [overdue, overdue]}\n"
        file = law(HEAD + listed)
        assert compliance("test", "--update", file).code == 1
        assert file.read_text() == HEAD + listed

    @pytest.mark.parametrize("flag", ["--update", "--create"])
    def test_the_library_is_never_changed_unnamed(self, compliance: Compliance, flag: str) -> None:
        called = compliance("test", flag)
        assert called.code == 2
        assert "PATHS" in called.err


class TestCreate:
    def test_boundary_day_day_after_met_and_unknown(self, compliance: Compliance) -> None:
        file = law(HEAD + "# the end\n")
        called = compliance("test", "--create", file, "--coverage", "--min-coverage", "100")
        assert file.read_text() == HEAD + (
            "    examples: # what the rule answers; compare each with the law\n"
            "      - {title: on the last day, given: {hire_date: 2026-04-07}, as_of: 2026-03-16, expect: due, "
            "due: 2026-03-16}\n"
            "      - {title: on the day after, given: {hire_date: 2026-04-07}, as_of: 2026-03-17, expect: overdue, "
            "due: 2026-03-16}\n"
            "      - {title: met, given: {hire_date: 2025-03-03}, as_of: 2045-03-03, expect: met, due: 2026-03-16}\n"
            "      - {title: start_date cannot be read, given: {hire_date: 2026-04-07, start_date: unreadable}, as_of: 2045-03-03, "
            "expect: unknown}\n"
            "# the end\n"
        )
        assert called.code == 0
        assert "us.signed: 4 examples proposed: what the rule answers, not yet what the law says" in called.err
        assert "+    examples:" in called.err

    def test_conditions_are_met_with_what_the_rule_compares(self, compliance: Compliance) -> None:
        condition = "    when: employee.home_state = 'us.ca' and expected_business_days >= 30\n"
        file = law(HEAD.replace("    due:", condition + "    due:"))
        called = compliance("test", "--create", file, "--min-coverage", "100")
        assert called.code == 0
        assert "employee: {home_state: us.ca}" in file.read_text()

    def test_a_check_is_proposed_violated_met_and_unknown(self, compliance: Compliance) -> None:
        body = "    due: 14 days after start_date\n    done: hire_date\n"
        file = law(HEAD.replace("kind: deadline", "kind: check").replace(body, "    must: hire_date <= start_date\n"))
        called = compliance("test", "--create", file, "--min-coverage", "100")
        assert called.code == 0
        assert [line.split(",")[0].split(": ")[1] for line in file.read_text().splitlines() if "{title" in line] == [
            "violated", "met", "start_date cannot be read",
        ]  # fmt: skip

    def test_rules_with_examples_stay_as_they_are(self, compliance: Compliance) -> None:
        file = law(HEAD + RIGHT)
        assert compliance("test", "--create", file).code == 0
        assert file.read_text() == HEAD + RIGHT

    def test_what_cannot_be_proposed_is_said(self, compliance: Compliance) -> None:
        file = law(HEAD.replace("    due:", "    when: start_date < 1900-01-01 and start_date > 1950-01-01\n    due:"))
        called = compliance("test", "--create", file)
        assert "us.signed: no proposal for the last day and the day after" in called.err
        assert "us.signed: no proposal for the duty met" in called.err

    def test_proposals_are_the_same_each_time(self, compliance: Compliance) -> None:
        first = law(HEAD)
        compliance("test", "--create", first)
        once = first.read_text()
        compliance("test", "--create", law(HEAD))
        assert first.read_text() == once


def test_timings_name_the_rules(compliance: Compliance) -> None:
    called = compliance("test", "--timings", law(HEAD + RIGHT))
    assert called.code == 0
    assert "s  running examples\n" in called.err
    assert "s    us.signed\n" in called.err
