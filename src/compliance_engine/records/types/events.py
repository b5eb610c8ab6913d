"""Things that happened and have no better place: notices, orders, requests, hazards, elections."""

from __future__ import annotations

from compliance_engine.language.vocabulary import Missing, RecordType
from compliance_engine.records.types.describe import DOCUMENT, EMPLOYEE, WORKSITE, code, fact, instant, text, yes_no

EVENT = RecordType(
    name="event",
    meaning="something that happened to a person, at a place or to the employer",
    confidentiality="pii",
    key=("event_id",),
    fields=(
        text("event_id", "the event; made of kind and order if the source has none"),
        code(
            "subject_type",
            "what it happened to",
            ("employee", "worksite", "employer", "applicant", "plan", "document", "case"),
        ),
        text("subject_id", "the id of what it happened to"),
        EMPLOYEE,
        WORKSITE,
        text("kind", "what happened, in the word that the rules use"),
        fact("happened_on", "day it happened"),
        instant("happened_at", "moment it happened", Missing.OCCASION),
        yes_no("at_renewal", "a plan change at renewal"),
        DOCUMENT,
    ),
    parents=("employee_number", "worksite_id"),
    dated_by="happened_on",
)

TYPES = (EVENT,)
