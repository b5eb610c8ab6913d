"""Related rows: those that belong for certain, those that may, and what is counted or summed over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from compliance_engine.engine.twin.at import At, evaluate, value_of
from compliance_engine.engine.twin.conditions import truth
from compliance_engine.engine.twin.relations import absence, astray, doubt_of, several
from compliance_engine.engine.twin.values import (
    Cause,
    Truth,
    Unknown,
    Value,
    day_in,
    is_day,
    merged,
    number_in,
    unknown,
)
from compliance_engine.engine.twin.world import Row, cell, field_of, number_of
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent
from compliance_engine.language.value_types import type_of
from compliance_engine.language.vocabulary import Field
from compliance_engine.language.walk import in_reach, walk

Causes = frozenset[Cause]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with the value that is asked of it; `doubt` says why it may not belong."""

    row: Row
    value: Value
    doubt: Causes = frozenset()


def entries(
    record: str,
    field: Field | None,
    where: t.Expression | None,
    at: At,
    meets: Callable[[t.Expression, At], Truth],
    *,
    with_astray: bool = False,
) -> list[Entry] | Unknown:
    """The related rows that a condition lets through, or might.

    Args:
        meets: whether a row meets the condition; `belongs` where rows are counted or prove something.
        with_astray: rows that cannot be placed are in doubt too.
    """
    rows = several(at.world, record)
    if isinstance(rows, Unknown):
        return rows
    found = []
    for row in rows:
        held = True if where is None else meets(where, replace(at, row=row))
        if held is not False:
            value = True if field is None else cell(at.world, record, field, row)
            found.append(Entry(row, value, merged(held).causes))
    if with_astray:
        lost = astray_rows(record, where, at)
        doubt = doubt_of(record, lost).causes
        found += [Entry(x, True if field is None else cell(at.world, record, field, x), doubt) for x in lost]
    return found


def belongs(where: t.Expression, at: At) -> Truth:
    """Whether a row meets a condition.

    A row may be anybody's if the cell that joins it to the subject is not known, and everything may be a subject's
    that lacks the cell itself: then only what the row says alone rules it out. SQL joins by these cells and looks at
    the rows without one apart, once for all subjects.
    """
    held = truth(where, at)
    items = where.items if isinstance(where, t.And) else (where,)
    joined = [item for item in items if _joins(item)]
    if held is not False or not joined:
        return held
    if any(truth(item, at) is False for item in items if not _reads_subject(item)):
        return False
    unclear = merged(*(truth(item, at) for item in joined))
    return unclear if unclear.causes else False


def _joins(e: t.Expression) -> bool:
    """Whether it is an equality between the row and something of the subject."""
    if not isinstance(e, t.Compare) or e.op != "=" or type_of(e.left) != type_of(e.right):
        return False
    pairs = ((e.left, e.right), (e.right, e.left))
    return any(isinstance(one, t.Row) and _reads_subject(other) and not _reads(other, t.Row) for one, other in pairs)


def _reads_subject(e: t.Node) -> bool:
    return _reads(e, t.Own | t.Related | t.EachField | t.DoneField)


def _reads(e: t.Node, kind: Any) -> bool:
    nodes: list[t.Node] = []
    walk(e, nodes.append)
    return any(isinstance(node, kind) for node in nodes)


def astray_rows(record: str, where: t.Expression | None, at: At) -> list[Row]:
    """The rows that cannot be placed, may be the subject's, and are not ruled out by a condition."""
    found = astray(at.world, record)
    return [row for row in found if where is None or truth(where, replace(at, row=row)) is not False]


def doubts(found: Iterable[Entry]) -> Causes:
    """Why nothing can be told of the rows: one may belong, or belongs with a value that is unknown."""
    return frozenset[Cause]().union(*(entry.doubt | merged(entry.value).causes for entry in found))


@value_of.register
def aggregate(e: t.Aggregate, at: At) -> Value:
    """count, exists, sum, min, max, earliest, latest. No row is a fact only where the source says so."""
    found = entries(e.record, e.field, e.where, at, belongs, with_astray=True)
    if isinstance(found, Unknown):
        return found
    if e.name == "exists" and any(not entry.doubt for entry in found):
        return True
    doubt = doubts(found)
    if doubt:
        return Unknown(doubt)
    if not found:
        return absence(at.world, e.record, at.trigger, ()) or _of_none(e)
    return _of_some(e, [entry.value for entry in found])


def _of_none(e: t.Aggregate) -> Value:
    if e.name in ("min", "max"):
        return unknown(e.record, "no row")
    if e.name in ("earliest", "latest"):
        return Absent.NONE
    return False if e.name == "exists" else Decimal(0)


def _of_some(e: t.Aggregate, values: list[Value]) -> Value:
    if e.name == "count":
        return Decimal(len(values))
    numbers = [x for x in values if isinstance(x, Decimal)]
    if e.name == "sum":
        return sum(numbers, Decimal(0))
    if e.name in ("min", "max"):
        return min(numbers) if e.name == "min" else max(numbers)
    days = [x for x in values if is_day(x)]
    still_open = Absent.OPEN in values
    if e.name == "latest" and still_open:
        return Absent.OPEN
    if days:
        return min(days) if e.name == "earliest" else max(days)
    return Absent.OPEN if still_open else Absent.NONE


# ---- running totals --------------------------------------------------------------------------------------------------


def day_of(record: str, row: Row, at: At) -> Value:
    """The day along which a row adds up."""
    dated_by = field_of(at.world, record, at.world.vocabulary.types[record].dated_by or "")
    return at.civil(cell(at.world, record, dated_by, row))


def adding(e: t.Reaches, at: At) -> tuple[list[tuple[date, Decimal, Row]], Causes] | Unknown:
    """The rows that add up by day, and why there may be others. A row without its day yet adds nothing yet."""
    found = entries(e.record, e.field, e.where, at, belongs, with_astray=True)
    if isinstance(found, Unknown):
        return found
    sure: list[tuple[date, Decimal, Row]] = []
    doubt: Causes = frozenset()
    for entry in found:
        day = day_of(e.record, entry.row, at)
        if day in (Absent.OPEN, Absent.NONE):
            continue
        if is_day(day) and isinstance(entry.value, Decimal) and not entry.doubt:
            sure.append((day, entry.value, entry.row))
        else:
            doubt |= entry.doubt | merged(entry.value, day).causes
    return sorted(sure, key=lambda x: (x[0], x[1], number_of(x[2]))), doubt


def hits(rows: Iterable[tuple[date, Decimal, Row]], goal: Decimal) -> list[date]:
    """The days on which the running total reaches the goal, starting from nought after each."""
    found, total = [], Decimal(0)
    for day, number, _ in rows:
        total += number
        if total >= goal:
            found.append(day)
            total = Decimal(0)
    return found


@value_of.register
def reaches(e: t.Reaches, at: At) -> Value:
    """The first day on which the running total is at least the goal; still to come while it is not."""
    found, goal = adding(e, at), evaluate(e.goal, at)
    if isinstance(found, Unknown) or isinstance(goal, Unknown):
        return merged(found if isinstance(found, Unknown) else goal)
    rows, doubt = found
    if doubt:
        return Unknown(doubt)
    reached = hits(rows, number_in(goal))
    if reached:
        return reached[0]
    return (None if rows else absence(at.world, e.record, at.trigger, ())) or Absent.OPEN


# ---- the fullest stretch of days -------------------------------------------------------------------------------------


@value_of.register
def most_within(e: t.MostWithin, at: At) -> Value:
    """The largest count or sum of all stretches of so many days that hold a day."""
    found = entries(e.record, e.field, in_reach(e), at, belongs, with_astray=True)
    if isinstance(found, Unknown):
        return found
    doubt = doubts(found)
    if doubt:
        return Unknown(doubt)
    # A row whose day is to come lies in no stretch, whatever the day is that stretches lie around.
    dated = [(day, entry.value) for entry in found if is_day(day := day_of(e.record, entry.row, at))]
    if not dated:
        return absence(at.world, e.record, at.trigger, ()) or Decimal(0)
    # Had the length or the day not been known, every row would be in doubt.
    length, around = number_in(evaluate(e.length, at)), at.civil(evaluate(e.around, at))
    rows = [((day_in(day) - day_in(around)).days, n if isinstance(n, Decimal) else Decimal(1)) for day, n in dated]
    return max(sum((n for place, n in rows if 0 <= place + k < length), Decimal(0)) for k in range(int(length)))
