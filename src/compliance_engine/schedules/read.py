"""Read a retention schedule: of our own columns, of two published shapes, or a Purview file plan."""

from __future__ import annotations

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Problem
from compliance_engine.records.types.codes import DOCUMENT_CLASS
from compliance_engine.schedules.purview import read_plan
from compliance_engine.schedules.series import Period, Refused, Said, Series
from compliance_engine.schedules.statements import period_of, read_period, read_statement, read_trigger
from compliance_engine.schedules.table import Row, Table, read_table

COLUMNS = ("series_id", "title", "trigger", "period", "statement", "class", "citation")
"""Columns of a schedule of our own form. `statement` says trigger and period in one; `class` may be left out."""


def read_schedule(content: bytes, name: str) -> tuple[list[Series], list[Problem]]:
    """The series of a schedule; what is wrong with the file as a whole, or with a row, is a problem."""
    table, problems = read_table(content, name)
    if problems:
        return [], problems
    if "LabelName" in table.columns:
        return read_plan(table)
    if table.columns:
        problems = _columns(table)
        if problems:
            return [], problems
    series = []
    for row in table.rows:
        read, found = _series(row)
        problems += found
        series += [read] if read is not None else []
    return series, problems


def _columns(table: Table) -> list[Problem]:
    position = table.rows[0].position if table.rows else None
    problems = [
        Problem("unknown-column", f'"{column}" is no column of a schedule.', position, suggestion=_guess(column))
        for column in table.columns
        if column not in COLUMNS
    ]
    if "series_id" not in table.columns or not {"trigger", "statement"} & set(table.columns):
        message = "A schedule has the columns series_id, and trigger and period, or statement."
        problems.append(Problem("missing-column", message, position, help=", ".join(COLUMNS)))
    return problems


def _guess(column: str) -> str | None:
    return did_you_mean(column, COLUMNS)


def _series(row: Row) -> tuple[Series | None, list[Problem]]:
    if "retention_rules" in row.cells:
        return _nested(row)
    if "retention_statement" in row.cells:
        return _printed(row)
    return _ours(row)


def _nested(row: Row) -> tuple[Series | None, list[Problem]]:
    """`series_metadata` and `retention_rules` apart, the trigger apart from the period."""
    about, rules = row.cells.get("series_metadata"), row.cells.get("retention_rules")
    if not isinstance(about, dict) or not isinstance(rules, dict):
        return None, [_wrong(row, "series_metadata, retention_rules", "are objects")]
    meta, rule = Row(row.number, about, row.position), Row(row.number, rules, row.position)
    years, months = rules.get("duration_years"), rules.get("duration_months")
    given = {"years": years, "months": months}
    if any(isinstance(value, bool) or not isinstance(value, int | None) for value in given.values()):
        return None, [_wrong(row, "duration_years, duration_months", "are whole numbers or null")]
    trigger = rule.text("trigger_event")
    said = _of_years_and_months(trigger, years or 0, months or 0)
    if isinstance(said, Said) and rule.text("disposition_method"):
        said = Refused(f'how it ends is said apart: "{rule.text("disposition_method")}"')
    tracked = row.cells.get("tracking_data")
    note = Row(row.number, tracked, row.position).text("comments") if isinstance(tracked, dict) else ""
    words = ", ".join(part for part in (trigger, *(f"{n} {unit}" for unit, n in given.items() if n)) if part)
    return _made(row, meta.text("series_id"), meta.text("series_title"), meta.text("legal_citation"), said, words, note)


def _of_years_and_months(trigger: str, years: int, months: int) -> Said | Refused:
    if not years and not months:
        return read_trigger(trigger, None)
    if read_trigger(trigger, Period(1, "year")) == Said("", None, permanent=True):
        return Said("", None, permanent=True)
    period = period_of(12 * years + months, "month") if months else period_of(years, "year")
    return period if isinstance(period, Refused) else read_trigger(trigger, period)


def _printed(row: Row) -> tuple[Series | None, list[Problem]]:
    """The statement as printed."""
    statement = row.text("retention_statement")
    said = read_statement(statement)
    title, cite, comment = row.text("series_title"), row.text("legal_citation"), row.text("comments")
    return _made(row, row.text("series_id"), title, cite, said, statement, comment)


def _ours(row: Row) -> tuple[Series | None, list[Problem]]:
    """Our own columns."""
    problems = [
        _wrong(row, "class", f'"{code}" is no record class', did_you_mean(code, DOCUMENT_CLASS))
        for code in _classes(row)
        if code not in DOCUMENT_CLASS
    ]
    statement, trigger, period = row.text("statement"), row.text("trigger"), row.text("period")
    said: Said | Refused
    if statement and (trigger or period):
        problems.append(_wrong(row, "statement", "stands beside a trigger or a period; give one of the two"))
    if statement:
        said = read_statement(statement)
    elif period.casefold() == "permanent":
        said = Said("", None, permanent=True)
    elif period.casefold() == "none":
        said = read_trigger(trigger, Period(1, "day"))
        said = Said(said.trigger, None, said.permanent, marks=said.marks) if isinstance(said, Said) else said
    elif not period:
        said = read_trigger(trigger, None)
    else:
        length = read_period(period)
        said = length if isinstance(length, Refused) else read_trigger(trigger, length)
        problems += [_wrong(row, "period", length.reason)] if isinstance(length, Refused) else []
    if problems:
        return None, problems
    words = statement or ", ".join(part for part in (trigger, period) if part)
    return _made(row, row.text("series_id"), row.text("title"), row.text("citation"), said, words)


def _classes(row: Row) -> tuple[str, ...]:
    return tuple(code.strip() for code in row.text("class").split(";") if code.strip())


def _made(
    row: Row, id_: str, title: str, citation: str, said: Said | Refused, words: str, comment: str = ""
) -> tuple[Series | None, list[Problem]]:
    if not id_:
        return None, [_wrong(row, "series_id", "is empty")]
    if "'" in id_ or not id_.isprintable():
        return None, [_wrong(row, "series_id", "has a sign that a rule cannot quote")]
    cite = f"series {id_}{'; ' if citation else ''}{citation}"
    lost = (f'the comment "{comment}"',) if comment else ()
    return Series(id_, title or id_, cite, _classes(row), said, words, row.position, row.number, lost=lost), []


def _wrong(row: Row, column: str, what: str, suggestion: str | None = None) -> Problem:
    message = f"Row {row.number}, {column}: {what}."
    return Problem("bad-series", message, row.position, suggestion=suggestion)
