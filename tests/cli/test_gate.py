"""What counts for the exit code of a run, row by row."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance_engine.cli.exit_codes import exit_code
from compliance_engine.cli.gate import FailOn, summary_of
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import DataWrong, LoadProblem

COMPANY = Path(__file__).parents[1] / "runs/data"
FINDING = DataWrong(
    kind="unknown-code",
    type="worksite",
    field="state",
    file="w.csv",
    message="m",
    count=1,
    records=(2,),
    row_lost=False,
)


def problem(level: Any, code: str = "x") -> LoadProblem:
    return LoadProblem(level=level, code=code, message="m", file=None, line=None)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the small company from which every result is taken away."""
    folder = tmp_path_factory.mktemp("run")
    run, _ = evaluate([], COMPANY / "policy", [COMPANY / "export"], date(2026, 11, 22), folder / "run")
    assert run is not None
    return changed(run, {})


def changed(run: Run, by_rule: dict[str, dict[str, int]], **more: Any) -> Run:
    from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State

    counts = dict.fromkeys(Outcome, 0)
    for states in by_rule.values():
        for state, number in states.items():
            counts[OUTCOME_OF[State(state)]] += number
    return replace(run, info=run.info.model_copy(update={"by_rule": by_rule, "counts": counts, **more}))


MET = {"us.paper.form": {"met": 3}}
CRITICAL = {"us.paper.form": {"overdue": 1}}
LOW = {"us.paper.final-pay": {"overdue": 1}}
MEMORY = {"us.remembered.city": {"breach": 1, "unknown": 4, "error": 2}}
UNKNOWN = {"us.paper.form": {"unknown": 1, "met": 2}}
UNDECIDED = {"us.paper.final-pay": {"unknown": 1}}
FAILED = {"us.paper.form": {"error": 3}}

ROWS: list[tuple[str, dict[str, dict[str, int]], dict[str, Any], FailOn, bool, bool, int]] = [
    ("all is met", MET, {}, "low", True, False, 0),
    ("a violation", CRITICAL, {}, "low", True, False, 1),
    ("a violation at the threshold", CRITICAL, {}, "critical", True, False, 1),
    ("a violation below the threshold", LOW, {}, "medium", True, False, 0),
    ("a violation, never failed on", CRITICAL, {}, "never", True, False, 0),
    ("an unknown", UNKNOWN, {}, "low", True, False, 3),
    ("an unknown, only warned of", UNKNOWN, {}, "low", False, False, 0),
    ("an unknown, and violations never failed on", CRITICAL | UNDECIDED, {}, "never", True, False, 3),
    ("a violation beside an unknown", UNKNOWN | LOW, {}, "low", True, False, 1),
    ("a rule from memory decides nothing", MET | MEMORY, {}, "low", True, False, 0),
    ("a rule failed", FAILED, {}, "low", True, False, 3),
    ("a rule failed on nobody", MET, {"errors": {"us.paper.form": "BinderException"}}, "low", True, False, 3),
    ("something is wrong with the data", MET, {"data_findings": (FINDING,)}, "low", True, False, 3),
    ("the same, only warned of", MET, {"data_findings": (FINDING,)}, "low", False, False, 0),
    ("a warning of the reader", MET, {"problems": (problem("warning"),)}, "low", True, False, 3),
    ("a note of the reader", MET, {"problems": (problem("note"),)}, "low", True, False, 0),
    ("a file that cannot be read", MET, {"problems": (problem("error"),)}, "low", False, False, 3),
    ("nothing evaluated", {}, {}, "low", True, False, 3),
    ("nothing evaluated, with consent", {}, {}, "low", True, True, 0),
    ("no file, with consent", {}, {"problems": (problem("error", "nothing-to-read"),)}, "low", True, True, 0),
    ("a bad file is not consented away", {}, {"problems": (problem("error"),)}, "low", True, True, 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("by_rule", "more", "fail_on", "unknown_fails", "allow_empty", "code"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_each_row(
    empty: Run,
    by_rule: dict[str, dict[str, int]],
    more: dict[str, Any],
    fail_on: FailOn,
    unknown_fails: bool,
    allow_empty: bool,
    code: int,
) -> None:
    run = changed(empty, by_rule, **more)
    assert exit_code(summary_of(run, fail_on, unknown_fails=unknown_fails, allow_empty=allow_empty)) == code


def test_adopted_rules_from_memory_decide(empty: Run) -> None:
    card = empty.rules["us.remembered.city"].model_copy(update={"decides": True})
    run = changed(replace(empty, rules={**empty.rules, "us.remembered.city": card}), MEMORY)
    assert exit_code(summary_of(run, "low", unknown_fails=True, allow_empty=False)) == 1
