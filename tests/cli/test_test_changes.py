"""`compliance test --update`, `--propose` and `--create`: what changes in a file of rules, and what is left as it is."""

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

POLICY = """\
name: Ours
time_zone: UTC
rules: []
key_file: compliance.key
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

    @pytest.mark.parametrize("flag", [["--update"], ["--propose"], ["--create", "f-0123"]])
    def test_the_library_is_never_changed_unnamed(self, compliance: Compliance, flag: list[str]) -> None:
        called = compliance("test", *flag)
        assert called.code == 2
        assert "PATHS" in called.err


class TestPropose:
    def test_boundary_day_day_after_met_and_unknown(self, compliance: Compliance) -> None:
        file = law(HEAD + "# the end\n")
        called = compliance("test", "--propose", file, "--coverage", "--min-coverage", "100")
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
        called = compliance("test", "--propose", file, "--min-coverage", "100")
        assert called.code == 0
        assert "employee: {home_state: us.ca}" in file.read_text()

    def test_a_check_is_proposed_violated_met_and_unknown(self, compliance: Compliance) -> None:
        body = "    due: 14 days after start_date\n    done: hire_date\n"
        file = law(HEAD.replace("kind: deadline", "kind: check").replace(body, "    must: hire_date <= start_date\n"))
        called = compliance("test", "--propose", file, "--min-coverage", "100")
        assert called.code == 0
        assert [line.split(",")[0].split(": ")[1] for line in file.read_text().splitlines() if "{title" in line] == [
            "violated", "met", "start_date cannot be read",
        ]  # fmt: skip

    def test_rules_with_examples_stay_as_they_are(self, compliance: Compliance) -> None:
        file = law(HEAD + RIGHT)
        assert compliance("test", "--propose", file).code == 0
        assert file.read_text() == HEAD + RIGHT

    def test_what_cannot_be_proposed_is_said(self, compliance: Compliance) -> None:
        file = law(HEAD.replace("    due:", "    when: start_date < 1900-01-01 and start_date > 1950-01-01\n    due:"))
        called = compliance("test", "--propose", file)
        assert "us.signed: no proposal for the last day and the day after" in called.err
        assert "us.signed: no proposal for the duty met" in called.err

    def test_proposals_are_the_same_each_time(self, compliance: Compliance) -> None:
        first = law(HEAD)
        compliance("test", "--propose", first)
        once = first.read_text()
        compliance("test", "--propose", law(HEAD))
        assert first.read_text() == once


class TestCreate:
    """A rule, a policy with a key, three people of whom one signed late, and the run over them."""

    @pytest.fixture
    def finding(self, compliance: Compliance) -> str:
        law(HEAD + RIGHT)
        policy = Path("policies/us")
        policy.mkdir(parents=True)
        (policy / "policy.yaml").write_text(POLICY)
        (policy / "compliance.key").write_text("00112233445566778899aabbccddeeff")
        Path("records").mkdir()
        Path("records/employees.csv").write_text(
            "employee_number,first_name,start_date,hire_date\nE-4711,Wilhelmina,2026-03-02,2026-03-23\n"
            "E-4712,Ada,2026-03-02,2026-03-12\nE-4713,Bo,2026-03-02,#REF!\n"
        )
        called = compliance("check", "records", "--rules", "law.yaml", "--as-of", "2026-06-30", "-o", "json")
        found = [one for one in json.loads(called.out)["findings"] if one["state"] == "met-late"]
        assert len(found) == 1
        return str(found[0]["fingerprint"])

    def test_an_example_without_names_on_other_days(self, compliance: Compliance, finding: str) -> None:
        called = compliance("test", "--create", finding[:10], "--rules", "law.yaml", "law.yaml")
        assert (called.code, called.out) == (0, "1 rule · 6 tests · 6 passed\n")
        assert "us.signed: an example of what the rule answered: compare it with the law, and name it" in called.err
        before, new = Path("law.yaml").read_text().splitlines()[:-1], Path("law.yaml").read_text().splitlines()[-1]
        assert before == (HEAD + RIGHT).splitlines()
        assert f"+{new}" in called.err.splitlines()
        assert new.startswith("      - {title: as once found met-late, given: {")
        assert "expect: met-late" in new
        for word in ("4711", "Wilhelmina", "2026-03-02", "2026-03-23", "2026-06-30"):
            assert word not in new

    def test_the_same_finding_gives_the_same_example_by_however_many_digits(
        self, compliance: Compliance, finding: str
    ) -> None:
        compliance("test", "--create", finding, "--rules", "law.yaml", "law.yaml")
        once = Path("law.yaml").read_text()
        law(HEAD + RIGHT)
        compliance("test", "--create", finding[:12], "--rules", "law.yaml", "law.yaml")
        assert Path("law.yaml").read_text() == once

    def test_a_rule_elsewhere_is_left(self, compliance: Compliance, finding: str) -> None:
        Path("other.yaml").write_text((HEAD + RIGHT).replace("us.signed", "us.elsewhere"))
        called = compliance("test", "--create", finding, "--rules", "law.yaml", "other.yaml")
        assert called.code == 2
        assert "us.signed stands in law.yaml, which is not among PATHS." in called.err
        assert Path("law.yaml").read_text() == HEAD + RIGHT

    def test_a_finding_that_there_is_not(self, compliance: Compliance, finding: str) -> None:
        called = compliance("test", "--create", "f-" + "0" * 32, "--rules", "law.yaml", "law.yaml")
        assert called.code == 2
        assert "has the fingerprint" in called.err

    def test_records_that_have_changed_since(self, compliance: Compliance, finding: str) -> None:
        Path("records/employees.csv").write_text("employee_number,start_date,hire_date\nE-4711,2026-03-02,\n")
        called = compliance("test", "--create", finding, "--rules", "law.yaml", "law.yaml")
        assert called.code == 2
        assert "Not as they were when" in called.err

    def test_examples_in_brackets_have_no_place(self, compliance: Compliance, finding: str) -> None:
        flat = "    examples: [{title: good, given: {hire_date: 2026-03-17}, as_of: 2026-04-01, expect: met-late}]\n"
        law(HEAD + flat)
        called = compliance("check", "records", "--rules", "law.yaml", "--as-of", "2026-06-30", "-o", "json")
        (found,) = [one for one in json.loads(called.out)["findings"] if one["state"] == "met-late"]
        called = compliance("test", "--create", found["fingerprint"], "--rules", "law.yaml", "law.yaml")
        assert called.code == 2
        assert "There is no place for an example" in called.err
        assert Path("law.yaml").read_text() == HEAD + flat

    def test_a_run_is_named_for_a_finding_only(self, compliance: Compliance) -> None:
        law(HEAD + RIGHT)
        called = compliance("test", "--run", ".", "law.yaml")
        assert called.code == 2
        assert "--run goes with --create" in called.err


def test_timings_name_the_rules(compliance: Compliance) -> None:
    called = compliance("test", "--timings", law(HEAD + RIGHT))
    assert called.code == 0
    assert "s  running examples\n" in called.err
    assert "s    us.signed\n" in called.err
