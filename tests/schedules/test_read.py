"""A schedule of a company becomes rules; what is wrong with it is said by row and column."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.schedules.conftest import HEADING, Make, loaded, read_problems

from compliance_engine.schedules.planned import file_of, plan_rules
from compliance_engine.schedules.read import read_schedule

SCHEDULE = """\
series_id,title,trigger,period,class,citation
PER-1,Files of staff,Employee separation,7 years,,Board minutes of 2020
PER-2,Time cards,Creation,90 days,time_card; work_schedule,
PER-3,Policies,Superseded/Obsolete,none,,
PER-4,Founding papers,,permanent,,
PER-5,Leave papers,Employee returns or separates,5 years,,
PER-6,Payments,Paid,3 years,,
PER-7,Moon landings,The moon,3 years,,
PER-8,Silence,Complete,,,
PER-9,Year papers,End of calendar year,18 months,,
PER-9b,Drafts,Obsolete,2 weeks,,
"""


def test_words_become_clocks_and_every_series_is_accounted_for(make: Make) -> None:
    made = make(SCHEDULE)
    assert made.column("keep") == {
        "PER-1": "7 years after employment_spell.termination_date",
        "PER-2": "90 days after document_date",
        "PER-3": "same day as earlier of (superseded_on, 1 day after last_effective_on)",
        "PER-4": "value(org.schedule.permanent)",
        "PER-5": "5 years after earlier of (latest(leave_case.return_to_work_on where return_to_work_on >= "
        "this.document_date), employment_spell.termination_date)",
        "PER-6": "",
        "PER-7": "",
        "PER-8": "",
        "PER-9": "18 months after end of calendar year of document_date",
        "PER-9b": "2 weeks after 1 day after last_effective_on",
    }
    assert {series: reason for series, reason in made.column("not_carried").items() if reason} == {
        "PER-6": "no record tells on which day it was paid",
        "PER-7": 'no day of a record is known by the words "The moon"',
        "PER-8": "no period is given, and it is not said that there is none",
    }
    assert sorted(made.rules.rules) == [f"org.schedule.per-{number}" for number in ("1", "2", "3", "4", "5", "9", "9b")]
    assert all(len(rule.examples) >= 3 for rule in made.rules.rules.values())


def test_a_class_of_ours_takes_the_place_of_the_number(make: Make) -> None:
    rules = make(SCHEDULE).rules.rules
    assert rules["org.schedule.per-2"].when is None
    assert rules["org.schedule.per-1"].when is not None
    assert rules["org.schedule.per-1"].cite == "series PER-1; Board minutes of 2020"
    assert {rule.checked for rule in rules.values()} == {"memory"}


def test_the_printed_statement_of_a_published_schedule(make: Make) -> None:
    series = [
        {
            "series_id": "1.A",
            "series_title": "Cases",
            "retention_statement": "RETAIN UNTIL: Closed PLUS: 2 years THEN: Destroy*",
            "comments": "Send a copy to the archive.",
        },
        {"series_id": "2", "series_title": "Old files", "retention_statement": "SEE OTHER SCHEDULE"},
    ]
    made = make(json.dumps(series))
    assert made.column("keep") == {"1.A": "2 years after closed_on", "2": ""}
    assert made.column("marks") == {"1.A": "*", "2": ""}
    assert made.column("not_carried")["1.A"] == 'the comment "Send a copy to the archive."'


def test_trigger_and_years_of_a_published_schedule(make: Make) -> None:
    def one(id_: str, trigger: str, years: int | None, months: int | None = None) -> dict[str, object]:
        rule = {"trigger_event": trigger, "duration_years": years, "duration_months": months, "disposition_method": ""}
        return {"series_metadata": {"series_id": id_, "series_title": id_}, "retention_rules": rule}

    made = make(
        json.dumps(
            [
                one("1", "Complete : : *", 3),
                one("2", "Permanent", 999),
                one("3", "Received", 1, 6),
                one("4", "Complete", None),
                one("5", "Complete : : NOTE: sooner if asked", 3),
            ]
        )
    )
    assert made.column("keep") == {
        "1": "3 years after closed_on",
        "2": "value(org.schedule.permanent)",
        "3": "18 months after received_date",
        "4": "",
        "5": "",
    }


def test_a_number_that_stands_twice_becomes_no_rule_and_like_numbers_become_two(make: Make) -> None:
    made = make(
        "series_id,statement\n"
        + "".join(f"{id_},RETAIN UNTIL: Closed THEN: Destroy\n" for id_ in ["A", "A", "B.1", "B-1"])
    )
    assert sorted(made.rules.rules) == ["org.schedule.b-1", "org.schedule.b-1-2"]
    assert made.column("not_carried")["A"] == "its number stands for several series"


def test_texts_of_a_schedule_are_only_texts(make: Make) -> None:
    made = make(
        'series_id,title,statement\n"x: [""1""]","=HYPERLINK(""a"") # {no} \\n",RETAIN UNTIL: Closed THEN: Destroy\n'
    )
    assert made.column("title") == {'x: ["1"]': '\'=HYPERLINK("a") # {no} \\n'}


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("series_id,period\nA,1 year\n", "A schedule has the columns series_id, and trigger and period", 2),
        ("series_id,triger,period\nA,Closed,1 year\n", '"triger" is no column of a schedule.', 2),
        ("series_id,trigger,period\nA,Closed,soon\n", 'Row 2, period: "soon" is not a number of days', 2),
        (
            'series_id,title,trigger,period\nA,"two\nlines",Closed,1 year\n,x,Closed,1 year\n',
            "Row 3, series_id: is empty",
            4,
        ),
        (
            "series_id,trigger,period,class\nA,Closed,1 year,time_crad\n",
            'Row 2, class: "time_crad" is no record class',
            2,
        ),
        ("series_id,trigger,period\nit's,Closed,1 year\n", "Row 2, series_id: has a sign that a rule cannot quote", 2),
        ("series_id,trigger,period\nA,Closed,1 year,x\n", "Row 2 has 4 cells, and there are 3 columns", 2),
        ("series_id,series_id,trigger\nA,A,Closed\n", 'There are two columns "series_id"', 1),
        (
            "series_id,statement,trigger\nA,PERMANENT,Closed\n",
            "Row 2, statement: stands beside a trigger or a period",
            2,
        ),
        ("[{]", "This cannot be read as JSON", 1),
        ("{}", "A schedule in JSON is a list of series", 1),
        ('[\n {"series_id": "A", "trigger": "Closed", "period": "1 year"},\n  7]', "Item 2 is no object", 3),
    ],
)
def test_errors_name_row_and_column(content: str, message: str, line: int) -> None:
    problem = read_problems(content)[0]
    assert problem.message.startswith(message)
    assert problem.position is not None
    assert problem.position.line == line


@settings(max_examples=30)
@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=3))
def test_whatever_texts_a_schedule_holds_its_rules_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]
) -> None:
    statement = {"retention_statement": "RETAIN UNTIL: Closed PLUS: 1 year THEN: Destroy"}
    items = [{"series_id": id_, "series_title": title, **statement} for id_, title in texts]
    series, problems = read_schedule(json.dumps([*items, {"series_id": "last", **statement}]).encode(), "schedule.json")
    assert len(series) + len(problems) == len(items) + 1
    rules = loaded(file_of(HEADING, plan_rules(series, HEADING.prefix)), tmp_path_factory.mktemp("rules"))
    once = {id_ for id_, count in Counter(one.id for one in series).items() if count == 1}
    assert len(rules.rules) == len(once)


def test_all_errors_are_told_at_once() -> None:
    rows = "series_id,trigger,period\nA,Closed,soon\nB,Closed,1 year\n,Closed,late\n"
    assert [problem.position.line for problem in read_problems(rows) if problem.position] == [2, 4]


REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "series", "rules", "elsewhere"),
    [("retention_nc_hr", 132, 50, 55), ("retention_nc_functional", 1647, 475, 1020)],
)
def test_a_schedule_of_a_state_becomes_rules_as_far_as_its_words_allow(
    make: Make, name: str, series: int, rules: int, elsewhere: int
) -> None:
    file = REAL / f"{name}.json"
    if not file.exists():
        pytest.skip(f"{file} is not here")
    made = make(file.read_bytes())
    assert len(made.became) == series
    assert len(made.rules.rules) == rules
    without = Counter(item.reason for item in made.became if item.plan is None)
    assert sum(without.values()) == series - rules
    assert "" not in without
    assert without["it refers to another schedule"] == elsewhere
