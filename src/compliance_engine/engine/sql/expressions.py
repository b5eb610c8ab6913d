"""Resolved expressions → SQL fragments: one small template for each node.

A clock has three readings (`Reading`): exact, and a low and a high bound for what is partly known. Every clock is monotone in its
anchor, so a bound moves through it like the date itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from compliance_engine.calendars import arrays
from compliance_engine.engine.sql import dates, registry
from compliance_engine.engine.sql.frame import Frame, Stated, quoted, sql_date
from compliance_engine.engine.sql.layers import NO_DATE, Frag, Layers, combine, literal
from compliance_engine.engine.sql.related import ROW_NUMBER, Relations
from compliance_engine.language import tree as t
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.value_types import type_of
from compliance_engine.language.walk import may_come
from compliance_engine.language.words import called

Reading = Literal["exact", "low", "high"]
Named = t.Own | t.Related | t.EachField | t.DoneField | t.Row
OPEN, NEVER = "DATE 'infinity'", "DATE '-infinity'"
_ROW = re.compile(r"\br\.\w")


@dataclass
class Compiler:
    """Compiles the expressions of one rule onto shared layers.

    specials: what starts, due, done, turn.* are. calendar: the rule's calendar for bare business days. up: whether a day that does
    not exist becomes the next one (retention minimums) instead of the last of the month. moment: the trigger, where it is an instant.
    leaves: what the expressions read, label → fragment, for telling which fact is missing.
    done: the day on which the duty was done, or the record destroyed, as far as it is known.
    """

    layers: Layers
    frame: Frame
    relations: Relations
    calendar: str
    up: bool = False
    specials: dict[str, Frag] = field(default_factory=dict)
    leaves: dict[str, Frag] = field(default_factory=dict)
    done: Frag = NO_DATE
    moment: Frag | None = None

    # ---- entry -------------------------------------------------------------------------------------------------

    def named(self, e: t.Expression, reading: Reading = "exact") -> Frag:
        """The fragment as a column of its own, for what is used several times."""
        return self.layers.column(self.sql(e, reading))

    def sql(self, e: t.Expression, reading: Reading = "exact") -> Frag:
        """The fragment of an expression."""
        match e:
            case t.Number():
                return literal(str(e.value))
            case t.Text():
                return literal(quoted(e.value))
            case t.Day():
                return literal(sql_date(e.value))
            case t.TimeOfDay():
                return literal(f"TIME '{e.value.isoformat()}'")
            case t.YesNo():
                return literal("TRUE" if e.value else "FALSE")
            case t.Alias():
                # A name is worked out once, however often it stands in the rule.
                return self.layers.column(self.sql(e.target, reading))
            case t.Special():
                return self.special(e)
            case t.Own() | t.Related() | t.EachField() | t.DoneField() | t.Row():
                return self.field(e)
            case t.Presumed():
                item, value = self.sql(e.item), self.sql(e.value)
                return combine(f"coalesce({item}, {value})", item, value)
            case t.Age():
                return self.age(e)
            case t.And() | t.Or():
                parts = [self.sql(x) for x in e.items]
                return combine(
                    "(" + (" AND " if isinstance(e, t.And) else " OR ").join(p.sql for p in parts) + ")", *parts
                )
            case t.Not():
                item = self.sql(e.item)
                return combine(f"(NOT {item})", item)
            case t.Compare():
                return self.compare(e.op, e.left, e.right)
            case t.Between():
                low, high = self.compare(">=", e.item, e.low), self.compare("<=", e.item, e.high)
                return combine(f"({low} AND {high})", low, high)
            case t.In():
                return self.in_list(e)
            case t.IsKnown():
                return self.is_known(e)
            case t.HasHappened():
                return self.has_happened(e)
            case t.Matches():
                item = self.sql(e.item)
                return combine(f"regexp_full_match({item}, {quoted(e.pattern)})", item)
            case t.Contains():
                item, member = self.sql(e.item), self.sql(e.member)
                return combine(f"list_contains({item}, {member})", item, member)
            case t.Arithmetic():
                return self.arithmetic(e)
            case t.ListOf():
                items = [self.sql(x) for x in e.items]
                return combine(f"[{', '.join(i.sql for i in items)}]", *items, infinite=False)
            case t.Aggregate():
                return self.aggregate(e, reading)
            case t.Reaches():
                return self.relations.reaches(self, e)
            case t.MostWithin():
                return self.relations.most_within(self, e)
            case t.Value():
                return self.value(e, reading)
            case t.Choice():
                return self.frame.choice(self.layers, e.id, text=True)
            case t.Fact():
                return self.fact(e)
            case t.Branches():
                return self.branches(e, reading)
            case _:
                return self.clock(e, reading)

    def column(self, frag: Frag) -> Frag:
        """The fragment as a column, unless it speaks of a row that an aggregate looks at."""
        return frag if _ROW.search(frag.sql) else self.layers.column(frag)

    # ---- names -------------------------------------------------------------------------------------------------

    def trigger(self) -> Frag:
        """The trigger day; while that is being worked out, the day of asking."""
        return self.specials.get("starts") or self.frame.as_of(self.layers)

    def special(self, e: t.Special) -> Frag:
        if e.name == "as_of":
            return self.frame.as_of(self.layers)
        return self.specials[e.name]

    def field(self, e: Named) -> Frag:
        if isinstance(e, t.Row):
            return Frag(f"r.{e.field.name}", 0, e.field.missing != "fact" and type_of(e) in ("date", "instant"))
        given = self.stated(e)
        found = self.relations.field(self.layers, e, self.day_read(e), self.specials.get("starts"))
        if given is not None:
            found = given.over(found)
        if not isinstance(e, t.DoneField):
            self.leaves.setdefault(f"{e.record}.{e.field.name}", found)
        return found

    def stated(self, e: Named) -> Stated | None:
        """What examples state of where somebody works and lives."""
        if isinstance(e, t.Related) and e.record == "worksite" and e.field.name in ("state", "places"):
            return self.frame.place(self.layers, "work_state" if e.field.name == "state" else "places")
        return (
            self.frame.place(self.layers, "home_state")
            if (e.record, e.field.name) == ("employee", "home_state")
            else None
        )

    def day_read(self, e: t.Node) -> Frag | None:
        """The day whose assignment is read: the trigger day unless the rule says another."""
        on = e.on if isinstance(e, t.Related) else None
        return self.specials.get("starts") if on is None else self.sql(on)

    def age(self, e: t.Age) -> Frag:
        born = self.named(e.born)
        day = self.layers.column(self.sql(e.on)) if e.on is not None else self.layers.column(self.trigger())
        # Born on 29 February: the birthday of a common year is 1 March, so the month and day decide, not the interval.
        passed = f"(month({day}) * 100 + day({day}) >= month({born}) * 100 + day({born}))"
        years = f"(year({day}) - year({born}) - CASE WHEN {passed} THEN 0 ELSE 1 END)"
        return combine(f"CASE WHEN isfinite({day}) AND isfinite({born}) THEN {years} END", born, day, infinite=False)

    # ---- conditions --------------------------------------------------------------------------------------------

    def compare(self, op: str, left_e: t.Expression, right_e: t.Expression) -> Frag:
        kinds = type_of(left_e), type_of(right_e)
        if isinstance(left_e, t.Fact) and op in ("<", "<=", ">", ">="):
            return self.compare_fact(op, left_e, right_e)
        left, right = self.sql(left_e), self.sql(right_e)
        if set(kinds) == {"date", "instant"}:
            return self.compare_day_and_instant(op, left, right, kinds[0] == "instant")
        return _compare(op, left, right, kinds)

    def compare_fact(self, op: str, left_e: t.Fact, right_e: t.Expression) -> Frag:
        # A count that is partly known may still be surely above or below.
        _, low, high = self.fact_bounds(left_e)
        right = self.sql(right_e)
        sure, never = (low, high) if op in (">", ">=") else (high, low)
        text = f"CASE WHEN {sure} {op} {right} THEN TRUE WHEN NOT ({never} {op} {right}) THEN FALSE END"
        return combine(text, low, high, right, infinite=False)

    def compare_day_and_instant(self, op: str, left: Frag, right: Frag, left_is_instant: bool) -> Frag:
        # On the same civil day nothing can be told: the day has no hour.
        moment, day = (left, right) if left_is_instant else (right, left)
        civil = self.column(self.civil_day(moment))
        day = self.column(day)
        if day.infinite:
            # Beside a day that never was, or is still to come, any hour of the moment will do.
            text = f"coalesce({civil}, CASE WHEN isinf({day}) THEN CAST({moment} AS DATE) END)"
            civil = self.column(combine(text, civil, day, moment, infinite=moment.infinite))
        one, other = (civil, day) if left_is_instant else (day, civil)
        body = _compare(op, one, other, ("date", "date"))
        return combine(f"CASE WHEN {civil} = {day} AND isfinite({day}) THEN NULL ELSE {body} END", civil, day)

    def civil_day(self, moment: Frag) -> Frag:
        """The civil day of an instant at the worksite."""
        zone = self.relations.zone(self.layers, self.specials.get("starts"))
        moment = self.column(moment)
        # Without a zone the day is known where it is the same from Honolulu to New York.
        west, east = f"CAST({moment} - INTERVAL 10 HOUR AS DATE)", f"CAST({moment} - INTERVAL 4 HOUR AS DATE)"
        there = f"CAST(timezone({zone}, timezone('UTC', {moment})) AS DATE)"
        inside = f"CASE WHEN {zone} IS NOT NULL THEN {there} WHEN {west} = {east} THEN {west} END"
        if moment.infinite:
            inside = f"CASE WHEN isinf({moment}) THEN CAST({moment} AS DATE) ELSE {inside} END"
        return combine(inside, zone, moment, infinite=moment.infinite)

    def in_list(self, e: t.In) -> Frag:
        item = self.sql(e.item)
        options = [self.sql(o) for o in e.options]
        if len(e.options) == 1 and type_of(e.options[0]) == "list":
            text = f"list_contains({options[0]}, {item})"
        else:
            text = f"({item} IN ({', '.join(o.sql for o in options)}))"
        return combine(f"(NOT {text})" if e.negated else text, item, *options)

    def is_known(self, e: t.IsKnown) -> Frag:
        item, doubt = self.sql(e.item), self.may_hold(e.item)
        there = f"isfinite({item})" if item.infinite else "TRUE"
        if doubt is None:
            text = f"({item} IS NOT NULL AND {there})" if item.infinite else f"({item} IS NOT NULL)"
            doubt = literal("FALSE")
        else:
            text = f"CASE WHEN {item} IS NOT NULL THEN {there} WHEN NOT {doubt} THEN FALSE END"
        return combine(f"(NOT {text})" if e.negated else text, item, doubt, infinite=False)

    def may_hold(self, e: t.Expression) -> Frag | None:
        """Whether there may be a value although none is known; None: what is not known is not there.

        An empty cell holds none, nor does a column that nobody supplies; a cell that cannot be read or relied on may.
        """
        match e:
            case t.Alias():
                return self.may_hold(e.target)
            case t.Aggregate() | t.Reaches() | t.MostWithin():
                return _truth(self.frame.supplied(self.layers, e.record))
            case t.Own() | t.Related() | t.EachField() | t.DoneField() | t.Row():
                if may_come(e):
                    # An empty cell would have said that there is none.
                    return _truth(self.frame.has_column(self.layers, e.record, e.field.name))
                return self.unread(e)
            case _:
                return None

    def unread(self, e: Named) -> Frag:
        """Whether the cell of a field is one that cannot be read or relied on, or nobody knows which cell it is."""
        listed = (
            f"SELECT x._row FROM _bad_cell x WHERE x.type = {quoted(e.record)} AND x.field = {quoted(e.field.name)}"
        )
        if isinstance(e, t.Row):
            return Frag(f"coalesce(r._row IN ({listed}), FALSE)")
        on = self.day_read(e)
        row = self.relations.field(self.layers, replace(e, field=ROW_NUMBER), on, self.specials.get("starts"))
        found = combine(f"coalesce({row} IN ({listed}), FALSE)", row, infinite=False)
        if on is not None and isinstance(e, t.Related) and self.relations.is_dated(e.record):
            found = combine(f"({on} IS NULL OR {found})", on, found, infinite=False)
        given = self.stated(e)
        if given is not None:
            found = combine(f"({given.said} OR {found})", given.said, found, infinite=False)
        return self.layers.column(found)

    def has_happened(self, e: t.HasHappened) -> Frag:
        item, as_of = self.sql(e.item), self.frame.as_of(self.layers)
        if type_of(e.item) == "instant":
            item = self.civil_day(item)
        text = f"(isfinite({item}) AND {item} <= {as_of})" if item.infinite else f"({item} <= {as_of})"
        return combine(f"(NOT {text})" if e.negated else text, item, as_of, infinite=False)

    def arithmetic(self, e: t.Arithmetic) -> Frag:
        left, right = self.sql(e.left), self.sql(e.right)
        text = f"({left} {e.op} {right})"
        if left.infinite or right.infinite:
            text = f"CASE WHEN isfinite({left}) AND isfinite({right}) THEN {text} END"
        return combine(text, left, right, infinite=False)

    # ---- rows, values, facts -----------------------------------------------------------------------------------

    def aggregate(self, e: t.Aggregate, reading: Reading) -> Frag:
        return self.relations.aggregate(self, e, reading)

    def fact(self, e: t.Fact) -> Frag:
        return self.fact_bounds(e)[0]

    def fact_bounds(self, e: t.Fact) -> tuple[Frag, Frag, Frag]:
        """(exact, low, high) of a registry fact; what an example states is exact."""
        found = registry.call(self, self.relations, e)
        for key in (e.name, called(e)):
            given = self.frame.fact(self.layers, key)
            if given is not None:
                exact, low, high = (self.layers.column(given.over(part)) for part in found)
                found = exact, low, high
        label = e.name + "(" + ", ".join(a.value for a in e.args if isinstance(a, t.Text)) + ")"
        self.leaves.setdefault(label, found[0])
        return found

    def value(self, e: t.Value, reading: Reading) -> Frag:
        table = e.table
        if table is None:
            raise ValueError("the expression has not been checked")
        day = self.layers.column(self.sql(e.on) if e.on is not None else self.trigger())
        keys = [self.layers.column(self.sql(k)) for k in e.keys]
        nothing = NEVER if table.type in ("clock", "date") else "NULL"
        many = [i for i, k in enumerate(e.keys) if type_of(k) == "list"]
        if many:
            return self.value_of_places(table, day, keys[0])
        parts: list[Frag] = [day, *keys]
        text = self.cells_by_key(_of_states(table, e.keys, self.frame.states()), keys, day, nothing, reading, parts)
        return combine(text, *parts, infinite=table.type in ("clock", "date"))

    def cells_by_key(
        self, table: Table, keys: list[Frag], day: Frag, nothing: str, reading: Reading, parts: list[Frag]
    ) -> str:
        cells = dict(table.cells)
        if not keys:
            return self.cell(cells.get((), ()), day, nothing, reading, parts)
        otherwise = (
            self.cell(cells[("otherwise",)], day, nothing, reading, parts) if ("otherwise",) in cells else nothing
        )
        arms = []
        for key, own in table.cells:
            if key == ("otherwise",):
                continue
            test = " AND ".join(f"{k}::VARCHAR = {quoted(x)}" for k, x in zip(keys, key, strict=True))
            arms.append(f"WHEN {test} THEN {self.cell(own, day, nothing, reading, parts)}")
        missing = " OR ".join(f"{k} IS NULL" for k in keys)
        return f"CASE WHEN {missing} THEN NULL {' '.join(arms)} ELSE {otherwise} END"

    def cell(self, cells: tuple[Cell, ...], day: Frag, nothing: str, reading: Reading, parts: list[Frag]) -> str:
        if len(cells) == 1 and cells[0].first is None and cells[0].last is None:
            return self.cell_value(cells[0], nothing, reading, parts)
        # A day that never was lies in no period.
        arms = [f"WHEN {day} = {NEVER} THEN {nothing}"] if day.infinite and cells else []
        for cell in cells:
            tests = [f"{day} >= {sql_date(cell.first)}"] if cell.first else []
            tests += [f"{day} <= {sql_date(cell.last)}"] if cell.last else []
            arms.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN {self.cell_value(cell, nothing, reading, parts)}")
        return f"CASE WHEN {day} IS NULL THEN NULL {' '.join(arms)} ELSE {nothing} END" if arms else nothing

    def cell_value(self, cell: Cell, nothing: str, reading: Reading, parts: list[Frag]) -> str:
        if cell.is_ is None:
            return OPEN if nothing == NEVER else "NULL"
        frag = self.sql(cell.is_, reading)
        parts.append(frag)
        return f"({frag.sql})"

    def value_of_places(self, table: Table, day: Frag, places: Frag) -> Frag:
        parts: list[Frag] = [day, places]
        arms = [
            f"CASE WHEN list_contains({places}, {quoted(key[0])}) THEN {self.cell(cells, day, 'NULL', 'exact', parts)} END"
            for key, cells in table.cells
        ]
        best = "greatest" if table.between_places == "highest" else "least"
        return combine(f"CASE WHEN {places} IS NOT NULL THEN {best}({', '.join(arms)}) END", *parts, infinite=False)

    def branches(self, e: t.Branches, reading: Reading, moments: bool = False) -> Frag:
        """The first arm that holds; of mixed arms the civil days, or with `moments` only the instants."""
        text, parts, ends = "CASE", [], False
        for arm in e.arms:
            then = self._arm(e, arm, reading, moments)
            parts.append(then)
            if arm.when is None:
                text += f" ELSE {then}"
                ends = True
                break
            when = self.layers.column(self.sql(arm.when))
            parts.append(when)
            text += f" WHEN {when} IS NULL THEN NULL WHEN {when} THEN {then}"
        if not ends:
            nothing = NEVER if type_of(e) in ("date", "instant") and not moments else "NULL"
            text += f" ELSE {nothing}"
        return combine(text + " END", *parts, infinite=None if ends else True)

    def _arm(self, e: t.Branches, arm: t.Branch, reading: Reading, moments: bool) -> Frag:
        kind = type_of(arm.then)
        if moments:
            return self.sql(arm.then, reading) if kind == "instant" else literal("NULL::TIMESTAMP")
        then = self.sql(arm.then, reading)
        return self.civil_day(then) if kind == "instant" and type_of(e) == "date" else then

    # ---- clocks ------------------------------------------------------------------------------------------------

    def anchor(self, e: t.Expression, reading: Reading, unit_hours: bool = False) -> Frag:
        frag = self.sql(e, reading)
        if type_of(e) == "instant" and not unit_hours:
            frag = self.civil_day(frag)
        return self.layers.column(frag) if not frag.sql.startswith("DATE '") else frag

    def counted(self, text: str, day: Frag, *parts: Frag) -> Frag:
        """A day counted by a calendar, as a column of its own.

        Inside the branch of a CASE the database would copy the lists of the calendar once for every row.
        """
        found = combine(text, day, *parts, infinite=day.infinite, calendar=True)
        # The calendar is joined above the records, also for a day that is written in the rule.
        return self.layers.column(replace(found, level=max(found.level, 1)))

    def cal_no(self, name: str) -> Frag:
        """The number of a calendar by name; '' is the rule's own."""
        name = name or self.calendar
        needs_place = name in ("worksite", "state")
        worksite, state = (
            self.relations.place(self.layers, self.specials.get("starts")) if needs_place else (literal("NULL"),) * 2
        )
        return self.layers.column(self.frame.calendar(self.layers, name, worksite, state))

    def clock(self, e: t.Expression, reading: Reading) -> Frag:
        match e:
            case t.Shift():
                return self.shift(e, reading)
            case t.SameDay():
                return self.sql(e.anchor, reading)
            case t.Edge():
                return self.edge(e, reading)
            case t.NextMonthDay():
                d = self.anchor(e.anchor, reading)
                return combine(dates.next_month_day(d.sql, e.month, e.day, d.infinite, self.up), d)
            case t.MonthDay():
                d = self.sql(e.anchor, reading) if type_of(e.anchor) == "number" else self.anchor(e.anchor, reading)
                year = d.sql if type_of(e.anchor) == "number" else f"year({d})"
                return combine(dates.guard(dates.month_day(year, e.month, e.day, self.up), d.sql, d.infinite), d)
            case t.NextWeekday():
                d = self.anchor(e.anchor, reading)
                text = f"({d} + (1 + (({e.weekday} + 7) - isodow({d})::INTEGER) % 7)::INTEGER)"
                return combine(dates.guard(text, d.sql, d.infinite), d)
            case t.NthWeekday():
                d = self.sql(e.anchor, reading) if type_of(e.anchor) == "number" else self.anchor(e.anchor, reading)
                year = d.sql if type_of(e.anchor) == "number" else f"year({d})"
                return combine(dates.guard(dates.nth_weekday(year, e.n, e.weekday, e.month), d.sql, d.infinite), d)
            case t.NthBusinessDay():
                d = self.anchor(e.anchor, reading)
                month = self.layers.column(
                    combine(dates.guard(f"date_trunc('month', {d})::DATE", d.sql, d.infinite), d)
                )
                cal = self.cal_no(e.calendar)
                return self.counted(arrays.sql_nth(month.sql, str(e.n), cal.sql), month, cal)
            case t.NextPeriodStart():
                return self.next_period_start(e, reading)
            case t.NextPayday():
                d = self.anchor(e.anchor, reading)
                return self.relations.next_payday(self.layers, d, self.specials.get("starts"))
            case t.PaydayOf():
                d = self.anchor(e.anchor, reading)
                return self.relations.period(self.layers, d, self.specials.get("starts"), "pay_date")
            case t.LaterOf() | t.EarlierOf():
                return self.extreme(e, reading)
            case t.Rolled():
                d = self.anchor(e.clock, reading)
                cal = self.cal_no(e.calendar)
                roll = arrays.sql_roll_forward if e.way == "next" else arrays.sql_roll_back
                return self.counted(roll(d.sql, cal.sql), d, cal)
            case t.Rounding():
                was, self.up = self.up, e.way == "up"
                try:
                    return self.sql(e.clock, reading)
                finally:
                    self.up = was
            case t.CountingFirstDay():
                d = self.anchor(e.clock, reading)
                return combine(f"({d} - 1)", d)
            case _:
                raise TypeError(f"no SQL for {type(e).__name__}")

    def shift(self, e: t.Shift, reading: Reading) -> Frag:
        amount = self.sql(e.amount)
        of_starts = isinstance(e.anchor, t.Special) and e.anchor.name == "starts"
        from_moment = e.unit == "hour" and of_starts and self.moment is not None
        d = self.moment if from_moment and self.moment else self.anchor(e.anchor, reading, unit_hours=e.unit == "hour")
        if not isinstance(e.amount, t.Number):
            amount = self.layers.column(amount)
        if e.calendar is not None:
            cal = self.cal_no(e.calendar)
            move = arrays.sql_after if e.way == "after" else arrays.sql_before
            whole = dates.whole(amount.sql, isinstance(e.amount, t.Number))
            counted = self.counted(move(d.sql, whole, cal.sql), d, cal, amount)
            if isinstance(e.amount, t.Number):
                return counted
            # So many days that it is not known is no day, whatever they are counted from.
            return combine(f"CASE WHEN {whole} IS NOT NULL THEN {counted} END", amount, counted)
        text = dates.shift(d.sql, amount.sql, isinstance(e.amount, t.Number), e.unit, e.way)
        if e.unit == "hour" and type_of(e.anchor) != "instant" and not from_moment:
            text = "NULL::TIMESTAMP"
        moved = combine(text, d, amount, infinite=d.infinite)
        if e.unit in ("month", "year") and self.up:
            moved = self.layers.column(moved)
            text = f"CASE WHEN day({moved}) <> day({d}) THEN {moved} + 1 ELSE {moved} END"
            return combine(text, moved, d, infinite=d.infinite)
        return moved

    def edge(self, e: t.Edge, reading: Reading) -> Frag:
        d = self.anchor(e.anchor, reading)
        if e.period == "pay period":
            column = "starts_on" if e.side == "start" else "ends_on"
            return self.relations.period(self.layers, d, self.specials.get("starts"), column)
        if e.period == "plan year":
            return self.relations.plan_year(self.layers, d, e.side)
        return combine(dates.guard(dates.edge(d.sql, e.period, e.side), d.sql, d.infinite), d)

    def next_period_start(self, e: t.NextPeriodStart, reading: Reading) -> Frag:
        d = self.anchor(e.anchor, reading)
        if e.period in ("pay period", "plan year"):
            return self.relations.next_period(self.layers, d, self.specials.get("starts"), e.period)
        start = dates.edge(d.sql, e.period, "start")
        after = f"({dates.edge(d.sql, e.period, 'end')} + 1)"
        return combine(dates.guard(f"CASE WHEN {start} = {d} THEN {d} ELSE {after} END", d.sql, d.infinite), d)

    def extreme(self, e: t.LaterOf | t.EarlierOf, reading: Reading) -> Frag:
        kind = type_of(e)
        arms = [
            self.layers.column(self.sql(a, reading) if kind == "instant" else self.anchor(a, reading)) for a in e.arms
        ]
        best = "greatest" if isinstance(e, t.LaterOf) else "least"
        plain = f"{best}({', '.join(a.sql for a in arms)})"
        unknown = " OR ".join(f"{a} IS NULL" for a in arms)
        skips = (isinstance(e, t.LaterOf) and reading == "low") or (isinstance(e, t.EarlierOf) and reading == "high")
        infinite = any(a.infinite for a in arms)
        text = _earliest(arms) if isinstance(e, t.EarlierOf) and infinite else plain
        if skips:
            return combine(text, *arms)
        opened = ""
        if isinstance(e, t.LaterOf) and infinite:
            opened = f"WHEN {' OR '.join(f'{a} = {OPEN}' for a in arms if a.infinite)} THEN {OPEN} "
        return combine(f"CASE {opened}WHEN {unknown} THEN NULL ELSE {text} END", *arms)


def _truth(value: Frag | bool) -> Frag:
    return value if isinstance(value, Frag) else literal("TRUE" if value else "FALSE")


def _of_states(table: Table, keys: tuple[t.Expression, ...], states: frozenset[str] | None) -> Table:
    """The table without the cells of states where nobody is."""
    by_state = len(keys) == 1 and isinstance(keys[0], t.Related) and keys[0].field.name in ("state", "home_state")
    if states is None or not by_state:
        return table
    cells = tuple((key, cells) for key, cells in table.cells if key == ("otherwise",) or key[0] in states)
    return replace(table, cells=cells)


def _earliest(arms: list[Frag]) -> str:
    shown = [f"CASE WHEN {a} = {NEVER} THEN {OPEN} ELSE {a} END" if a.infinite else a.sql for a in arms]
    never = " AND ".join(f"{a} = {NEVER}" for a in arms) if all(a.infinite for a in arms) else ""
    least = f"least({', '.join(shown)})"
    return f"CASE WHEN {never} THEN {NEVER} ELSE {least} END" if never else least


def _compare(op: str, left: Frag, right: Frag, kinds: tuple[str, str]) -> Frag:
    text = f"({left} {op} {right})"
    sides = [x for x, kind in zip((left, right), kinds, strict=True) if x.infinite and kind in ("date", "instant")]
    if sides:
        never = " OR ".join(f"{x} = '-infinity'" for x in sides)
        text = f"CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL WHEN {never} THEN FALSE ELSE {text} END"
    return combine(text, left, right, infinite=False)
