"""The table of words: each is a day of our records, and a paper about a leave is not let go by another leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.schedules.conftest import Make, loaded

from compliance_engine.engine.testing import run
from compliance_engine.language.rule import Retention
from compliance_engine.language.tree import Shift
from compliance_engine.language.words import words
from compliance_engine.schedules.triggers import TRIGGERS, trigger_of


def test_each_word_stands_once_and_is_found_however_it_is_written() -> None:
    every = [word for trigger in TRIGGERS for word in trigger.words]
    assert len(every) == len(set(every))
    for trigger in TRIGGERS:
        assert all(trigger_of(f" {word.upper()} ") is trigger for word in trigger.words)


def test_each_day_is_written_as_a_file_plan_finds_it_again(make: Make) -> None:
    rows = "".join(f"{number},{trigger.words[0]},1 year\n" for number, trigger in enumerate(TRIGGERS))
    rules = make("series_id,trigger,period\n" + rows).rules.rules
    for number, trigger in enumerate(TRIGGERS):
        body = rules[f"org.schedule.{number}"].body
        assert isinstance(body, Retention)
        assert isinstance(body.keep, Shift)
        assert words(body.keep.anchor) == trigger.anchor


@pytest.mark.parametrize("word", ["Paid", "Fiscal year close", "Expiration or employee separation", "Whenever"])
def test_words_without_a_day_say_why(word: str) -> None:
    assert isinstance(trigger_of(word), str)


LEAVES = """\
      - title: back from the only leave
        given: {document_date: 2020-03-01, leave_case: [{return_to_work_on: 2020-06-01}]}
        as_of: 2025-06-01
        keep: 2025-06-01
        expect: retain
      - title: back from the only leave, the day after
        given: {document_date: 2020-03-01, leave_case: [{return_to_work_on: 2020-06-01}]}
        as_of: 2025-06-02
        expect: disposable
      - title: a leave that was over before the paper was made
        given: {document_date: 2020-07-01, leave_case: [{return_to_work_on: 2020-06-01}]}
        as_of: 2025-06-02
        expect: retain
      - title: the last of two returns after it
        given: {document_date: 2020-03-01, leave_case: [{return_to_work_on: 2020-06-01}, {return_to_work_on: 2021-06-01}]}
        as_of: 2025-06-02
        keep: 2026-06-01
        expect: retain
      - title: not back yet
        given: {document_date: 2020-03-01, leave_case: [{return_to_work_on: null}]}
        as_of: 2035-06-02
        expect: retain
      - title: never back
        given: {document_date: 2020-03-01, leave_case: [{return_to_work_on: null}], employment_spell: {termination_date: 2021-01-31}}
        as_of: 2026-02-01
        keep: 2026-01-31
        expect: disposable
      - title: the return is unreadable
        given: {document_date: 2020-03-01, leave_case: [{return_to_work_on: unreadable}]}
        as_of: 2035-06-02
        expect: unknown
"""


def test_a_paper_about_a_leave_is_kept_until_the_last_leave_it_may_be_about(tmp_path: Path) -> None:
    trigger = next(trigger for trigger in TRIGGERS if "employee returns or separates" in trigger.words)
    text = (
        "law: Schedule\njurisdiction: org\nauthority: Schedule\nsource: schedule.csv\n"
        "checked: {on: 2026-11-22, by: memory}\n\nrules:\n  org.leave:\n    kind: retention\n    title: Leave papers\n"
        f"    cite: series 1\n    about: document\n    class: [leave_request]\n    keep: 5 years after {trigger.anchor}\n"
        "    fix: Restore it.\n    base:\n      document: {class_code: leave_request}\n"
        "      employment_spell: {termination_date: null}\n    examples:\n" + LEAVES
    )
    rules = loaded(text, tmp_path)
    tested = run(rules, list(rules.rules.values()))
    assert [(failure.result.example.title, failure.differences) for failure in tested.failures] == []
    assert tested.examples == 7
