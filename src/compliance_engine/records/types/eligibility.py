"""Form I-9, the papers shown for it, Supplement B, E-Verify. Numbers of papers are never kept."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import CITIZENSHIP
from compliance_engine.records.types.describe import EMPLOYEE, SPELL, code, event, fact, occasion, text, yes_no

I9 = RecordType(
    name="i9",
    meaning="Form I-9 of one spell",
    confidentiality="immigration",
    key=("employee_number", "spell_no"),
    fields=(
        EMPLOYEE,
        SPELL,
        fact("form_edition", "edition date printed on the form"),
        fact("first_day_of_employment", "first day as written on the form"),
        code("citizenship_status", "box ticked in Section 1", CITIZENSHIP),
        event("section1_signed_on", "day the employee signed Section 1"),
        event("section2_signed_on", "day the employer signed Section 2"),
        code("examination_method", "how the papers were seen", ("physical", "alternative_procedure")),
        event("work_authorization_expires_on", "last day of work authorization by Section 1; empty for none"),
        occasion("renewal_filed_on", "day a renewal of the authorization was filed"),
        yes_no("preparer_translator_used", "somebody helped to fill in Section 1"),
        yes_no("copies_kept", "copies of the papers are on file"),
        event("receipt_due_on", "day by which the paper behind a receipt is due, as the source works it out"),
    ),
    parents=("employee_number",),
)

I9_DOCUMENT = RecordType(
    name="i9_document",
    meaning="a paper shown for Section 2 or Supplement B",
    confidentiality="immigration",
    key=("employee_number", "spell_no", "paper_no"),
    fields=(
        EMPLOYEE,
        SPELL,
        text("paper_no", "counted from 1 within the form", derived=True),
        code("document_list", "list of acceptable papers that it is on", ("a", "b", "c")),
        text("document_type", "kind of paper, such as us_passport or temporary_i551"),
        text("issuing_authority", "who issued it"),
        fact("issued_on", "day it was issued, from which a stamp without an end is good for a year"),
        event("expires_on", "last day of its validity; empty if it has none"),
        yes_no("is_receipt", "a receipt stands for the paper"),
        code("receipt_kind", "why there is a receipt", ("replacement", "i94_i551_stamp", "i94_refugee")),
        code("shown_for", "at which step it was shown", ("hire", "reverification", "rehire")),
        fact("shown_on", "day it was shown"),
        event("replaced_on", "day the real paper was seen in place of the receipt"),
    ),
    parents=("employee_number", "spell_no"),
)

SUPPLEMENT_B = RecordType(
    name="supplement_b",
    meaning="an entry of Supplement B: reverification, rehire or change of name",
    confidentiality="immigration",
    key=("employee_number", "spell_no", "entry_no"),
    fields=(
        EMPLOYEE,
        SPELL,
        text("entry_no", "counted from 1 within the form", derived=True),
        code("reason", "why the entry was made", ("reverification", "rehire", "name_change")),
        event("supplement_b_signed_on", "day the employer signed the entry"),
        event("expires_on", "end of the authorization shown; empty if it has none"),
        text("document_type", "kind of paper shown"),
    ),
    parents=("employee_number", "spell_no"),
)

EVERIFY_CASE = RecordType(
    name="everify_case",
    meaning="the E-Verify case of one spell",
    confidentiality="immigration",
    key=("employee_number", "spell_no"),
    fields=(
        EMPLOYEE,
        SPELL,
        event("case_created_on", "day the case was created"),
        code(
            "result",
            "last answer",
            ("employment_authorized", "mismatch", "final_nonconfirmation", "case_in_continuance", "closed_unresolved"),
        ),
        occasion("mismatch_on", "day a mismatch came back"),
        event("notified_on", "day the person was told of the mismatch"),
        event("referred_on", "day the mismatch was referred"),
        event("closed_on", "day the case was closed"),
    ),
    parents=("employee_number",),
)

TYPES = (I9, I9_DOCUMENT, SUPPLEMENT_B, EVERIFY_CASE)
