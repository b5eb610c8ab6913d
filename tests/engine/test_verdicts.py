"""What decides before what: the same answers in SQL and on plain values, as the examples of a rule would state them."""

from pathlib import Path

import pytest

from compliance_engine.engine.examples import run_examples, run_on_twin
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.types import VOCABULARY

FILE = """\
law: Test
jurisdiction: us
authority: none
checked: {on: 2026-01-01, by: text}
rules:
  us.tried:
    kind: deadline
    title: The rule that is tried
    cite: none
    fix: none
    about: employment_spell
"""
TRIGGER = """\
    in_force: {from: 2020-01-01, to: 2026-06-30, judged_on: as_of}
    when: worker_type = 'employee' and not (assignment.is_supervisor is missing)
    unless: [{when: covered_by_form, title: the earlier form, cite: none}]
    starts: start_date
    due: 10 days after start_date
    done: final_pay_on
    base:
      employment_spell: {worker_type: employee, covered_by_form: no, start_date: unreadable}
      assignment: {is_supervisor: no}
    examples:
      - {title: nobody knows when it began, as_of: 2026-06-01, expect: unknown}
      - {title: a volunteer, given: {worker_type: volunteer}, as_of: 2026-06-01, expect: not-applicable}
      - {title: the earlier form, given: {covered_by_form: yes}, as_of: 2026-06-01, expect: not-applicable}
      - {title: the law is no more, as_of: 2026-07-01, expect: not-applicable}
      - {title: nobody supervised that day, given: {start_date: 2026-05-01, assignment: {is_supervisor: null}}, as_of: 2026-05-02, expect: not-applicable}
      - {title: whether anybody did is unreadable, given: {start_date: 2026-05-01, assignment: {is_supervisor: unreadable}}, as_of: 2026-05-02, expect: unknown}
"""
SHORT = """\
    when: expected_business_days is known and expected_business_days < 3
    starts: start_date
    due: same day as start_date
    done: i9.section2_signed_on
    base:
      employment_spell: {start_date: 2025-06-02}
      i9: {section2_signed_on: 2025-06-05}
    examples:
      - {title: a short job, given: {expected_business_days: 2}, as_of: 2025-07-01, expect: met-late}
      - {title: nobody wrote down how long, as_of: 2025-07-01, expect: not-applicable}
      - {title: how long cannot be read, given: {expected_business_days: unreadable}, as_of: 2025-07-01, expect: unknown}
      - {title: no source tells, given: {expected_business_days: not supplied}, as_of: 2025-07-01, expect: not-applicable}
"""
ENDS = """\
    starts: start_date
    due: 2025-06-10
    done: final_pay_on
    lapses: earlier of (termination_date, later of (resignation_notice_on, 2025-06-05))
    base:
      employment_spell: {start_date: 2025-04-01, resignation_notice_on: 2025-07-01}
    examples:
      - {title: it never ends, as_of: 2025-06-01, expect: due}
      - {title: it ended, given: {termination_date: 2025-06-09}, as_of: 2025-06-20, expect: lapsed}
      - {title: when it ended cannot be read, given: {termination_date: unreadable}, as_of: 2025-06-01, expect: unknown}
      - {title: nor afterwards, given: {termination_date: unreadable}, as_of: 2025-06-20, expect: unknown}
      - {title: not before the fifth, given: {resignation_notice_on: unreadable}, as_of: 2025-06-04, expect: due}
      - {title: perhaps on the fifth, given: {resignation_notice_on: unreadable}, as_of: 2025-06-05, expect: unknown}
      - {title: on the ninth at the latest, given: {termination_date: 2025-06-09, resignation_notice_on: unreadable}, as_of: 2025-06-09, expect: lapsed}
"""


@pytest.mark.parametrize("keys", [TRIGGER, SHORT, ENDS], ids=["trigger", "short job", "ends"])
def test_both_ways(keys: str, tmp_path: Path) -> None:
    (tmp_path / "tried.yaml").write_text(FILE + keys, "utf-8")
    rules, problems = load_rules([tmp_path], VOCABULARY)
    assert not [problem for problem in problems if problem.level == "error"]
    listed = list(rules.rules.values())
    wrong = [
        (way, result.example.title, difference)
        for way, results in (("sql", run_examples(rules, listed)), ("values", run_on_twin(VOCABULARY, listed)))
        for result in results
        for difference in result.differences
    ]
    assert not wrong
