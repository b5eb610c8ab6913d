"""Examples: `given` over `base`, values in the types of their fields, one example for each value of `over`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from textwrap import indent

import pytest
from tests.language.conftest import HEAD, Loaded

from compliance_engine.language.rule import Example

Load = Callable[..., Loaded]

RULE = """\
kind: deadline
title: A
cite: 1(a)
about: employment_spell
due: 3 days after start_date
done: i9.section2_signed_on
fix: Do it.
"""


@pytest.fixture
def examples(load: Load) -> Callable[..., Loaded]:
    """Load a rule about employment spells with the examples (and bases) of a test."""

    def loaded(text: str, base: str = "{}", rule: str = RULE) -> Loaded:
        return load(HEAD + f"base: {base}\nrules:\n  us.test:\n" + indent(rule + text, "    ") + "\n")

    return loaded


@pytest.fixture
def example(examples: Load) -> Callable[..., Example]:
    """The one example that is given by its `given` (and bases)."""

    def loaded(given: str, base: str = "{}", rule: str = RULE) -> Example:
        text = f"examples:\n  - {{title: A, as_of: 2025-07-01, expect: unknown, given: {given}}}\n"
        (found,) = examples(text, base, rule).rule.examples
        return found

    return loaded


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("start_date: 2025-06-02", date(2025, 6, 2)),
        ("start_date: null", None),
        ("start_date: unreadable", "unreadable"),
        ("start_date: not supplied", "not supplied"),
        ("resigned_at: 2025-05-06T22:30-05:00", datetime(2025, 5, 7, 3, 30, tzinfo=UTC)),
        ("expected_business_days: 3", Decimal(3)),
        ("expected_business_days: 2.5", Decimal("2.5")),
        ("rehire_eligible: yes", True),
        ("rehire_eligible: false", False),
        ("worker_type: employee", "employee"),
        ("employee_number: 0042", "0042"),
    ],
)
def test_values_have_the_type_of_their_field(example: Callable[..., Example], given: str, value: object) -> None:
    (subject,) = example("{" + given + "}").given["employment_spell"]
    assert subject == {given.split(":", maxsplit=1)[0]: value}


def test_times_and_lists(example: Callable[..., Example]) -> None:
    rows = example("{work_day: {first_in_time: '07:30'}, posting_display: {languages: [en, es]}}").given
    assert rows["work_day"] == ({"first_in_time": time(7, 30)},)
    assert rows["posting_display"] == ({"languages": ("en", "es")},)


def test_given_is_laid_over_the_bases_of_rule_and_file(example: Callable[..., Example]) -> None:
    found = example(
        "{start_date: 2025-06-03, i9: {section2_signed_on: 2025-06-05}}",
        base="{employment_spell: {start_date: 2025-01-01, worker_type: employee}, i9: {copies_kept: yes}}",
        rule=RULE + "base: {worker_type: volunteer}\n",
    )
    assert found.given["employment_spell"] == ({"start_date": date(2025, 6, 3), "worker_type": "volunteer"},)
    assert found.given["i9"] == ({"copies_kept": True, "section2_signed_on": date(2025, 6, 5)},)


def test_lists_of_rows_replace_those_of_the_base(example: Callable[..., Example]) -> None:
    found = example("{training: [{topic: other}]}", base="{training: [{topic: i9}, {topic: leave_law}]}")
    assert found.given["training"] == ({"topic": "other"},)


def test_a_table_may_be_empty_or_not_supplied(example: Callable[..., Example]) -> None:
    found = example("{i9: none, training: not supplied}", base="{i9: {copies_kept: yes}, training: [{topic: i9}]}")
    assert found.given["i9"] == ()
    assert "training" not in found.given
    assert found.not_supplied == {"training"}


def test_a_list_of_the_subjects_own_type_is_further_rows(example: Callable[..., Example]) -> None:
    found = example("{start_date: 2025-06-02, employment_spell: [{start_date: 2020-01-06}]}")
    assert [row["start_date"] for row in found.given["employment_spell"]] == [date(2025, 6, 2), date(2020, 1, 6)]


def test_the_first_of_such_a_list_is_the_subject_if_nothing_else_describes_it(example: Callable[..., Example]) -> None:
    found = example("{employment_spell: [{start_date: 2025-06-02}, {start_date: 2020-01-06}]}")
    assert [row["start_date"] for row in found.given["employment_spell"]] == [date(2025, 6, 2), date(2020, 1, 6)]


def test_what_surrounds_the_records(example: Callable[..., Example]) -> None:
    found = example(
        "{choices: {fmla.leave-year: calendar, ada.days: 14},"
        " calendar: {closed: [2025-06-04], week: [monday, Saturday]},"
        " facts: {headcount: 40}, workweeks_at: unknown, turn: 2025, work_state: us.ca, places: [us, us.ca]}"
    )
    assert found.choices == {"fmla.leave-year": "calendar", "ada.days": 14}
    assert found.calendar == {"closed": (date(2025, 6, 4),), "week": ("Monday", "Saturday")}
    assert found.facts == {"headcount": Decimal(40), "workweeks_at": "unreadable"}
    assert found.places == {"work_state": "us.ca", "places": ("us", "us.ca")}
    assert found.turn == 2025


def test_a_fact_is_stated_by_its_name_or_as_it_is_called(example: Callable[..., Example]) -> None:
    found = example("{facts: {\"headcount( 'in state' )\": 40}, workweeks_at(20): 52, headcount: 50}")
    assert found.facts == {"headcount('in state')": 40, "workweeks_at(20)": 52, "headcount": 50}


def test_nothing_takes_back_what_was_said_before(example: Callable[..., Example]) -> None:
    said = "{choices: {ada.days: 14}, headcount: 40, places: [us, us.ca], turn: 2025}"
    found = example("{choices: {ada.days: null}, headcount: null, places: null, turn: null}", base=said)
    assert (found.choices, found.facts, found.places, found.turn) == ({}, {}, {}, None)


def test_over_makes_one_example_of_each_value(examples: Load) -> None:
    found = examples("""examples:
  - {title: threshold, as_of: 2025-07-01, vary: headcount, over: {4: not-applicable, 5: overdue}}
  - title: day
    as_of: 2025-07-01
    vary: start_date
    over: {2025-06-02: 2025-06-05, 2025-06-03: {due: 2025-06-06, expect: overdue}}
""").rule.examples
    assert [(e.title, e.expect, e.due) for e in found] == [
        ("threshold: 4", ("not-applicable",), ()),
        ("threshold: 5", ("overdue",), ()),
        ("day: 2025-06-02", (), (date(2025, 6, 5),)),
        ("day: 2025-06-03", ("overdue",), (date(2025, 6, 6),)),
    ]
    assert [e.facts.get("headcount") for e in found] == [Decimal(4), Decimal(5), None, None]
    assert found[2].given["employment_spell"] == ({"start_date": date(2025, 6, 2)},)


def test_what_must_come_out(examples: Load) -> None:
    (first, second, third) = examples("""examples:
  - {title: several, as_of: 2025-07-01, due: [2025-06-05, 2025-07-05], expect: [met, due], source: 1 Test Report 2}
  - {title: a date only, due: 2025-06-05}
  - {title: an instant, as_of: 2025-07-01, due: 2025-06-05T10:00-04:00, opens: 2025-06-01}
""").rule.examples
    assert (first.expect, first.due, first.source) == (
        ("met", "due"),
        (date(2025, 6, 5), date(2025, 7, 5)),
        "1 Test Report 2",
    )
    assert second.as_of == date(2025, 6, 5)
    assert third.due == (datetime(2025, 6, 5, 14, tzinfo=UTC),)
    assert third.opens == date(2025, 6, 1)


WRONG = [
    ("given: {strat_date: 2025-06-02}", "unknown-name @ strat_date → start_date"),
    ("given: {section2_signed_on: 2025-06-02}", "unknown-name @ section2_signed_on"),
    ("given: {i9: {section2_sgned_on: 2025-06-02}}", "unknown-name @ section2_sgned_on → section2_signed_on"),
    ("given: {start_date: soon}", "wrong-type @ soon"),
    ("given: {start_date: [2025-06-02]}", "wrong-type @ ["),
    ("given: {resigned_at: 2025-05-06}", "wrong-type @ 2025-05-06"),
    ("given: {resigned_at: 2025-05-06T22:30}", "wrong-type @ 2025-05-06T22:30"),
    ("given: {expected_business_days: three}", "wrong-type @ three"),
    ("given: {rehire_eligible: perhaps}", "wrong-type @ perhaps"),
    ("given: {worker_type: employe}", "unknown-code @ employe → employee"),
    ("given: {work_state: California}", "unknown-code @ California"),
    ("given: {i9: signed}", "wrong-type @ signed"),
    ("given: {training: [harassment]}", "wrong-type @ harassment"),
    ("given: {employment_spell: not supplied}", "wrong-type @ not supplied"),
    ("given: {facts: {head_count: 4}}", "unknown-name @ head_count → headcount"),
    ("given: {facts: {headcount: many}}", "wrong-type @ many"),
    ("given: {facts: {headcount: yes}}", "wrong-type @ yes"),
    ("given: {facts: {headcount('in town'): 4}}", "unknown-code @ headcount('in town')"),
    ("given: {facts: {headcount('in state') on starts: 4}}", "wrong-type @ headcount('in state') on starts"),
    ("given: {facts: {workweeks_at('in state'): 4}}", "wrong-type @ workweeks_at('in state')"),
    ("given: {workweeks_at(): 4}", "wrong-type @ workweeks_at()"),
    ("given: {calendar: {shut: [2025-01-01]}}", "unknown-key @ shut"),
    ("given: {calendar: {closed: 2025-01-01}}", "wrong-type @ 2025-01-01"),
    ("given: {calendar: {week: [Mondy]}}", "wrong-type @ ["),
    ("given: {choices: yes}", "wrong-type @ yes"),
    ("vary: headcount", "missing-key @ {"),
]


@pytest.mark.parametrize(("text", "error"), WRONG, ids=[text for text, _ in WRONG])
def test_what_does_not_fit_the_record_types(examples: Load, text: str, error: str) -> None:
    loaded = examples(f"examples:\n  - {{title: A, as_of: 2025-07-01, expect: unknown, {text}}}\n")
    assert loaded.errors == [error]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("as_of: 2025-07-01", "no-expectation @ {"),
        ("expect: met", "missing-key @ {"),
        ("as_of: today, expect: met", "wrong-type @ today"),
        ("as_of: 2025-07-01, expect: mett", "bad-code @ mett → met"),
        ("as_of: 2025-07-01, expect: compliant", "bad-code @ compliant"),
        ("as_of: 2025-07-01, due: soon", "wrong-type @ soon"),
        ("as_of: 2025-07-01, expect: {step: met}", "unknown-name @ step"),
        (
            "as_of: 2025-07-01, vary: start_date, over: {2025-06-02: {dew: 2025-06-05, expect: met}}",
            "unknown-key @ dew",
        ),
    ],
)
def test_an_example_must_say_something_that_the_kind_can_answer(examples: Load, text: str, error: str) -> None:
    loaded = examples(f"examples:\n  - {{title: A, {text}}}\n")
    assert error in loaded.errors


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("as_of: 05/01/2024, expect: met", "wrong-type @ 05/01/2024"),
        ("as_of: 2025-07-01, expect: late", "bad-code @ late → met-late"),
    ],
)
def test_what_is_expected_and_written_wrong_is_not_missing_as_well(examples: Load, text: str, error: str) -> None:
    assert examples(f"examples:\n  - {{title: A, {text}}}\n").errors == [error]


def test_a_problem_of_a_base_is_told_once(examples: Load) -> None:
    text = "examples:\n" + "".join(f"  - {{title: e{n}, as_of: 2025-07-01, expect: unknown}}\n" for n in range(3))
    assert examples(text, base="{employment_spell: {strat_date: 2025-01-01}}").errors == [
        "unknown-name @ strat_date → start_date"
    ]


FACT = """\
facts:
  us.covered:
    title: A
    cite: 1(a)
    about: employment_spell
    is: IS
    examples:
      - {title: A, as_of: 2025-07-01, expect: WANTED}
"""


def test_a_named_fact_with_examples_is_a_check_of_it(load: Load) -> None:
    text = FACT.replace("IS", "start_date is known").replace("WANTED", "no")
    loaded = load(HEAD + text)
    (fact,) = loaded.ruleset.facts.values()
    assert (loaded.errors, loaded.ruleset.rules) == ([], {})
    assert (fact.id, fact.kind, fact.examples[0].expect) == ("us.covered", "check", ("no",))


@pytest.mark.parametrize(
    ("fact", "wanted", "error"),
    [
        ("start_date is known", "[yes, met]", "bad-code @ met"),
        ("count(training)", "no", "wrong-type @ -"),
    ],
)
def test_a_fact_answers_yes_no_or_unknown(load: Load, fact: str, wanted: str, error: str) -> None:
    assert load(HEAD + FACT.replace("IS", fact).replace("WANTED", wanted)).errors == [error]
