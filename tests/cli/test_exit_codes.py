"""Every row of the table of exit codes, and which row wins when several apply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.cli.exit_codes import ExitCode, Summary, exit_code

ROWS = {
    "nothing to report": (Summary(rules=37, evaluated=44_548), 0),
    "a verb that evaluates nothing": (Summary(), 0),
    "a violation": (Summary(rules=1, evaluated=9, found=1), 1),
    "a failing example, a rule problem, a difference": (Summary(found=3), 1),
    "invalid usage, rule or policy": (Summary(invalid=1), 2),
    "selection matches no rule": (Summary(rules=0), 2),
    "selection matches no rule, with consent": (Summary(rules=0, evaluated=0, allow_empty=True), 0),
    "an unknown result": (Summary(rules=1, evaluated=9, unknown=1), 3),
    "a rule failed on a subject": (Summary(rules=1, evaluated=9, failed=1), 3),
    "unknown and failed, only warned of": (Summary(evaluated=9, unknown=1, failed=1, unknown_fails=False), 0),
    "an input that cannot be read": (Summary(evaluated=9, unread=1), 3),
    "an unread input is not warned away": (Summary(evaluated=9, unread=1, unknown_fails=False), 3),
    "an unread input is not consented away": (Summary(evaluated=9, unread=1, allow_empty=True), 3),
    "zero records": (Summary(rules=37, evaluated=0), 3),
    "zero records, with consent": (Summary(rules=37, evaluated=0, allow_empty=True), 0),
    "a defect": (Summary(defects=1), 4),
    "a defect before invalid input": (Summary(defects=1, invalid=1, found=1, unknown=1), 4),
    "invalid input before violations": (Summary(invalid=1, found=1, unknown=1), 2),
    "violations before unknowns": (Summary(evaluated=9, found=1, unknown=1, unread=1), 1),
}


@pytest.mark.parametrize(("summary", "code"), ROWS.values(), ids=ROWS.keys())
def test_each_row(summary: Summary, code: int) -> None:
    assert exit_code(summary) == code


@given(
    st.builds(
        Summary,
        defects=st.integers(0, 1),
        invalid=st.integers(0, 1),
        rules=st.sampled_from([None, 0, 5]),
        found=st.integers(0, 1),
        unknown=st.integers(0, 1),
        failed=st.integers(0, 1),
        unread=st.integers(0, 1),
        evaluated=st.sampled_from([None, 0, 5]),
    )
)
def test_zero_only_when_everything_was_done_and_nothing_found(summary: Summary) -> None:
    spotless = not any(
        (summary.defects, summary.invalid, summary.found, summary.unknown, summary.failed, summary.unread)
    )
    nonempty = summary.rules != 0 and summary.evaluated != 0
    assert (exit_code(summary) is ExitCode.OK) == (spotless and nonempty)
