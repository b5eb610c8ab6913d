"""Numbers that lead nowhere: owners that are in no file, and numbers that a spreadsheet has made shorter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from compliance_engine.records.findings import Check
from compliance_engine.records.sql import name
from compliance_engine.records.types import VOCABULARY
from compliance_engine.records.unplaced import OWNERS

_OTHERS = {
    "leave_notice": (("case_number", "leave_case"),),
    "leave_usage": (("case_number", "leave_case"),),
    "accommodation_event": (("case_number", "accommodation_case"),),
    "hold": (("document_id", "document"),),
}


@dataclass(frozen=True)
class Relation:
    """A number by which the rows of a type belong to somebody or something.

    Attributes:
        type: the record type.
        column: the number.
        owner: the type that has a row of this number.
    """

    type: str
    column: str
    owner: str

    @property
    def short(self) -> Check:
        """What is said of a row whose number only lacks zeros in front."""
        message = f"no {self.owner} has this number, but one has it with other zeros in front"
        return Check("lost-leading-zeros", self.type, self.column, message, unplaces=True)

    @property
    def orphan(self) -> Check:
        """What is said of a row whose owner is in no file."""
        message = f"the {self.owner} that the row belongs to is in no file"
        return Check("orphan", self.type, self.column, message, unplaces=True)


RELATIONS: tuple[Relation, ...] = tuple(
    Relation(record_type.name, column, owner)
    for record_type in VOCABULARY.types.values()
    for column, owner in [*OWNERS.items(), *_OTHERS.get(record_type.name, ())]
    if owner and record_type.name != owner and record_type.field(column) is not None
)
"""Every number by which a row belongs to a person, place, course, plan or case."""


def lead_nowhere(connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation], first: int) -> None:
    """Put rows whose owner is in no file into `_wrong`; rows of one owner's children are read in one statement.

    Args:
        first: number of the check on the first relation's short numbers; that on its orphans follows, and so on.
    """
    for owner in sorted({relation.owner for relation in relations}):
        children = [(number, relation) for number, relation in enumerate(relations) if relation.owner == owner]
        column, parent = name(children[0][1].column), name(owner)
        rows = " UNION ALL ".join(
            f"SELECT {first + 2 * number} AS check_no, _row, _file, _record, employer_id, {column} AS id "
            f"FROM {name(relation.type)} WHERE {column} IS NOT NULL"
            for number, relation in children
        )
        nobodys = connection.execute(
            f"CREATE OR REPLACE TEMP TABLE _nobodys AS SELECT t.* FROM ({rows}) t ANTI JOIN {parent} p "
            f"ON p.employer_id = t.employer_id AND p.{column} = t.id"
        ).fetchone()
        if nobodys != (0,):
            connection.execute(
                f"INSERT INTO _wrong SELECT check_no + CASE WHEN (employer_id, ltrim(id, '0')) IN "
                f"(SELECT (employer_id, ltrim({column}, '0')) FROM {parent}) THEN 0 ELSE 1 END, _row, _file, _record "
                "FROM _nobodys"
            )
        connection.execute("DROP TABLE _nobodys")


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
                f"regexp_full_match({name(column)}, '\\d{{3,4}}(-\\d{{4}})?') "
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
            "regexp_full_match(fein, '\\d{7,8}')",
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
        "regexp_full_match(employee_number, '[1-9]\\d*') AND length(employee_number) < "
        "(SELECT max(length(employee_number)) FROM employee WHERE regexp_full_match(employee_number, '0\\d+')) "
        "AND 1 = (SELECT count(DISTINCT length(employee_number)) FROM employee "
        "WHERE starts_with(employee_number, '0'))",
    )
