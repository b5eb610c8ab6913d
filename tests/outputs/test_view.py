"""What outputs call a subject and its obligations, and what they hide."""

from datetime import date
from pathlib import Path

import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.view import Redact, View, instance_hidden, instance_shown
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.read import opened

KEY = b"a key of the tests"
ASKED = """\
law: Test
jurisdiction: us
authority: none
source: https://example.invalid
checked: {on: 2025-01-01, by: text}
rules:
  us.test.answer:
    kind: deadline
    title: Test
    cite: none
    about: employment_spell
    starts: event.happened_on where kind = 'file_access_request'
    due: 5 days after starts
    done: event.happened_on where kind = 'file_access_given'
    fix: none
"""


def test_a_record_is_called_the_same_wherever_its_key_names_an_obligation() -> None:
    paired, triggered = (instance_hidden(name, "event", "main", "ids", KEY) for name in ("X-7", "event X-7"))
    assert paired == triggered is not None
    assert instance_hidden("event X-8", "event", "main", "ids", KEY) != triggered


@pytest.mark.parametrize(("redact", "key"), [("all", KEY), ("ids", None)])
def test_without_a_hash_the_key_of_a_record_is_not_shown_at_all(redact: Redact, key: bytes | None) -> None:
    assert instance_hidden("event X-7", "event", "main", redact, key) is None
    assert instance_hidden("event", "event", "main", redact, key) == "event"


def test_the_number_of_a_row_that_triggers_is_an_id_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(ASKED, "utf-8")
    (tmp_path / "employees.csv").write_text("employee_number,worker_type,start_date\n1,employee,2020-01-06\n")
    rows = "about-Test-Alder,employee,1,file_access_request,2025-03-03\n"
    (tmp_path / "events.csv").write_text("event_id,subject_type,employee_number,kind,happened_on\n" + rows)
    data = [tmp_path / "employees.csv", tmp_path / "events.csv"]
    run, _ = evaluate([tmp_path / "rules.yaml"], None, data, date(2025, 6, 15), tmp_path / "run")
    assert run is not None
    with opened(run, None) as reader:
        (result,) = [result for result in reader.results(list(Outcome)) if result.instance]
    assert "about-Test-Alder" in result.instance
    assert instance_shown(result, run, View("none")) == result.instance
    assert instance_shown(result, run, View("all")) is None
    assert instance_shown(result, run, View("ids", KEY)) == instance_hidden(
        result.instance, "event", "main", "ids", KEY
    )
