"""Days of work and the breaks in them, made from pairs of punches."""

from __future__ import annotations

import duckdb

_MINUTES = "CAST({0} / 60 AS DECIMAL(18,4))"
_SECONDS = "date_diff('second', {0}, {1})"


def make_work_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `work_day` and `break_taken` from `time_record`, which has its final shape.

    A stretch without both punches makes the day's hours, its first and last moment and its breaks unknown, because
    nobody can tell when work went on. Stretches of a day that is not known make one day of which nothing is known:
    they may add to any other. Who names no worksite worked where the main assignment of the day is. Local times need
    the zone of the worksite.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _days AS SELECT employer_id, employee_number, workday, min(_file) AS _file, "
        "arg_min(_record, (_file, _record)) AS _record, max(worksite_id) AS worksite_id, "
        "count(DISTINCT worksite_id) AS sites, bool_or(_row IN (SELECT _row FROM _bad_cell WHERE type = 'time_record' "
        "AND field = 'worksite_id')) AS site_unread, "
        "workday IS NOT NULL AND bool_and(coalesce(out_at >= in_at, FALSE)) AS whole, "
        "min(in_at) AS first_in, max(out_at) AS last_out, " + f"sum({_SECONDS.format('in_at', 'out_at')}) AS worked, "
        "CASE WHEN workday IS NOT NULL AND count(hours_worked) = count(*) THEN sum(hours_worked) END AS hours "
        "FROM time_record GROUP BY employer_id, employee_number, workday"
    )
    site = (
        "CASE WHEN d.site_unread THEN NULL WHEN d.sites = 1 THEN d.worksite_id WHEN d.sites = 0 THEN a.worksite_id END"
    )
    local = "CAST({0} AT TIME ZONE 'UTC' AT TIME ZONE z.time_zone AS TIME)"
    worked = _MINUTES.format("d.worked")
    span = _MINUTES.format(_SECONDS.format("d.first_in", "d.last_out"))
    connection.execute(
        "INSERT INTO work_day BY NAME SELECT row_number() OVER (ORDER BY d._file, d._record) AS _row, d._file, "
        f"d._record, d.employer_id, d.employee_number, {site} AS worksite_id, d.workday, "
        f"coalesce(d.hours, CASE WHEN d.whole THEN CAST({worked} / 60 AS DECIMAL(18,4)) END) AS hours_worked, "
        "CASE WHEN d.whole THEN d.first_in END AS first_in, CASE WHEN d.whole THEN d.last_out END AS last_out, "
        f"CASE WHEN d.whole THEN {local.format('d.first_in')} END AS first_in_time, "
        f"CASE WHEN d.whole THEN {local.format('d.last_out')} END AS last_out_time, "
        f"CASE WHEN d.whole THEN {span} - {worked} END AS break_minutes, "
        "a.flsa_status, CASE WHEN a.pay_basis = 'hour' THEN a.pay_rate END AS hourly_rate FROM _days d "
        f"LEFT JOIN ({_assignment_that_day()}) a ON a.employer_id = d.employer_id "
        "AND a.employee_number = d.employee_number AND a.workday = d.workday "
        f"LEFT JOIN worksite z ON z.employer_id = d.employer_id AND z.worksite_id = {site}"
    )
    _make_breaks(connection)


def _assignment_that_day() -> str:
    """What the one main assignment of a day says; nothing where there are several."""
    return (
        "SELECT d.employer_id, d.employee_number, d.workday, max(a.worksite_id) AS worksite_id, "
        "max(a.flsa_status) AS flsa_status, "
        "max(a.pay_basis) AS pay_basis, max(a.pay_rate) AS pay_rate FROM _days d JOIN assignment a ON "
        "a.employer_id = d.employer_id AND a.employee_number = d.employee_number AND a.valid_from <= d.workday "
        "AND d.workday < a.valid_to AND a.is_primary IS DISTINCT FROM FALSE GROUP BY ALL HAVING count(*) = 1"
    )


def _make_breaks(connection: duckdb.DuckDBPyConnection) -> None:
    window = "(PARTITION BY t.employer_id, t.employee_number, t.workday ORDER BY t.in_at, t._row)"
    connection.execute(
        "INSERT INTO break_taken BY NAME SELECT row_number() OVER (ORDER BY _file, _record) AS _row, _file, _record, "
        "employer_id, employee_number, workday, CAST(row_number() OVER (PARTITION BY employer_id, employee_number, "
        "workday ORDER BY starts_at) AS VARCHAR) AS break_no, starts_at, ends_at, "
        f"{_MINUTES.format(_SECONDS.format('starts_at', 'ends_at'))} AS minutes FROM (SELECT t._file, t._record, "
        f"t.employer_id, t.employee_number, t.workday, t.out_at AS starts_at, lead(t.in_at) OVER {window} AS ends_at "
        "FROM time_record t SEMI JOIN _days d ON d.whole AND d.employer_id = t.employer_id "
        "AND d.employee_number = t.employee_number AND d.workday = t.workday) WHERE ends_at > starts_at"
    )
