"""Coverage: what no example of a rule reaches is named, and what one reaches is not."""

import pytest
from tests.engine.authored import library, sign, traced

from compliance_engine.engine.coverage import Coverage, coverage

IN_TIME = "title: in time, given: {i9: {section2_signed_on: 2026-03-16}}, as_of: 2026-04-01, expect: met"
LATE = "title: late, given: {i9: {section2_signed_on: 2026-03-17}}, as_of: 2026-04-01, expect: met-late"
UNKNOWN = "title: unknown, given: {start_date: unreadable}, as_of: 2026-04-01, expect: unknown"


def covered(rule: str, **files: str) -> list[Coverage]:
    """What the examples reach: of the rule, then of each table."""
    rules = library(rule, **files)
    return coverage(traced(rules), list(rules.rules.values()))


def missing(rule: str, **files: str) -> list[str]:
    """`group: what no example does yet` of the rule and its tables."""
    return [f"{i.group}: {i.missing}" for of in covered(rule, **files) for i in of.items if not i.reached]


def test_a_rule_whose_examples_reach_everything() -> None:
    (of,) = covered(sign(IN_TIME, LATE, UNKNOWN))
    assert of.id == "us.tried"
    assert of.reached == len(of.items) == 5


@pytest.mark.parametrize(
    ("left_out", "gaps"),
    [
        (IN_TIME, ["pass: no example in which the duty is met",
                   "boundary: no example asks, or proves it, on the last day"]),
        (LATE, ["violation: no example in which it is broken",
                "boundary: no example asks, or proves it, on the day after the last"]),
        (UNKNOWN, ["unknown: no example leaves a fact out that it needs"]),
    ],
)  # fmt: skip
def test_what_no_example_does_is_named(left_out: str, gaps: list[str]) -> None:
    assert missing(sign(*(e for e in (IN_TIME, LATE, UNKNOWN) if e != left_out))) == gaps


def test_asking_on_the_last_day_is_as_good_as_proof_on_it() -> None:
    on_the_last = "title: nothing yet, as_of: 2026-03-16, expect: due"
    the_day_after = "title: nothing, as_of: 2026-03-17, expect: overdue"
    early = "title: early, given: {i9: {section2_signed_on: 2026-03-04}}, as_of: 2026-03-10, expect: met"
    assert missing(sign(early, on_the_last, the_day_after, UNKNOWN)) == []


def test_hours_are_both_sides_of_a_boundary_that_falls_into_one_day() -> None:
    rule = """
        kind: deadline
        about: injury
        due: 8 hours after learned_at
        done: reported_at
        base: {learned_at: 2025-05-06T10:00-05:00, worksite: {time_zone: America/Chicago}}
        examples:
          - {title: to the minute, given: {reported_at: 2025-05-06T18:00-05:00}, as_of: 2025-06-01, expect: met}
          - {title: late, given: {reported_at: 2025-05-06T18:15-05:00}, as_of: 2025-06-01, expect: met-late}
          - {title: unknown, given: {learned_at: unreadable}, as_of: 2025-06-01, expect: unknown}
        """
    assert missing(rule) == []


BRANCHES = """
    kind: deadline
    about: employment_spell
    unless:
      - {when: worker_type = 'volunteer', title: volunteers, cite: none}
    due:
      - {when: work_state = 'us.ca', is: 3 days after start_date}
      - {is: 14 days after start_date}
    done: i9.section2_signed_on
    base: {start_date: 2026-03-02, worker_type: employee}
    examples:
      - {title: met, given: {i9: {section2_signed_on: 2026-03-05}, work_state: us.ca}, as_of: 2026-04-01, expect: met}
      - {title: late, given: {i9: {section2_signed_on: 2026-03-06}, work_state: us.ca}, as_of: 2026-04-01, expect: met-late}
      - {title: unknown, given: {start_date: unreadable, work_state: us.ca}, as_of: 2026-04-01, expect: unknown}
    """


def test_a_branch_and_an_exception_that_no_example_takes_are_reported() -> None:
    assert missing(BRANCHES) == [
        'exception: no example in which "volunteers" holds',
        "branch: no example comes to: 14 days after start_date",
    ]


def test_a_branch_is_taken_and_an_exception_holds_in_one_example_each() -> None:
    more = """
      - {title: elsewhere, given: {work_state: us.nv}, as_of: 2026-04-01, expect: overdue}
      - {title: volunteer, given: {worker_type: volunteer}, as_of: 2026-04-01, expect: not-applicable}
    """
    assert missing(BRANCHES.rstrip() + more) == []


TABLE = """
    values:
      us.days:
        title: Days to sign
        type: number
        by: [place]
        cells:
          us.ca:
            - {to: 2024-12-31, is: 10, cite: none}
            - {from: 2025-01-01, is: 14, cite: none}
          us.ny: [{is: 3, cite: none}]
    """
STATE = "value(us.days, work_state) days after start_date"


def test_a_cell_of_a_table_that_no_example_reads_is_reported_of_the_table() -> None:
    examples = [e.replace("given: {", "given: {work_state: us.ca, ") for e in (IN_TIME, LATE, UNKNOWN)]
    of_rule, of_table = covered(sign(*examples, due=STATE), values=TABLE)
    assert of_rule.reached == len(of_rule.items)
    assert (of_table.id, of_table.reached) == ("us.days", 1)
    assert [item.missing for item in of_table.items if not item.reached] == [
        "no example reads us.ca to 2024-12-31",
        "no example reads us.ny",
    ]


def test_only_the_obligation_that_an_example_speaks_of_counts() -> None:
    yearly = """
        kind: recurring
        about: employment_spell
        starts: start_date
        repeat: calendar year
        due: turn.end
        done: training.completed_on
        base: {start_date: 2024-03-04, training: [{completed_on: 2024-05-01}]}
        examples:
          - {title: the last year, as_of: 2025-12-31, expect: due}
        """
    assert "pass: no example in which the duty is met" in missing(yearly)
    assert "pass: no example in which the duty is met" not in missing(
        yearly.replace("expect: due", "expect: [met, due]")
    )


def test_a_check_has_no_boundary() -> None:
    rule = """
        kind: check
        about: employment_spell
        must: start_date >= 2020-01-01
        examples:
          - {title: holds, given: {start_date: 2021-01-01}, as_of: 2025-01-01, expect: compliant}
          - {title: broken, given: {start_date: 2019-01-01}, as_of: 2025-01-01, expect: breach}
        """
    (of,) = covered(rule)
    assert [(item.group, item.reached) for item in of.items] == [
        ("pass", True), ("violation", True), ("unknown", False),
    ]  # fmt: skip
