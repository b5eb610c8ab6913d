"""Clocks: one template for each form.

A clock has three readings (`Reading`): exact, and a low and a high bound for what is partly known. Every clock is monotone in its
anchor, so a bound moves through it like the date itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compliance_engine.calendars import arrays
from compliance_engine.engine.sql.columns import NEVER, OPEN
from compliance_engine.engine.sql.expressions import dates
from compliance_engine.engine.sql.expressions.civil_day import civil_day
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.periods import next_payday, pay_period, payday_of, plan_year
from compliance_engine.engine.sql.related.workplace import place_of_work
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler, Reading


def clock(compiler: Compiler, e: t.Expression, reading: Reading) -> Frag:
    """The day, or for hours the moment, that a clock gives."""
    match e:
        case t.Shift():
            return _shift(compiler, e, reading)
        case t.SameDay():
            return compiler.sql(e.anchor, reading)
        case t.Edge():
            return _edge(compiler, e, reading)
        case t.NextMonthDay():
            d = _anchor(compiler, e.anchor, reading)
            return combine(dates.next_month_day(d.sql, e.month, e.day, d.infinite, compiler.up), d)
        case t.MonthDay():
            d, year = _year(compiler, e.anchor, reading)
            return combine(dates.guard(dates.month_day(year, e.month, e.day, compiler.up), d.sql, d.infinite), d)
        case t.NextWeekday():
            d = _anchor(compiler, e.anchor, reading)
            text = f"({d} + (1 + (({e.weekday} + 7) - isodow({d})::INTEGER) % 7)::INTEGER)"
            return combine(dates.guard(text, d.sql, d.infinite), d)
        case t.NthWeekday():
            d, year = _year(compiler, e.anchor, reading)
            return combine(dates.guard(dates.nth_weekday(year, e.n, e.weekday, e.month), d.sql, d.infinite), d)
        case t.NthBusinessDay():
            d = _anchor(compiler, e.anchor, reading)
            first = combine(dates.guard(f"date_trunc('month', {d})::DATE", d.sql, d.infinite), d)
            month, cal = compiler.layers.column(first), _calendar(compiler, e.calendar)
            return _counted(compiler, arrays.sql_nth(month.sql, str(e.n), cal.sql), month, cal)
        case t.NextPeriodStart():
            return _next_period_start(compiler, e, reading)
        case t.NextPayday():
            return next_payday(compiler, _anchor(compiler, e.anchor, reading))
        case t.PaydayOf():
            return payday_of(compiler, _anchor(compiler, e.anchor, reading))
        case t.LaterOf() | t.EarlierOf():
            return _extreme(compiler, e, reading)
        case t.Rolled():
            d, cal = _anchor(compiler, e.clock, reading), _calendar(compiler, e.calendar)
            roll = arrays.sql_roll_forward if e.way == "next" else arrays.sql_roll_back
            return _counted(compiler, roll(d.sql, cal.sql), d, cal)
        case t.Rounding():
            was, compiler.up = compiler.up, e.way == "up"
            try:
                return compiler.sql(e.clock, reading)
            finally:
                compiler.up = was
        case t.CountingFirstDay():
            d = _anchor(compiler, e.clock, reading)
            return combine(f"({d} - 1)", d)
        case _:
            raise TypeError(f"no SQL for {type(e).__name__}")


# ---- what clocks start from and count by -----------------------------------------------------------------------------


def _anchor(compiler: Compiler, e: t.Expression, reading: Reading, unit_hours: bool = False) -> Frag:
    """The day that a clock starts from, as a column; counting hours, the moment."""
    frag = compiler.sql(e, reading)
    if type_of(e) == "instant" and not unit_hours:
        frag = civil_day(compiler, frag)
    return compiler.layers.column(frag) if not frag.sql.startswith("DATE '") else frag


def _year(compiler: Compiler, e: t.Expression, reading: Reading) -> tuple[Frag, str]:
    """What a date of some year starts from: the number of the year, or a day in it; and the year."""
    if type_of(e) == "number":
        number = compiler.sql(e, reading)
        return number, number.sql
    day = _anchor(compiler, e, reading)
    return day, f"year({day})"


def _calendar(compiler: Compiler, name: str) -> Frag:
    """The number of a calendar by name; '' is the rule's own."""
    name = name or compiler.calendar
    worksite = state = literal("NULL")
    if name in ("worksite", "state"):
        worksite, state = place_of_work(compiler, compiler.starts)
        if not (compiler.relations.has_site or compiler.relations.is_person):
            worksite = literal("'*'")
    return compiler.layers.column(compiler.frame.calendar(compiler.layers, name, worksite, state))


def _counted(compiler: Compiler, text: str, day: Frag, *parts: Frag) -> Frag:
    """A day counted by a calendar, as a column of its own.

    Inside the branch of a CASE the database would copy the lists of the calendar once for every row.
    """
    found = combine(text, day, *parts, infinite=day.infinite, calendar=True)
    # The calendar is joined above the records, also for a day that is written in the rule.
    return compiler.layers.column(replace(found, level=max(found.level, 1)))


# ---- forms -----------------------------------------------------------------------------------------------------------


def _shift(compiler: Compiler, e: t.Shift, reading: Reading) -> Frag:
    amount, is_number = compiler.sql(e.amount), isinstance(e.amount, t.Number)
    of_starts = isinstance(e.anchor, t.Special) and e.anchor.name == "starts"
    moment = compiler.moment if e.unit == "hour" and of_starts else None
    d = moment if moment is not None else _anchor(compiler, e.anchor, reading, unit_hours=e.unit == "hour")
    if not is_number:
        amount = compiler.layers.column(amount)
    if e.calendar is not None:
        cal = _calendar(compiler, e.calendar)
        move = arrays.sql_after if e.way == "after" else arrays.sql_before
        whole = dates.whole(amount.sql, is_number)
        counted = _counted(compiler, move(d.sql, whole, cal.sql), d, cal, amount)
        if is_number:
            return counted
        # So many days that it is not known is no day, whatever they are counted from.
        return combine(f"CASE WHEN {whole} IS NOT NULL THEN {counted} END", amount, counted)
    text = dates.shift(d.sql, amount.sql, is_number, e.unit, e.way)
    if e.unit == "hour" and type_of(e.anchor) != "instant" and moment is None:
        text = "NULL::TIMESTAMP"
    moved = combine(text, d, amount, infinite=d.infinite)
    if e.unit in ("month", "year") and compiler.up:
        moved = compiler.layers.column(moved)
        text = f"CASE WHEN day({moved}) <> day({d}) THEN {moved} + 1 ELSE {moved} END"
        return combine(text, moved, d, infinite=d.infinite)
    return moved


def _edge(compiler: Compiler, e: t.Edge, reading: Reading) -> Frag:
    d = _anchor(compiler, e.anchor, reading)
    if e.period == "pay period":
        return pay_period(compiler, d, e.side)
    if e.period == "plan year":
        return plan_year(compiler, d, e.side)
    return combine(dates.guard(dates.edge(d.sql, e.period, e.side), d.sql, d.infinite), d)


def _next_period_start(compiler: Compiler, e: t.NextPeriodStart, reading: Reading) -> Frag:
    d = _anchor(compiler, e.anchor, reading)
    if e.period == "pay period":
        return pay_period(compiler, d, "next")
    if e.period == "plan year":
        return plan_year(compiler, d, "next")
    start = dates.edge(d.sql, e.period, "start")
    after = f"({dates.edge(d.sql, e.period, 'end')} + 1)"
    return combine(dates.guard(f"CASE WHEN {start} = {d} THEN {d} ELSE {after} END", d.sql, d.infinite), d)


def _extreme(compiler: Compiler, e: t.LaterOf | t.EarlierOf, reading: Reading) -> Frag:
    is_instant = type_of(e) == "instant"
    arms = [
        compiler.named(a, reading) if is_instant else compiler.layers.column(_anchor(compiler, a, reading))
        for a in e.arms
    ]
    best = "greatest" if isinstance(e, t.LaterOf) else "least"
    infinite = any(a.infinite for a in arms)
    plain = f"{best}({', '.join(a.sql for a in arms)})"
    text = _earliest(arms) if isinstance(e, t.EarlierOf) and infinite else plain
    if (isinstance(e, t.LaterOf) and reading == "low") or (isinstance(e, t.EarlierOf) and reading == "high"):
        # The arms that are known bound the date on this side.
        return combine(text, *arms)
    opened = ""
    if isinstance(e, t.LaterOf) and infinite:
        opened = f"WHEN {' OR '.join(f'{a} = {OPEN}' for a in arms if a.infinite)} THEN {OPEN} "
    unknown = " OR ".join(f"{a} IS NULL" for a in arms)
    return combine(f"CASE {opened}WHEN {unknown} THEN NULL ELSE {text} END", *arms)


def _earliest(arms: list[Frag]) -> str:
    shown = [f"CASE WHEN {a} = {NEVER} THEN {OPEN} ELSE {a} END" if a.infinite else a.sql for a in arms]
    never = " AND ".join(f"{a} = {NEVER}" for a in arms) if all(a.infinite for a in arms) else ""
    least = f"least({', '.join(shown)})"
    return f"CASE WHEN {never} THEN {NEVER} ELSE {least} END" if never else least
