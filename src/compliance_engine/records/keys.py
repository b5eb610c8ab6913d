"""How rows of each record type get a key that no two of them share."""

from __future__ import annotations

REQUIRED: dict[str, tuple[str, ...]] = {
    "headcount_snapshot": (),
    "worksite": ("worksite_id",),
    "employer": (),
    "pay_period": ("pay_group",),
    "document": ("document_id",),
    "document_instance": ("document_id",),
    "leave_case": ("case_number",),
    "leave_notice": ("case_number",),
    "leave_usage": ("case_number",),
    "accommodation_case": ("case_number",),
    "accommodation_event": ("case_number",),
    "training_course": ("course_id",),
    "posting_display": ("posting_id",),
    "policy_document": ("policy_id",),
    "injury": (),
    "injury_annual_summary": (),
    "benefit_plan": ("plan_id",),
    "plan_year": ("plan_id",),
    "benefit_event": (),
    "benefit_notice": (),
    "filing": ("filing_type",),
    "requisition": ("requisition_id",),
    "applicant": ("applicant_id",),
    "screening_report": ("report_id",),
    "legal_matter": ("matter_number",),
    "hold": (),
    "event": (),
}
"""Columns without which a row is nobody's; every type not named here needs `employee_number`.

A hold needs none: a line that is lost is a record destroyed.
"""

NUMBERED: dict[str, tuple[str, ...]] = {
    "headcount_snapshot": ("snapshot_no", "counted_on"),
    "hours_period": ("period_no",),
    "payroll_record": ("payment_no",),
    "time_record": ("stretch_no", "in_at"),
    "document_instance": ("instance_no",),
    "i9_document": ("paper_no", "shown_on", "document_list", "document_type"),
    "supplement_b": ("entry_no", "supplement_b_signed_on"),
    "leave_notice": ("notice_no", "sent_on", "received_on"),
    "leave_usage": ("usage_no",),
    "accommodation_event": ("step_no", "happened_on"),
    "training": ("attempt", "completed_on", "assigned_on"),
    "posting_display": ("display_no", "displayed_from"),
    "acknowledgement": ("acknowledgement_no", "acknowledged_on", "presented_on"),
    "benefit_enrollment": ("enrollment_no", "coverage_start"),
    "benefit_notice": ("notice_id", "due_on_stated", "sent_on"),
    "filing": ("filing_no", "period_end", "data_year"),
    "license": ("license_no", "issued_on"),
    "hold": ("scope_no", "effective_from"),
}
"""The field that counts rows which are alike in the rest of the key, and the fields they are counted along: dates, and
what tells papers of one day apart, so that their order in the file names nothing.

Rows that come later get later numbers, so a growing export keeps the numbers it had.
"""

MADE: dict[str, tuple[str, tuple[str, ...]]] = {
    "injury": ("injury_id", ("establishment_name", "year_of_filing", "case_number")),
    "event": ("event_id", ("kind", "subject_id", "employee_number", "worksite_id", "happened_on")),
    "benefit_event": ("event_id", ("employee_number", "plan_id", "kind", "beneficiary", "event_on")),
}
"""Keys that are made of other fields where the source has none."""


def required(type_name: str) -> tuple[str, ...]:
    """The columns that a row of the type cannot do without."""
    return REQUIRED.get(type_name, ("employee_number",))
