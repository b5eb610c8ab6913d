"""The human resources tables of a public sample database, from outside the repository."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from compliance_engine.records.load import Loaded, load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.quality import examine

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "adventureworks_hr"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample data are not beside the repository")


@pytest.fixture(scope="module")
def database() -> tuple[duckdb.DuckDBPyConnection, Loaded]:
    profile, _ = load_shipped("adventureworks")
    assert profile is not None
    connection = duckdb.connect()
    loaded, problems = load(connection, [FOLDER], profile, hash_key=b"key")
    assert problems == []
    return connection, loaded


def test_everybody_is_there(database: tuple[duckdb.DuckDBPyConnection, Loaded]) -> None:
    _, loaded = database
    assert {name: rows for name, rows in loaded.rows.items() if rows} == {
        "employer": 1,
        "employee": 290,
        "employment_spell": 290,
        "assignment": 296,
    }


def test_a_hire_date_of_unclear_meaning_is_no_first_day(database: tuple[duckdb.DuckDBPyConnection, Loaded]) -> None:
    connection, _ = database
    query = (
        "SELECT count(hire_date), count(start_date), count(termination_date), count(home_state) FROM employment_spell, "
    )
    query += "employee WHERE employment_spell.employee_number = employee.employee_number"
    assert connection.execute(query).fetchone() == (290, 0, 0, 284)


def test_departments_follow_each_other_without_a_gap(database: tuple[duckdb.DuckDBPyConnection, Loaded]) -> None:
    connection, loaded = database
    rows = connection.execute(
        "SELECT department, CAST(valid_from AS VARCHAR), CAST(valid_to AS VARCHAR) FROM assignment "
        "WHERE employee_number = '250' ORDER BY valid_from"
    ).fetchall()
    assert rows == [
        ("4", "2011-02-25", "2011-07-31"),
        ("13", "2011-07-31", "2012-07-15"),
        ("5", "2012-07-15", "infinity"),
    ]
    kinds = {finding.kind for finding in examine(connection, loaded)}
    assert kinds == {"person-without-place"}


def test_numbers_of_the_nation_leave_only_their_shape(database: tuple[duckdb.DuckDBPyConnection, Loaded]) -> None:
    connection, _ = database
    states = dict(connection.execute("SELECT ssn_state, count(*) FROM employee GROUP BY ssn_state").fetchall())
    assert states["malformed"] == 40
    assert sum(states.values()) == 290
