"""The employer, how many people it has, and its places of work."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.types.codes import STATES, WEEKDAYS
from compliance_engine.records.types.describe import (
    WORKSITE,
    code,
    event,
    fact,
    many,
    number,
    occasion,
    text,
    yes_no,
)

EMPLOYER = RecordType(
    name="employer",
    meaning="a legal entity that employs people",
    confidentiality="internal",
    key=(),
    fields=(
        text("legal_name", "name as registered"),
        text("fein", "federal employer identification number, nine digits"),
        text("parent_employer_id", "the employer that owns this one; some thresholds count across both"),
        text("naics_code", "industry, six digits"),
        code("sector", "kind of organisation", ("private", "state_local", "federal", "education", "nonprofit")),
        yes_no("federal_contractor", "holds a federal contract or subcontract"),
        occasion("federal_contract_since", "first day of the first federal contract still running"),
        number("federal_contract_value", "largest federal contract or subcontract still running, in dollars"),
        occasion("everify_since", "first day on which new hires go through E-Verify"),
        code(
            "fmla_year_method",
            "how the twelve months of FMLA leave are counted",
            ("calendar", "fixed_12", "forward", "rolling_backward"),
        ),
        code("workweek_starts_on", "first day of the workweek for overtime", WEEKDAYS),
        occasion("monitors_since", "first day on which use of telephone, e-mail or internet is watched"),
        yes_no("customarily_informed_electronically", "staff are used to getting notices on a screen"),
        yes_no("exempt_industry", "partly exempt from keeping an injury log because of its industry"),
        yes_no("self_insured_health_plan", "pays health claims itself"),
    ),
)

HEADCOUNT_SNAPSHOT = RecordType(
    name="headcount_snapshot",
    meaning="how many people there were, as counted by somebody on a day",
    confidentiality="internal",
    key=("snapshot_no",),
    fields=(
        text("snapshot_no", "counted from 1 by day", derived=True),
        WORKSITE,
        fact("counted_on", "the day the number is true for"),
        number("people", "people counted"),
        code(
            "basis",
            "what was counted",
            ("current", "payroll_period", "annual_average", "annual_peak", "workweeks_in_year"),
        ),
        text("counted_place", "place that was counted, such as us.ca; empty for everywhere"),
    ),
    parents=("worksite_id",),
)

WORKSITE_TYPE = RecordType(
    name="worksite",
    meaning="a place where people work, or from which a remote person works",
    confidentiality="internal",
    key=("worksite_id",),
    fields=(
        WORKSITE,
        text("name", "what the place is called"),
        code("worksite_type", "kind of place", ("establishment", "remote_home", "mobile", "client_site")),
        text("city", "city or town"),
        text("county", "county"),
        code("state", "state or territory", STATES),
        text("postal_code", "postal code, text because of leading zeros"),
        text("country", "country, two letters"),
        text("time_zone", "zone name such as America/New_York"),
        fact("opened_on", "first day of business there"),
        event("closed_on", "last day of business there"),
        text("establishment_name", "name on the injury log"),
        text("naics_code", "industry of the place, six digits"),
        text("eeo1_unit_number", "unit number in the EEO-1 report"),
        number("peak_headcount", "most people there at once in the year before"),
        yes_no("exempt_industry", "partly exempt from keeping an injury log because of its industry"),
        yes_no("appendix_a_industry", "its industry is in Appendix A to 29 CFR 1904 Subpart E (sends the summary)"),
        yes_no("appendix_b_industry", "its industry is in Appendix B to the same (sends the cases, too)"),
        many("places", "the jurisdictions that the place lies in, widest first", derived=True),
        yes_no("places_known", "whether `places` is complete; unknown where a city or county is missing", derived=True),
    ),
)

TYPES = (EMPLOYER, HEADCOUNT_SNAPSHOT, WORKSITE_TYPE)
