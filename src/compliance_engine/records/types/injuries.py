"""Injuries and illnesses, with the names of OSHA's electronic filing so that an export is a copy."""

from __future__ import annotations

from compliance_engine.language.vocabulary import Missing, RecordType
from compliance_engine.records.types.codes import STATES
from compliance_engine.records.types.describe import (
    EMPLOYEE,
    WORKSITE,
    clock_time,
    code,
    event,
    fact,
    instant,
    number,
    occasion,
    text,
    yes_no,
)

INJURY = RecordType(
    name="injury",
    meaning="a work-related injury or illness",
    confidentiality="medical",
    key=("injury_id",),
    fields=(
        text("injury_id", "the case; made of establishment, year and case number if the source has none"),
        EMPLOYEE,
        WORKSITE,
        text("establishment_name", "establishment on the log"),
        text("year_of_filing", "year of the log"),
        text("case_number", "number on the log"),
        text("job_title", "title of the job"),
        fact("date_of_incident", "day of the injury or of the diagnosis of an illness"),
        code(
            "incident_outcome",
            "worst outcome",
            ("death", "days_away", "transfer_or_restriction", "other_recordable", "first_aid"),
        ),
        code(
            "type_of_incident",
            "kind of case",
            ("injury", "skin_disorder", "respiratory", "poisoning", "hearing_loss", "other_illness"),
        ),
        code(
            "severe_kind",
            "what makes it reportable at once",
            ("inpatient_hospitalization", "amputation", "eye_loss", "fatality"),
        ),
        number("dafw_num_away", "days away from work"),
        number("djtr_num_tr", "days of job transfer or restriction"),
        clock_time("time_of_incident", "time of day of the event"),
        clock_time("time_started_work", "time of day the person began work"),
        yes_no("treatment_in_patient", "stayed in hospital overnight"),
        occasion("date_of_death", "day of death"),
        occasion("hospitalized_on", "day of admission"),
        fact("reported_to_employer_on", "day the employer learned that it happened"),
        instant("learned_at", "moment the employer learned that it must be reported at once", Missing.OCCASION),
        instant("reported_at", "moment it was reported to the agency", Missing.EVENT),
        event("recorded_on", "day it was put on the log"),
        event("claim_form_given_on", "day the person was given a claim form"),
        event("claim_filed_on", "day the claim or first report was filed"),
        yes_no("is_recordable", "must be on the log"),
        yes_no("is_privacy_case", "the log shows no name"),
    ),
    parents=("employee_number", "worksite_id"),
    together=("employee_number",),
)

INJURY_ANNUAL_SUMMARY = RecordType(
    name="injury_annual_summary",
    meaning="the yearly summary of one establishment's log",
    confidentiality="internal",
    key=("establishment_name", "year_filing_for"),
    fields=(
        WORKSITE,
        text("establishment_name", "establishment"),
        text("year_filing_for", "year covered"),
        fact("period_end", "last day of the year covered"),
        text("ein_number", "federal employer identification number"),
        text("city", "city"),
        code("state", "state or territory", STATES),
        text("naics_code", "industry"),
        number("annual_average_employees", "average number of people"),
        number("total_hours_worked", "hours worked by all"),
        number("total_deaths", "deaths"),
        number("total_dafw_cases", "cases with days away"),
        number("total_djtr_cases", "cases with transfer or restriction"),
        number("total_other_cases", "other recordable cases"),
        number("total_dafw_days", "days away"),
        number("total_djtr_days", "days of transfer or restriction"),
        event("certified_on", "day an executive certified it"),
        text("certified_by_title", "title of who certified"),
        event("posted_from", "first day it hung"),
        event("posted_to", "last day it hung"),
        event("submitted_on", "day it was sent to the agency"),
    ),
    parents=("worksite_id",),
)

TYPES = (INJURY, INJURY_ANNUAL_SUMMARY)
