"""Leave cases, the notices exchanged in them and the time used. No diagnosis is ever a field."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import CHANNEL
from compliance_engine.records.types.describe import (
    CASE,
    EMPLOYEE,
    code,
    event,
    fact,
    many,
    number,
    occasion,
    text,
    yes_no,
)

LEAVE_CASE = RecordType(
    name="leave_case",
    meaning="one request for leave, from notice to return",
    confidentiality="medical",
    key=("case_number",),
    fields=(
        CASE,
        EMPLOYEE,
        code(
            "reason",
            "why leave is taken",
            (
                "own_serious_health",
                "pregnancy_childbirth",
                "bonding_birth",
                "adoption",
                "foster",
                "family_serious_health",
                "military_caregiver",
                "qualifying_exigency",
                "workers_comp",
                "organ_donation",
                "bereavement",
                "safe_time",
                "jury",
                "military_service",
                "personal",
                "accommodation",
                "other",
            ),
        ),
        text("family_relationship", "relation of the family member cared for"),
        code("pattern", "how leave is spread", ("continuous", "reduced", "intermittent")),
        yes_no("foreseeable", "the need was known ahead"),
        occasion("employee_notice_on", "day the employee gave notice"),
        occasion("employer_knowledge_on", "day the employer learned of the need by itself"),
        fact("expected_start", "first day as planned"),
        fact("expected_end", "last day as planned"),
        event("actual_start", "first day of leave"),
        event("actual_end", "last day of leave"),
        event("return_to_work_on", "first day back"),
        yes_no("fitness_for_duty_required", "a fitness certificate was asked for"),
        occasion("certified_until", "last day of the duration certified at least; empty if none was stated"),
        event("closed_on", "day the case was closed"),
        code(
            "close_reason", "why it was closed", ("returned", "denied", "withdrawn", "exhausted", "separated", "other")
        ),
    ),
    parents=("employee_number",),
)

LEAVE_NOTICE = RecordType(
    name="leave_notice",
    meaning="a notice or certificate sent or received in a leave case",
    confidentiality="medical",
    key=("case_number", "notice_no"),
    fields=(
        CASE,
        EMPLOYEE,
        text("notice_no", "counted from 1 within the case by day", derived=True),
        code(
            "kind",
            "what was sent or received",
            (
                "eligibility",
                "rights_responsibilities",
                "certification_request",
                "certification_received",
                "insufficiency_notice",
                "cure_received",
                "second_opinion",
                "designation",
                "designation_change",
                "recertification_request",
                "recertification_received",
                "fitness_request",
                "fitness_received",
                "exhaustion",
                "denial",
            ),
        ),
        event("sent_on", "day it was sent"),
        event("received_on", "day it was received"),
        fact("due_on_stated", "last day for the answer as written in it"),
        code("channel", "how it went", CHANNEL),
        text("reply_to", "number of the notice that it answers"),
    ),
    parents=("case_number", "employee_number"),
    dated_by="sent_on",
)

LEAVE_USAGE = RecordType(
    name="leave_usage",
    meaning="leave taken on one day",
    confidentiality="medical",
    key=("case_number", "used_on", "usage_no"),
    fields=(
        CASE,
        EMPLOYEE,
        fact("used_on", "the day"),
        text("usage_no", "counted from 1 within the day", derived=True),
        number("minutes", "minutes of leave"),
        number("hours_used", "hours of leave, from the minutes", derived=True),
        number("scheduled_minutes", "minutes that the person would have worked that day"),
        number("workweek_minutes", "minutes in the person's own workweek"),
        many("law_codes", "laws the time counts against, such as us.fmla"),
        code(
            "paid_source",
            "what pays for the time",
            ("unpaid", "vacation", "sick", "disability", "state_program", "other"),
        ),
        code("status", "decision on the time", ("pending", "approved", "denied", "provisional")),
    ),
    parents=("case_number", "employee_number"),
    dated_by="used_on",
)

TYPES = (LEAVE_CASE, LEAVE_NOTICE, LEAVE_USAGE)
