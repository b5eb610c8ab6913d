"""Hours, punches, pay periods and payrolls. Amounts only where a rule reads them."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.describe import (
    EMPLOYEE,
    PAY_GROUP,
    WORKSITE,
    code,
    event,
    fact,
    instant,
    number,
    occasion,
    text,
    yes_no,
)

HOURS_PERIOD = RecordType(
    name="hours_period",
    meaning="hours of one person in a week or another short period",
    confidentiality="pii",
    key=("employee_number", "period_start", "period_no"),
    fields=(
        EMPLOYEE,
        fact("period_start", "first day of the period"),
        fact("period_end", "last day of the period"),
        text("period_no", "counted from 1 among periods with the same first day", derived=True),
        number("hours_worked", "hours actually worked"),
        number("hours_paid", "hours paid, worked or not"),
        number("hours_paid_leave", "hours of paid leave"),
        number("overtime_hours", "hours paid as overtime"),
        yes_no("is_estimated", "the hours are an estimate"),
    ),
    parents=("employee_number",),
    dated_by="period_end",
)

PAY_PERIOD = RecordType(
    name="pay_period",
    meaning="a pay period of a pay group and its payday, known ahead",
    confidentiality="internal",
    key=("pay_group", "starts_on"),
    fields=(
        PAY_GROUP,
        fact("starts_on", "first day of the period"),
        fact("ends_on", "last day of the period"),
        fact("pay_date", "payday of the period"),
    ),
    parents=("pay_group",),
)

PAYROLL_RECORD = RecordType(
    name="payroll_record",
    meaning="one payment of wages to one person",
    confidentiality="pii",
    key=("employee_number", "pay_date", "payment_no"),
    fields=(
        EMPLOYEE,
        PAY_GROUP,
        fact("period_start", "first day paid for"),
        fact("period_end", "last day paid for"),
        fact("pay_date", "day of payment"),
        text("payment_no", "counted from 1 among payments of one day", derived=True),
        code("run_type", "kind of payroll", ("regular", "off_cycle", "final", "bonus", "correction", "commission")),
        number("hours_paid", "hours paid"),
        number("gross_wages", "wages before deductions, dollars"),
        number("deferrals", "retirement plan deferrals withheld, dollars"),
        event("deposited_on", "day the deferrals reached the plan"),
        event("statement_given_on", "day the wage statement was given"),
        occasion("corrected_on", "day an error in it was put right"),
    ),
    parents=("employee_number", "pay_group"),
    together=("employee_number",),
    dated_by="pay_date",
)

TIME_RECORD = RecordType(
    name="time_record",
    meaning="one stretch of work between two punches",
    confidentiality="pii",
    key=("employee_number", "workday", "stretch_no"),
    fields=(
        EMPLOYEE,
        WORKSITE,
        fact("workday", "the day the stretch counts for"),
        text("stretch_no", "counted from 1 within the day by punch-in", derived=True),
        instant("in_at", "punch-in"),
        instant("out_at", "punch-out"),
        number("hours_worked", "hours of the stretch"),
        code("source", "where the record comes from", ("clock", "manual", "schedule", "imported")),
        yes_no("edited", "changed after it was made"),
    ),
    parents=("employee_number", "worksite_id"),
    together=("employee_number",),
    dated_by="workday",
)

TYPES = (HOURS_PERIOD, PAY_PERIOD, PAYROLL_RECORD, TIME_RECORD)
