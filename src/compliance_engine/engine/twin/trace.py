"""What a step of an explanation is worth telling beside its value: where a fact stands, which days were skipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from compliance_engine.calendars.calendar import is_open
from compliance_engine.engine.twin.at import Step
from compliance_engine.engine.twin.clock_forms import anchor_of, calendar_of
from compliance_engine.engine.twin.fields import day_read
from compliance_engine.engine.twin.relations import assignment, is_dated, one, worksite
from compliance_engine.engine.twin.values import Unknown, day_in
from compliance_engine.engine.twin.world import Row, number_of
from compliance_engine.language import tree as t


def source(step: Step) -> tuple[str, int] | None:
    """(record type, `_row`) of the record that a field was read from; None if it was no field or there is no record."""
    node, row = step.node, _row(step)
    if row is None or not isinstance(node, t.Own | t.Related | t.Row | t.DoneField | t.EachField):
        return None
    return node.record, number_of(row)


def _row(step: Step) -> Row | None:
    at = step.at
    match step.node:
        case t.Own():
            return at.world.subject
        case t.Row():
            return at.row
        case t.EachField():
            return at.each
        case t.DoneField():
            return at.done_row
        case t.Related():
            return _related(step.node, step)
        case _:
            return None


def _related(e: t.Related, step: Step) -> Row | None:
    world = step.at.world
    if is_dated(world, e.record):
        day = day_read(e, step.at)
        row = assignment(world, day) if e.record == "assignment" else worksite(world, day)
        return None if isinstance(row, Unknown) else row
    rows = one(world, e.record)
    return None if isinstance(rows, Unknown) or len(rows) != 1 else rows[0]


def skipped(step: Step) -> tuple[date, ...]:
    """The closed days between the anchor and the day that a count of business days came to."""
    e = step.node
    if not isinstance(e, t.Shift) or e.calendar is None or not isinstance(step.value, date):
        return ()
    quiet = replace(step.at, steps=None)
    anchor, calendar = anchor_of(e.anchor, quiet).value, calendar_of(e.calendar, quiet)
    first, last = sorted((day_in(anchor), step.value))
    between = (first + timedelta(days=n) for n in range(1, (last - first).days))
    return tuple(day for day in between if calendar is not None and is_open(calendar, day) is False)
