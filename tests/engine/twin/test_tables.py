"""Dated values: the cell of a key and a day; registry facts."""

from decimal import Decimal

import pytest
from tests.engine.twin.support import answer, due, state

from compliance_engine.engine.facts.forms import Range

LIMIT = """
    values:
      us.test.limit:
        title: A limit
        type: number
        by: [place]
        between_places: highest
        cells:
          us.ny: [{to: 2024-12-31, is: 10, cite: a}, {from: 2025-01-01, is: 20, cite: b}]
          us.ny.nyc: [{from: 2025-01-01, is: 30, cite: c}]
          us.ca: [{from: 2025-01-01, is: null, cite: d}]
      us.test.plain:
        title: A limit everywhere
        type: number
        cells: [{is: 7, cite: e}]
      us.test.words:
        title: Words
        type: list
        cells: [{is: [employee, intern], cite: f}]
"""


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("value(us.test.plain) = 7", "yes"),
        ("value(us.test.limit, 'us.ny') = 20", "yes"),
        ("(value(us.test.limit, 'us.ny') on 2024-12-31) = 10", "yes"),
        ("(value(us.test.limit, 'us.ny') on termination_date) = 20", "yes"),
        ("(value(us.test.limit, 'us.ny') on supervisor_since) = 20", "unknown"),
        ("(value(us.test.limit, 'us.ny') on start_date) = 20", "unknown"),
        ("(value(us.test.limit, 'us.ny.nyc') on 2024-12-31) = 30", "unknown"),
        ("value(us.test.limit, 'us.ca') = 20", "unknown"),
        ("value(us.test.limit, 'us.tx') = 20", "unknown"),
        ("value(us.test.limit, home_state) = 20", "unknown"),
        ("value(us.test.limit, places) = 30", "yes"),
        ("(value(us.test.limit, places) on 2024-12-31) = 10", "yes"),
        ("worker_type in value(us.test.words)", "yes"),
        ("worker_type not in value(us.test.words)", "no"),
    ],
)
def test_cells(expression: str, wanted: str) -> None:
    given = "{worker_type: employee, places: [us, us.ny, us.ny.nyc]}"
    assert answer(expression, given, values=LIMIT) == wanted


def test_no_place_with_a_value() -> None:
    assert answer("value(us.test.limit, places) = 30", "{places: [us, us.tx]}", values=LIMIT) == "unknown"


CLOCKS = """
    values:
      us.test.clock:
        title: A clock of each place
        type: clock
        about: employment_spell
        by: [place]
        cells:
          us.ca: [{from: 2025-01-01, is: same day as start_date, cite: a}]
          us.ny: [{is: null, cite: b}]
          otherwise: [{is: "later of (start_date, hire_date)", cite: c}]
      us.test.year:
        title: A day for each year
        type: date
        by: [year]
        cells:
          2025: [{is: 2025-09-30, cite: d}]
"""
HEAD = "kind: deadline\nabout: employment_spell\nstarts: start_date\ndone: final_pay_on\n"
CLOCK = HEAD + "due: value(us.test.clock, work_state)"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("{start_date: 2025-06-02, work_state: us.ca}", "2025-06-02"),
        ("{start_date: 2024-06-02, work_state: us.ca}", "none"),
        ("{start_date: 2025-06-02, work_state: us.ny}", "open"),
        ("{start_date: 2025-06-02, hire_date: 2025-06-03, work_state: us.tx}", "2025-06-03"),
        ("{start_date: 2025-06-02}", "unknown"),
    ],
)
def test_a_value_may_be_a_clock(given: str, wanted: str) -> None:
    assert due(CLOCK, given, values=CLOCKS) == wanted


def test_the_bounds_of_a_clock_come_through_the_table() -> None:
    given = "{start_date: 2025-06-02, hire_date: unreadable, work_state: us.tx, final_pay_on: 2025-06-02}"
    assert state(CLOCK, given, values=CLOCKS) == "met"


def test_a_year_is_a_key() -> None:
    keys = """
        kind: recurring
        about: worksite
        starts: opened_on
        repeat: calendar year
        due: value(us.test.year, turn.year)
        done: posting_display.displayed_from where posting_id = 'p'
    """
    assert due(keys, "{opened_on: 2024-06-02, turn: 2025}", values=CLOCKS) == "2025-09-30"
    assert due(keys, "{opened_on: 2024-06-02, turn: 2024}", values=CLOCKS) == "none"


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(50, 50, "yes"), (51, None, "yes"), (10, 49, "no"), (49, 50, "unknown"), (None, None, "unknown")],
)
def test_a_fact_that_is_partly_known_may_still_decide(low: int | None, high: int | None, wanted: str) -> None:
    def counted(*_: object) -> Range:
        return Range(low, high)

    assert answer("headcount('all workers anywhere') >= 50", fact=counted) == wanted
    assert answer("headcount('all workers anywhere') = 50", fact=counted) == {51: "unknown", 10: "unknown"}.get(
        low or 0, wanted
    )


def test_what_an_example_states_goes_before_the_registry() -> None:
    fact = "headcount('all workers anywhere') >= 50"
    assert answer(fact, "{facts: {headcount: 50}}") == "yes"
    assert answer(fact, "{facts: {headcount: not supplied}}") == "unknown"
    assert answer(fact, facts={"headcount": Decimal(49)}) == "no"


def test_facts_are_asked_of_the_rows() -> None:
    starts = ", ".join(f"{{worker_type: employee, start_date: {day}}}" for day in ("2020-01-06", "2025-08-01"))
    spells = f"employment_spell: [{starts}]"
    given = f"{{{spells}, worksite: {{state: us.ny}}}}"
    assert answer("headcount('all workers anywhere') = 1", given) == "yes"
    assert answer("headcount('all workers anywhere') on 2025-08-01 = 2", given) == "yes"
    assert answer("headcount('all workers anywhere') on supervisor_since = 2", given) == "unknown"
    assert answer("headcount('in state') = 1", given) == "yes"
    assert answer("headcount('at worksite') = 1", given) == "yes"
    assert answer("headcount('in state') = 1", f"{{{spells}}}") == "unknown"
    assert answer("headcount('at worksite') = 1", f"{{{spells}}}") == "unknown"
    assert answer("headcount('at worksite') = 0", "{opened_on: 2020-01-01}", about="worksite") == "yes"
    assert answer("workweeks_at(1) >= 20", given) == "yes"
    assert answer("service_months('7-year break') >= 60", given) == "yes"
    assert answer("service_months('7-year break') >= 60", "{opened_on: 2020-01-01}", about="worksite") == "unknown"
    assert answer("hours_in_12_months() >= 1250", given) in ("unknown", "no")
