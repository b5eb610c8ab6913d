"""Short words to describe record types with, so that a type reads like a table of its columns."""

from __future__ import annotations

from compliance_engine.language.vocabulary import Field, FieldType, Missing


def text(name: str, meaning: str, *, derived: bool = False) -> Field:
    """A text that is compared but never calculated with."""
    return Field(name, FieldType.TEXT, meaning, derived=derived)


def code(name: str, meaning: str, codes: tuple[str, ...], *, derived: bool = False) -> Field:
    """A word out of a closed list."""
    return Field(name, FieldType.CODE, meaning, codes=codes, derived=derived)


def fact(name: str, meaning: str, confidentiality: str = "") -> Field:
    """A day that must be known: an empty cell tells nothing."""
    return Field(name, FieldType.DATE, meaning, confidentiality=confidentiality)


def event(name: str, meaning: str) -> Field:
    """A day that will come: an empty cell says not yet."""
    return Field(name, FieldType.DATE, meaning, Missing.EVENT)


def occasion(name: str, meaning: str, *, derived: bool = False) -> Field:
    """A day that may never come: an empty cell says that it has not."""
    return Field(name, FieldType.DATE, meaning, Missing.OCCASION, derived=derived)


def instant(name: str, meaning: str, missing: Missing = Missing.FACT, *, derived: bool = False) -> Field:
    """A moment, where the law counts hours."""
    return Field(name, FieldType.INSTANT, meaning, missing, derived=derived)


def number(name: str, meaning: str, *, derived: bool = False) -> Field:
    """A decimal number; the meaning names its unit."""
    return Field(name, FieldType.NUMBER, meaning, derived=derived)


def yes_no(name: str, meaning: str, *, derived: bool = False) -> Field:
    """Yes, no, or not known."""
    return Field(name, FieldType.YES_NO, meaning, derived=derived)


def clock_time(name: str, meaning: str, *, derived: bool = False) -> Field:
    """A time of day as the clock on the wall at the worksite shows it."""
    return Field(name, FieldType.TIME, meaning, derived=derived)


def many(name: str, meaning: str, codes: tuple[str, ...] = (), *, derived: bool = False) -> Field:
    """Several words in one cell."""
    return Field(name, FieldType.LIST, meaning, codes=codes, derived=derived)


EMPLOYEE = text("employee_number", "the person, as the employer numbers its people")
SPELL = text("spell_no", "the person's hire-to-end period, counted from 1 by first day", derived=True)
WORKSITE = text("worksite_id", "the place of work")
CASE = text("case_number", "the leave or accommodation case")
COURSE = text("course_id", "the training course")
PLAN = text("plan_id", "the benefit plan")
PAY_GROUP = text("pay_group", "the group of people who are paid on the same days")
MATTER = text("matter_number", "the legal matter")
DOCUMENT = text("document_id", "the document")
"""Columns that several types carry with the same meaning."""
