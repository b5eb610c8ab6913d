"""Reports to agencies, licences, and the papers of hiring."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.describe import (
    EMPLOYEE,
    PLAN,
    WORKSITE,
    code,
    event,
    fact,
    number,
    occasion,
    text,
    yes_no,
)

FILING = RecordType(
    name="filing",
    meaning="a report to an agency for a period",
    confidentiality="internal",
    key=("filing_type", "filing_no"),
    fields=(
        text("filing_type", "which report, such as EEO1, VETS4212, OSHA300A, FORM5500"),
        text("filing_no", "counted from 1 by period", derived=True),
        PLAN,
        WORKSITE,
        text("place", "agency's place, such as us.ca; empty for the nation"),
        number("data_year", "year that the data are about"),
        fact("period_start", "first day covered"),
        fact("period_end", "last day covered"),
        fact("due_on_stated", "day it is due as the source has it"),
        occasion("extension_filed_on", "day more time was asked for"),
        event("filed_on", "day it was filed"),
        yes_no("accepted", "the agency accepted it"),
    ),
    parents=("plan_id", "worksite_id"),
)

LICENSE = RecordType(
    name="license",
    meaning="a licence or certificate that somebody needs for the job",
    confidentiality="pii",
    key=("employee_number", "license_no"),
    fields=(
        EMPLOYEE,
        text("license_no", "counted from 1 for one person", derived=True),
        text("kind", "which licence"),
        text("issuer", "who issued it"),
        fact("issued_on", "day of issue"),
        event("expires_on", "last day of validity; empty if it has none"),
        event("verified_on", "day it was last checked"),
    ),
    parents=("employee_number",),
)

REQUISITION = RecordType(
    name="requisition",
    meaning="an opening to be filled",
    confidentiality="internal",
    key=("requisition_id",),
    fields=(
        text("requisition_id", "the opening"),
        WORKSITE,
        fact("opened_on", "first day it was open"),
        event("closed_on", "day it was closed"),
        event("filled_on", "day it was filled"),
        event("hire_made_on", "day a hire was made"),
        yes_no("pay_range_posted", "the posting shows the range of pay"),
    ),
    parents=("worksite_id",),
)

APPLICANT = RecordType(
    name="applicant",
    meaning="an application for an opening",
    confidentiality="pii",
    key=("applicant_id",),
    fields=(
        text("applicant_id", "the application"),
        text("requisition_id", "the opening applied for"),
        EMPLOYEE,
        fact("applied_on", "day of application"),
        code("disposition", "what came of it", ("in_process", "hired", "rejected", "withdrawn", "declined_offer")),
        event("disposition_on", "day of that decision"),
        occasion("pay_range_given_on", "day the applicant was told the range of pay"),
    ),
    parents=("employee_number",),
)

SCREENING_REPORT = RecordType(
    name="screening_report",
    meaning="a background check; dates only, no content",
    confidentiality="screening",
    key=("report_id",),
    fields=(
        text("report_id", "the report"),
        EMPLOYEE,
        text("applicant_id", "the application that it is for"),
        fact("ordered_on", "day it was ordered"),
        event("disclosure_on", "day the disclosure was given"),
        event("authorization_on", "day the person agreed"),
        event("report_on", "day the report came"),
        code("result", "outcome in a word", ("clear", "consider")),
        occasion("pre_adverse_on", "day the notice before an adverse decision was sent"),
        occasion("adverse_on", "day of the adverse decision"),
    ),
    parents=("employee_number",),
)

TYPES = (FILING, LICENSE, REQUISITION, APPLICANT, SCREENING_REPORT)
