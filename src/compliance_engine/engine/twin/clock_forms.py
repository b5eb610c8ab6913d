"""Clocks: where each form takes its anchor and the bounds of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from compliance_engine import clocks
from compliance_engine.calendars.calendar import Calendar
from compliance_engine.clocks import Bounds, DatedPeriod, Day
from compliance_engine.engine.twin.at import At, Dated, bounds, clock_of, evaluate, exact, value_of
from compliance_engine.engine.twin.relations import assignment, has_site, is_person, site_field, supplied
from compliance_engine.engine.twin.values import Cause, Unknown, Value, number_in, unknown
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent
from compliance_engine.language.value_types import type_of

_OF_PLACES = ("worksite", "state")
"""Calendars that are those of the subject's place."""
OUT_OF_RANGE = Cause("date", "beyond the years of the calendar")
Form = Callable[[Day], Day]


def anchor_of(e: t.Node, at: At) -> Dated:
    """An anchor as civil days: only hours are counted from moments."""
    return bounds(e, at).as_civil(at)


def rounding(at: At) -> clocks.Rounding:
    """What becomes of a day of the month that does not exist."""
    return "up" if at.up else "down"


# ---- moving ----------------------------------------------------------------------------------------------------------


@clock_of.register
def shift(e: t.Shift, at: At) -> Dated:
    """So many units after or before the anchor, in one step. No business day at all is the anchor in every calendar."""
    amount = evaluate(e.amount, at)
    way: clocks.Direction = 1 if e.way == "after" else -1
    if e.unit == "hour":
        return _hours(e, amount, way, at)
    anchor = anchor_of(e.anchor, at)
    if e.calendar is not None and amount != 0:
        return counted(
            anchor, e.calendar, at, lambda day, cal: clocks.shift_business(day, _count(amount), cal, way), amount
        )
    return anchor.moved(
        lambda day: clocks.shift(day, _count(amount), e.unit, way, rounding=rounding(at)), OUT_OF_RANGE, amount
    )


def _hours(e: t.Shift, amount: Value, way: clocks.Direction, at: At) -> Dated:
    moment = at.days.get("moment") if isinstance(e.anchor, t.Special) and e.anchor.name == "starts" else None
    if moment is None and type_of(e.anchor) != "instant":
        return Dated.of(unknown("hour", "hours are counted from a day without one"))
    anchor = bounds(e.anchor, at) if moment is None else Dated.of(moment)
    return anchor.moved(
        lambda day: clocks.shift(day, _count(amount), "hour", way, rounding="down"), OUT_OF_RANGE, amount
    )


def _count(amount: Value) -> Decimal | Absent:
    return amount if isinstance(amount, Decimal) else Absent.UNKNOWN


def calendar_of(name: str, at: At) -> Calendar | None:
    """The calendar that a clock counts by; '' is the rule's own."""
    name = name or at.calendar
    world = at.world
    if name not in _OF_PLACES:
        return world.calendar(name, None, None)
    if has_site(world):
        site = world.subject.get("worksite_id")
    elif is_person(world) and not isinstance(row := assignment(world, at.trigger), Unknown):
        site = row.get("worksite_id")
    else:
        site = None if is_person(world) else "*"
    state = site_field(world, "state", at.trigger)
    return world.calendar(name, *(x if isinstance(x, str) else None for x in (site, state)))


def counted(anchor: Dated, name: str, at: At, form: Callable[[Day, Calendar], Day], *others: Value) -> Dated:
    """A form that looks at the open days of a calendar; without the calendar nothing can be told."""
    calendar = calendar_of(name, at)
    absent = "the place is not known" if (name or at.calendar) in _OF_PLACES else "no such calendar"
    why = Cause(f"calendar {name or at.calendar}", absent if calendar is None else "the day is beyond it")

    def move(day: Day) -> Day:
        if calendar is None:
            told = day in (Absent.OPEN, Absent.NONE) and not any(isinstance(other, Unknown) for other in others)
            return day if told else Absent.UNKNOWN
        return form(day, calendar)

    return anchor.moved(move, why, *others)


@clock_of.register
def rolled(e: t.Rolled, at: At) -> Dated:
    """An open day stays, another one goes to the nearest."""
    return counted(anchor_of(e.clock, at), e.calendar, at, lambda day, cal: clocks.rolled(day, cal, e.way))


@clock_of.register
def nth_business_day(e: t.NthBusinessDay, at: At) -> Dated:
    """The N-th open day of the anchor's month."""
    return counted(anchor_of(e.anchor, at), e.calendar, at, lambda day, cal: clocks.nth_business_day(e.n, cal, day))


@clock_of.register
def same_day(e: t.SameDay, at: At) -> Dated:
    """The anchor itself; a moment stays one."""
    return bounds(e.anchor, at)


@clock_of.register
def rounded(e: t.Rounding, at: At) -> Dated:
    """The clock, with another way to treat a day that does not exist."""
    return bounds(e.clock, replace(at, up=e.way == "up"))


@clock_of.register
def counting_first_day(e: t.CountingFirstDay, at: At) -> Dated:
    """One day earlier."""
    return anchor_of(e.clock, at).moved(clocks.counting_first_day, OUT_OF_RANGE)


# ---- days that the calendar names ------------------------------------------------------------------------------------


@clock_of.register
def next_month_day(e: t.NextMonthDay, at: At) -> Dated:
    """Strictly after the anchor."""
    return anchor_of(e.anchor, at).moved(
        lambda day: clocks.next_month_day(e.month, e.day, day, rounding=rounding(at)), OUT_OF_RANGE
    )


@clock_of.register
def next_weekday(e: t.NextWeekday, at: At) -> Dated:
    """Strictly after the anchor."""
    return anchor_of(e.anchor, at).moved(lambda day: clocks.next_weekday(e.weekday, day), OUT_OF_RANGE)


@clock_of.register
def month_day(e: t.MonthDay, at: At) -> Dated:
    """That day of the year of a date, or of a year."""
    return _of_year(e.anchor, lambda year: clocks.month_day_of(e.month, e.day, year, rounding=rounding(at)), at)


@clock_of.register
def nth_weekday(e: t.NthWeekday, at: At) -> Dated:
    """That weekday of the year of a date, or of a year."""
    return _of_year(e.anchor, lambda year: clocks.nth_weekday_of_month(e.n, e.weekday, e.month, year), at)


def _of_year(anchor: t.Expression, form: Callable[[Day | int], Day], at: At) -> Dated:
    if type_of(anchor) != "number":
        return anchor_of(anchor, at).moved(form, OUT_OF_RANGE)
    year = evaluate(anchor, at)
    if isinstance(year, Unknown):
        return Dated.of(year)
    found = form(int(number_in(year)))
    return Dated(Bounds.of(found), frozenset({OUT_OF_RANGE}) if found is Absent.UNKNOWN else frozenset())


# ---- periods ---------------------------------------------------------------------------------------------------------


@clock_of.register
def edge(e: t.Edge, at: At) -> Dated:
    """First or last day of the period that holds the anchor."""
    rows = periods(e.period, at)
    return _by_rows(anchor_of(e.anchor, at), rows, lambda day, r: clocks.edge(day, e.period, e.side, rows=r), e.period)


@clock_of.register
def next_period_start(e: t.NextPeriodStart, at: At) -> Dated:
    """The anchor where a period starts on it, else the first day of the next one."""
    rows = periods(e.period, at)
    return _by_rows(
        anchor_of(e.anchor, at), rows, lambda day, r: clocks.next_period_start(e.period, day, rows=r), e.period
    )


@clock_of.register
def next_payday(e: t.NextPayday, at: At) -> Dated:
    """Strictly after the anchor."""
    return _by_rows(anchor_of(e.anchor, at), periods("pay period", at), clocks.next_payday, "pay period")


@clock_of.register
def payday_of(e: t.PaydayOf, at: At) -> Dated:
    """The payday of the period that holds the anchor."""
    return _by_rows(anchor_of(e.anchor, at), periods("pay period", at), clocks.payday_of, "pay period")


Rows = tuple[DatedPeriod, ...]


def _by_rows(anchor: Dated, rows: Rows | Unknown, form: Callable[[Day, Rows], Day], period: t.Period) -> Dated:
    known = () if isinstance(rows, Unknown) else rows
    others = [rows] if isinstance(rows, Unknown) else []
    return anchor.moved(lambda day: form(day, known), Cause(period.replace(" ", "_"), "no row for the day"), *others)


def periods(period: t.Period, at: At) -> Rows | Unknown:
    """The dated rows of pay periods or plan years that are the subject's; none for periods that every calendar has."""
    world = at.world
    if period not in ("pay period", "plan year"):
        return ()
    record = period.replace(" ", "_")
    missing = supplied(world, record)
    if missing is not None:
        return missing
    rows = world.rows.get(record, ())
    if period == "pay period":
        group = _pay_group(at)
        rows = [row for row in rows if (row.get("pay_group") or "") == group]
    elif "plan_id" in world.vocabulary.types[world.about].identity:
        rows = [row for row in rows if row.get("plan_id") == world.subject.get("plan_id")]
    else:
        rows = []
    found = [(row.get("starts_on"), row.get("ends_on"), row.get("pay_date")) for row in rows]
    return tuple(
        DatedPeriod(first, last, pay if isinstance(pay, date) else None)
        for first, last, pay in found
        if isinstance(first, date) and isinstance(last, date) and first <= last
    )


def _pay_group(at: At) -> str:
    """The pay group of the assignment on the trigger day; where the employer has just one, everybody is in it."""
    row = assignment(at.world, at.trigger) if is_person(at.world) else unknown("assignment.pay_group", "nobody")
    group = None if isinstance(row, Unknown) else row.get("pay_group")
    groups = {row.get("pay_group") or "" for row in at.world.rows.get("pay_period", ())}
    found = group if isinstance(group, str) else groups.pop() if len(groups) == 1 else ""
    return str(found)


# ---- the later and the earlier ---------------------------------------------------------------------------------------


@clock_of.register
def later_of(e: t.LaterOf, at: At) -> Dated:
    """Open while one arm is; unknown if one is, but not before the latest that is known."""
    return _extreme(e, clocks.later_bounds, at)


@clock_of.register
def earlier_of(e: t.EarlierOf, at: At) -> Dated:
    """Without the arms that are open; unknown if one is, but not after the earliest that is known."""
    return _extreme(e, clocks.earlier_bounds, at)


def _extreme(e: t.LaterOf | t.EarlierOf, form: Callable[[list[Bounds]], Bounds], at: At) -> Dated:
    arms = [bounds(arm, at) if type_of(e) == "instant" else anchor_of(arm, at) for arm in e.arms]
    found = form([arm.bounds for arm in arms])
    causes = (
        frozenset[Cause]().union(*(arm.causes for arm in arms)) if found.exact is Absent.UNKNOWN else frozenset[Cause]()
    )
    return Dated(found, causes)


for _form in (
    t.Shift, t.Rolled, t.NthBusinessDay, t.SameDay, t.Rounding, t.CountingFirstDay, t.NextMonthDay, t.NextWeekday,
    t.MonthDay, t.NthWeekday, t.Edge, t.NextPeriodStart, t.NextPayday, t.PaydayOf, t.LaterOf, t.EarlierOf,
):  # fmt: skip
    value_of.register(_form, exact)
