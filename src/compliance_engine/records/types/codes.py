"""Code lists that more than one record type uses. Codes are lower snake case; places are codes such as `us.ca`."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text, as a code list."""
    return tuple(text.split())


STATE_NAMES = {
    "al": "Alabama",
    "ak": "Alaska",
    "az": "Arizona",
    "ar": "Arkansas",
    "ca": "California",
    "co": "Colorado",
    "ct": "Connecticut",
    "de": "Delaware",
    "dc": "District of Columbia",
    "fl": "Florida",
    "ga": "Georgia",
    "hi": "Hawaii",
    "id": "Idaho",
    "il": "Illinois",
    "in": "Indiana",
    "ia": "Iowa",
    "ks": "Kansas",
    "ky": "Kentucky",
    "la": "Louisiana",
    "me": "Maine",
    "md": "Maryland",
    "ma": "Massachusetts",
    "mi": "Michigan",
    "mn": "Minnesota",
    "ms": "Mississippi",
    "mo": "Missouri",
    "mt": "Montana",
    "ne": "Nebraska",
    "nv": "Nevada",
    "nh": "New Hampshire",
    "nj": "New Jersey",
    "nm": "New Mexico",
    "ny": "New York",
    "nc": "North Carolina",
    "nd": "North Dakota",
    "oh": "Ohio",
    "ok": "Oklahoma",
    "or": "Oregon",
    "pa": "Pennsylvania",
    "ri": "Rhode Island",
    "sc": "South Carolina",
    "sd": "South Dakota",
    "tn": "Tennessee",
    "tx": "Texas",
    "ut": "Utah",
    "vt": "Vermont",
    "va": "Virginia",
    "wa": "Washington",
    "wv": "West Virginia",
    "wi": "Wisconsin",
    "wy": "Wyoming",
    "as": "American Samoa",
    "gu": "Guam",
    "mp": "Northern Mariana Islands",
    "pr": "Puerto Rico",
    "vi": "Virgin Islands",
}
"""The fifty states, the District of Columbia and five territories, by their postal letters."""

STATES = tuple(f"us.{letters}" for letters in STATE_NAMES)

WORKER_TYPE = ("employee", "independent_contractor", "vendor_worker", "volunteer", "trainee_unpaid")
STATUS = (
    "pre_hire",
    "onboarding",
    "active",
    "on_leave",
    "suspended",
    "laid_off",
    "inactive",
    "terminated",
    "retired",
    "deceased",
)
EMPLOYMENT_TYPE = (
    "full_time",
    "part_time",
    "intern",
    "temporary",
    "seasonal",
    "per_diem",
    "variable_hour",
    "contractor",
    "freelance",
    "apprentice",
)
FLSA_STATUS = ("exempt", "nonexempt", "salaried_nonexempt", "commission_exempt", "commission_nonexempt", "owner")
CHANNEL = ("in_person", "mail", "email", "portal", "other")
CITIZENSHIP = ("citizen", "noncitizen_national", "lawful_permanent_resident", "authorized_alien")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

DOCUMENT_CLASSES = {
    "hiring": (
        "job_posting requisition application resume interview_notes selection_record offer_letter eeo_self_id_form "
        "reference_check fcra_disclosure background_report adverse_action_notice drug_test"
    ),
    "eligibility": (
        "i9_form i9_support_copy everify_record immigration_petition public_access_file minor_work_permit "
        "school_completion"
    ),
    "employment": (
        "personnel_file job_description promotion_transfer performance_review discipline grievance license "
        "contractor_agreement union_agreement confidentiality_agreement biometric_template"
    ),
    "pay": (
        "w4 direct_deposit_form wage_rate time_card work_schedule payroll_register pay_statement garnishment w2 "
        "payroll_tax unemployment_claim pay_equity_analysis"
    ),
    "benefits": "benefit_election beneficiary_form plan_document spd plan_report cobra_notice hipaa_record qdro",
    "leave": (
        "leave_request leave_notice leave_certification leave_designation leave_usage_record accommodation_request "
        "accommodation_dialogue medical_record military_leave"
    ),
    "safety": (
        "osha_300 osha_300a osha_301 exposure_record medical_surveillance safety_training workers_comp_claim "
        "safety_plan hazard_assessment"
    ),
    "notice": (
        "training_certificate training_roster handbook policy acknowledgement posting_proof notice_of_rights "
        "wage_notice commission_agreement"
    ),
    "separation": "resignation termination_letter separation_agreement exit_interview layoff_notice warn_notice",
    "disputes": "charge complaint investigation_file litigation_file audit_file affirmative_action_plan",
    "control": "hold_notice destruction_certificate audit_log unclassified",
}
"""Record classes by family."""

DOCUMENT_CLASS = words(" ".join(DOCUMENT_CLASSES.values()))

CONTENT_KINDS = ("ssn", "medical", "genetic", "biometric", "bank", "minor", "criminal", "immigration")

TRAINING_TOPIC = words(
    "harassment harassment_supervisor harassment_bystander discrimination workplace_violence bloodborne hazcom "
    "hazwoper hazwoper_refresher lockout_tagout respirator respirator_fit_test confined_space fall_protection "
    "forklift first_aid_cpr fire_extinguisher emergency_action ppe hearing_conservation asbestos lead silica "
    "heat_illness electrical_safety process_safety laser radiation dot_drug_alcohol_supervisor hazmat pesticide "
    "food_handler alcohol_server security_guard mandated_reporter hipaa_privacy data_privacy biometric_privacy "
    "human_trafficking ethics cybersecurity active_shooter leave_law i9 wage_hour safety_orientation other"
)
"""What a course is about. A course about anything else is `other`."""
