"""Accommodation cases and the steps of the talk about them; dates, no narrative."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.describe import CASE, EMPLOYEE, code, event, fact, occasion, text

ACCOMMODATION_CASE = RecordType(
    name="accommodation_case",
    meaning="one request for a change at work",
    confidentiality="medical",
    key=("case_number",),
    fields=(
        CASE,
        EMPLOYEE,
        text("applicant_id", "the applicant, if not an employee"),
        code("law_basis", "the law that it rests on", ("ada", "pwfa", "religion", "state")),
        fact("requested_on", "day of the request"),
        code("request_channel", "how it was asked", ("oral", "written", "portal", "third_party")),
        occasion("limitation_known_on", "day the employer knew of the limitation"),
        code("status", "where it stands", ("open", "granted", "denied", "alternative", "withdrawn", "closed")),
        event("decision_on", "day of the decision"),
        code("decision", "what was decided", ("granted", "denied", "alternative")),
        event("implemented_on", "day it was put in place"),
        event("review_on", "day of the next review"),
        event("closed_on", "day the case was closed"),
        text("linked_leave_case", "leave case that belongs to it"),
    ),
    parents=("employee_number",),
)

ACCOMMODATION_EVENT = RecordType(
    name="accommodation_event",
    meaning="a step of the talk with the person",
    confidentiality="medical",
    key=("case_number", "step_no"),
    fields=(
        CASE,
        EMPLOYEE,
        text("step_no", "counted from 1 within the case by day", derived=True),
        fact("happened_on", "day of the step"),
        code(
            "kind",
            "what happened",
            (
                "request",
                "acknowledgement",
                "information_request",
                "information_received",
                "meeting",
                "proposal",
                "counter",
                "trial",
                "decision",
                "implementation",
                "check_in",
                "undue_hardship_review",
            ),
        ),
        code("actor", "who took the step", ("employee", "employer", "provider", "other")),
        text("paper_id", "document about it"),
    ),
    parents=("case_number", "employee_number"),
    dated_by="happened_on",
)

TYPES = (ACCOMMODATION_CASE, ACCOMMODATION_EVENT)
