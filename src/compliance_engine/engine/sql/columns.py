"""How the fields of records stand in columns: their types, and the infinite dates of what has not happened."""

from __future__ import annotations

from compliance_engine.language.rule import RuleSet
from compliance_engine.language.vocabulary import Field, FieldType, Missing
from compliance_engine.records.sql import COLUMN_TYPES

OPEN, NEVER = "DATE 'infinity'", "DATE '-infinity'"
"""An event that has not happened, and an occasion that never was."""

ROW_NUMBER = Field("_row", FieldType.NUMBER, "the number of a record in its table")
"""Read like a field, to tell which record the others are of."""


def checked(field: Field | None) -> Field:
    """The field that checking has found.

    Raises:
        ValueError: the expression has not been checked.
    """
    if field is None:
        raise ValueError("the expression has not been checked")
    return field


def open_ended(field: Field) -> bool:
    """Whether the column may hold an infinite date."""
    return field.missing is not Missing.FACT and field.type in (FieldType.DATE, FieldType.INSTANT)


def open_date(field: Field) -> str:
    """What an event that has not happened is in the column of a date or instant."""
    return f"{COLUMN_TYPES[field.type]} 'infinity'"


def no_date(field: Field) -> str:
    """What an occasion that never was is in the column of a date or instant."""
    return f"{COLUMN_TYPES[field.type]} '-infinity'"


def null(field: Field) -> str:
    """The column of a field that is not known."""
    return f"NULL::{COLUMN_TYPES[field.type]}"


def subject_key(ruleset: RuleSet, about: str, alias: str) -> str:
    """SQL text of the key of a subject: its identity columns joined by '/'."""
    key = ruleset.vocabulary.types[about].key or ("employer_id",)
    return f"concat_ws('/', {', '.join(f'{alias}.{name}::VARCHAR' for name in key)})"
