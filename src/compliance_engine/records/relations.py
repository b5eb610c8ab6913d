"""Numbers that lead nowhere: owners that are in no file, and numbers that a spreadsheet has made shorter."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType
from compliance_engine.records.findings import Check
from compliance_engine.records.sql import name
from compliance_engine.records.types import VOCABULARY

_OWNERS = (
    ("employee_number", "employee"),
    ("worksite_id", "worksite"),
    ("course_id", "training_course"),
    ("plan_id", "benefit_plan"),
)
_CASES = {
    "leave_notice": "leave_case",
    "leave_usage": "leave_case",
    "accommodation_event": "accommodation_case",
}


def _orphans(record_type: RecordType, column: str, owner: str) -> list[Check]:
    """Rows of a type whose owner is in no file; an owner whose number only lacks zeros in front is told apart."""
    child, parent, column_sql = name(record_type.name), name(owner), name(column)
    nobody = (
        f"SELECT t._row, t.employer_id, t.{column_sql} AS id FROM {child} t WHERE t.{column_sql} IS NOT NULL "
        "AND NOT EXISTS "
        f"(SELECT 1 FROM {parent} p WHERE p.employer_id = t.employer_id AND p.{column_sql} = t.{column_sql})"
    )
    stripped = f"SELECT employer_id, ltrim({column_sql}, '0') AS id FROM {parent}"
    short = f"(employer_id, ltrim(id, '0')) IN (SELECT (employer_id, id) FROM ({stripped}))"
    return [
        Check(
            "lost-leading-zeros",
            record_type.name,
            column,
            f"no {owner} has this number, but one has it with other zeros in front",
            f"SELECT _row FROM ({nobody}) WHERE {short}",
            needs=(owner,),
        ),
        Check(
            "orphan",
            record_type.name,
            column,
            f"the {owner} that the row belongs to is in no file",
            f"SELECT _row FROM ({nobody}) WHERE NOT {short}",
            needs=(owner,),
        ),
    ]


def orphans() -> list[Check]:
    """Look at every number by which a row belongs to a person, place, course, plan or case."""
    found: list[Check] = []
    for record_type in VOCABULARY.types.values():
        for column, owner in _OWNERS:
            if record_type.name != owner and record_type.field(column) is not None:
                found += _orphans(record_type, column, owner)
        if record_type.name in _CASES:
            found += _orphans(record_type, "case_number", _CASES[record_type.name])
    return found


def short_codes() -> list[Check]:
    """Postal codes and employer numbers that a spreadsheet has made shorter."""
    found = []
    for type_name, column in (("worksite", "postal_code"), ("employee", "home_postal_code")):
        place = name("places" if type_name == "worksite" else "home_places")
        found.append(
            Check(
                "lost-leading-zeros",
                type_name,
                column,
                "the postal code has fewer than five digits",
                f"SELECT _row FROM {name(type_name)} WHERE regexp_full_match({name(column)}, '\\d{{3,4}}(-\\d{{4}})?') "
                f"AND ({place} IS NULL OR {place}[1] = 'us')",
                distrusted=(column,),
            )
        )
    found.append(
        Check(
            "lost-leading-zeros",
            "employer",
            "fein",
            "the employer identification number has fewer than nine digits",
            "SELECT _row FROM employer WHERE regexp_full_match(fein, '\\d{7,8}')",
            distrusted=("fein",),
        )
    )
    return found


def uneven_numbers() -> Check:
    """Numbers of people of which some begin with zeros and others are shorter."""
    return Check(
        "lost-leading-zeros",
        "employee",
        "employee_number",
        "other numbers have the same length by zeros in front; this one is shorter",
        "SELECT _row FROM employee WHERE regexp_full_match(employee_number, '[1-9]\\d*') AND length(employee_number) < "
        "(SELECT max(length(employee_number)) FROM employee WHERE regexp_full_match(employee_number, '0\\d+')) "
        "AND 1 = (SELECT count(DISTINCT length(employee_number)) FROM employee "
        "WHERE starts_with(employee_number, '0'))",
    )
