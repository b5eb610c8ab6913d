"""The day on which a running total reaches its goal, on records as they come."""

from pathlib import Path

import pytest
from tests.engine.sql.over_records import over

RULES = """\
law: Test
jurisdiction: us
authority: none
source: https://example.invalid
checked: {on: 2025-01-01, by: text}
rules:
  us.test.trained:
    kind: deadline
    title: Test
    cite: none
    about: employee
    starts: 2025-01-01
    due: 2025-01-10
    done: day sum(training.minutes_spent where topic = 'harassment') reaches 1
    fix: none
"""
EMPLOYEES = "employee_number,worker_type,start_date\n1,employee,2020-01-06\n"


@pytest.mark.parametrize(
    ("portion", "days", "state"), [("0.1", 10, "met"), ("0.1", 9, "unknown"), ("0.0999", 11, "met-late")]
)
def test_tenths_add_up_exactly(tmp_path: Path, portion: str, days: int, state: str) -> None:
    """Nobody says that the table is complete, so a total that is not reached is unknown."""
    rows = "".join(f"1,C,harassment,completed,2025-01-{day:02},{portion}\n" for day in range(1, days + 1))
    training = "employee_number,course_id,topic,status,completed_on,minutes_spent\n" + rows
    found = over(tmp_path, RULES, {"employees": EMPLOYEES, "trainings": training})
    assert {state.value: n for (_, state), n in found.counts.items() if n} == {state: 1}
