"""Invented exports of any size in the spreadsheet form; the same seed gives the same bytes.

python -m benchmarks.generate 100000 bench-data/100000
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

AS_OF = "DATE '2026-06-15'"
STATES = "['us.ca','us.ny','us.tx','us.il','us.wa','us.ma','us.co','us.nj','us.fl','us.pa','us.or','us.az']"


def roll(salt: str, low: int, high: int) -> str:
    """SQL of a whole number from low to high that depends on the row's `i` alone."""
    return f"({low} + (hash(i, '{salt}') % {high - low + 1})::INTEGER)"


def share(salt: str, percent: float) -> str:
    """SQL of whether a row belongs to so many percent."""
    return f"((hash(i, '{salt}') % 1000) < {int(percent * 10)})"


def day(sql: str, when: str = "TRUE") -> str:
    """SQL of a day as text, empty where it is in the future or `when` is false."""
    return f"CASE WHEN {when} AND ({sql}) <= {AS_OF} THEN strftime({sql}, '%Y-%m-%d') ELSE '' END"


def generate(employees: int, folder: Path) -> None:
    """Write employees.csv, worksites.csv, training.csv, acknowledgements.csv, documents.csv and postings.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": "4GB"})
    connection.execute(f"""
        CREATE TABLE person AS
        SELECT i, CASE WHEN {share("recent", 6)} THEN {AS_OF} - {roll("first", -20, 120)} ELSE {AS_OF} - {roll("tenure", 0, 9125)} END AS first,
               {share("left", 30)} AS gone, {roll("stay", 30, 4000)} AS stay
        FROM range(1, {employees} + 1) AS r(i)
    """)
    connection.execute("ALTER TABLE person ADD COLUMN last DATE")
    connection.execute(f"UPDATE person SET last = greatest(first, least(first + stay, {AS_OF} + 10)) WHERE gone")
    _write(connection, folder / "employees.csv", f"""
        SELECT 'E' || lpad(i::VARCHAR, 8, '0') AS employee_number, 'employee' AS worker_type, 'W' || {roll("site", 1, 60)} AS worksite_id,
               CASE WHEN {share("no first", 0.5)} THEN '' ELSE strftime(first, '%Y-%m-%d') END AS start_date,
               CASE WHEN gone THEN strftime(last, '%Y-%m-%d') ELSE '' END AS termination_date,
               CASE WHEN gone AND NOT {share("no type", 0.3)} THEN (CASE WHEN {share("own will", 65)} THEN 'voluntary' ELSE 'involuntary' END) ELSE '' END AS termination_type,
               {day(f"first - {roll('offer', 5, 40)}")} AS offer_accepted_date,
               {day(f"first + {roll('report', 1, 22)}", "NOT " + share("no report", 3))} AS form_8850_filed_on,
               {day(f"last + {roll('pay', 0, 12)}", "gone AND NOT " + share("no pay", 2))} AS final_pay_on,
               {day(f"first + {roll('offered', 20, 93)}", "NOT " + share("no offer", 3))} AS coverage_offered_on,
               {day(f"last + {roll('notice', 5, 46)}", "gone AND NOT " + share("no notice", 4))} AS separation_notice_on,
               CASE WHEN {share("supervisor", 14)} THEN strftime(least(first + {roll("promoted", 100, 3000)}, {AS_OF}), '%Y-%m-%d') ELSE '' END AS supervisor_since,
               {day(f"{AS_OF} - {roll('initial', 0, 900)}", share("hazwoper", 16))} AS hazwoper_initial_on,
               CASE WHEN {share("exempt", 40)} THEN 'exempt' ELSE 'nonexempt' END AS flsa_status
        FROM person ORDER BY i
    """)  # fmt: skip
    _write(
        connection,
        folder / "worksites.csv",
        f"""
        SELECT 'W' || i AS worksite_id, 'establishment' AS worksite_type, {STATES}[1 + i % 12] AS state, 'Sampleton' AS city, '2000-01-01' AS opened_on
        FROM range(1, 61) AS r(i)
    """,
    )
    _write(
        connection,
        folder / "training.csv",
        f"""
        SELECT 'E' || lpad((1 + i // 5)::VARCHAR, 8, '0') AS employee_number, 'C' || i AS course_id,
               ['harassment','discrimination','lockout_tagout','bloodborne','hazcom'][1 + {roll("topic", 0, 4)}] AS topic, 'completed' AS status,
               {[30, 60, 120, 150]}[1 + {roll("minutes", 0, 3)}] AS minutes_spent,
               CASE WHEN {share("no day", 1)} THEN '' ELSE strftime({AS_OF} - {roll("done", 0, 1500)}, '%Y-%m-%d') END AS completed_on
        FROM range(0, {employees} * 5) AS r(i)
    """,
    )
    _write(
        connection,
        folder / "documents.csv",
        f"""
        SELECT 'D' || i AS document_id, ['payroll_register','i9_form','medical_surveillance','personnel_file'][1 + {roll("class", 0, 3)}] AS class_code,
               'E' || lpad((1 + i // 3)::VARCHAR, 8, '0') AS employee_number, '1' AS spell_no,
               strftime({AS_OF} - {roll("made", 100, 4000)}, '%Y-%m-%d') AS document_date,
               {day(f"{AS_OF} - {roll('gone', 0, 2000)}", share("destroyed", 30))} AS destroyed_on
        FROM range(0, {employees} * 3) AS r(i)
    """,
    )
    _write(
        connection,
        folder / "postings.csv",
        f"""
        SELECT 'P' || (1 + i % 25) AS posting_id, 'W' || (1 + i // 25) AS worksite_id, 'physical' AS medium,
               strftime({AS_OF} - {roll("posted", 0, 900)}, '%Y-%m-%d') AS displayed_from
        FROM range(0, 1500) AS r(i)
    """,
    )
    connection.close()


def _write(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    connection.execute(f"COPY ({query}) TO '{path}' (HEADER, DELIMITER ',')")


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
