"""Benefit plans, who is in them, events that change coverage, and the notices owed."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.describe import (
    EMPLOYEE,
    PLAN,
    code,
    event,
    fact,
    number,
    occasion,
    text,
    yes_no,
)

ADMINISTRATOR = code("administrator", "who administers the plan", ("employer", "third_party", "insurer"))

BENEFIT_PLAN = RecordType(
    name="benefit_plan",
    meaning="a benefit plan",
    confidentiality="internal",
    key=("plan_id",),
    fields=(
        PLAN,
        code("plan_type", "kind", ("medical", "dental", "vision", "hsa", "fsa", "insurance", "retirement", "other")),
        yes_no("erisa", "governed by ERISA"),
        fact("erisa_since", "day on which the plan came under ERISA"),
        text("plan_number", "plan number, three digits"),
        fact("plan_year_end", "last day of the present plan year"),
        number("participants_at_start", "participants on the first day of the plan year"),
        yes_no("funded", "holds plan assets in trust"),
        yes_no("self_insured", "the employer pays claims itself"),
        ADMINISTRATOR,
        event("ended_on", "last day of the plan"),
    ),
)

PLAN_YEAR = RecordType(
    name="plan_year",
    meaning="one plan year of a plan",
    confidentiality="internal",
    key=("plan_id", "starts_on"),
    fields=(
        PLAN,
        fact("starts_on", "first day"),
        fact("ends_on", "last day"),
        number("participants_at_start", "participants on the first day"),
        occasion("extension_filed_on", "day more time for the return was asked for"),
    ),
    parents=("plan_id",),
)

BENEFIT_ENROLLMENT = RecordType(
    name="benefit_enrollment",
    meaning="somebody's coverage under a plan",
    confidentiality="pii",
    key=("employee_number", "plan_id", "enrollment_no"),
    fields=(
        EMPLOYEE,
        PLAN,
        text("enrollment_no", "counted from 1 by first day of coverage", derived=True),
        fact("eligible_on", "day the person became eligible but for a waiting period"),
        fact("coverage_could_start", "first day on which coverage could have begun"),
        event("coverage_start", "first day of coverage"),
        event("coverage_end", "last day of coverage"),
        text("coverage_tier", "who is covered, such as employee_only"),
        event("general_notice_sent_on", "day the general continuation notice was sent"),
        occasion("qualifying_event_on", "day of an event that ends coverage"),
        event("sbc_given_on", "day the summary of benefits was given"),
        event("spd_given_on", "day the summary plan description was given"),
        occasion("orientation_start", "first day of an orientation period"),
        occasion("orientation_end", "last day of an orientation period"),
    ),
    parents=("employee_number", "plan_id"),
)

BENEFIT_EVENT = RecordType(
    name="benefit_event",
    meaning="an event that changes the coverage of one beneficiary",
    confidentiality="pii",
    key=("event_id",),
    fields=(
        text("event_id", "the event; made of person, plan, kind and order if the source has none"),
        EMPLOYEE,
        PLAN,
        code(
            "kind",
            "what happened",
            (
                "termination",
                "hours_reduction",
                "death",
                "divorce_separation",
                "medicare_entitlement",
                "dependent_ceases",
                "bankruptcy",
                "enrollment",
                "plan_amendment",
            ),
        ),
        text("beneficiary", "which beneficiary, such as employee, spouse or child_1"),
        ADMINISTRATOR,
        fact("event_on", "day of the event"),
        event("coverage_loss_on", "first day without coverage"),
        event("administrator_notified_on", "day the administrator was told"),
        event("election_notice_sent_on", "day the election notice was sent"),
        event("elected_on", "day continuation was elected"),
        event("first_payment_on", "day the first premium was paid"),
        event("continuation_end", "last day of continued coverage"),
    ),
    parents=("employee_number", "plan_id"),
)

BENEFIT_NOTICE = RecordType(
    name="benefit_notice",
    meaning="a notice owed under a plan",
    confidentiality="pii",
    key=("notice_id",),
    fields=(
        text("notice_id", "the notice", derived=True),
        EMPLOYEE,
        PLAN,
        text("event_id", "the benefit event that it follows from"),
        text("kind", "which notice, such as sbc, chip or medicare_part_d"),
        occasion("requested_on", "day the person's request for it arrived"),
        fact("due_on_stated", "day it is due as the source has it"),
        event("sent_on", "day it was sent"),
    ),
    parents=("employee_number", "plan_id"),
)

TYPES = (BENEFIT_PLAN, PLAN_YEAR, BENEFIT_ENROLLMENT, BENEFIT_EVENT, BENEFIT_NOTICE)
