"""An extract that is old, has shrunk or has stopped matching is a finding and never a green run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from compliance_engine.language.policy import Guard
from compliance_engine.records.load import load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.quality import examine
from compliance_engine.runs.decide import Asked, decide
from compliance_engine.runs.folder import OUTCOMES, write_description
from compliance_engine.runs.guards import guarded, with_run_before
from compliance_engine.runs.plan import Plan

AS_OF = date(2026, 11, 22)
PEOPLE = "employee_number,start_date,termination_date\n" + "".join(
    f"E{n},2026-11-{n:02},{'2027-01-31' if n == 1 else ''}\n" for n in range(1, 11)
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A plan without guards, over nothing."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/r.yaml").write_text(
        "law: L\njurisdiction: us\nauthority: A\nchecked: {on: 2026-01-01, by: text}\nrules: {}\n"
    )
    made, _, problems = decide(Asked(AS_OF, rules=(tmp_path / "rules",)), None)
    assert made is not None, problems
    return made


def found(plan: Plan, folder: Path, guards: dict[str, Guard]) -> list[tuple[str, str, int]]:
    """(kind, type, count) of what the guards add."""
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    with duckdb.connect(config={"threads": 1}) as connection:
        loaded, _ = load(connection, [folder], profile, hash_key=b"key")
        before = examine(connection, loaded, as_of=AS_OF)
        after = guarded(connection, replace(plan, guards=guards), loaded, before)
    assert sorted(after) == list(after)
    return [(one.kind, one.type, one.count) for one in after if one not in before]


def export(folder: Path, **files: str) -> Path:
    target = folder / "export"
    target.mkdir(exist_ok=True)
    for name, text in files.items():
        (target / f"{name}.csv").write_text(text)
    return target


@pytest.mark.parametrize(("days", "stale"), [(12, False), (11, True)])
def test_the_newest_day_that_is_not_to_come_tells_the_age(plan: Plan, tmp_path: Path, days: int, stale: bool) -> None:
    got = found(plan, export(tmp_path, employees=PEOPLE), {"employment_spell": Guard(max_age=days)})
    assert got == ([("stale-extract", "employment_spell", 10)] if stale else [])


@pytest.mark.parametrize(
    ("made", "stale"),
    [
        ("2026-11-20", False),
        ("2026-11-01", True),
        ("", True),
        ("soon", True),
        ("11/12/2026", True),
        ("11/20/2026", False),
    ],
)
def test_what_a_file_says_of_its_own_making_goes_first(plan: Plan, tmp_path: Path, made: str, stale: bool) -> None:
    text = PEOPLE.replace("termination_date\n", "termination_date,Extracted on\n").replace(",\n", f",,{made}\n")
    text = text.replace("2027-01-31\n", f"2027-01-31,{made}\n").replace(",,", ",", 0)
    got = found(plan, export(tmp_path, employees=text), {"employment_spell": Guard(max_age=5)})
    assert bool(got) is stale


def test_no_file_and_no_date_are_told(plan: Plan, tmp_path: Path) -> None:
    guards = {"training": Guard(max_age=30), "worksite": Guard(max_age=30)}
    got = found(plan, export(tmp_path, employees=PEOPLE, worksites="worksite_id,state\nW1,ca\n"), guards)
    assert got == [("no-extract", "training", 1), ("stale-extract", "worksite", 1)]


def kept(plan: Plan, records: dict[str, int]) -> Plan:
    """The plan with a run before that had so many rows."""
    from compliance_engine.language.outcomes import Outcome
    from compliance_engine.runs.model import Input, Library, RunInfo, Tool

    rows = sum(records.values())
    file = Input(path="export.csv", sha256="h", format="csv", rows_read=rows, rows_reported=0)
    info = RunInfo(
        tool=Tool(name="t", version="1", sql="s"), rules=Library(version="1", hash="h", selected=0, evaluated=0),
        policy=None, as_of=date(2026, 11, 15), as_of_given=True, time_zone="UTC", inputs=(file,), records=records, subjects={},
        counts=dict.fromkeys(Outcome, 0), by_rule={}, not_run={}, errors={}, causes=(), data_findings=(), rows=(),
        problems=(), waivers=(),
    )  # fmt: skip
    return replace(plan, before=info)


@pytest.mark.parametrize(("had", "shrank"), [(10, False), (11, False), (12, True), (5, False)])
def test_a_table_may_lose_a_share_of_its_rows(plan: Plan, tmp_path: Path, had: int, shrank: bool) -> None:
    before = kept(plan, {"employment_spell": had})
    guards = {"*": Guard(may_shrink=Decimal("0.1"))}
    got = found(before, export(tmp_path, employees=PEOPLE), guards)
    assert got == ([("table-shrank", "employment_spell", had - 10)] if shrank else [])


def test_a_table_that_is_gone_has_shrunk_and_its_own_guard_goes_before_that_of_all(plan: Plan, tmp_path: Path) -> None:
    before = kept(plan, {"training": 3, "i9": 4})
    guards = {"*": Guard(may_shrink=Decimal(0)), "i9": Guard(may_shrink=Decimal(1))}
    assert found(before, export(tmp_path, employees=PEOPLE), guards) == [("table-shrank", "training", 3)]


def test_numbers_that_no_longer_match_are_told_once_they_are_more_than_before(plan: Plan, tmp_path: Path) -> None:
    training = "employee_number,course_id,status\nE1,C1,completed\nX2,C1,completed\n,C1,completed\nE4,C1,completed\n"
    folder = export(tmp_path, employees=PEOPLE, training=training)
    guards = {"training": Guard(may_lose_match=Decimal("0.4"))}
    assert found(kept(plan, {}), folder, guards) == [("key-stopped-matching", "training", 2)]
    assert found(kept(plan, {}), folder, {"training": Guard(may_lose_match=Decimal("0.5"))}) == []
    assert found(plan, folder, guards) == []


def keep_run(plan: Plan, folder: Path, records: Mapping[str, int], *, files: bool = True) -> None:
    """A kept run whose files had these rows, or one that found no file."""
    folder.mkdir(parents=True)
    info = kept(plan, dict(records)).before
    assert info is not None
    write_description(folder, info if files else info.model_copy(update={"inputs": ()}), {})
    duckdb.execute(f"COPY (SELECT 1) TO '{folder / OUTCOMES}' (FORMAT parquet)")


def test_the_run_that_is_compared_with_is_the_last_one_of_an_earlier_day(plan: Plan, tmp_path: Path) -> None:
    for name in ("2026-11-15-2", "2026-11-15-10", "2026-11-30-1", "2026-11-20-x"):
        keep_run(plan, tmp_path / "runs" / name, {"i9": int(name.rpartition("-")[2]) if name[-1] != "x" else 0})
    guarding = replace(plan, guards={"*": Guard(may_shrink=Decimal(0))})
    before = with_run_before(guarding, None, tmp_path / "runs").before
    assert before is not None
    assert before.records == {"i9": 10}
    named = with_run_before(guarding, tmp_path / "runs/2026-11-30-1", tmp_path / "runs").before
    assert named is not None
    assert named.records == {"i9": 1}
    assert with_run_before(guarding, tmp_path / "none", tmp_path / "runs").before is None
    assert with_run_before(plan, None, tmp_path / "runs").before is None


def test_a_run_that_found_no_file_is_passed_over(plan: Plan, tmp_path: Path) -> None:
    keep_run(plan, tmp_path / "runs/2026-11-15-1", {"i9": 100})
    keep_run(plan, tmp_path / "runs/2026-11-16-1", {}, files=False)
    guarding = replace(plan, guards={"*": Guard(may_shrink=Decimal(0))})
    before = with_run_before(guarding, None, tmp_path / "runs").before
    assert before is not None
    assert before.records == {"i9": 100}


def test_a_job_that_is_run_once_more_is_held_against_the_same_run(plan: Plan, tmp_path: Path) -> None:
    asked = plan.settings.as_of.isoformat()
    guarding = replace(plan, guards={"*": Guard(may_shrink=Decimal(0))})

    def before() -> Mapping[str, int] | None:
        found = with_run_before(guarding, None, tmp_path / "runs").before
        return found.records if found is not None else None

    keep_run(plan, tmp_path / "runs" / f"{asked}-1", {"i9": 100})
    keep_run(plan, tmp_path / "runs" / f"{asked}-2", {"i9": 3})
    assert before() == {"i9": 100}
    keep_run(plan, tmp_path / "runs/2026-11-15-1", {"i9": 90})
    keep_run(plan, tmp_path / "runs/2026-11-15-2", {"i9": 95})
    assert before() == {"i9": 95}
