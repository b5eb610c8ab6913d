"""Rows that say of nobody known that they are theirs: no conclusion from absence, and plain values agree."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest

from compliance_engine.engine import twin
from compliance_engine.engine.coverage import nodes
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.worlds import world_of
from compliance_engine.language.outcomes import State
from compliance_engine.language.policy import load_policy
from compliance_engine.language.rule import Posting, Required, Rule, RuleSet
from compliance_engine.records.load import load
from compliance_engine.records.quality import examine
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.plan import Plan

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 11, 22)
Told = dict[tuple[str, str], State]
"""(rule, subject) → state, of rules with one obligation a subject."""


@cache
def plan() -> tuple[Plan, RuleSet]:
    policy, _ = load_policy(ROOT / "policies/example", VOCABULARY)
    made, ruleset, _ = decide(Asked(AS_OF), policy)
    assert made is not None
    return made, ruleset


def written(folder: Path, file: str, column: str, old: str, new: str, *, last: bool = False) -> Path:
    """The bad company with one number changed in one row of a file, the first or the last that has it."""
    shutil.copytree(ROOT / "fixtures/example/bad", folder, dirs_exist_ok=True)
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    row = [row for row in rows if row[column] == old][-1 if last else 0]
    row[column] = new
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@contextmanager
def records(folder: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Settings]]:
    made, _ = plan()
    with duckdb.connect(config={"threads": 1}) as connection:
        loaded, _ = load(connection, [folder], made.profile, hash_key=b"0123456789abcdef")
        examine(connection, loaded, as_of=AS_OF)
        told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
        complete = {**told, **made.settings.complete_from}
        yield connection, replace(made.settings, keep=frozenset(State), complete_from=complete, waivers=())


def states(folder: Path, *rules: str) -> Told:
    made, ruleset = plan()
    with records(folder) as (connection, settings):
        done = evaluate(connection, ruleset, [rule for rule in made.rules if rule.id in rules or not rules], settings)
        found: Told = {}
        for number, rule in enumerate(done.rules):
            key = ", ".join(f's."{column}"' for column in VOCABULARY.types[rule.about].key or ("employer_id",))
            query = (
                f"SELECT concat_ws('/', {key}), o.state::VARCHAR FROM _outcome o JOIN \"{rule.about}\" s ON "
                f"s._row = o._row WHERE rule_no = {number} ORDER BY ALL"
            )
            found |= {(rule.id, subject): State(state) for subject, state in connection.execute(query).fetchall()}
    return found


# ---- what may not be concluded ---------------------------------------------------------------------------------------


NEVER = "us.i9.reverification.never"


@pytest.mark.parametrize("number", ["", "E9999", "1.0E+05"])
def test_a_breach_that_no_row_shows_any_more_is_not_kept_but_unknown(tmp_path: Path, number: str) -> None:
    before = states(ROOT / "fixtures/example/bad", NEVER)
    assert before[NEVER, "E1013/1"] is State.BREACH
    after = states(written(tmp_path, "supplement_b.csv", "employee_number", "E1013", number), NEVER)
    assert after[NEVER, "E1013/1"] is State.UNKNOWN


def test_a_first_day_in_the_row_tells_whom_it_cannot_mean(tmp_path: Path) -> None:
    """E1013 began on 7 June 2021, most others on other days."""
    before = states(ROOT / "fixtures/example/bad", NEVER)
    after = states(written(tmp_path, "supplement_b.csv", "employee_number", "E1013", "E9999"), NEVER)
    changed = {subject for rule, subject in before if after[rule, subject] is not before[rule, subject]}
    assert "E1013/1" in changed
    assert len(changed) < 5


def test_a_row_of_another_employer_says_nothing_of_this_one(tmp_path: Path) -> None:
    folder = written(tmp_path, "supplement_b.csv", "employee_number", "E1013", "E9999")
    with records(folder) as (connection, _):
        connection.execute("UPDATE _unplaced_supplement_b SET employer_id = 'somebody else'")
        made, ruleset = plan()
        rule = next(rule for rule in made.rules if rule.id == NEVER)
        evaluate(connection, ruleset, [rule], replace(made.settings, keep=frozenset(State)))
        found = connection.execute("SELECT DISTINCT state::VARCHAR FROM _outcome").fetchall()
    assert ("unknown",) not in found


def test_a_training_of_nobody_leaves_open_whether_somebody_was_trained(tmp_path: Path) -> None:
    rules = [rule.id for rule in plan()[0].rules if rule.topic == "training"]
    before = states(ROOT / "fixtures/example/bad", *rules)
    after = states(written(tmp_path, "training.csv", "employee_number", "E1020", "E9999"), *rules)
    overdue = {key for key, state in before.items() if state in (State.OVERDUE, State.MISSING)}
    assert overdue
    assert {after[key] for key in overdue} <= {State.UNKNOWN, State.OVERDUE}


def test_a_training_in_a_row_out_of_place_may_be_anybodys(tmp_path: Path) -> None:
    """The row has lost the cell with the number; read as it stands it would be the training of a course."""
    rules = [rule.id for rule in plan()[0].rules if rule.topic == "training"]
    before = states(ROOT / "fixtures/example/bad", *rules)
    folder = written(tmp_path, "training.csv", "employee_number", "E1020", "E1020")
    lines = (folder / "training.csv").read_text("utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("E1020,"))
    lines[place] = lines[place].removeprefix("E1020,") + ","
    (folder / "training.csv").write_text("\n".join(lines) + "\n", "utf-8")
    after = states(folder, *rules)
    overdue = {key for key, state in before.items() if state in (State.OVERDUE, State.MISSING)}
    assert {after[key] for key in overdue} <= {State.UNKNOWN, State.OVERDUE}
    assert State.UNKNOWN in {after[key] for key in overdue}


@pytest.mark.parametrize("number", ["E9999", "1.0E+05"])
def test_what_a_hold_of_somebody_unknown_may_mean_may_not_go(tmp_path: Path, number: str) -> None:
    before = states(ROOT / "fixtures/example/bad")
    going = {State.DISPOSABLE, State.OVER_RETAINED}
    assert {key for key, state in before.items() if state in going}
    after = states(written(tmp_path, "holds.csv", "employee_number", "E1025", number))
    about = {rule.id: rule.about for rule in plan()[0].rules}
    assert not [key for key, state in after.items() if state in going and about[key[0]] == "document"]


def test_a_hold_of_somebody_unknown_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path, "holds.csv", "employee_number", "E1025", "E9999")
    made, _ = plan()
    with duckdb.connect() as connection:
        loaded, _ = load(connection, [folder], made.profile, hash_key=b"0123456789abcdef")
        found = examine(connection, loaded, as_of=AS_OF)
    assert [(f.kind, f.field, f.records) for f in found if f.type == "hold" and f.kind == "orphan"] == [
        ("orphan", "employee_number", (2,))
    ]


def test_hours_of_nobody_known_may_be_of_any_week(tmp_path: Path) -> None:
    """A week of too many hours is no kept one because one of its days lost its person."""
    rule = "us.flsa.childlabor.hours.14-15.school-week"
    before = states(ROOT / "fixtures/example/bad", rule)
    (breach,) = {subject for (_, subject), state in before.items() if state is State.BREACH}
    after = states(written(tmp_path, "time_records.csv", "employee_number", breach.split("/")[0], ""), rule)
    assert State.COMPLIANT not in {state for (_, subject), state in after.items() if subject == breach}


def test_a_report_without_its_place_may_be_of_any(tmp_path: Path) -> None:
    """It was late; without it nobody can tell whether the year's report was sent."""
    rule = "us.osha.300a.e-file"
    made, ruleset = plan()
    with records(written(tmp_path, "filings.csv", "worksite_id", "SAC", "", last=True)) as (connection, settings):
        done = evaluate(connection, ruleset, [r for r in made.rules if r.id == rule], settings)
    found = {state for (_, state), number in done.counts.items() if number}
    assert State.UNKNOWN in found
    assert not found & {State.OVERDUE, State.MET_LATE}


# ---- SQL and plain values --------------------------------------------------------------------------------------------


CHANGES = [
    ("supplement_b.csv", "employee_number", "E1013", "E9999"),
    ("i9.csv", "employee_number", "E1013", ""),
    ("i9_documents.csv", "employee_number", "E1020", "E9999"),
    ("training.csv", "employee_number", "E1020", ""),
    ("training.csv", "employee_number", "E1020", "E9999"),
    ("hours.csv", "employee_number", "E1001", ""),
    ("postings.csv", "worksite_id", "W1", "W9"),
    ("postings.csv", "worksite_id", "W1", ""),
    ("acknowledgements.csv", "employee_number", "E1001", "E9999"),
    ("benefit_events.csv", "employee_number", "", "E9999"),
    ("benefit_enrollments.csv", "employee_number", "E1001", ""),
    ("events.csv", "employee_number", "E1001", "E9999"),
    ("events.csv", "employee_number", "E1001", ""),
    ("holds.csv", "employee_number", "E1025", "E9999"),
    ("filings.csv", "worksite_id", "SAC", ""),
    ("time_records.csv", "employee_number", "E1037", ""),
    ("time_records.csv", "employee_number", "E1037", "E9999"),
    ("employees.csv", "employee_number", "E1009", ""),
]


def reads(rule: Rule, kinds: set[str]) -> bool:
    """Whether a rule looks at rows of some of the record types."""
    if isinstance(rule.body, Posting):
        return "posting_display" in kinds
    if isinstance(rule.body, Required) and rule.body.record in kinds:
        return True
    return any(getattr(node, "record", None) in kinds or type(node).__name__ == "Fact" for node in nodes(rule))


@pytest.mark.parametrize(("file", "column", "old", "new"), CHANGES)
def test_plain_values_agree(tmp_path: Path, file: str, column: str, old: str, new: str) -> None:
    with (ROOT / "fixtures/example/bad" / file).open(encoding="utf-8", newline="") as stream:
        values = [row[column] for row in csv.DictReader(stream)]
    agree(written(tmp_path, file, column, old if old in values else next(x for x in values if x), new))


@pytest.mark.parametrize("file", ["training.csv", "holds.csv", "employees.csv"])
def test_plain_values_agree_about_a_row_that_cannot_be_read(tmp_path: Path, file: str) -> None:
    shutil.copytree(ROOT / "fixtures/example/bad", tmp_path, dirs_exist_ok=True)
    with (tmp_path / file).open("a", encoding="utf-8") as stream:
        stream.write("x,\n")
    agree(tmp_path)


def agree(folder: Path) -> None:
    """SQL and plain values judge alike, rule by rule, whatever reads rows that cannot be placed."""
    made, ruleset = plan()
    with records(folder) as (connection, settings):
        lost = {row[0].removeprefix("_unplaced_") for row in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, '_unplaced_')").fetchall()}  # fmt: skip
        assert lost
        rules = [
            replace(rule, family=None, replaces=())
            for rule in made.rules
            if rule.about != "document" and reads(rule, lost)
        ]
        done = evaluate(connection, ruleset, rules, settings)
        assert not done.errors
        asked = connection.execute(
            "SELECT rule_no, _row, list((coalesce(instance, ''), state::VARCHAR) ORDER BY instance, state) "
            "FROM _outcome GROUP BY rule_no, _row ORDER BY hash(rule_no, _row) LIMIT 120"
        ).fetchall()
        for number, row, theirs in asked:
            rule = done.rules[number]
            verdicts = twin.judge(rule, world_of(connection, VOCABULARY, rule, row, settings))
            mine = sorted((v.instance, v.state.value) for v in verdicts)
            assert mine == sorted(theirs), (rule.id, row, [sorted(map(str, v.causes)) for v in verdicts])
