"""Fields and rows of records related to the subject, and what it means when there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance_engine.engine.sql.frame import Frame, quoted
from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.language import tree as t
from compliance_engine.language.names import DATED
from compliance_engine.language.value_types import type_of
from compliance_engine.language.vocabulary import Field, FieldType, Missing, Vocabulary
from compliance_engine.language.walk import in_reach, walk

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions import Compiler

OPEN, NEVER = "'infinity'", "'-infinity'"
_SIDES = {"start": "starts_on", "end": "ends_on", "next": "next_starts_on"}
SQL_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.CODE: "VARCHAR",
    FieldType.DATE: "DATE",
    FieldType.INSTANT: "TIMESTAMP",
    FieldType.NUMBER: "DECIMAL(18,4)",
    FieldType.YES_NO: "BOOLEAN",
    FieldType.TIME: "TIME",
    FieldType.LIST: "VARCHAR[]",
}
"""Column type of each type of field."""

ROW_NUMBER = Field("_row", FieldType.NUMBER, "the number of a record in its table")
"""Read like a field, to tell which record the others are of."""

WORK = "_work"
"""Assignments with their worksites, one row at a time for each person (see `setup.py`)."""


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


@dataclass(frozen=True)
class Relations:
    """How the subject type of a statement is related to the others.

    each: the record type that `each:` pairs with, joined as `e`. single_work: nobody has more than one row in `_work`.
    """

    vocabulary: Vocabulary
    about: str
    frame: Frame
    each: str | None = None
    single_work: bool = False

    # ---- one related record ------------------------------------------------------------------------------------

    def field(
        self, layers: Layers, e: t.Own | t.Related | t.EachField | t.DoneField, on: Frag | None, starts: Frag | None
    ) -> Frag:
        """The column of a field of the subject or of the one record related to it."""
        infinite = open_ended(e.field)
        match e:
            case t.Own():
                return layers.base(f"s.{e.field.name}", infinite)
            case t.EachField():
                return layers.base(f"e.{e.field.name}", infinite)
            case t.DoneField():
                return layers.base(f"x.done_{e.field.name}", infinite)
            case t.Related() if self.is_dated(e.record):
                return self.work(layers, e.record, e.field.name, on, infinite)
            case t.Related():
                return self.one(layers, e.record, e.field, starts)

    def is_dated(self, record: str) -> bool:
        """Whether a related record is a question of the day: where a person works."""
        return record in DATED and self.is_person and not (record == "worksite" and self.has_site)

    @property
    def is_person(self) -> bool:
        """Whether the subject is, or belongs to, a person."""
        return "employee_number" in self.vocabulary.types[self.about].identity

    @property
    def has_site(self) -> bool:
        """Whether the subject names its own worksite."""
        return "worksite_id" in self.vocabulary.types[self.about].identity

    def one(self, layers: Layers, record: str, field: Field, starts: Frag | None) -> Frag:
        """A field of the one related row; a row that is not there leaves its events open and its occasions unhappened."""
        infinite = open_ended(field)
        supplied = self.frame.supplied(layers, record)
        if supplied is False:
            return Frag(_null(field))
        alias = layers.join("LEFT JOIN", f'"{record}"', self._on(record, "{alias}", "s"), 0)
        value = layers.joined(alias, 0, f"{{alias}}.{field.name}", infinite)
        if not infinite:
            return value
        found = layers.joined(alias, 0, "({alias}._row IS NOT NULL)")
        keys = ("employer_id", *self.vocabulary.shared(self.about, record))
        astray = any_of(self.astray_by(layers, record, keys, "bool_or(TRUE)", literal("TRUE")))
        absent = self.absence(layers, record, starts, astray)
        nothing = OPEN if field.missing is Missing.EVENT else NEVER
        empty = f"CASE WHEN {absent} THEN {_cast(nothing, field)} END"
        return layers.column(combine(f"CASE WHEN {found} THEN {value} ELSE {empty} END", found, value, absent))

    def absence(self, layers: Layers, record: str, starts: Frag | None, astray: Frag | None = None) -> Frag:
        """Whether a row that is not there is a fact.

        The table is supplied and complete on the trigger day, and no row without a place may be the subject's.

        Args:
            astray: whether there is such a row; without it one of any content counts.
        """
        supplied = self.frame.supplied(layers, record)
        complete = self.frame.complete_from(layers, record)
        if supplied is False or complete is None:
            return literal("FALSE")
        day = starts if starts is not None else self.frame.as_of(layers)
        own = self.vocabulary.types[self.about]
        # A subject that does not say whose it is has related rows that cannot be found, not none.
        if astray is None:
            astray = any_of(self.astray_by(layers, record, self.keys(record), "bool_or(TRUE)", literal("TRUE")))
        lost = f" AND NOT {astray}" if astray != NO_ROW else ""
        unnamed = [layers.base(f"s.{k}") for k in self.keys(record) if k in own.parents and record != self.about]
        named = "".join(f" AND {k} IS NOT NULL" for k in unnamed)
        # Of a day that is not known nothing can be told.
        text = f"(coalesce({day} >= {complete}, FALSE){named}{lost})"
        test = combine(text, day, complete, astray, *unnamed, infinite=False)
        if supplied is True:
            return test
        return combine(f"({supplied} AND {test})", supplied, test)

    def _on(self, record: str, alias: str, subject: str) -> str:
        keys = (
            ("employer_id",) if record == self.about else ("employer_id", *self.vocabulary.shared(self.about, record))
        )
        return " AND ".join(f"{alias}.{k} = {subject}.{k}" for k in keys)

    def keys(self, record: str) -> tuple[str, ...]:
        """The columns by which several rows of `record` belong to the subject.

        Rows of the subject's own kind belong together by what they both belong to; of a kind that the subject has one of, all
        rows of the same person or thing are meant.
        """
        types = self.vocabulary.types
        if record == self.about:
            return ("employer_id", *types[record].siblings)
        shared = self.vocabulary.shared(self.about, record)
        if self.vocabulary.is_one(self.about, record) and len(shared) > 1:
            shared = tuple(k for k in shared if k != types[record].key[-1])
        return ("employer_id", *shared)

    # ---- where somebody works ----------------------------------------------------------------------------------

    def work(self, layers: Layers, record: str, column: str, on: Frag | None, infinite: bool = False) -> Frag:
        """A column of the assignment in force on a day, or of its worksite."""
        day = layers.column(on if on is not None else self.frame.as_of(layers))
        name = f"site_{column}" if record == "worksite" else column
        identity = self.vocabulary.types[self.about].identity
        of_spell = "spell_no" in identity
        keys = ["employer_id", "employee_number", *(["spell_no"] if of_spell else [])]
        if self.single_work:
            alias = layers.join("LEFT JOIN", WORK, " AND ".join(f"{{alias}}.{k} = s.{k}" for k in keys), 0)
            value = layers.joined(alias, 0, f"{{alias}}.{name}", infinite)
            first = layers.joined(alias, 0, "{alias}.valid_from")
            last = layers.joined(alias, 0, "{alias}.counts_to", infinite=True)
            inside = f"CASE WHEN {day} >= {first} AND {day} < {last} THEN {value} END"
            return layers.column(combine(inside, day, value, first, last, infinite=infinite))
        subject = [layers.base(f"s.{k}") for k in keys]
        equal = " AND ".join(f"{{alias}}.{k} = {c}" for k, c in zip(keys, subject, strict=True))
        level = max(day.level, 1)
        until = "{alias}.counts_to" if of_spell else "{alias}.valid_to AND {alias}.alone"
        test = f"{equal} AND {{alias}}.valid_from <= {day} AND {day} < {until}"
        alias = layers.join("LEFT JOIN", WORK, test, level)
        return layers.joined(alias, level, f"{{alias}}.{name}", infinite)

    def place(self, layers: Layers, starts: Frag | None) -> tuple[Frag, Frag]:
        """(worksite id, state) of the subject on the trigger day."""
        site = state = literal("NULL::VARCHAR")
        if self.has_site:
            site, state = layers.base("s.worksite_id"), self.site(layers, "state", starts)
        elif self.is_person:
            site = self.work(layers, "assignment", "worksite_id", starts)
            state = self.work(layers, "worksite", "state", starts)
        given = self.frame.place(layers, "work_state")
        return site, layers.column(given.over(state) if given is not None else state)

    def site(self, layers: Layers, column: str, starts: Frag | None) -> Frag:
        """A column of the worksite that the subject is or names."""
        if self.about == "worksite":
            return layers.base(f"s.{column}")
        field = self.vocabulary.types["worksite"].field(column)
        return self.one(layers, "worksite", field, starts) if field is not None else literal("NULL")

    def zone(self, layers: Layers, starts: Frag | None) -> Frag:
        """The time zone of the worksite on the trigger day."""
        if self.has_site:
            zone, state = self.site(layers, "time_zone", starts), self.site(layers, "state", starts)
            return layers.column(combine(f"coalesce({zone}, CASE {zone_of_state(state.sql)} END)", zone, state))
        if not self.is_person:
            return literal("NULL::VARCHAR")
        zone = self.work(layers, "worksite", "time_zone", starts)
        given = self.frame.place(layers, "work_state")
        if given is None:
            return zone
        state = given.value
        return layers.column(combine(f"coalesce({zone}, CASE {zone_of_state(state.sql)} END)", zone, state))

    # ---- pay periods and plan years ----------------------------------------------------------------------------

    def _by_day(self, layers: Layers, table: str, day: Frag, extra: tuple[str, Frag], column: str) -> Frag:
        employer = layers.base("s.employer_id")
        day = layers.column(day)
        name, value = extra
        level = max(day.level, employer.level, value.level)
        on = f"{{alias}}.employer_id = {employer} AND {{alias}}.{name} = {value} AND {{alias}}.on_day = {day}"
        alias = layers.join("LEFT JOIN", table, on, level)
        found = layers.joined(alias, level, f"{{alias}}.{column}")
        if not day.infinite:
            return found
        return layers.column(combine(f"CASE WHEN isinf({day}) THEN {day} ELSE {found} END", day, found))

    def _pay_group(self, layers: Layers, starts: Frag | None) -> tuple[str, Frag]:
        if self.about == "pay_period" or not self.is_person:
            return "pay_group", literal("''")
        group = self.work(layers, "assignment", "pay_group", starts)
        return "pay_group", layers.column(combine(f"coalesce({group}, '')", group))

    def next_payday(self, layers: Layers, day: Frag, starts: Frag | None) -> Frag:
        """The first payday strictly after a day, NULL where the pay calendar does not reach."""
        return self._by_day(layers, "_payday", day, self._pay_group(layers, starts), "pay_date")

    def period(self, layers: Layers, day: Frag, starts: Frag | None, column: str) -> Frag:
        """starts_on, ends_on or pay_date of the pay period that holds a day."""
        return self._by_day(layers, "_pay_period", day, self._pay_group(layers, starts), column)

    def plan_year(self, layers: Layers, day: Frag, side: str) -> Frag:
        """First or last day of the plan year that holds a day."""
        if "plan_id" not in self.vocabulary.types[self.about].identity:
            return combine(f"CASE WHEN isinf({day}) THEN {day} END", day) if day.infinite else literal("NULL::DATE")
        return self._by_day(layers, "_plan_year", day, ("plan_id", layers.base("s.plan_id")), _SIDES[side])

    def next_period(self, layers: Layers, day: Frag, starts: Frag | None, period: str) -> Frag:
        """First day of the next pay period or plan year on or after a day."""
        if period == "plan year":
            return self.plan_year(layers, day, "next")
        return self.period(layers, day, starts, "next_starts_on")

    # ---- many related rows -------------------------------------------------------------------------------------

    def measure(
        self,
        compiler: Compiler,
        record: str,
        where: t.Expression | None,
        aggregate: str,
        *outer: Frag,
        sure: bool = True,
    ) -> Frag:
        """One SQL aggregate over the related rows `r`; `{w}` in it becomes the condition.

        A condition that speaks of the subject makes it a correlated subquery, otherwise it is grouped once and joined.

        Args:
            outer: fragments of the subject that the text of the aggregate uses.
            sure: only rows for which the condition holds matter; then an equality with the subject joins them.
        """
        layers = compiler.layers
        condition = compiler.sql(where) if where is not None else literal("TRUE")
        condition = combine(condition.sql, condition, *outer)
        text = aggregate.replace("{w}", condition.sql)
        keys = self.keys(record)
        if condition.level == 0 and not condition.calendar:
            test = condition.sql if "{w}" in aggregate else "TRUE"
            return layers.grouped(f'"{record}"', keys, text, test, own=record == self.about)
        same = "IS NOT DISTINCT FROM" if record == self.about else "="
        tests = [f"r.{k} {same} {layers.base(f's.{k}')}" for k in keys]
        level = max(condition.level, 1)
        if sure:
            for column, value in self.equalities(compiler, where):
                tests.append(f"{column} = {value}")
                level = max(level, value.level)
        return _over(layers, f'"{record}"', " AND ".join(tests), text, combine("", condition, Frag("", level)))

    def equalities(self, compiler: Compiler, where: t.Expression | None) -> list[tuple[Frag, Frag]]:
        """(column of the row, value of the subject) of the equalities that every matching row must meet."""
        found = []
        for item in where.items if isinstance(where, t.And) else (where,):
            if not isinstance(item, t.Compare) or item.op != "=":
                continue
            for one, other in ((item.left, item.right), (item.right, item.left)):
                if isinstance(one, t.Row) and type_of(one) == type_of(other) and not _reads_rows(other):
                    value = compiler.sql(other)
                    if value.level > 0 and not value.calendar:
                        found.append((compiler.sql(one), compiler.layers.column(value)))
                        break
        return found

    def doubtful(
        self,
        compiler: Compiler,
        record: str,
        where: t.Expression | None,
        aggregate: str,
        *outer: Frag,
        could: str = "TRUE",
    ) -> Frag:
        """Whether some row may or may not belong: `aggregate` tells it of rows, `{w}` is the condition.

        Where an equality joins the rows, those with an empty side are looked at apart: they belong to nobody for certain.
        """
        found = self.measure(compiler, record, where, aggregate, *outer)
        parts = [f"coalesce({found}, FALSE)"]
        frags = [found]
        equal = self.equalities(compiler, where) if self._correlated(compiler, where, outer) else []
        if equal:
            rest = _without_subject(compiler, where)
            for column, value in equal:
                test = f"{could} AND coalesce({{w}}, TRUE)"
                empty = self.measure(compiler, record, rest, f"bool_or({column} IS NULL AND {test})", *outer)
                some = self.measure(compiler, record, rest, f"bool_or({test})", *outer)
                parts += [f"coalesce({empty}, FALSE)", f"({value} IS NULL AND coalesce({some}, FALSE))"]
                frags += [empty, some, value]
        astray = self.astray(compiler, record, where, aggregate, *outer)
        parts += [f"coalesce({one}, FALSE)" for one in astray]
        frags += astray
        return combine("(" + " OR ".join(parts) + ")", *frags, infinite=False)

    def astray(
        self, compiler: Compiler, record: str, where: t.Expression | None, aggregate: str, *outer: Frag
    ) -> list[Frag]:
        """An aggregate over the rows that cannot be placed and may be the subject's; `{w}` in it holds for none for certain."""
        if not self.frame.unplaced(record):
            return []
        condition = compiler.sql(where) if where is not None else literal("TRUE")
        uses = combine("", condition, *outer)
        may_be = f"bool_or(coalesce({condition}, TRUE))"
        doubt = any_of(self.astray_by(compiler.layers, record, self.keys(record), may_be, uses))
        compiler.leaves.setdefault(nobody_known(record), combine(f"CASE WHEN NOT {doubt} THEN TRUE END", doubt))
        text = aggregate.replace("{w}", f"CASE WHEN NOT coalesce({condition}, TRUE) THEN FALSE END")
        return self.astray_by(compiler.layers, record, self.keys(record), text, uses)

    def astray_by(self, layers: Layers, record: str, keys: Sequence[str], text: str, uses: Frag) -> list[Frag]:
        """An aggregate over each kind of rows that cannot be placed, found by those of `keys` that do say whose they are."""
        found = []
        for kind in self.frame.unplaced(record):
            if not kind.concerns(keys):
                continue
            known = tuple(key for key in keys if key not in kind.open)
            if uses.level == 0 and not uses.calendar:
                found.append(layers.grouped(kind.table(), known, text, "TRUE"))
                continue
            same = " AND ".join(f"r.{key} = {layers.base(f's.{key}')}" for key in known)
            found.append(_over(layers, kind.table(), same, text, combine("", uses, Frag("", 1))))
        return found

    def _correlated(self, compiler: Compiler, where: t.Expression | None, outer: tuple[Frag, ...]) -> bool:
        return where is not None and combine("", compiler.sql(where), *outer).level > 0

    def aggregate(self, compiler: Compiler, e: t.Aggregate, reading: str) -> Frag:
        """count, sum, min, max, earliest, latest, exists; unknown where a row that could matter cannot be judged."""
        layers, starts = compiler.layers, compiler.specials.get("starts")
        supplied = self.frame.supplied(layers, e.record)
        kind = type_of(e)
        if supplied is False:
            typed = {"yes_no": "NULL::BOOLEAN", "date": "NULL::DATE", "instant": "NULL::TIMESTAMP"}
            result = literal(typed.get(kind, "NULL"))
            compiler.leaves.setdefault(e.record, result)
            return result
        number = self.measure(compiler, e.record, e.where, "count(*) FILTER (WHERE {w})")
        number = combine(f"coalesce({number}, 0)", number)
        doubt = self.doubt(compiler, e)
        absent = self.absence(layers, e.record, starts, NO_ROW)
        if e.name == "exists":
            text = f"CASE WHEN {number} > 0 THEN TRUE WHEN {doubt} OR NOT {absent} THEN NULL ELSE FALSE END"
            result = combine(text, number, doubt, absent)
        else:
            value, nothing = self._value(compiler, e)
            text = f"CASE WHEN {doubt} THEN NULL WHEN {number} = 0 THEN CASE WHEN {absent} THEN {nothing} END ELSE {value} END"
            result = combine(text, number, doubt, absent, value, infinite=e.name in ("earliest", "latest"))
        if supplied is not True:
            result = combine(f"CASE WHEN {supplied} THEN {result} END", supplied, result)
        result = layers.column(result)
        compiler.leaves.setdefault(e.record, result)
        return result

    def _value(self, compiler: Compiler, e: t.Aggregate) -> tuple[Frag, str]:
        if e.name == "count":
            number = self.measure(compiler, e.record, e.where, "count(*) FILTER (WHERE {w})")
            return number, "0"
        field = checked(e.field)
        column = f"r.{field.name}"
        if e.name in ("sum", "min", "max"):
            found = self.measure(compiler, e.record, e.where, f"{e.name}({column}) FILTER (WHERE {{w}})")
            return found, "0" if e.name == "sum" else "NULL"
        best = "min" if e.name == "earliest" else "max"
        finite = self.measure(
            compiler, e.record, e.where, f"{best}({column}) FILTER (WHERE {{w}} AND isfinite({column}))"
        )
        nothing = _cast(NEVER, field)
        if not open_ended(field):
            return finite, nothing
        opened = self.measure(
            compiler, e.record, e.where, f"bool_or({column} = {_cast(OPEN, field)}) FILTER (WHERE {{w}})"
        )
        order = (opened, finite) if e.name == "latest" else (finite, opened)
        if e.name == "latest":
            text = f"CASE WHEN {opened} THEN {_cast(OPEN, field)} ELSE coalesce({finite}, {nothing}) END"
        else:
            text = f"coalesce({finite}, CASE WHEN {opened} THEN {_cast(OPEN, field)} ELSE {nothing} END)"
        return combine(text, *order, infinite=True), nothing

    def doubt(self, compiler: Compiler, e: t.Aggregate | t.Rows | t.Reaches) -> Frag:
        """Whether some row may or may not belong, or belongs with a value that cannot be read."""
        needed = [e.field.name] if e.field is not None else []
        dated_by = self.vocabulary.types[e.record].dated_by if isinstance(e, t.Reaches) else None
        needed += [dated_by] if dated_by is not None else []
        if e.where is None and not needed and not self.frame.unplaced(e.record):
            return literal("FALSE")
        unread = "".join(f" OR ({{w}} AND r.{name} IS NULL)" for name in needed)
        # A row whose day is still to come adds nothing yet, whatever it says.
        adds = f"coalesce(isfinite(r.{dated_by}), TRUE)" if dated_by is not None else "TRUE"
        aggregate = (
            f"bool_or({adds} AND (({{w}}) IS NULL{unread}))" if dated_by else f"bool_or(({{w}}) IS NULL{unread})"
        )
        return self.doubtful(compiler, e.record, e.where, aggregate, could=adds)

    # ---- running totals ----------------------------------------------------------------------------------------

    def hits(self, compiler: Compiler, e: t.Reaches, until: Frag | None, after: Frag | None = None) -> Frag:
        """The days on which the running total reaches the goal, starting from nought after each; a list of dates."""
        record = self.vocabulary.types[e.record]
        field, dated_by = checked(e.field), record.dated_by or ""
        day = f"r.{dated_by}"
        where = f"{{w}} AND isfinite({day}) AND r.{field.name} IS NOT NULL"
        rows = self.measure(
            compiler, e.record, e.where,
            f"list({{'total': r.{field.name}::DOUBLE, 'hits': [{day}]}} ORDER BY {day}, r.{field.name}) FILTER (WHERE {where})",
        )  # fmt: skip
        goal = compiler.layers.column(compiler.sql(e.goal))
        limits = [f"x.hits[1] <= {until}"] if until is not None else []
        limits += [f"x.hits[1] >= {after}"] if after is not None else []
        kept = f"list_filter({rows}, lambda x: {' AND '.join(limits)})" if limits else rows.sql
        parts = [p for p in (rows, goal, until, after) if p is not None]
        start = (
            f"{{'total': 0.0::DOUBLE, 'hits': []::{'TIMESTAMP' if _instant(dated_by, record.fields) else 'DATE'}[]}}"
        )
        step = (
            f"CASE WHEN a.total + x.total >= {goal} THEN {{'total': 0.0::DOUBLE, 'hits': list_concat(a.hits, x.hits)}} "
            "ELSE {'total': a.total + x.total, 'hits': a.hits} END"
        )
        text = f"coalesce(list_reduce(list_prepend({start}, coalesce({kept}, [])), lambda a, x: {step}).hits, [])"
        return compiler.layers.column(combine(text, *parts, infinite=False))

    def reaches(self, compiler: Compiler, e: t.Reaches) -> Frag:
        """The first day the running total is at least the goal; open while it is not."""
        supplied = self.frame.supplied(compiler.layers, e.record)
        if supplied is False:
            compiler.leaves.setdefault(e.record, literal("NULL"))
            return literal("NULL::DATE")
        hits, doubt = self.hits(compiler, e, None), self.doubt(compiler, e)
        dated_by = self.vocabulary.types[e.record].dated_by or ""
        number = self.measure(compiler, e.record, e.where, f"count(*) FILTER (WHERE {{w}} AND isfinite(r.{dated_by}))")
        absent = self.absence(compiler.layers, e.record, compiler.specials.get("starts"), NO_ROW)
        text = (
            f"CASE WHEN {doubt} THEN NULL WHEN len({hits}) > 0 THEN {hits}[1] "
            f"WHEN coalesce({number}, 0) = 0 AND NOT {absent} THEN NULL ELSE DATE 'infinity' END"
        )
        result = combine(text, doubt, hits, number, absent, infinite=True)
        if supplied is not True:
            result = combine(f"CASE WHEN {supplied} THEN {result} END", supplied, result)
        result = compiler.layers.column(result)
        compiler.leaves.setdefault(e.record, result)
        return result

    # ---- the fullest stretch of days ---------------------------------------------------------------------------

    def most_within(self, compiler: Compiler, e: t.MostWithin) -> Frag:
        """The largest count or sum of all stretches of so many days that hold a day."""
        layers, near = compiler.layers, in_reach(e)
        supplied = self.frame.supplied(layers, e.record)
        if supplied is False:
            compiler.leaves.setdefault(e.record, literal("NULL"))
            return literal("NULL")
        length, around = layers.column(compiler.sql(e.length)), layers.column(compiler.sql(e.around))
        number, day = f"r.{e.field.name}" if e.field is not None else "1", f"r.{checked(e.dated_by).name}"
        listed = f"list({{'day': {day}, 'n': {number}}}) FILTER (WHERE {{w}} AND isfinite({day}))"
        rows = self.measure(compiler, e.record, near, listed)
        doubt = self.doubt(compiler, t.Aggregate(e.name, e.path, near, e.record, e.field))
        absent = self.absence(layers, e.record, compiler.specials.get("starts"), NO_ROW)
        inside = f"list_filter({rows}, lambda x: (x.day - {around}) + k BETWEEN 0 AND {length} - 1)"
        totals = f"lambda k: coalesce(list_sum(list_transform({inside}, lambda y: y.n)), 0)"
        text = (
            f"CASE WHEN {doubt} THEN NULL WHEN {rows} IS NULL THEN CASE WHEN {absent} THEN 0 END "
            f"ELSE list_max(list_transform(range(CAST({length} AS BIGINT)), {totals})) END"
        )
        result = combine(text, doubt, rows, absent, length, around, infinite=False)
        if supplied is not True:
            result = combine(f"CASE WHEN {supplied} THEN {result} END", supplied, result)
        result = layers.column(result)
        compiler.leaves.setdefault(e.record, result)
        return result


ONE_ZONE = {
    "America/New_York": "ct dc de ga ma md me nc nh nj ny oh pa ri sc va vt wv",
    "America/Chicago": "al ar ia il la mn mo ms ok wi",
    "America/Denver": "co mt nm ut wy",
    "America/Phoenix": "az",
    "America/Los_Angeles": "ca wa",
    "Pacific/Honolulu": "hi",
}
"""States that keep one time zone; in the others the worksite must say which."""


def zone_of_state(state: str) -> str:
    """Arms of a CASE from a state to its one time zone."""
    return " ".join(
        f"WHEN {state} IN ({', '.join(quoted('us.' + s) for s in states.split())}) THEN '{zone}'"
        for zone, states in ONE_ZONE.items()
    )


def _reads_rows(e: t.Expression) -> bool:
    found = False

    def look(node: t.Node) -> None:
        nonlocal found
        found = found or isinstance(node, t.Row)

    walk(e, look)
    return found


def _without_subject(compiler: Compiler, where: t.Expression | None) -> t.Expression | None:
    """The parts of a condition that speak of the row alone."""
    items = where.items if isinstance(where, t.And) else (where,) if where is not None else ()
    alone = tuple(item for item in items if compiler.sql(item).level == 0)
    return t.And(alone) if alone else None


def _instant(name: str, fields: tuple[Field, ...]) -> bool:
    return any(f.name == name and f.type is FieldType.INSTANT for f in fields)


def _cast(infinity: str, field: Field) -> str:
    return f"{'TIMESTAMP' if field.type is FieldType.INSTANT else 'DATE'} {infinity}"


NO_ROW = literal("FALSE")
"""What is said of rows that cannot be placed where the doubt over them is told apart."""


def nobody_known(record: str) -> str:
    """The rows that cannot be placed, as a fact that is lacking."""
    return f"{record} (rows that belong to nobody known)"


def _over(layers: Layers, table: str, where: str, aggregate: str, uses: Frag) -> Frag:
    """An aggregate over the rows `r` of a table that satisfy a condition; `uses` is what both need of the subject."""
    if uses.calendar:
        # As a join it would copy the lists of the calendar.
        return layers.column(Frag(f"(SELECT {aggregate} FROM {table} r WHERE {where})", uses.level, False, True))
    return layers.correlated(table, where, aggregate, uses.level)


def any_of(found: Sequence[Frag]) -> Frag:
    """Whether one of the tests holds."""
    if not found:
        return NO_ROW
    return combine("(" + " OR ".join(f"coalesce({one}, FALSE)" for one in found) + ")", *found, infinite=False)


def _null(field: Field) -> str:
    return f"NULL::{SQL_TYPES[field.type]}"
