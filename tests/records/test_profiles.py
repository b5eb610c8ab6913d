"""Each shipped profile reads a sample of its source, and what the source does not tell stays unknown."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from compliance_engine.problems import Problem
from compliance_engine.records.findings import DataFinding
from compliance_engine.records.load import Loaded, load
from compliance_engine.records.profile import Profile, load_shipped, shipped
from compliance_engine.records.quality import examine

SAMPLES = Path(__file__).parents[2] / "fixtures/profiles"
NAMES = sorted(folder.name for folder in SAMPLES.iterdir())
AS_OF = date(2026, 1, 31)
OF_PEOPLE = ("adp", "bamboohr", "finch", "gusto", "merge", "rippling", "ukg-pro", "workday")


@dataclass(frozen=True)
class Sample:
    """A sample export, loaded."""

    profile: Profile
    connection: duckdb.DuckDBPyConnection
    loaded: Loaded
    problems: list[Problem]
    findings: tuple[DataFinding, ...]

    def one(self, query: str) -> tuple[object, ...]:
        """The one row that a query gives."""
        (row,) = self.connection.execute(query).fetchall()
        return tuple(row)

    def days(self, number: str, *fields: str) -> tuple[object, ...]:
        """Days of the spell of one person as texts."""
        columns = ", ".join(f"CAST({field} AS VARCHAR)" for field in fields)
        return self.one(f"SELECT {columns} FROM employment_spell WHERE employee_number = '{number}'")


_LOADED: dict[str, Sample] = {}


def sample(name: str) -> Sample:
    if name not in _LOADED:
        profile, problems = load_shipped(name)
        assert profile is not None, problems
        connection = duckdb.connect(config={"threads": 1})
        loaded, problems = load(connection, [SAMPLES / name], profile, hash_key=b"key")
        found = examine(connection, loaded, as_of=AS_OF)
        _LOADED[name] = Sample(profile, connection, loaded, problems, found)
    return _LOADED[name]


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    for loaded in _LOADED.values():
        loaded.connection.close()
    _LOADED.clear()


def test_every_profile_of_a_source_has_a_sample() -> None:
    assert set(NAMES) | {"spreadsheet", "adventureworks"} == set(shipped())


def test_the_samples_are_what_the_program_writes(tmp_path: Path) -> None:
    made = runpy.run_path(str(SAMPLES.parent / "make_profile_samples.py"))
    made["write_csv"].__globals__["HERE"] = tmp_path
    for write in made["SAMPLES"]:
        write()
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert written == {path.relative_to(SAMPLES): path.read_bytes() for path in SAMPLES.rglob("*.*")}


@pytest.mark.parametrize("name", NAMES)
def test_every_row_and_every_column_of_a_sample_is_accounted_for(name: str) -> None:
    got = sample(name)
    assert got.problems == []
    for account in got.loaded.accounts:
        assert account.read == account.kept + account.merged + account.left_out
        assert account.left_out == 0


EXPLAINED = {
    "lms": {("minutes-of-the-course", "training", "minutes_spent")},
    "scorm-xapi": {("day-depends-on-zone", "training", "completed_on")},
}
"""What is found in samples: planned minutes stand in for measured ones; the day of a moment in UTC depends on the place."""


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_in_a_sample_that_has_no_reason(name: str) -> None:
    got = {(finding.kind, finding.type, finding.field) for finding in sample(name).findings}
    assert got == EXPLAINED.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_what_a_profile_says_of_its_source_is_so_in_the_sample(name: str) -> None:
    got = sample(name)
    supplied = set(got.connection.execute("SELECT type, field FROM _supplied").fetchall())
    for said in got.profile.not_told:
        type_name, _, field = said.partition(".")
        if field != "home_places":
            assert (type_name, field) not in supplied, said
    for said in got.profile.date_basis:
        type_name, _, field = said.partition(".")
        assert (type_name, field) in supplied, said


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_all_six_people_are_there_with_their_places(name: str) -> None:
    got = sample(name)
    assert got.one("SELECT count(*), count(termination_date), count(*) FILTER (termination_date < '2026-01-31') "
                   "FROM employment_spell") == (6, 6, 2)  # fmt: skip
    states = got.connection.execute(
        "SELECT w.state, count(*) FROM assignment a JOIN worksite w USING (worksite_id) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert states == [("us.ca", 3), ("us.oh", 3)]
    assert got.days("T-003", "termination_date") == ("2025-08-29",)


@pytest.mark.parametrize("name", ["adp", "bamboohr", "finch", "gusto", "ukg-pro"])
def test_a_hire_date_of_unclear_meaning_is_no_first_day_of_work(name: str) -> None:
    assert "employment_spell.start_date" in sample(name).profile.not_told
    assert sample(name).one("SELECT count(hire_date), count(start_date) FROM employment_spell") == (6, 0)
    assert sample(name).days("T-001", "hire_date") == ("2019-03-04",)


@pytest.mark.parametrize("name", ["merge", "rippling", "workday"])
def test_a_first_day_of_work_that_the_source_tells_is_one(name: str) -> None:
    assert sample(name).days("T-001", "start_date") == ("2019-03-11",)


@pytest.mark.parametrize("name", ["adp", "finch"])
def test_who_was_hired_again_has_the_later_hire_and_an_end_before_it_that_nobody_knows(name: str) -> None:
    days = sample(name).days("T-004", "hire_date", "original_hire_date", "previous_spell_ended_on")
    assert days == ("2015-01-20", "2011-02-21", None)
    assert sample(name).days("T-001", "previous_spell_ended_on") == ("-infinity",)


def test_inactive_without_a_date_is_no_end_and_no_employment_that_goes_on(tmp_path: Path) -> None:
    profile, _ = load_shipped("merge")
    assert profile is not None
    line = '{"employee_number": "T-1", "employment_status": "INACTIVE", "start_date": "2024-05-06", "termination_date": ""}'
    (tmp_path / "employees.jsonl").write_text(line + "\n")
    with duckdb.connect() as connection:
        loaded, _ = load(connection, [tmp_path], profile, hash_key=b"key")
        kinds = {finding.kind for finding in examine(connection, loaded, as_of=AS_OF)}
        assert connection.execute("SELECT status, termination_date FROM employment_spell").fetchall() == [
            ("inactive", None)
        ]
    assert "inactive-without-date" in kinds


def test_a_course_that_was_only_begun_is_not_completed() -> None:
    got = sample("scorm-xapi").connection.execute(
        "SELECT employee_number, status, CAST(completed_on AS VARCHAR) FROM training WHERE course_id LIKE 'https%' "
        "ORDER BY employee_number"
    )
    assert got.fetchall() == [
        ("T-001", "in_progress", "infinity"),
        ("T-002", "completed", "2025-03-05"),
        ("T-003", "completed", None),
    ]


def test_completed_is_not_passed() -> None:
    query = "SELECT status, passed FROM training WHERE course_id = 'HAR-2'"
    assert sample("scorm-xapi").one(query) == ("completed", None)


def test_the_topic_of_a_training_comes_from_the_courses() -> None:
    query = "SELECT topic, status, CAST(completed_on AS VARCHAR) FROM training WHERE employee_number = 'T-001'"
    assert sample("lms").one(query) == ("harassment_supervisor", "completed", "2025-02-20")


def test_cases_of_the_log_belong_to_nobody_that_can_be_named() -> None:
    query = "SELECT incident_outcome, CAST(date_of_incident AS VARCHAR), employee_number FROM injury WHERE case_number = '1'"
    assert sample("osha-ita").one(query) == ("days_away", "2025-02-13", None)
    assert sample("osha-ita").one("SELECT state, total_dafw_days FROM injury_annual_summary")[0] == "us.ca"
