"""From files to a run folder: what is in it, and that nothing else gets in."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

import compliance_engine
from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.runs.folder import OUTCOMES, read_run
from compliance_engine.runs.read import opened

from .company import DATA, DAY, KEY, change, copied, evaluated, shuffled

EVERY_STATE = tuple(State)


def rows(
    folder: Path, columns: str = "rule, subject, instance, state, starts, due, record"
) -> list[tuple[object, ...]]:
    file = str(folder / OUTCOMES)
    return duckdb.execute(f"SELECT {columns} FROM read_parquet(?)", [file]).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated(DATA, tmp_path_factory.mktemp("runs") / "one").folder


# ---- what is in it ---------------------------------------------------------------------------------------------------


def test_each_result_worth_looking_at_is_a_row_in_order(kept: Path) -> None:
    october, november = date(2026, 10, 5), date(2026, 11, 17)
    assert rows(kept) == [
        ("us.paper.final-pay", "E-102/1", "", "waived", date(2026, 10, 20), date(2026, 11, 9), 3),
        ("us.paper.form", "E-101/1", "", "overdue", october, date(2026, 10, 8), 2),
        ("us.paper.form", "E-103/1", "", "overdue", november, date(2026, 11, 20), 4),
        ("us.paper.form", "E-104/1", "", "met-late", october, date(2026, 10, 8), 5),
        ("us.paper.handbook", "E-101/1", "handbook-secret 7", "overdue", october, date(2026, 11, 4), 2),
        ("us.paper.handbook", "E-103/1", "handbook-secret 7", "due-soon", november, date(2026, 12, 17), 4),
        ("us.remembered.city", "W-2", "", "breach", DAY, None, 3),
    ]


def test_all_results_are_counted_also_those_without_a_row(kept: Path) -> None:
    run, _ = read_run(kept)
    assert run is not None
    assert run.info.counts == {
        Outcome.PASS: 4,
        Outcome.PENDING: 1,
        Outcome.VIOLATION: 5,
        Outcome.UNKNOWN: 0,
        Outcome.NOT_APPLICABLE: 3,
        Outcome.WAIVED: 1,
        Outcome.ERROR: 0,
    }
    assert run.info.by_rule["us.paper.form"] == {State.MET: 1, State.MET_LATE: 1, State.OVERDUE: 2}
    assert run.info.subjects == {"employment_spell": 4, "worksite": 2}


def test_a_run_says_where_its_answers_come_from(kept: Path) -> None:
    run, _ = read_run(kept)
    assert run is not None
    info = run.info
    assert [Path(file.path).name for file in info.inputs] == [
        "acknowledgements.csv", "employees.csv", "i9.csv", "policies.csv", "worksites.csv",
    ]  # fmt: skip
    assert {(file.rows_read, file.rows_reported) for file in info.inputs} == {(1, 0), (2, 0), (4, 0)}
    assert len(info.rules.hash) == len(info.inputs[0].sha256) == 64
    assert info.policy is not None
    assert info.policy.name == "Test company"
    assert (info.as_of, info.time_zone, info.tool.cases) == (DAY, "America/Chicago", "none")
    card = run.rules["us.paper.form"]
    assert (card.cite, card.severity, card.due) == (
        "Test Code 1(a)",
        "critical",
        "3 us-federal business days after start_date",
    )
    assert (card.file, card.decides) == ("rules/paperwork.yaml", True)
    assert run.rules["us.remembered.city"].decides is False


def test_the_hash_of_the_rules_follows_their_text_and_not_their_place(tmp_path: Path, kept: Path) -> None:
    company = copied(tmp_path / "elsewhere")
    here, _ = read_run(kept)
    there = evaluated(company, tmp_path / "there")
    change(company / "rules/paperwork.yaml", "Pay what is owed.", "Pay it.")
    changed = evaluated(company, tmp_path / "changed")
    assert here is not None
    assert here.info.rules.hash == there.info.rules.hash != changed.info.rules.hash


def test_more_states_are_written_on_request(tmp_path: Path) -> None:
    run, _ = compliance_engine.evaluate([], DATA / "policy", [DATA / "export"], DAY, tmp_path / "run", keep=EVERY_STATE)
    assert run is not None
    assert len(rows(run.folder)) == run.info.results == 14


def test_rules_that_are_wrong_are_told_and_nothing_is_kept(tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    change(company / "rules/paperwork.yaml", "done: final_pay_on", "done: final_pay_om")
    run, problems = compliance_engine.evaluate([], company / "policy", [company / "export"], DAY, tmp_path / "run")
    assert run is None
    assert [problem.suggestion for problem in problems if problem.code == "unknown-name"] == ["final_pay_on"]
    assert not (tmp_path / "run").exists()


def test_what_could_not_be_kept_or_would_ask_nothing_is_a_problem(tmp_path: Path) -> None:
    def code(policy: Path | None, rules: list[Path], folder: Path) -> list[str]:
        run, problems = compliance_engine.evaluate(rules, policy, [DATA / "export"], DAY, folder)
        assert run is None
        return [problem.code for problem in problems if problem.level == "error"]

    (tmp_path / "values.yaml").write_text(
        "law: Values\njurisdiction: us\nauthority: Test\nchecked: {on: 2026-11-01, by: text}\n"
        "values:\n  us.x: {title: X, type: number, cells: [{is: 5, cite: Test}]}\n"
    )
    assert code(DATA / "policy", [], DATA / "rules") == ["not-a-run"]
    assert code(tmp_path, [], tmp_path / "run") == ["unreadable-file"]
    assert code(None, [tmp_path / "values.yaml"], tmp_path / "run") == ["no-rules"]


def test_what_cannot_be_read_is_part_of_the_run(tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    change(company / "export/employees.csv", "E-103,2026-11-17,2026-11-17", "E-103,2026-11-17,2026-02-30")
    run = evaluated(company, tmp_path / "run")
    assert run.info.counts[Outcome.UNKNOWN] == 2
    assert {(cause.rule, cause.fact) for cause in run.info.causes} >= {("us.paper.form", "employment_spell.start_date")}
    (finding,) = run.info.data_findings
    assert (finding.kind, finding.field, finding.records) == ("impossible-date", "start_date", (4,))


def test_the_public_names_are_there_and_no_others() -> None:
    assert compliance_engine.read_run is read_run
    with pytest.raises(AttributeError, match="no attribute evaluat"):
        compliance_engine.evaluat  # noqa: B018


# ---- the same question gets the same bytes ---------------------------------------------------------------------------

SCRIPT = """
import sys
from datetime import date
from pathlib import Path
from compliance_engine import evaluate
data, target = map(Path, sys.argv[1:])
run, problems = evaluate([], data / "policy", [data / "export"], date(2026, 11, 22), target)
assert run is not None, problems
"""


@pytest.mark.parametrize(
    "surroundings", [{"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}, {"TZ": "Pacific/Niue", "PYTHONHASHSEED": "2"}]
)
def test_time_zone_and_hash_seed_of_the_process_change_no_byte(
    kept: Path, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    arguments = [sys.executable, "-c", SCRIPT, str(DATA), str(tmp_path / "run")]
    subprocess.run(arguments, check=True, env={**os.environ, **surroundings})
    assert contents(tmp_path / "run") == contents(kept)


def test_the_order_of_rows_changes_nothing_but_where_they_are_found(kept: Path, tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    for seed, file in enumerate(sorted((company / "export").iterdir())):
        shuffled(file, seed)
    run = evaluated(company, tmp_path / "run")
    columns = "rule, subject, instance, outcome, state, starts, due"
    assert rows(run.folder, columns) == rows(kept, columns)
    assert run.info.counts == json.loads((kept / "run.json").read_text())["counts"]


def test_fingerprints_follow_the_duty_and_neither_its_dates_nor_its_place(kept: Path, tmp_path: Path) -> None:
    company = copied(tmp_path / "company")
    for seed, file in enumerate(sorted((company / "export").iterdir())):
        shuffled(file, seed)
    change(company / "export/employees.csv", "E-101,2026-10-05,2026-10-05", "E-101,2026-10-05,2026-10-12")
    earlier, _ = read_run(kept)
    later = evaluated(company, tmp_path / "run")
    assert earlier is not None
    prints = []
    for run in (earlier, later):
        with opened(run, KEY) as reader:
            found = {(r.rule, r.subject): r for r in reader.results([Outcome.VIOLATION, Outcome.WAIVED])}
        prints.append({key: result.fingerprint for key, result in found.items()})
        moved = found["us.paper.form", "E-101/1"].due
    assert prints[0] == prints[1]
    assert moved == date(2026, 10, 15)
    assert len(set(prints[0].values())) == len(prints[0])
