"""Documents and their stored copies."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import CONTENT_KINDS, DOCUMENT_CLASS
from compliance_engine.records.types.describe import (
    DOCUMENT,
    EMPLOYEE,
    SPELL,
    code,
    event,
    fact,
    instant,
    many,
    number,
    occasion,
    text,
    yes_no,
)

DOCUMENT_TYPE = RecordType(
    name="document",
    meaning="a record on paper or in a store, with one subject",
    confidentiality="pii",
    key=("document_id",),
    fields=(
        DOCUMENT,
        code("class_code", "record class; unclassified is kept", DOCUMENT_CLASS),
        code(
            "classified_by",
            "what the class was taken from",
            ("index", "tag", "metadata", "key", "content", "manual"),
        ),
        text("series_id", "the series of the organisation's own retention schedule that it is filed under"),
        code(
            "subject_type",
            "what the document is about",
            ("employee", "worksite", "matter", "plan", "requisition", "employer", "population"),
        ),
        EMPLOYEE,
        SPELL,
        text("worksite_id", "the place of work it is about"),
        text("matter_number", "the legal matter it belongs to"),
        text("plan_id", "the benefit plan it belongs to"),
        text("requisition_id", "the opening it belongs to"),
        fact("document_date", "day the record was made, never the storage date"),
        fact("received_date", "day it was received"),
        fact("period_start", "first day that it covers"),
        fact("period_end", "last day that it covers"),
        fact("tax_year_end", "last day of the tax year that it supports"),
        fact("plan_year_end", "last day of the plan year that it belongs to"),
        fact("issued_on", "day it was issued"),
        event("expires_on", "last day of its validity"),
        event("last_effective_on", "last day it was in force, for agreements, plans and forms"),
        event("superseded_on", "day another one took its place"),
        occasion("destroyed_on", "day it was destroyed"),
        occasion("personnel_action_on", "day of the personnel action that it was used for"),
        occasion("tax_paid_on", "day the tax that it supports was paid"),
        occasion("records_given_on", "day the person was given the records"),
        event("purpose_ended_on", "day the purpose it was collected for ended"),
        event("last_interaction_on", "last dealing with the person it is about"),
        event("closed_on", "day the business it records was closed"),
        code("record_status", "state of the text", ("draft", "final", "superseded", "voided")),
        yes_no("is_record_copy", "the copy that counts; others are convenience copies"),
        yes_no("signed", "carries a signature"),
        occasion("signed_on", "day of the signature"),
        text("version_label", "version as written on it"),
        many("contains_kinds", "kinds of sensitive content that were found or declared", CONTENT_KINDS),
    ),
    parents=("employee_number", "spell_no"),
)

DOCUMENT_INSTANCE = RecordType(
    name="document_instance",
    meaning="one stored version of a document",
    confidentiality="pii",
    key=("document_id", "instance_no"),
    fields=(
        DOCUMENT,
        text("instance_no", "counted from 1 within the document", derived=True),
        text("bucket", "bucket or folder"),
        text("key", "name within it"),
        text("version_id", "version within the store"),
        text("zone", "zone of the prefix, as the policy's store names it"),
        yes_no("is_latest", "the newest version of its name"),
        yes_no("is_delete_marker", "marks a deletion and holds no content"),
        code(
            "state",
            "whether the bytes are there",
            (
                "present_current",
                "present_noncurrent",
                "behind_delete_marker",
                "absent_was_seen",
                "absent_never_seen",
                "archived",
            ),
        ),
        number("size", "bytes"),
        instant("last_modified", "last change in the store"),
        code("lock_mode", "kind of storage lock", ("governance", "compliance")),
        instant("retain_until", "moment the storage lock ends"),
        yes_no("legal_hold", "legal hold set in the store"),
        instant("lifecycle_expires_at", "moment the store plans to delete it by itself"),
    ),
    parents=("document_id",),
)

TYPES = (DOCUMENT_TYPE, DOCUMENT_INSTANCE)
