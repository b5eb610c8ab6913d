"""What can be wrong with records that were read without trouble: each check is one query."""

from __future__ import annotations

from compliance_engine.records import relations
from compliance_engine.records.findings import Check
from compliance_engine.records.sql import name

_PERSON = "e.employer_id = t.employer_id AND e.employee_number = t.employee_number"
_GONE = "('terminated', 'retired', 'deceased')"
_HERE = "('active', 'on_leave', 'suspended', 'onboarding')"

_SPELLS = (
    Check(
        "termination-before-start",
        "employment_spell",
        "termination_date",
        "employment ends before it begins, so neither day is relied on",
        "termination_date < coalesce(start_date, hire_date)",
        distrusted=("termination_date", "start_date"),
    ),
    Check(
        "terminated-without-date",
        "employment_spell",
        "termination_date",
        "the status says that employment has ended and no day says when",
        f"status IN {_GONE} AND termination_date = DATE 'infinity'",
        distrusted=("termination_date",),
    ),
    Check(
        "inactive-without-date",
        "employment_spell",
        "termination_date",
        "the status may be a leave or an end of employment, and no day says that it has ended",
        "status = 'inactive' AND termination_date = DATE 'infinity'",
        distrusted=("termination_date",),
    ),
    Check(
        "active-after-termination",
        "employment_spell",
        "termination_date",
        "the status says that the person works here after the last day of employment",
        f"status IN {_HERE} AND termination_date < $as_of",
        distrusted=("termination_date", "status"),
    ),
    Check(
        "future-hire",
        "employment_spell",
        "start_date",
        "the person is called active and has not begun",
        "status = 'active' AND start_date > $as_of",
    ),
    Check(
        "start-before-14th-birthday",
        "employee",
        "date_of_birth",
        "a spell begins before the person was fourteen, so the day of birth is not relied on",
        rows="SELECT DISTINCT e._row FROM employee e JOIN employment_spell t ON "
        f"{_PERSON} WHERE t.start_date < e.date_of_birth + INTERVAL 14 YEAR",
        distrusted=("date_of_birth",),
    ),
)

_PEOPLE_AND_PLACES = (
    Check(
        "shared-social-security-number",
        "employee",
        "ssn_hash",
        "several people have the same social security number",
        rows="SELECT _row FROM employee WHERE ssn_hash IS NOT NULL QUALIFY count(*) "
        "OVER (PARTITION BY employer_id, ssn_hash) > 1",
    ),
    Check(
        "worksite-without-state",
        "worksite",
        "state",
        "the place has no state, so nobody can tell which laws hold there",
        "places IS NULL",
    ),
    Check(
        "worksite-without-city",
        "worksite",
        "city",
        "city, county and postal code are missing in a state where cities have labour law of their own",
        "places IS NOT NULL AND NOT places_known",
    ),
    Check(
        "person-without-place",
        "assignment",
        "worksite_id",
        "the assignment names no place of work, so nobody can tell which laws hold",
        "worksite_id IS NULL AND is_primary IS DISTINCT FROM FALSE",
    ),
    Check(
        "remote-without-home-state",
        "employee",
        "home_state",
        "the person works from home and no state of residence is known",
        rows="SELECT DISTINCT e._row FROM employee e JOIN assignment t ON "
        f"{_PERSON} JOIN worksite w ON w.employer_id = t.employer_id AND w.worksite_id = t.worksite_id "
        "WHERE w.worksite_type = 'remote_home' AND w.state IS NULL AND e.home_places IS NULL",
    ),
    Check(
        "assignment-gap",
        "assignment",
        "valid_from",
        "between two main assignments, or before the first, there are days without one",
        rows="SELECT _row FROM (SELECT t._row, t.valid_from, coalesce(lag(t.valid_to) OVER (PARTITION BY "
        "t.employer_id, t.employee_number, t.spell_no ORDER BY t.valid_from, t._row), s.start_date) AS follows "
        "FROM assignment t LEFT JOIN employment_spell s ON s.employer_id = t.employer_id "
        "AND s.employee_number = t.employee_number AND s.spell_no = t.spell_no "
        "WHERE t.is_primary IS DISTINCT FROM FALSE AND t.valid_from IS NOT NULL) "
        "WHERE valid_from > follows",
    ),
)

_HOURS = (
    Check(
        "too-many-hours",
        "hours_period",
        "hours_worked",
        "more hours than the period has",
        "hours_worked > 24 * (date_diff('day', period_start, period_end) + 1)",
        distrusted=("hours_worked",),
    ),
    Check(
        "overlapping-hours",
        "hours_period",
        "hours_worked",
        "the period overlaps another one of the same person, so hours would count twice",
        rows="SELECT DISTINCT unnest([_row, next]) FROM (SELECT _row, period_end, lead(_row) OVER w AS next, "
        "lead(period_start) OVER w AS next_start FROM hours_period WHERE period_start IS NOT NULL WINDOW w AS "
        "(PARTITION BY employer_id, employee_number ORDER BY period_start, _row)) WHERE next_start <= period_end",
        distrusted=("hours_worked",),
    ),
    Check(
        "punches-out-of-order",
        "time_record",
        "out_at",
        "the punch-out is before the punch-in",
        "out_at < in_at",
        distrusted=("in_at", "out_at"),
    ),
)

_SAID_ELSEWHERE = (
    Check(
        "supervisor-without-date",
        "employment_spell",
        "supervisor_since",
        "the person directs the work of others and no day says since when",
        rows="SELECT DISTINCT t._row FROM employment_spell t JOIN assignment e ON "
        f"{_PERSON} AND e.spell_no = t.spell_no WHERE e.is_supervisor AND t.supervisor_since = DATE '-infinity'",
        distrusted=("supervisor_since",),
    ),
    Check(
        "completed-without-date",
        "training",
        "completed_on",
        "the status says that the course was completed and no day says when",
        "status IN ('completed', 'passed') AND completed_on = DATE 'infinity'",
        distrusted=("completed_on",),
    ),
)

_OTHERS = (
    Check(
        "hold-without-scope",
        "hold",
        "document_id",
        "the line names no person, class, place, document or days; it may mean any document: none may go",
        "employee_number IS NULL AND class_code IS NULL AND worksite_id IS NULL AND "
        "document_id IS NULL AND (date_from IS NULL OR date_from = DATE '-infinity') "
        "AND (date_to IS NULL OR date_to = DATE 'infinity')",
        unplaces=True,
    ),
    Check(
        "poster-without-place",
        "posting_display",
        "worksite_id",
        "the notice is shown at no place and to nobody that the row names",
        "worksite_id IS NULL AND employee_number IS NULL",
        unplaces=True,
    ),
    Check(
        "filing-without-place",
        "filing",
        "worksite_id",
        "the report is sent for each place, and the row names none",
        "worksite_id IS NULL AND filing_type IN ('OSHA300A', 'OSHA300_301')",
        unplaces=True,
    ),
)


_SUBJECTS = (
    ("document", "employee", "employee_number"),
    ("document", "worksite", "worksite_id"),
    ("event", "employee", "employee_number"),
    ("event", "worksite", "worksite_id"),
)
"""(type, what a row may say that it is about, the number that names it)."""


def _about(type_name: str, subject: str, column: str) -> Check:
    return Check(
        f"{subject}-not-named",
        type_name,
        column,
        f"the row says that its subject is of the kind {subject} and does not say which",
        f"subject_type = '{subject}' AND {column} IS NULL",
        distrusted=(column,),
        unplaces=True,
    )


_PERIODS = (
    ("assignment", "valid_from", "valid_to"),
    ("hours_period", "period_start", "period_end"),
    ("pay_period", "starts_on", "ends_on"),
    ("payroll_record", "period_start", "period_end"),
    ("document", "period_start", "period_end"),
    ("leave_case", "expected_start", "expected_end"),
    ("leave_case", "actual_start", "actual_end"),
    ("training", "started_on", "completed_on"),
    ("posting_display", "displayed_from", "displayed_to"),
    ("policy_document", "effective_on", "superseded_on"),
    ("plan_year", "starts_on", "ends_on"),
    ("benefit_enrollment", "coverage_start", "coverage_end"),
    ("requisition", "opened_on", "closed_on"),
    ("legal_matter", "opened_on", "final_disposition_on"),
    ("hold", "effective_from", "released_on"),
)
"""(type, first day, last day) of everything that lasts."""


def _period(type_name: str, first: str, last: str) -> Check:
    return Check(
        "end-before-start",
        type_name,
        last,
        f"{last} is before {first}, so neither day is relied on",
        f"{name(last)} < {name(first)} AND {name(last)} <> DATE '-infinity' AND {name(first)} <> DATE 'infinity'",
        distrusted=(first, last),
    )


CHECKS: tuple[Check, ...] = (
    *_SPELLS,
    *_PEOPLE_AND_PLACES,
    *_HOURS,
    *_SAID_ELSEWHERE,
    *_OTHERS,
    *(_about(*subject) for subject in _SUBJECTS),
    *(_period(*period) for period in _PERIODS),
    *relations.short_codes(),
    relations.uneven_numbers(),
)
"""Everything that is looked for, in the order in which it is."""
