"""Purview file plans: read into rules, written from rules, and back again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.schedules.conftest import Make, loaded, read_problems

from compliance_engine.language.rule import Retention, Rule
from compliance_engine.language.words import words
from compliance_engine.problems import Problem
from compliance_engine.schedules.purview import COLUMNS
from compliance_engine.schedules.purview_out import write_plan

BESIDE = "the notes; the review before disposal; the jurisdiction, which only describes; the lock of a record"
STORE = "the day of creation in the store, for which the day of the document is taken"
CELLS = {
    "LabelName": "Time cards",
    "RetentionAction": "Keep",
    "RetentionDuration": "731",
    "RetentionType": "CreationAgeInDays",
}


def plan(*rows: dict[str, str]) -> str:
    """A plan of labels that differ from the first only in what is given."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({**CELLS, **row} for row in rows)
    return out.getvalue()


def event(name: str, **cells: str) -> dict[str, str]:
    return {"RetentionType": "EventAgeInDays", "EventType": name, **cells}


def clocks(rules: dict[str, Rule]) -> dict[str, str]:
    """Each rule as: what it does, its clock, its classes."""
    said = {}
    for id_, rule in rules.items():
        assert isinstance(rule.body, Retention)
        does, clock = ("keep", rule.body.keep) if rule.body.keep is not None else ("destroy", rule.body.destroy)
        assert clock is not None
        when = f" when {words(rule.when)}" if rule.when is not None else ""
        said[id_] = f"{does} {words(clock)} of {', '.join(rule.body.classes)}{when}"
    return said


def test_labels_become_rules(make: Make) -> None:
    made = make(
        plan(
            {"SubCategory": "time_card; work_schedule"},
            event("Employee separation", LabelName="Files", RetentionAction="KeepAndDelete", Comment="Files of staff"),
            event("Complete", LabelName="Drafts", RetentionAction="Delete", RetentionDuration="30"),
            {
                "LabelName": "Founding",
                "RetentionDuration": "Unlimited",
                "RetentionType": "",
                "ReferenceId": "org.own.id",
            },
        )
    )
    staff = "days after employment_spell.termination_date of any when series_id = 'Files'"
    assert clocks(dict(made.rules.rules)) == {
        "org.schedule.time-cards": "keep 731 days after document_date of time_card, work_schedule",
        "org.schedule.files": f"keep 731 {staff}",
        "org.schedule.files.destroy": f"destroy 732 {staff}",
        "org.schedule.drafts": "destroy 30 days after closed_on of any when series_id = 'Drafts'",
        "org.own.id": "keep value(org.schedule.permanent) of any when series_id = 'Founding'",
    }


def test_what_a_rule_does_not_carry_is_in_the_account(make: Make) -> None:
    made = make(
        plan(
            {
                "RetentionAction": "KeepAndDelete",
                "ReviewerEmail": "records@example.com",
                "Regulatory": "TRUE",
                "CitationJurisdiction": "Ohio",
                "Notes": "ask first",
            },
            {"LabelName": "By tag", "RetentionType": "TaggedAgeInDays"},
            {"LabelName": "By change", "RetentionType": "ModificationAgeInDays"},
            {"LabelName": "Marks only", "RetentionAction": "", "RetentionDuration": "", "RetentionType": ""},
            event("Contract signed", LabelName="Contracts"),
        )
    )
    assert made.column("not_carried") == {
        "Time cards": f"{BESIDE}; {STORE}",
        "By tag": "no record tells on which day an item was labelled",
        "By change": "no record tells on which day an item was last changed",
        "Marks only": "the label keeps nothing and deletes nothing",
        "Contracts": 'no day of a record is known by the words "Contract signed"',
    }
    assert {rule.jurisdiction for rule in made.rules.rules.values()} == {"org"}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"LabelName": "x" * 65}, "Row 3, LabelName: has 65 characters, and 64 are the most."),
        ({"LabelName": "a/b"}, "Row 3, LabelName: has signs other than letters, digits, hyphens and spaces."),
        ({"LabelName": ""}, "Row 3, LabelName: is empty."),
        ({"LabelName": "TIME cards"}, "Row 3, LabelName: is that of row 2 too."),
        ({"Notes": "x" * 1025}, "Row 3, Notes: has over 1024 characters."),
        ({"RetentionAction": "Kep"}, 'Row 3, RetentionAction: "Kep" is none of Keep, Delete, KeepAndDelete.'),
        ({"RetentionDuration": "36526"}, 'Row 3, RetentionDuration: "36526" is neither 1 to 36525 days nor Unlimited.'),
        (
            {"RetentionDuration": "3 years"},
            'Row 3, RetentionDuration: "3 years" is neither 1 to 36525 days nor Unlimited.',
        ),
        ({"RetentionType": "EventAgeInDays"}, "Row 3, EventType: goes with EventAgeInDays, and only with it."),
        ({"EventType": "Complete"}, "Row 3, EventType: goes with EventAgeInDays, and only with it."),
        ({"ReviewerEmail": "a@example.com"}, "Row 3, ReviewerEmail: goes with KeepAndDelete only."),
        ({"IsRecordLabel": "yes"}, 'Row 3, IsRecordLabel: "yes" is neither TRUE nor FALSE.'),
    ],
)
def test_errors_name_row_and_column(cells: dict[str, str], message: str) -> None:
    problems = read_problems(plan({}, {"LabelName": "Other", **cells}))
    assert [problem.message for problem in problems] == [message]
    assert problems[0].position is not None
    assert problems[0].position.line == 3


def test_a_column_that_a_plan_does_not_have() -> None:
    problems = read_problems("LabelName,RetentionAction,RetentionDuration,RetentonType\nA,Keep,1,CreationAgeInDays\n")
    assert [problem.message for problem in problems] == [
        '"RetentonType" is no column of a file plan.',
        "A file plan has the column RetentionType.",
    ]


CREATION = "the day of the document, for which the day of creation in the store is taken"
RULES = """\
law: Retention schedule of the example company
jurisdiction: org
authority: Board decision
source: https://example.com/schedule
checked: {on: 2026-11-22, by: text}

rules:
"""


def rule(id_: str, body: str, cite: str = "line 1", **more: str) -> str:
    extra = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return (
        f"  {id_}:\n    kind: retention\n    title: Rule {id_}\n    cite: {cite}\n    about: document\n    class: [time_card]\n"
        f"    {body}\n{extra}    fix: Restore it.\n"
    )


def written(folder: Path, *rules: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The labels of some rules, and what is said of the rules."""
    text, problems = write_plan(loaded(RULES + "".join(rules), folder).rules.values())
    return list(csv.DictReader(io.StringIO(text))), told(problems)


def told(problems: list[Problem]) -> dict[str, str]:
    return {f"{problem.code} {number}": problem.message for number, problem in enumerate(problems, start=1)}


def test_a_rule_becomes_a_label_column_by_column(tmp_path: Path) -> None:
    labels, said = written(tmp_path, rule("org.files", "keep: 3 years after closed_on", "line 1; line 2; line 3"))
    assert labels == [
        {
            **dict.fromkeys(COLUMNS, ""),
            "LabelName": "org-files",
            "Comment": "Rule org.files",
            "Notes": "Also: line 2; line 3",
            "RetentionAction": "Keep",
            "RetentionDuration": "1096",
            "RetentionType": "EventAgeInDays",
            "EventType": "Complete",
            "ReferenceId": "org.files",
            "DepartmentName": "Human resources",
            "Category": "Record class",
            "SubCategory": "time_card",
            "AuthorityType": "Business",
            "CitationName": "line 1",
            "CitationUrl": "https://example.com/schedule",
            "CitationJurisdiction": "org",
        }
    ]
    assert said == {"lost-in-plan 1": "The label of org.files does not say: 3 years, which became 1096 days."}


def test_what_a_label_does_not_say_is_told(tmp_path: Path) -> None:
    long = f"org.{'x' * 70}"
    labels, said = written(
        tmp_path,
        rule("org.conditional", "keep: 10 days after closed_on", when="signed"),
        rule("org.destroyed", "destroy: 10 days after closed_on", when="signed"),
        rule("org.gone", "destroy: 1 year after document_date"),
        rule("org.later", "keep: later of (1 year after closed_on, 2 years after document_date)"),
        rule("org.long", "keep: 101 years after closed_on"),
        rule(long, "keep: 10 days after received_date"),
    )
    assert [(label["LabelName"], label["RetentionAction"], label["RetentionDuration"]) for label in labels] == [
        ("org-conditional", "Keep", "10"),
        ("org-gone", "Delete", "365"),
        (f"org-{'x' * 51}-{labels[2]['LabelName'][-8:]}", "Keep", "10"),
    ]
    assert len(labels[2]["LabelName"]) == 64
    names = ", ".join(label["LabelName"] for label in labels)
    assert list(said.values()) == [
        "The label of org.conditional does not say: when it applies (signed).",
        "org.destroyed is not in the plan: it destroys under conditions, which a label does not have.",
        f"The label of org.gone does not say: 1 year, which became 365 days; {CREATION}.",
        "org.later is not in the plan: its end is not one period after one day.",
        "org.long is not in the plan: 36891 days are over the 36525 that a label can have.",
        f"The label of {long} does not say: its whole id in the name.",
        f"An item carries one label, and for time_card there are {names}.",
    ]


def test_out_and_in_again_gives_the_same_rules_where_nothing_was_lost(make: Make) -> None:
    first = make(
        plan(
            event("Complete", LabelName="A", RetentionAction="KeepAndDelete", SubCategory="time_card"),
            event("Employee separation", LabelName="B", RetentionDuration="30"),
            event("Superseded/obsolete", LabelName="C", RetentionAction="Delete"),
            {"LabelName": "D", "RetentionDuration": "Unlimited"},
        )
    ).rules
    text, problems = write_plan(first.rules.values())
    assert problems == []
    assert "KeepAndDelete" in text
    again = make(text).rules
    assert clocks(dict(again.rules)) == clocks(dict(first.rules))
    assert write_plan(again.rules.values()) == (text, [])


def test_a_period_of_years_comes_back_as_the_days_it_became_and_then_stays(make: Make) -> None:
    first = make("series_id,trigger,period\nA,Complete,5 years\nB,Received,18 months\n").rules
    text, problems = write_plan(first.rules.values())
    assert len(problems) == 2
    again = make(text).rules
    assert clocks(dict(again.rules)) == {
        "org.schedule.a": "keep 1827 days after closed_on of any when series_id = 'A'",
        "org.schedule.b": "keep 550 days after received_date of any when series_id = 'B'",
    }
    once_more, problems = write_plan(again.rules.values())
    assert problems == []
    durations = [[row["RetentionDuration"] for row in csv.DictReader(io.StringIO(plan))] for plan in (text, once_more)]
    assert durations[0] == durations[1] == ["1827", "550"]
