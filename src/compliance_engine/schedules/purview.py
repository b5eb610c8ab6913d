"""A Purview file plan read as a schedule: one retention label a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Problem
from compliance_engine.records.types.codes import DOCUMENT_CLASS
from compliance_engine.schedules.series import Does, Period, Refused, Said, Series
from compliance_engine.schedules.table import Row, Table

COLUMNS = (
    "LabelName",
    "Comment",
    "Notes",
    "IsRecordLabel",
    "RetentionAction",
    "RetentionDuration",
    "RetentionType",
    "ReviewerEmail",
    "ReferenceId",
    "DepartmentName",
    "Category",
    "SubCategory",
    "AuthorityType",
    "CitationName",
    "CitationUrl",
    "CitationJurisdiction",
    "Regulatory",
    "EventType",
    "IsRecordUnlockedAsDefault",
    "ComplianceTagForNextStage",
)
NAME_LENGTH = 64
TEXT_LENGTH = 1024
MOST_DAYS = 36_525
UNLIMITED = "Unlimited"
BY_CLASS = "Record class"
BY_SERIES = "Record series"
"""What `Category` says of `SubCategory` in a plan that was written from rules."""

_NEEDED = ("LabelName", "RetentionAction", "RetentionDuration", "RetentionType")
_NAME = re.compile(r"[A-Za-z0-9 -]+")
_RULE_ID = re.compile(r"org([.-][a-z0-9]+)+")
_ACTIONS: dict[str, Does] = {"Keep": "keep", "Delete": "destroy", "KeepAndDelete": "both"}
_TYPES = ("CreationAgeInDays", "EventAgeInDays", "TaggedAgeInDays", "ModificationAgeInDays")
_YES_NO = ("IsRecordLabel", "Regulatory", "IsRecordUnlockedAsDefault")

_LOST = {
    "Notes": "the notes",
    "ReviewerEmail": "the review before disposal",
    "ComplianceTagForNextStage": "the label of the next stage",
    "DepartmentName": "the department",
    "AuthorityType": "the type of authority",
    "CitationUrl": "the address of the citation",
    "CitationJurisdiction": "the jurisdiction, which only describes",
}


def read_plan(table: Table) -> tuple[list[Series], list[Problem]]:
    """The labels of a plan; each cell that Purview would not take is a problem."""
    problems = list(_header(table))
    if problems:
        return [], problems
    taken: dict[str, int] = {}
    series = []
    for row in table.rows:
        found = [*_cells(row), *_twice(row, taken)]
        problems += found
        if not found:
            series.append(_label(row))
    return series, problems


def _header(table: Table) -> Iterator[Problem]:
    position = table.rows[0].position if table.rows else None
    for column in table.columns:
        if column not in COLUMNS:
            guess = did_you_mean(column, COLUMNS)
            yield Problem("unknown-column", f'"{column}" is no column of a file plan.', position, suggestion=guess)
    for column in _NEEDED:
        if column not in table.columns:
            yield Problem("missing-column", f"A file plan has the column {column}.", position)


def _cells(row: Row) -> Iterator[Problem]:
    name = row.text("LabelName")
    if not name:
        yield _wrong(row, "LabelName", "is empty")
    elif len(name) > NAME_LENGTH:
        yield _wrong(row, "LabelName", f"has {len(name)} characters, and {NAME_LENGTH} are the most")
    elif not _NAME.fullmatch(name):
        yield _wrong(row, "LabelName", "has signs other than letters, digits, hyphens and spaces")
    for column in ("Comment", "Notes"):
        if len(row.text(column)) > TEXT_LENGTH:
            yield _wrong(row, column, f"has over {TEXT_LENGTH} characters")
    for column in _YES_NO:
        if row.text(column).casefold() not in ("", "true", "false"):
            yield _wrong(row, column, f'"{row.text(column)}" is neither TRUE nor FALSE')
    yield from _retention(row)
    if "'" in row.text("SubCategory"):
        yield _wrong(row, "SubCategory", "has a sign that a rule cannot quote")


def _retention(row: Row) -> Iterator[Problem]:
    action, days, kind = row.text("RetentionAction"), row.text("RetentionDuration"), row.text("RetentionType")
    if not action and not days and not kind:
        return  # a label that only marks
    if action not in _ACTIONS:
        yield _word(row, "RetentionAction", action, tuple(_ACTIONS))
    if days != UNLIMITED and not (re.fullmatch(r"[0-9]{1,9}", days) and 1 <= int(days) <= MOST_DAYS):
        yield _wrong(row, "RetentionDuration", f'"{days}" is neither 1 to {MOST_DAYS} days nor {UNLIMITED}')
    if kind not in _TYPES and not (days == UNLIMITED and not kind):
        yield _word(row, "RetentionType", kind, _TYPES)
    if (kind == "EventAgeInDays") != bool(row.text("EventType")):
        yield _wrong(row, "EventType", "goes with EventAgeInDays, and only with it")
    if row.text("ReviewerEmail") and action != "KeepAndDelete":
        yield _wrong(row, "ReviewerEmail", "goes with KeepAndDelete only")


def _twice(row: Row, taken: dict[str, int]) -> Iterator[Problem]:
    name = row.text("LabelName").casefold()
    if name and name in taken:
        yield _wrong(row, "LabelName", f"is that of row {taken[name]} too")
    taken.setdefault(name, row.number)


def _label(row: Row) -> Series:
    name, sub, category = row.text("LabelName"), row.text("SubCategory"), row.text("Category")
    classes = tuple(part.strip() for part in sub.split(";"))
    by_class = category != BY_SERIES and all(part in DOCUMENT_CLASS for part in classes)
    by_series = category == BY_SERIES and bool(sub)
    reference = row.text("ReferenceId")
    lost = [what for column, what in _LOST.items() if row.text(column)]
    lost += ["the lock of a record"] if any(row.text(column).casefold() == "true" for column in _YES_NO) else []
    if not by_class and not by_series:
        lost += [what for what, text in (("the category", category), ("the subcategory", sub)) if text]
    if row.text("RetentionType") == "CreationAgeInDays" and row.text("RetentionDuration") != UNLIMITED:
        lost.append("the day of creation in the store, for which the day of the document is taken")
    return Series(
        id=sub if by_series else name,
        title=row.text("Comment") or name,
        cite=row.text("CitationName") or f"label {name}",
        classes=classes if by_class else (),
        said=_said(row),
        words=" ".join(
            part
            for part in map(row.text, ("RetentionAction", "RetentionDuration", "RetentionType", "EventType"))
            if part
        ),
        position=row.position,
        row=row.number,
        rule_id=reference if _RULE_ID.fullmatch(reference) else "",
        lost=tuple(lost),
    )


def _said(row: Row) -> Said | Refused:
    action, days, kind = row.text("RetentionAction"), row.text("RetentionDuration"), row.text("RetentionType")
    if not action:
        return Refused("the label keeps nothing and deletes nothing")
    does = _ACTIONS[action]
    if days == UNLIMITED:
        return Said("", None, permanent=True) if does == "keep" else Refused("it is deleted after no time")
    period = Period(int(days), "day")
    match kind:
        case "CreationAgeInDays":
            return Said("creation", period, does=does)
        case "EventAgeInDays":
            return Said(row.text("EventType"), period, does=does)
        case "TaggedAgeInDays":
            return Refused("no record tells on which day an item was labelled")
        case _:
            return Refused("no record tells on which day an item was last changed")


def _word(row: Row, column: str, given: str, words: tuple[str, ...]) -> Problem:
    message = f'Row {row.number}, {column}: "{given}" is none of {", ".join(words)}.'
    return Problem("bad-label", message, row.position, suggestion=did_you_mean(given, words))


def _wrong(row: Row, column: str, what: str) -> Problem:
    return Problem("bad-label", f"Row {row.number}, {column}: {what}.", row.position)
