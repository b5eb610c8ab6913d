"""Notices on walls and screens, policies, and who acknowledged them."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.describe import (
    EMPLOYEE,
    WORKSITE,
    code,
    event,
    fact,
    many,
    occasion,
    text,
    yes_no,
)

POLICY = text("policy_id", "the policy or notice")

POSTING_DISPLAY = RecordType(
    name="posting_display",
    meaning="a notice that hangs at a place of work, or reaches a remote person",
    confidentiality="internal",
    key=("posting_id", "display_no"),
    fields=(
        text("posting_id", "the notice"),
        text("display_no", "counted from 1 among displays of the notice", derived=True),
        WORKSITE,
        EMPLOYEE,
        fact("revision_date", "revision date printed on it"),
        code("medium", "how it is shown", ("physical", "electronic")),
        many("languages", "languages it is shown in"),
        fact("displayed_from", "first day"),
        event("displayed_to", "last day"),
        event("verified_on", "day somebody last looked"),
        occasion("access_notice_on", "day people were told where to find it on a screen"),
        yes_no("always_accessible", "it can be read at all times without asking"),
    ),
    parents=("worksite_id", "employee_number", "posting_id"),
)

POLICY_DOCUMENT = RecordType(
    name="policy_document",
    meaning="a version of a policy, handbook or notice",
    confidentiality="internal",
    key=("policy_id", "version"),
    fields=(
        POLICY,
        text("version", "version"),
        text("title", "title"),
        fact("effective_on", "first day of the version"),
        event("superseded_on", "first day of the next version"),
        yes_no("requires_acknowledgement", "people must acknowledge it"),
        code("audience", "whom it is for", ("everybody", "supervisor", "worker", "other")),
        many("languages", "languages it exists in"),
    ),
    parents=("policy_id",),
)

ACKNOWLEDGEMENT = RecordType(
    name="acknowledgement",
    meaning="somebody was given a policy or notice, and said so",
    confidentiality="pii",
    key=("employee_number", "policy_id", "version", "acknowledgement_no"),
    fields=(
        EMPLOYEE,
        POLICY,
        text("version", "version"),
        text("acknowledgement_no", "counted from 1 for one person and version", derived=True),
        event("presented_on", "day it was given"),
        event("acknowledged_on", "day it was acknowledged"),
        yes_no("declined", "the person refused to sign"),
        code("method", "how", ("paper", "electronic", "oral")),
    ),
    parents=("employee_number", "policy_id"),
    dated_by="acknowledged_on",
)

TYPES = (POSTING_DISPLAY, POLICY_DOCUMENT, ACKNOWLEDGEMENT)
