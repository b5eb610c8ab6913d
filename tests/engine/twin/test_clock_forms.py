"""Due dates: every clock form on records, and what is certain of a date that is partly unknown."""

import pytest
from tests.engine.twin.support import due, made, shown

from compliance_engine.engine.twin.expressions import At, bounds
from compliance_engine.language.rule import Deadline

DEADLINE = "kind: deadline\nabout: employment_spell\nstarts: start_date\ndone: final_pay_on\ndue: "
SPELL = "{start_date: 2025-01-31, hire_date: 2025-07-03, expected_business_days: 3, termination_date: 2025-08-30}"


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [
        ("20 days after start_date", "2025-02-20"),
        ("2 weeks before start_date", "2025-01-17"),
        ("1 month after start_date", "2025-02-28"),
        ("1 month after start_date rounding up", "2025-03-01"),
        ("1 year after 2024-02-29", "2025-02-28"),
        ("30 days after start_date counting the first day", "2025-03-01"),
        ("(expected_business_days) days after start_date", "2025-02-03"),
        ("(expected_business_days * 0.5) days after start_date", "unknown"),
        ("1 business day after hire_date", "2025-07-07"),
        ("1 us-federal business day before 2025-07-07", "2025-07-03"),
        ("1 us.ca business day after hire_date", "2025-07-07"),
        ("3 state business days after hire_date", "unknown"),
        ("3 business days after 2300-01-01", "unknown"),
        ("same day as start_date", "2025-01-31"),
        ("end of calendar quarter of start_date", "2025-03-31"),
        ("start of calendar week of start_date", "2025-01-26"),
        ("end of the 7th month after start_date", "2025-08-31"),
        ("next January 31 after start_date", "2026-01-31"),
        ("next Friday after start_date", "2025-02-07"),
        ("June 1 of start_date", "2025-06-01"),
        ("second Wednesday of May of start_date", "2025-05-14"),
        ("15th business day of month of hire_date", "2025-07-22"),
        ("1st business day of the month after hire_date", "2025-08-01"),
        ("next calendar month start on or after start_date", "2025-02-01"),
        ("start_date rolled to next business day", "2025-01-31"),
        ("termination_date rolled to next business day", "2025-09-02"),
        ("termination_date rolled to previous business day", "2025-08-29"),
        ("later of (start_date, hire_date)", "2025-07-03"),
        ("earlier of (start_date, hire_date)", "2025-01-31"),
        ("last_day_worked", "open"),
        ("3 days after last_day_worked", "open"),
        ("3 business days after last_day_worked", "open"),
        ("3 state business days after last_day_worked", "open"),
        ("later of (start_date, last_day_worked)", "open"),
        ("earlier of (start_date, last_day_worked)", "2025-01-31"),
        ("supervisor_since", "none"),
        ("3 days after supervisor_since", "none"),
        ("later of (start_date, supervisor_since)", "2025-01-31"),
    ],
)
def test_forms(clock: str, wanted: str) -> None:
    assert due(DEADLINE + clock, SPELL) == wanted


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [
        ("72 hours after resigned_at", "2025-03-10T02:00Z"),
        ("(expected_business_days) hours after resigned_at", "unknown"),
        ("1 day after resigned_at", "2025-03-07"),
        ("same day as resigned_at", "2025-03-07T02:00Z"),
        ("later of (resigned_at, 2025-03-06)", "2025-03-06"),
        ("later of (resigned_at, 72 hours after resigned_at)", "2025-03-10T02:00Z"),
    ],
)
def test_hours_are_counted_from_moments_and_days_from_the_worksites_day(clock: str, wanted: str) -> None:
    given = "{start_date: 2025-01-06, resigned_at: 2025-03-06T21:00-05:00, worksite: {time_zone: America/New_York}}"
    assert due(DEADLINE + clock, given) == wanted


def test_hours_are_counted_from_a_trigger_that_is_a_moment() -> None:
    keys = (
        "kind: deadline\nabout: employment_spell\nstarts: resigned_at\ndone: final_pay_on\ndue: 72 hours after starts"
    )
    assert due(keys, "{resigned_at: 2025-03-06T12:00-05:00}") == "2025-03-09T17:00Z"
    assert due(keys.replace("72 hours", "3 days"), "{resigned_at: 2025-03-06T12:00-05:00}") == "2025-03-09"


PERIODS = (
    "pay_period: [{starts_on: 2025-06-01, ends_on: 2025-06-14, pay_date: 2025-06-20}, "
    "{starts_on: 2025-06-15, ends_on: 2025-06-28, pay_date: 2025-07-04}]"
)


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [
        ("next payday after start_date", "2025-06-20"),
        ("next payday after 2025-06-20", "2025-07-04"),
        ("next payday after 2025-07-04", "unknown"),
        ("payday of start_date", "2025-06-20"),
        ("payday of 2025-06-15", "2025-07-04"),
        ("payday of last_day_worked", "open"),
        ("end of pay period of start_date", "2025-06-14"),
        ("next pay period start on or after start_date", "2025-06-15"),
        ("next pay period start on or after 2025-06-20", "unknown"),
    ],
)
def test_paydays_come_from_the_dated_periods(clock: str, wanted: str) -> None:
    assert due(DEADLINE + clock, f"{{start_date: 2025-06-10, {PERIODS}}}") == wanted


def test_without_pay_periods_a_payday_is_unknown() -> None:
    assert due(DEADLINE + "next payday after start_date", "{start_date: 2025-06-10}") == "unknown"
    assert (
        due(DEADLINE + "next payday after start_date", "{start_date: 2025-06-10, pay_period: not supplied}")
        == "unknown"
    )


def test_of_several_pay_groups_the_one_of_the_assignment_counts() -> None:
    groups = PERIODS.replace("[{", "[{pay_group: A, ").replace(", {", ", {pay_group: B, ")
    in_a = f"{{start_date: 2025-06-10, assignment: {{pay_group: A}}, {groups}}}"
    assert due(DEADLINE + "payday of start_date", in_a) == "2025-06-20"
    assert (
        due(DEADLINE + "payday of start_date", in_a.replace("assignment: {pay_group: A}", "assignment: {}"))
        == "unknown"
    )


PLAN = "kind: deadline\nabout: benefit_enrollment\nstarts: coverage_start\ndone: spd_given_on\ndue: "


def test_plan_years_come_from_the_rows_of_the_plan() -> None:
    given = "{coverage_start: 2025-06-10, plan_year: [{starts_on: 2025-04-01, ends_on: 2026-03-31}]}"
    assert due(PLAN + "end of plan year of coverage_start", given) == "2026-03-31"
    assert due(PLAN + "end of plan year of coverage_start", "{coverage_start: 2025-06-10}") == "unknown"
    assert due(DEADLINE + "end of plan year of start_date", "{start_date: 2025-06-10}") == "unknown"


def test_years_may_be_numbers() -> None:
    keys = """
        kind: recurring
        about: worksite
        starts: opened_on
        repeat: calendar year
        due: {clock}
        done: posting_display.displayed_from where posting_id = 'p'
    """
    given, as_of = "{opened_on: 2024-03-01, turn: 2024}", "2024-06-01"
    assert due(keys.format(clock="March 1 of turn.year"), given, as_of) == "2024-03-01"
    assert due(keys.format(clock="last Monday of May of turn.year"), given, as_of) == "2024-05-27"
    assert due(keys.format(clock="fifth Friday of February of turn.year"), given, as_of) == "unknown"
    assert due(keys.format(clock="June 1 of (turn.year + peak_headcount)"), given, as_of) == "unknown"


@pytest.mark.parametrize(
    ("clock", "low", "exact", "high"),
    [
        ("later of (start_date, hire_date)", "2025-06-02", "unknown", "unknown"),
        ("earlier of (start_date, hire_date)", "unknown", "unknown", "2025-06-02"),
        ("10 days after later of (start_date, hire_date)", "2025-06-12", "unknown", "unknown"),
        ("3 business days after earlier of (start_date, hire_date)", "unknown", "unknown", "2025-06-05"),
        ("later of (earlier of (start_date, hire_date), 2025-06-01)", "2025-06-01", "unknown", "2025-06-02"),
        ("(expected_business_days) days after start_date", "unknown", "unknown", "unknown"),
        ("start_date", "2025-06-02", "2025-06-02", "2025-06-02"),
    ],
)
def test_bounds(clock: str, low: str, exact: str, high: str) -> None:
    rule, world = made(DEADLINE + clock, "{start_date: 2025-06-02, hire_date: unreadable}")
    assert isinstance(rule.body, Deadline)
    found = bounds(rule.body.due, At(world, rule.calendar)).bounds
    assert (shown(found.low), shown(found.exact), shown(found.high)) == (low, exact, high)


BRANCHES = """
    kind: deadline
    about: employment_spell
    starts: start_date
    done: final_pay_on
    due:
      - {when: worker_type = 'employee', is: 1 day after start_date}
      - {when: worker_type = 'vendor_worker', is: 2 days after start_date}
"""


@pytest.mark.parametrize(
    ("worker", "wanted"),
    [("employee", "2025-06-03"), ("vendor_worker", "2025-06-04"), ("volunteer", "none"), ("unreadable", "unknown")],
)
def test_the_first_branch_that_holds(worker: str, wanted: str) -> None:
    assert due(BRANCHES, f"{{start_date: 2025-06-02, worker_type: {worker}}}") == wanted


def test_a_branch_of_the_employers_calendar() -> None:
    own = "calendar: {closed: [2025-06-03], open: [2025-06-07], week: [Monday, Tuesday, Friday]}"
    closed = f"{{start_date: 2025-06-02, {own}}}"
    assert due(DEADLINE + "2 business days after start_date", closed) == "2025-06-07"
