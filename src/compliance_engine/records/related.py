"""What rows take over from the records they belong to: the person of a case, the topic of a course."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from compliance_engine.records.sql import literal, name
from compliance_engine.records.staging import make_stage, stage_table, stored

FROM_COURSE = "minutes-of-the-course"
_OF_COURSE = ("topic", "interactive", "delivery", "course_revision")
_OF_CASE = {
    "leave_notice": "leave_case",
    "leave_usage": "leave_case",
    "accommodation_event": "accommodation_case",
}


def take_person_of_case(connection: duckdb.DuckDBPyConnection, staged: Collection[str]) -> None:
    """Notices, days of leave and steps of a talk belong to the person of their case."""
    for child, case in _OF_CASE.items():
        if child not in staged or case not in staged:
            continue
        table = stage_table(child)
        connection.execute(
            f"UPDATE {table} AS t SET employee_number = c.employee_number FROM {stage_table(case)} c WHERE "
            "t.employee_number IS NULL AND c.employer_id = t.employer_id AND c.case_number = t.case_number"
        )


def take_course(connection: duckdb.DuckDBPyConnection, minutes_supplied: bool) -> None:
    """A training takes topic, form and interaction from its course where the row has none.

    The planned length stands in for the minutes spent only where the source measures no minutes at all and says that
    the course was completed; that is noted.
    """
    training, course = stage_table("training"), stage_table("training_course")
    taken = [field for field in _OF_COURSE if field in stored(connection, "training_course")]
    make_stage(connection, "training", ["status", "completed_on", "minutes_spent", *taken])
    if taken:
        values = ", ".join(f"coalesce(t.{name(field)}, c.{name(field)}) AS {name(field)}" for field in taken)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {training} AS SELECT t.* REPLACE ({values}) FROM {training} t "
            f"LEFT JOIN {course} c ON c.employer_id = t.employer_id AND c.course_id = t.course_id"
        )
        known = " OR ".join(
            f"(b.field = {literal(f)} AND t.{name(f)} IS NOT NULL)" for f in taken if f != "course_revision"
        )
        connection.execute(
            f"DELETE FROM _bad_stage AS b USING {training} t WHERE b.type = 'training' AND t._file = b._file "
            f"AND t._record = b._record AND ({known or 'FALSE'})"
        )
    if not minutes_supplied and "duration_minutes" in stored(connection, "training_course"):
        done = (
            f"FROM {course} c WHERE c.employer_id = t.employer_id AND c.course_id = t.course_id "
            "AND c.duration_minutes IS NOT NULL AND t.completed_on IS NOT NULL AND "
            "t.completed_on <> DATE 'infinity' AND coalesce(t.status, 'completed') IN ('completed', 'passed')"
        )
        connection.execute(
            f"INSERT INTO _noted SELECT 'training', t._file, t._record, 'minutes_spent', '{FROM_COURSE}' "
            f"FROM {training} t, {done.removeprefix('FROM ')}"
        )
        connection.execute(f"UPDATE {training} AS t SET minutes_spent = c.duration_minutes {done}")


def hours_of_leave(connection: duckdb.DuckDBPyConnection) -> None:
    """Hours of leave are its minutes by sixty."""
    connection.execute(f"UPDATE {stage_table('leave_usage')} SET hours_used = CAST(minutes / 60 AS DECIMAL(18,4))")


def identify_documents(connection: duckdb.DuckDBPyConnection) -> None:
    """A document without an id is called after its place in a store, and each row of an index is one stored copy."""
    document, instance = stage_table("document"), stage_table("document_instance")
    connection.execute(
        f"UPDATE {instance} SET document_id = 'store:' || coalesce(bucket, '') || '/' || \"key\" || "
        "coalesce('@' || version_id, '') WHERE document_id IS NULL AND \"key\" IS NOT NULL"
    )
    connection.execute(
        f"UPDATE {document} AS d SET document_id = i.document_id FROM {instance} i WHERE d.document_id IS NULL "
        "AND i._file = d._file AND i._record = d._record"
    )
