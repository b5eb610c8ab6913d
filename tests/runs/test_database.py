"""Once records are in, no statement reaches a file or changes a setting."""

from pathlib import Path

import duckdb
import pytest

from compliance_engine.runs.database import Limits, close_to_files, database, usual_limits

LIMITS = Limits(memory=500 * 1024**2, threads=2)


def test_only_the_run_folder_can_be_written(tmp_path: Path) -> None:
    inside, outside = tmp_path / "it's inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    quoted = str(inside).replace("'", "''")
    with database(LIMITS) as connection:
        close_to_files(connection, inside)
        connection.execute(f"COPY (SELECT 1) TO '{quoted}/a.parquet' (FORMAT parquet)")
        with pytest.raises(duckdb.Error):
            connection.execute(f"COPY (SELECT 1) TO '{outside}/a.parquet' (FORMAT parquet)")
        with pytest.raises(duckdb.Error):
            connection.execute("SELECT * FROM read_csv('/etc/hosts')")
        with pytest.raises(duckdb.Error):
            connection.execute("SET enable_external_access = true")
    assert (inside / "a.parquet").is_file()


def test_what_is_too_large_for_memory_is_spilled_and_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with database(Limits(memory=120 * 1024**2, threads=2)) as connection:
        close_to_files(connection, tmp_path / "run")
        rows = connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT range || 'some longer text' || range FROM range(3000000))"
        ).fetchone()
        assert rows == (3_000_000,)
    assert list(tmp_path.iterdir()) == []


def test_the_usual_limits_leave_room_for_others() -> None:
    limits = usual_limits()
    assert 0 < limits.memory <= 4 * 1024**3
    assert limits.threads >= 1
