"""What a run keeps of deadlines that count hours, on records as they come."""

from datetime import date
from pathlib import Path

import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.read import opened

REPORT = """\
law: Test
jurisdiction: us
authority: none
source: https://example.invalid
checked: {on: 2025-01-01, by: text}
rules:
  us.test.report:
    kind: deadline
    title: Test
    cite: none
    about: injury
    due: 8 hours after learned_at
    done: reported_at
    fix: none
"""
SITES = "worksite_id,state,city,time_zone\nA,{site}\n"
CASES = "case_number,worksite_id,employee_number,learned_at,reported_at\nC-1,A,1,{learned},\n"
EMPLOYEES = "employee_number,worker_type,start_date\n1,employee,2020-01-06\n"
DALLAS = "TX,Dallas,America/Chicago"


@pytest.mark.parametrize(
    ("site", "learned", "due"),
    [
        (DALLAS, "2025-05-06T12:00:00-05:00", date(2025, 5, 6)),
        (DALLAS, "2025-05-06T15:59:00-05:00", date(2025, 5, 6)),
        (DALLAS, "2025-05-06T16:00:00-05:00", date(2025, 5, 7)),
        ("TX,Dallas,", "2025-05-06T08:00:00-05:00", date(2025, 5, 6)),
        ("TX,Dallas,", "2025-05-06T16:00:00-05:00", None),
    ],
)
def test_the_due_day_of_a_moment_is_that_of_the_worksite(
    tmp_path: Path, site: str, learned: str, due: date | None
) -> None:
    """Eight in the evening in Dallas is the next day in UTC; without a zone the day must be one everywhere."""
    files = {"employees": EMPLOYEES, "worksites": SITES.format(site=site), "injuries": CASES.format(learned=learned)}
    for name, text in {"rules.yaml": REPORT, **{f"{name}.csv": text for name, text in files.items()}}.items():
        (tmp_path / name).write_text(text, "utf-8")
    data = [tmp_path / f"{name}.csv" for name in files]
    run, _ = evaluate([tmp_path / "rules.yaml"], None, data, date(2025, 6, 15), tmp_path / "run")
    assert run is not None
    with opened(run, None) as reader:
        (result,) = reader.results(list(Outcome))
    assert result.due == due
