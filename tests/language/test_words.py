"""Whatever is written out in words reads back as the same expression."""

from dataclasses import fields, replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.language import tree as t
from compliance_engine.language.parse import OnDay, Start, parse
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.vocabulary import Field, FieldType
from compliance_engine.language.words import words
from compliance_engine.records.types import VOCABULARY

ROOT = Path(__file__).parents[2]


def unplaced(node: Any) -> Any:
    """The same tree without the places of its parts."""
    if isinstance(node, tuple):
        return tuple(unplaced(item) for item in node)
    if not isinstance(node, t.Node):
        return node
    changed = {f.name: unplaced(getattr(node, f.name)) for f in fields(node) if f.name != "span"}
    return replace(node, **changed, span=t.NOWHERE)


def read(text: str, start: Start = "condition") -> Any:
    found, problem = parse(text, start)
    assert problem is None, f"{text}: {problem}"
    return unplaced(found)


# ---- by hand ---------------------------------------------------------------------------------------------------------

SAME_TEXT = {
    "condition": [
        "hours_worked > 5",
        "a = 1 or b = 2 and not c = 3",
        "(a = 1 or b = 2) and c",
        "not (a and b)",
        "state in ('us.ca', 'us.ny')",
        "kind not in ('a')",
        "age on workday between 14 and 15",
        "hired_on is missing",
        "closed_on has not happened",
        "code matches '[0-9]{4}'",
        "laws contains 'us.fmla'",
        "(a + b) * 2 - 3 > 4",
        "a - (b - c) > 0",
        "first_in_time >= 07:30",
        "count(training where topic = 'harassment' and minutes_spent >= 120) > 1",
        "count(employee where ssn_hash = this.ssn_hash) = 1",
        "headcount('in state') on starts >= value(us.ca.cfra.threshold) on starts",
        "fact(us.fmla.eligible) and choice(us.fmla.year) = 'calendar'",
        "hours_in_12_months() on 2025-01-31 >= 1250",
        "start_date >= 60 days after previous_spell_ended_on",
        "due_on < 3 days after a rolled to next business day",
    ],
    "dates": [
        "3 business days after start_date",
        "10 us-federal business days before the_day",
        "1 year after hire_date",
        "value(us.x.days) days after a",
        "(a + 1) weeks after b",
        "72 hours after resigned_at",
        "same day as termination_date",
        "end of calendar year of injured_on",
        "start of pay period of x",
        "next January 31 after x",
        "June 1 of turn.year",
        "next Friday after x",
        "second Wednesday of May of x",
        "last Monday of May of x",
        "15th us-federal business day of month of x",
        "22nd business day of month of x",
        "next calendar month start on or after x",
        "next payday after x",
        "payday of x",
        "later of (3 years after hire_date, 1 year after termination_date)",
        "earlier of (a, latest(i9_document.expires_on where authorised))",
        "90 days after x rolled to previous state business day rounding up counting the first day",
        "3 days after (x rounding down)",
        "day sum(training.minutes_spent where topic = 'safety') reaches 60",
        "most count(event where kind = 'employment_loss') within 30 days around starts",
        "most sum(leave_usage.minutes) within choice(stretch) days around 1 day after starts >= 600",
        "training.completed_on where topic = 'safety'",
        "assignment.valid_from on 3 days after x",
    ],
    "repeat": [
        "every 2 years from completion",
        "every 1 month from due",
        "calendar quarter",
        "year from July 1",
        "same day as done.expires_on",
    ],
    "gap": [
        "at most 16 days",
        "at least value(us.x) days",
        "between 12 and 16 days",
        "at least 2 in each calendar month",
    ],
}


@pytest.mark.parametrize(("start", "text"), [(start, text) for start, texts in SAME_TEXT.items() for text in texts])
def test_well_written_text_comes_back_as_it_was(start: Start, text: str) -> None:
    assert words(read(text, start)) == text


@pytest.mark.parametrize(
    ("start", "text", "said"),
    [
        ("condition", "a != 1", "a <> 1"),
        ("condition", "((a))", "a"),
        ("condition", "rate > 10%", "rate > 10"),
        ("dates", "3   business day after x", "3 business days after x"),
        ("dates", "end of the 7th month after x", "end of calendar month of 7 months after x"),
        ("dates", "15th business day of the month after x", "15th business day of month of 1 month after x"),
        ("gap", "at most 2 weeks", "at most (2 * 7) days"),
    ],
)
def test_other_spellings_come_back_in_the_plain_one(start: Start, text: str, said: str) -> None:
    assert words(read(text, start)) == said
    assert read(said, start) == read(text, start)


# ---- every expression there is ---------------------------------------------------------------------------------------


PROSE = {"title", "cite", "fix", "note", "source", "law", "authority", "examples", "base", "checked"}


def expressions_of(node: object) -> list[str]:
    if isinstance(node, dict):
        return [text for key, value in node.items() if key not in PROSE for text in expressions_of(value)]
    if isinstance(node, list):
        return [text for value in node for text in expressions_of(value)]
    return [node] if isinstance(node, str) else []


def test_every_expression_of_the_hard_duties_and_of_the_library_comes_back() -> None:
    files = [ROOT / "docs/language-sixty.yaml", *sorted((ROOT / "rules").rglob("*.yaml"))]
    texts = {
        text
        for file in files
        for document in yaml.load_all(file.read_text("utf-8"), yaml.CSafeLoader)
        for text in expressions_of(document)
    }
    starts: tuple[Start, ...] = ("condition", "dates", "repeat", "gap")
    tried = 0
    for text in sorted(texts):
        start = next((start for start in starts if parse(text, start)[1] is None), None)
        if start is not None:
            assert read(words(read(text, start)), start) == read(text, start), text
            tried += 1
    assert tried > 500


def test_resolved_expressions_are_said_with_the_names_of_the_record() -> None:
    ruleset, _ = load_rules([ROOT / "rules"], VOCABULARY)
    said = 0
    for rule in ruleset.rules.values():
        due = getattr(rule.body, "due", None)
        for part in (due, rule.when, *rule.starts):
            if part is not None:
                assert words(part)
                assert "object at" not in words(part)
                said += 1
    assert said > 10


# ---- trees at random -------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["alpha", "beta", "hire_date", "i9.signed_on", "turn.start", "this.gamma"])
IDS = st.sampled_from(["us.x.days", "us.ca.limit-1"])


def number(least: int = 0) -> st.SearchStrategy[t.Number]:
    return st.builds(t.Number, st.integers(least, 400).map(Decimal))


NAME = st.builds(lambda text: t.Name(tuple(text.split("."))), NAMES)
LEAVES: st.SearchStrategy[Any] = st.one_of(
    NAME,
    number(),
    st.builds(t.Text, st.sampled_from(["us.ca", "a b", ""])),
    st.builds(t.Day, st.dates(date(1950, 1, 1), date(2050, 1, 1))),
    st.builds(t.TimeOfDay, st.times().map(lambda x: time(x.hour, x.minute))),
    st.builds(t.YesNo, st.booleans()),
    st.builds(t.Choice, IDS),
    st.builds(t.NamedFact, IDS),
)


def several(part: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(part, min_size=2, max_size=3).map(tuple)


def larger(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    calendar = st.sampled_from([None, "", "us-federal", "state"])
    worded = st.sampled_from(["", "us-federal", "state"])
    period = st.sampled_from(["calendar year", "pay period", "workweek"])
    month = st.integers(1, 12)
    where = st.none() | part
    return st.one_of(
        st.builds(t.Or, several(part)),
        st.builds(t.And, several(part)),
        st.builds(t.Not, part),
        st.builds(t.Compare, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), part, part),
        st.builds(t.Between, part, part, part),
        st.builds(t.In, part, several(part), st.booleans()),
        st.builds(t.IsKnown, part, st.booleans()),
        st.builds(t.HasHappened, part, st.booleans()),
        st.builds(t.Matches, part, st.just("[a-z]+")),
        st.builds(t.Contains, part, part),
        st.builds(t.Arithmetic, st.sampled_from(["+", "-", "*"]), part, part),
        st.builds(t.Value, IDS, st.just(()) | several(part), st.none() | part),
        st.builds(t.Fact, st.just("headcount"), st.just(()) | several(part), st.none() | part),
        st.builds(OnDay, st.just(("assignment", "status")), part),
        st.builds(t.Aggregate, st.sampled_from(["count", "latest"]), st.just(("training", "completed_on")), where),
        st.builds(t.Reaches, st.just(("training", "minutes")), where, part),
        st.builds(
            t.Shift,
            part,
            st.sampled_from(["day", "month", "year"]),
            st.none(),
            st.sampled_from(["after", "before"]),
            part,
        ),
        st.builds(t.Shift, part, st.just("day"), calendar, st.just("after"), part),
        st.builds(t.SameDay, part),
        st.builds(t.Edge, st.sampled_from(["start", "end"]), period, part),
        st.builds(t.NextMonthDay, month, st.integers(1, 28), part),
        st.builds(t.MonthDay, month, st.integers(1, 28), part),
        st.builds(t.NextWeekday, st.integers(0, 6), part),
        st.builds(t.NthWeekday, st.sampled_from([-1, 1, 2, 3, 4, 5]), st.integers(0, 6), month, part),
        st.builds(t.NthBusinessDay, st.integers(1, 31), worded, part),
        st.builds(t.NextPeriodStart, period, part),
        st.builds(t.NextPayday, part),
        st.builds(t.PaydayOf, part),
        st.builds(t.LaterOf, several(part)),
        st.builds(t.EarlierOf, several(part)),
        st.builds(t.Rolled, part, st.sampled_from(["next", "previous"]), worded),
        st.builds(t.Rounding, part, st.sampled_from(["up", "down"])),
        st.builds(t.CountingFirstDay, part),
    )


@given(st.recursive(LEAVES, larger, max_leaves=12))
def test_any_tree_reads_back_as_itself(tree: Any) -> None:
    assert read(words(tree)) == unplaced(tree), words(tree)


FIELD = Field("start_date", FieldType.DATE, "first day of work")
OWN = t.Own("employment_spell", FIELD)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (t.Alias("first_day", t.SameDay(OWN)), "same day as start_date"),
        (t.Alias("us.fmla.eligible", OWN), "fact(us.fmla.eligible)"),
        (t.Presumed(OWN, t.Day(date(2025, 1, 1))), "start_date"),
        (t.DoneField("i9_document", FIELD), "done.start_date"),
        (t.Related("assignment", FIELD, t.Special("starts")), "assignment.start_date on starts"),
        (t.Age(OWN, t.Day(date(2025, 1, 1))), "age on 2025-01-01"),
        (t.ListOf((t.Text("us.ca"), t.Text("us.ny"))), "('us.ca', 'us.ny')"),
        (
            t.Branches((t.Branch(t.YesNo(True), OWN), t.Branch(None, t.SameDay(OWN)))),
            "start_date when yes; otherwise same day as start_date",
        ),
        (
            t.Aggregate("count", ("training",), t.Compare("=", t.Row("training", FIELD), OWN)),
            "count(training where start_date = this.start_date)",
        ),
    ],
)
def test_what_names_stand_for_is_said_as_an_author_would_write_it(tree: t.Expression, said: str) -> None:
    assert words(tree) == said
