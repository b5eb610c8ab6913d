"""Which obligations there are: pairs, triggers, turns of the calendar, turns that follow from each other."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.twin.support import missing, state, states, verdicts

# ---- pairs ----------------------------------------------------------------------------------------------------------

HANDBOOK = """
    kind: deadline
    about: employment_spell
    each: policy_document where requires_acknowledgement = yes
    starts: later of (start_date, policy_document.effective_on)
    due: 30 days after starts
    done: acknowledgement.acknowledged_on where policy_id = this.policy_document.policy_id
"""
POLICY = "{policy_id: %s, version: '%s', effective_on: %s, requires_acknowledgement: %s}"


def test_one_obligation_for_each_pair() -> None:
    policies = [
        POLICY % ("a", 1, "2025-01-06", "yes"),
        POLICY % ("b", 2, "2025-03-03", "yes"),
        POLICY % ("c", 1, "2025-03-03", "no"),
    ]
    signed = "acknowledgement: [{policy_id: a, acknowledged_on: 2025-01-07}]"
    given = f"{{start_date: 2024-01-08, policy_document: [{', '.join(policies)}], {signed}}}"
    assert states(HANDBOOK, given) == ["a 1 met", "b 2 overdue"]
    unread = given.replace("version: '2'", "version: unreadable")
    assert states(HANDBOOK, unread) == ["a 1 met", "b overdue"]


def test_a_pair_that_cannot_be_told() -> None:
    given = "{start_date: 2024-01-08, policy_document: [" + POLICY % ("a", 1, "2025-01-06", "unreadable") + "]}"
    assert states(HANDBOOK, given) == ["a 1 unknown"]
    assert states(HANDBOOK, "{start_date: 2024-01-08, policy_document: not supplied}") == ["unknown"]
    assert states(HANDBOOK, "{start_date: 2024-01-08}") == []


def test_a_pair_without_a_key_has_the_number_of_its_row() -> None:
    keys = (
        HANDBOOK.split("each:", maxsplit=1)[0]
        + "each: employer\n    starts: start_date\n    due: 3 days after start_date\n    done: final_pay_on\n"
    )
    assert states(keys, "{start_date: 2025-06-02, employer: {sector: private}}") == ["1 overdue"]


# ---- several triggers -----------------------------------------------------------------------------------------------

LACTATION = """
    kind: deadline
    about: employment_spell
    starts: [start_date, event.happened_on where kind = 'asked', latest(license.issued_on where kind = 'rbs')]
    due: same day as starts
    done: acknowledgement.presented_on where policy_id = 'lactation' and presented_on >= this.starts
"""


def test_one_obligation_for_each_trigger_day() -> None:
    given = """{
        start_date: 2025-01-06,
        event: [
          {kind: asked, happened_on: 2025-05-12},
          {kind: asked, happened_on: 2025-03-03},
          {kind: asked, happened_on: 2025-01-06}],
        acknowledgement: [{policy_id: lactation, presented_on: 2025-05-12}]}"""
    wanted = ["trigger 3 not-started", "start_date met-late", "event 2 met-late", "event 1 met"]
    assert states(LACTATION, " ".join(given.split())) == wanted


def test_triggers_that_cannot_be_told() -> None:
    doubtful = "{start_date: 2025-01-06, event: [{kind: unreadable, happened_on: 2025-05-12}, {kind: asked}]}"
    assert states(LACTATION, doubtful)[2:] == ["event 1 unknown", "event 2 unknown"]
    assert states(LACTATION, "{start_date: 2025-01-06, event: not supplied}")[-1] == "event unknown"
    assert states(LACTATION, "{start_date: 2025-01-06}", complete_from={"license": date.min})[-1] == "event unknown"


ALONE = LACTATION.replace("[start_date, ", "").replace(", latest(license.issued_on where kind = 'rbs')]", "")


def test_a_trigger_out_of_rows_alone() -> None:
    assert states(ALONE) == ["event not-started"]
    assert states(ALONE, complete_from={}) == ["event unknown"]
    assert states(ALONE, "{event: [{kind: asked, happened_on: 2025-05-12}]}") == ["event 1 overdue"]


def test_triggers_that_are_moments() -> None:
    keys = ALONE.replace("happened_on", "happened_at").replace("same day as", "24 hours after")
    asked = ", ".join(f"{{kind: asked, happened_at: 2025-05-12T{hour}:00-04:00}}" for hour in (12, 14))
    given = f"{{event: [{asked}]}}"
    assert states(keys, given) == ["event 1 overdue", "event 2 overdue"]


# ---- turns of the calendar ------------------------------------------------------------------------------------------

YEARLY = """
    kind: recurring
    about: employment_spell
    in_force: {from: 2024-07-01}
    starts: start_date
    repeat: calendar year
    due: turn.end
    done: acknowledgement.presented_on where policy_id = 'p'
    lapses: termination_date
"""
PROOFS = "{policy_id: p, presented_on: 2025-02-03}, {policy_id: p, presented_on: 2026-01-05}"
GIVEN = "{start_date: %s, acknowledgement: [" + PROOFS + "]}"


def test_a_turn_for_each_year_since_the_lookback() -> None:
    # 2023 and the first half of 2024 were before the law.
    assert states(YEARLY, GIVEN % "2015-01-05", "2026-02-02") == ["2023 no-law", "2024 no-law", "2025 met", "2026 met"]
    assert states(YEARLY, GIVEN % "2024-08-05", "2026-02-02") == ["2024 overdue", "2025 met", "2026 met"]
    assert states(YEARLY, GIVEN % "2027-03-01", "2026-02-02") == ["not-started"]
    assert states(YEARLY, GIVEN % "unreadable", "2026-02-02") == ["unknown"]


def test_the_trigger_day_of_a_turn_is_its_first_day_or_the_trigger_within_it() -> None:
    found = verdicts(YEARLY, GIVEN % "2024-08-05", "2026-02-02")
    assert [verdict.starts for verdict in found] == [date(2024, 8, 5), date(2025, 1, 1), date(2026, 1, 1)]


def test_one_turn_alone() -> None:
    one = "{turn: 2025, " + (GIVEN % "2024-08-05")[1:]
    assert states(YEARLY, one, "2026-02-02") == ["2025 met"]
    assert states(YEARLY, one.replace("turn: 2025", "turn: 1999"), "2026-02-02") == ["not-started"]


@pytest.mark.parametrize(
    ("repeat", "wanted"),
    [
        ("calendar quarter", ["2025-Q4 overdue", "2026-Q1 met"]),
        ("calendar month", ["2025-11 overdue", "2025-12 overdue", "2026-01 met", "2026-02 due-soon"]),
    ],
)
def test_quarters_and_months(repeat: str, wanted: list[str]) -> None:
    assert states(YEARLY.replace("calendar year", repeat), GIVEN % "2025-11-03", "2026-02-02") == wanted


@pytest.mark.parametrize(
    ("start_date", "wanted"),
    [
        ("2025-06-30", ["2024-07-01 met", "2025-07-01 met", "2026-07-01 due"]),
        ("2025-07-01", ["2025-07-01 met", "2026-07-01 due"]),
    ],
)
def test_a_named_year_is_called_by_its_first_day(start_date: str, wanted: list[str]) -> None:
    named = YEARLY.replace("calendar year", "year from July 1")
    assert states(named, GIVEN % start_date, "2026-07-01") == wanted


def test_weeks_are_called_by_their_first_day() -> None:
    assert states(YEARLY.replace("calendar year", "calendar week"), GIVEN % "2026-01-28", "2026-02-02") == [
        "2026-01-25 overdue",
        "2026-02-01 due-soon",
    ]


def test_a_proof_that_names_the_turn_may_lie_outside() -> None:
    outside = YEARLY.replace("policy_id = 'p'", "policy_id = 'p' and presented_on > turn.end")
    assert states(outside, GIVEN % "2025-03-03", "2026-02-02") == ["2025 met-late", "2026 due"]


def test_the_first_day_of_a_turn_may_be_later() -> None:
    later = YEARLY + "    opens: March 1 of turn.start\n"
    assert states(later, GIVEN % "2025-01-06", "2026-02-02") == ["2025 too-early", "2026 too-early"]


def test_what_was_done_in_one_year_is_not_too_early_for_the_next() -> None:
    later = YEARLY + "    opens: March 1 of turn.start\n"
    once = GIVEN.replace(PROOFS, "{policy_id: p, presented_on: 2025-03-03}")
    assert states(later, once % "2025-01-06", "2026-02-02") == ["2025 met", "2026 due"]


PLAN_YEARS = """
    kind: recurring
    about: benefit_plan
    starts: 2020-01-01
    repeat: plan year
    due: 7 months after turn.end
    done: filing.filed_on where filing_type = '5500' and period_end = turn.end
"""


def test_plan_years_are_rows() -> None:
    years = "plan_year: [{starts_on: 2023-04-01, ends_on: 2024-03-31}, {starts_on: 2024-04-01, ends_on: 2025-03-31}]"
    assert states(PLAN_YEARS, f"{{{years}}}") == ["2024-03-31 overdue", "2025-03-31 due"]
    assert states(PLAN_YEARS, f"{{turn: '2025-03-31', {years}}}") == ["2025-03-31 due"]
    assert states(PLAN_YEARS, "{plan_year: not supplied}") == ["unknown"]
    assert states(PLAN_YEARS) == ["not-started"]


# ---- each completion opens the next ---------------------------------------------------------------------------------

TRAINING = """
    kind: recurring
    about: employment_spell
    starts: start_date
    due: 6 months after start_date
    done: training.completed_on where topic = 'harassment'
    repeat: every 2 years from completion
"""


def trained(*days: str, start: str = "2022-01-10") -> str:
    rows = ", ".join(f"{{topic: harassment, completed_on: {day}}}" for day in days)
    return f"{{start_date: {start}, training: [{rows}]}}" if days else f"{{start_date: {start}}}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (trained(), ["first overdue"]),
        (trained("2022-07-10"), ["first met", "since 2022-07-10 overdue"]),
        (trained("2022-07-11", "2024-07-11"), ["first met-late", "since 2022-07-11 met", "since 2024-07-11 due"]),
        (trained("2022-07-10", "2022-07-10"), ["first met", "since 2022-07-10 overdue"]),
        (trained("2022-07-10", "2024-07-11"), ["first met", "since 2022-07-10 met-late", "since 2024-07-11 due"]),
        # Turns that were closed before the lookback are no longer told.
        (
            trained("2021-07-10", "2023-07-10", start="2021-01-11"),
            ["since 2021-07-10 met", "since 2023-07-10 due-soon"],
        ),
        # What was due before the duty began was never owed.
        (trained("2022-01-10", "2024-06-10", start="2024-09-02"), ["first met", "since 2024-06-10 due"]),
        (trained("unreadable"), ["first unknown"]),
        (trained("2022-07-10", "unreadable"), ["first met", "since 2022-07-10 unknown"]),
        (trained(start="unreadable"), ["first unknown"]),
    ],
)
def test_each_completion_opens_the_next(given: str, wanted: list[str]) -> None:
    assert states(TRAINING, given, "2025-07-01") == wanted


DAYS = st.dates(date(2022, 1, 10), date(2025, 6, 1)).map(str)


@settings(deadline=None, max_examples=60)
@given(days=st.lists(DAYS, min_size=1, max_size=4), older=st.dates(date(2015, 1, 1), date(2022, 1, 9)).map(str))
def test_turns_keep_their_names_when_an_older_row_is_found(days: list[str], older: str) -> None:
    before = {v.instance: v.due for v in verdicts(TRAINING, trained(*days), "2025-07-01")}
    other = trained(*days).replace("[{", f"[{{topic: bloodborne, completed_on: {older}}}, {{", 1)
    assert {v.instance: v.due for v in verdicts(TRAINING, other, "2025-07-01")} == before
    # Of the same kind it meets the first turn in place of another, and begins one of its own.
    after = {v.instance: v.due for v in verdicts(TRAINING, trained(older, *days), "2025-07-01")}
    assert set(after) - set(before) <= {f"since {older}"}
    assert {name: due for name, due in after.items() if name in before and name != "first"} == {
        name: due for name, due in before.items() if name != "first"
    }


def test_rows_of_one_day_begin_turns_of_their_own() -> None:
    rows = ", ".join(f"{{kind: rbs, issued_on: 2023-06-01, expires_on: {year}-06-01}}" for year in (2027, 2026))
    found = verdicts(RBS, f"{{start_date: 2023-05-02, license: [{rows}]}}", "2025-07-01")
    assert [(v.instance, v.due.exact) for v in found if v.due] == [
        ("first", date(2023, 7, 1)),
        ("since 2023-06-01", date(2026, 6, 1)),
        ("since 2023-06-01 (2)", date(2027, 6, 1)),
    ]


def test_the_law_of_a_turn_is_that_of_the_completion_before() -> None:
    found = verdicts(TRAINING, trained("2022-07-10", "2024-07-10"), "2025-07-01")
    assert [verdict.starts for verdict in found] == [date(2022, 1, 10), date(2022, 7, 10), date(2024, 7, 10)]
    assert [v.due.exact for v in found if v.due] == [date(2022, 7, 10), date(2024, 7, 10), date(2026, 7, 10)]


def test_a_completion_before_the_first_day() -> None:
    keys = TRAINING + "    opens: start_date\n"
    assert states(keys, trained("2021-12-01"), "2025-07-01") == ["first too-early"]
    assert states(keys, trained("2021-12-01", "2022-02-01"), "2025-07-01") == ["first met", "since 2022-02-01 overdue"]


def test_one_date_as_the_proof_of_a_chain() -> None:
    keys = TRAINING.replace("training.completed_on where topic = 'harassment'", "final_pay_on")
    assert states(keys, "{start_date: 2024-01-08, final_pay_on: 2024-02-01}", "2025-07-01") == [
        "first met",
        "since 2024-02-01 due",
    ]


RBS = """
    kind: recurring
    about: employment_spell
    starts: start_date
    due: 60 days after start_date
    done: license.issued_on where kind = 'rbs'
    repeat: same day as done.expires_on
"""


def test_the_row_that_met_a_turn_says_when_the_next_is_due() -> None:
    one, two = (
        "{kind: rbs, issued_on: 2023-06-01, expires_on: 2026-06-01}",
        "{kind: rbs, issued_on: 2025-05-01, expires_on: 2028-05-01}",
    )
    found = verdicts(RBS, f"{{start_date: 2025-03-03, license: [{two}, {one}]}}", "2025-07-01")
    assert [(v.instance, v.state.value, v.due.exact) for v in found if v.due] == [
        ("first", "met", date(2025, 5, 2)),
        ("since 2023-06-01", "met", date(2026, 6, 1)),
        ("since 2025-05-01", "due", date(2028, 5, 1)),
    ]
    assert (
        states(RBS, "{start_date: 2025-03-03, license: [{kind: rbs, issued_on: 2025-05-01}]}", "2025-07-01")[0]
        == "first met"
    )


def test_without_a_row_nothing_says_when_the_next_is_due() -> None:
    keys = RBS.replace("license.issued_on where kind = 'rbs'", "i9.section2_signed_on").replace(
        "done.expires_on", "done.section1_signed_on"
    )
    given = "{start_date: 2025-03-03, i9: {section2_signed_on: 2025-03-04, section1_signed_on: 2025-09-09}}"
    assert states(keys, given) == ["first met", "since 2025-03-04 unknown"]


# ---- each due date opens the next -----------------------------------------------------------------------------------

CYCLE = """
    kind: recurring
    about: employment_spell
    starts: start_date
    due: next June 30 after start_date
    done: training.completed_on where topic = 'harassment'
    repeat: every 12 months from due
"""


@pytest.mark.parametrize(
    ("given", "as_of", "wanted"),
    [
        (trained(start="2024-09-03"), "2025-06-30", ["turn 1 due-soon"]),
        (trained(start="2024-09-03"), "2025-07-01", ["turn 1 overdue", "turn 2 due"]),
        (trained("2025-06-30", start="2024-09-03"), "2025-07-01", ["turn 1 met", "turn 2 due"]),
        # One completion meets one turn: the late one of the first is not the one of the second.
        (trained("2025-07-15", start="2024-09-03"), "2025-08-01", ["turn 1 met-late", "turn 2 due"]),
        (trained("2025-07-15", "2025-07-16", start="2024-09-03"), "2025-08-01", ["turn 1 met-late", "turn 2 met"]),
        # Two within one turn are one.
        (trained("2024-10-01", "2025-03-01", start="2024-09-03"), "2025-08-01", ["turn 1 met", "turn 2 due"]),
        (
            trained(start="2019-09-03"),
            "2025-08-01",
            ["turn 3 overdue", "turn 4 overdue", "turn 5 overdue", "turn 6 overdue", "turn 7 due"],
        ),
        (trained(start="unreadable"), "2025-08-01", ["turn 1 unknown"]),
    ],
)
def test_each_due_date_opens_the_next(given: str, as_of: str, wanted: list[str]) -> None:
    assert states(CYCLE, given, as_of) == wanted


def test_the_first_day_of_a_cycle_holds_for_all_turns() -> None:
    keys = CYCLE + "    opens: hire_date\n"
    given = "{start_date: 2024-09-03, hire_date: 2025-08-15, training: [{topic: harassment, completed_on: 2025-08-01}]}"
    assert states(keys, given, "2025-09-01") == ["turn 1 too-early", "turn 2 due"]


def test_turns_that_do_not_go_on() -> None:
    keys = CYCLE.replace("12 months", "choice(x) months")
    assert states(keys, trained(start="2024-09-03"), "2025-08-01") == ["turn 1 overdue", "turn 2 unknown"]
    never = "{choices: {x: 0}, start_date: 2024-09-03}"
    assert states(keys, never, "2025-08-01") == ["turn 1 overdue", "turn 2 unknown"]


# ---- place ----------------------------------------------------------------------------------------------------------

CALIFORNIA = "kind: check\nabout: {about}\nmust: {must}"


def place(about: str, given: str, reach: str = "", *, is_example: bool = False) -> list[str]:
    from dataclasses import replace

    from tests.engine.twin.support import made

    from compliance_engine.engine.twin import judge

    must = {"employer": "sector = 'private'", "worksite": "peak_headcount = 1", "hold": "issued_on is known"}.get(
        about, "employee_number is known"
    )
    keys = CALIFORNIA.format(about=about, must=must) + (f"\nreach: {reach}" if reach else "")
    rule, world = made(keys, given, jurisdiction="us.ca")
    return [verdict.state.value for verdict in judge(rule, replace(world, is_example=is_example))]


@pytest.mark.parametrize(
    ("about", "given", "reach", "applies"),
    [
        ("employment_spell", "{worksite: {state: us.ca}}", "", True),
        ("employment_spell", "{worksite: {state: us.ny}}", "", False),
        ("employment_spell", "{}", "", False),
        ("employment_spell", "{work_state: us.ca}", "", True),
        ("employment_spell", "{places: [us, us.ny]}", "", False),
        ("employment_spell", "{employee: {home_state: us.ca}}", "home", True),
        ("employment_spell", "{employee: {home_state: us.ny}}", "home", False),
        ("employee", "{home_state: us.ca}", "home", True),
        ("worksite", "{state: us.ca}", "", True),
        ("worksite", "{state: us.ny}", "", False),
        ("time_record", "{worksite: {state: us.ca}}", "", True),
        ("employer", "{worksite: {state: us.ca}, assignment: {}}", "", True),
        ("employer", "{worksite: {state: us.ca}}", "", False),
        ("employer", "{worksite: {worksite_type: mobile}, assignment: {}}", "", False),
        ("hold", "{}", "work", True),
    ],
)
def test_the_law_holds_in_its_place(about: str, given: str, reach: str, applies: bool) -> None:
    assert bool(place(about, given, reach)) is applies


def test_an_example_is_in_the_laws_place_unless_it_names_another() -> None:
    assert place("employment_spell", "{}", is_example=True) == ["compliant"]
    assert place("employment_spell", "{worksite: {state: us.ny}}", is_example=True) == ["conditions"]
    assert place("employer", "{sector: private}", is_example=True) == ["compliant"]


def test_missing_names_what_is_missing() -> None:
    assert missing(CYCLE, "{}") == ["employment_spell.start_date empty"]
    assert state(CYCLE, "{}") == "unknown"
