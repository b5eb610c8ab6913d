"""Legal matters and the holds that keep records for them."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import DOCUMENT_CLASS
from compliance_engine.records.types.describe import EMPLOYEE, MATTER, code, event, fact, occasion, text

LEGAL_MATTER = RecordType(
    name="legal_matter",
    meaning="a dispute, audit or investigation, threatened or begun",
    confidentiality="legal_privileged",
    key=("matter_number",),
    fields=(
        MATTER,
        EMPLOYEE,
        code(
            "kind",
            "what it is",
            (
                "charge",
                "lawsuit",
                "demand",
                "government_audit",
                "inspection_notice",
                "internal_investigation",
                "arbitration",
                "subpoena",
                "anticipated",
            ),
        ),
        fact("opened_on", "first day"),
        occasion("anticipated_on", "day it could first be foreseen"),
        event("closed_on", "day the file was closed"),
        event("final_disposition_on", "day nothing could be appealed any more"),
    ),
    parents=("employee_number",),
)

HOLD = RecordType(
    name="hold",
    meaning="one line of scope of a legal hold: what may not be destroyed; a line without any may mean every document",
    confidentiality="legal_privileged",
    key=("matter_number", "hold_id", "scope_no"),
    fields=(
        MATTER,
        text("hold_id", "the hold"),
        text("scope_no", "counted from 1 within the hold", derived=True),
        fact("issued_on", "day the hold was issued"),
        fact("effective_from", "first day; may be before it was issued"),
        event("released_on", "day it was lifted"),
        EMPLOYEE,
        code("class_code", "record class held; empty for every class", DOCUMENT_CLASS),
        text("worksite_id", "place whose records are held"),
        text("document_id", "single document held"),
        occasion("date_from", "first document date held; empty for no first day"),
        event("date_to", "last document date held; empty for no last day"),
    ),
    parents=("matter_number",),
)

TYPES = (LEGAL_MATTER, HOLD)
