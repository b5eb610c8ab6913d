"""Rows that the records layer makes from punches, because no expression sees two rows in order."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import FLSA_STATUS
from compliance_engine.records.types.describe import (
    EMPLOYEE,
    WORKSITE,
    clock_time,
    code,
    fact,
    instant,
    number,
    text,
    yes_no,
)

WORK_DAY = RecordType(
    name="work_day",
    meaning="one person's day of work, made of the day's time records",
    confidentiality="pii",
    key=("employee_number", "workday"),
    fields=(
        EMPLOYEE,
        WORKSITE,
        fact("workday", "the day"),
        number("hours_worked", "hours between punches, breaks not counted", derived=True),
        instant("first_in", "first punch-in", derived=True),
        instant("last_out", "last punch-out", derived=True),
        clock_time("first_in_time", "time of the first punch-in on the worksite's clock", derived=True),
        clock_time("last_out_time", "time of the last punch-out on the worksite's clock", derived=True),
        number("break_minutes", "minutes between stretches of work", derived=True),
        code("flsa_status", "status of the assignment that day", FLSA_STATUS, derived=True),
        number("hourly_rate", "dollars an hour by the assignment that day, if paid by the hour", derived=True),
        yes_no("school_day", "school is in session"),
        yes_no("meal_waiver", "the person agreed to go without a meal period"),
    ),
    parents=("employee_number", "worksite_id"),
    together=("employee_number",),
    dated_by="workday",
)

BREAK_TAKEN = RecordType(
    name="break_taken",
    meaning="the time between two stretches of work on one day",
    confidentiality="pii",
    key=("employee_number", "workday", "break_no"),
    fields=(
        EMPLOYEE,
        fact("workday", "the day"),
        text("break_no", "counted from 1 within the day", derived=True),
        instant("starts_at", "punch-out before it", derived=True),
        instant("ends_at", "punch-in after it", derived=True),
        number("minutes", "length in minutes", derived=True),
    ),
    parents=("employee_number",),
    dated_by="workday",
)

TYPES = (WORK_DAY, BREAK_TAKEN)
