"""`kind: required`: a record is there, today or on every day of a window."""

from __future__ import annotations

from dataclasses import replace

from compliance_engine.clocks import Bounds, compare
from compliance_engine.engine.twin.at import At, evaluate
from compliance_engine.engine.twin.conditions import compare as compare_values
from compliance_engine.engine.twin.conditions import truth
from compliance_engine.engine.twin.coverage import Span, covered
from compliance_engine.engine.twin.relations import absence, astray, several
from compliance_engine.engine.twin.rows import Causes
from compliance_engine.engine.twin.values import Unknown, Value, all_of, as_day, merged
from compliance_engine.engine.twin.verdict import Verdict, cannot_tell
from compliance_engine.engine.twin.world import Row, cell, field_of
from compliance_engine.language import rule as r
from compliance_engine.language.outcomes import State
from compliance_engine.language.tree import Absent


def required(body: r.Required, at: At) -> Verdict:
    """Judge the rows that may be what is required."""
    rows = several(at.world, body.record)
    if isinstance(rows, Unknown):
        return cannot_tell(rows)
    spans = [span for row in rows if (span := _span(body, row, at)) is not None]
    lost = [row for row in astray(at.world, body.record) if _span(body, row, at) is not None]
    missing = merged(absence(at.world, body.record, at.trigger, lost)).causes
    by = None if body.by is None else at.civil(evaluate(body.by, at))
    if body.during is not None and body.valid is not None:
        return covered(spans, body.during, missing, at, by)
    return _today(spans, missing, by, at)


def _span(body: r.Required, row: Row, at: At) -> Span | None:
    """From when to when a row counts; None if it is something else. A row without `valid` is there for good."""
    world = at.world
    tests = []
    if body.class_code is not None:
        found = cell(world, body.record, field_of(world, body.record, "class_code"), row)
        tests.append(compare_values("=", found, body.class_code, at))
    if body.where is not None:
        tests.append(truth(body.where, replace(at, row=row)))
    held = all_of(tests)
    if held is False:
        return None
    names = body.valid or (None, None)
    first, last = (None if x is None else cell(world, body.record, field_of(world, body.record, x), row) for x in names)
    return Span(at.world.as_of if first is None else first, Absent.OPEN if last is None else last, merged(held).causes)


def _today(spans: list[Span], missing: Causes, by: Value | None, at: At) -> Verdict:
    as_of = at.world.as_of
    due = None if by is None else Bounds.of(as_day(by))
    if any(span.holds(as_of) for span in spans):
        return Verdict(State.COMPLIANT, due=due)
    if isinstance(by, Unknown):
        return cannot_tell(by)
    if by is not None and compare(as_of, "<", as_day(by)) is True:
        return Verdict(State.DUE, due=due)
    reasons = missing.union(*(span.unknown for span in spans if _may_hold(span, at)))
    return cannot_tell(reasons) if reasons else Verdict(State.MISSING, due=due)


def _may_hold(span: Span, at: At) -> bool:
    """Whether a span that is partly unknown may be there today."""
    as_of = at.world.as_of
    begun, ended = compare_values("<=", span.first, as_of, at), compare_values("<", span.last, as_of, at)
    return begun is not False and ended is not True
