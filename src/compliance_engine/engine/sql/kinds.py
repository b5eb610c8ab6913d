"""From the dates of a rule to its state: one function for each kind."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine.sql import dates
from compliance_engine.engine.sql.expressions import Compiler, Reading
from compliance_engine.engine.sql.frame import quoted
from compliance_engine.engine.sql.layers import NO_DATE, Frag, combine, literal
from compliance_engine.engine.sql.proof import Proof, civil, proof
from compliance_engine.engine.sql.related import NO_ROW, any_of, checked
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.time_words import year_begins
from compliance_engine.language.value_types import type_of
from compliance_engine.language.walk import walk


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule comes to: arms of a CASE in order (test, state) with `otherwise`; None is no result.

    due, done: the days to show: that of the clock, and the one on which the duty was done or the record destroyed.
    """

    arms: tuple[tuple[str, str | None], ...]
    otherwise: str
    due: Frag
    parts: tuple[Frag, ...]
    done: Frag = NO_DATE


def bounded(e: t.Expression) -> bool:
    """Whether parts of a clock may be known while the whole is not."""
    found = False

    def look(node: t.Node) -> None:
        nonlocal found
        found = found or isinstance(node, t.LaterOf | t.EarlierOf | t.Value | t.Alias)

    walk(e, look)
    return found


def readings(compiler: Compiler, e: t.Expression) -> tuple[Frag, Frag, Frag]:
    """(exact, low, high) of a clock."""
    exact = compiler.named(e)
    if not bounded(e):
        return exact, exact, exact
    low, high = (compiler.named(e, reading) for reading in _BOUNDS)
    return exact, low, high


_BOUNDS: tuple[Reading, Reading] = ("low", "high")


@dataclass(frozen=True, slots=True)
class Due:
    """Readings of a due date: days, or instants where `instant`; `moment` where only some branches count hours."""

    exact: Frag
    low: Frag
    high: Frag
    instant: bool
    moment: Frag | None = None


def due_of(compiler: Compiler, e: t.Expression) -> Due:
    """The readings of a `due:`."""
    exact, low, high = readings(compiler, e)
    moment = None
    if isinstance(e, t.Branches) and {type_of(arm.then) for arm in e.arms} == {"date", "instant"}:
        moment = compiler.layers.column(compiler.branches(e, "exact", moments=True))
    return Due(exact, low, high, type_of(e) == "instant", moment)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a due date and its proof: the day of asking, the first day that counts, the end of the duty.

    done_instant: whether the proof is a moment rather than a day.
    """

    as_of: Frag
    opens: Frag | None
    lapses: Lapse | None
    done_instant: bool


@dataclass(frozen=True, slots=True)
class Lapse:
    """The day on which a duty ends, and the earliest and the latest that it can be."""

    exact: Frag
    low: Frag
    high: Frag


def lapse_of(compiler: Compiler, e: t.Expression | None) -> Lapse | None:
    """The civil days of a `lapses:`."""
    if e is None:
        return None
    return Lapse(*(civil(compiler, reading, type_of(e) == "instant") for reading in readings(compiler, e)))


def deadline(compiler: Compiler, rule: r.Rule, due: Due, evidence: Proof, around: Around) -> Judged:
    """States of a duty with a due date, its proof and the day of asking."""
    as_of, opens, lapses = around.as_of, around.opens, around.lapses
    layers = compiler.layers
    done, doubt = layers.column(evidence.done), layers.column(evidence.doubt)
    late = "forfeited" if rule.if_missed == "right" else "met-late"
    over = "forfeited" if rule.if_missed == "right" else "overdue"
    in_time, too_late = _compare_done(compiler, done, around.done_instant, due)
    low_day, high_day = civil(compiler, due.low, due.instant), civil(compiler, due.high, due.instant)
    # On the day of a moment the moment has passed by the end of the day.
    past = f"{as_of} >= {high_day}" if due.instant else f"{as_of} > {high_day}"
    ahead = f"{as_of} < {low_day}" if due.instant else f"{as_of} <= {low_day}"
    parts: list[Frag] = [
        due.exact,
        due.low,
        due.high,
        low_day,
        high_day,
        done,
        doubt,
        in_time,
        too_late,
        as_of,
        evidence.absent,
    ]
    if due.moment is not None:
        past = f"({past} OR ({due.moment} IS NOT NULL AND {as_of} = {high_day}))"
        ahead = f"({ahead} AND NOT ({due.moment} IS NOT NULL AND {as_of} = {low_day}))"
        parts.append(due.moment)
    lead = rule.lead_days if rule.lead_days is not None else DEFAULT_LEAD
    arms: list[tuple[str, str | None]] = []
    if due.exact.infinite:
        arms += [(f"{due.exact} = 'infinity'", "not-started"), (f"{due.exact} = '-infinity'", "no-value")]
    certain = "" if doubt.sql == "FALSE" else f" AND NOT {doubt}"
    arms += [(f"{in_time}", "met"), (f"{too_late}{certain}", late)]
    if evidence.absent.sql == "FALSE":
        # That nothing was done is never a fact: without proof nothing can be told.
        return Judged(tuple(arms), "unknown", due.exact, tuple(parts), civil(compiler, done, around.done_instant))
    untold = [f"{done} IS NOT NULL"]
    untold += [] if doubt.sql == "FALSE" else [f"{doubt}"]
    untold += [] if evidence.absent.sql == "TRUE" else [f"NOT {evidence.absent}"]
    arms.append((" OR ".join(untold), "unknown"))
    if opens is not None:
        arms += [(f"{opens} IS NULL", "unknown"), (f"{evidence.early}", "too-early")]
        parts += [opens, evidence.early]
    if lapses is not None:
        # Unless it is gone for certain, or for certain still there, nobody can tell whether it is owed.
        arms += [
            (f"isfinite({lapses.high}) AND {lapses.high} < {low_day} AND {lapses.high} <= {as_of}", "lapsed"),
            (f"NOT ({_still_owed(lapses, high_day, as_of)})", "unknown"),
        ]
        parts += [lapses.exact, lapses.low, lapses.high]
    soon = f"{as_of} >= {low_day} - {lead}"
    if low_day != high_day or due.moment is not None:
        soon = f"{ahead} AND {soon}"
    # A day that is known and not past is ahead.
    arms += [(past, over), (soon, "due-soon"), (ahead, "due")]
    return Judged(tuple(arms), "unknown", due.exact, tuple(parts), civil(compiler, done, around.done_instant))


DEFAULT_LEAD = 30


def _still_owed(lapses: Lapse, due: Frag, as_of: Frag) -> str:
    """Whether a duty surely has not ended before it was due; an occasion that never was ends nothing."""
    text = f"coalesce({lapses.low} > {as_of} OR {lapses.low} >= {due}, FALSE)"
    return f"{text} OR coalesce({lapses.exact} = '-infinity', FALSE)" if lapses.exact.infinite else text


def _compare_done(compiler: Compiler, done: Frag, done_instant: bool, due: Due) -> tuple[Frag, Frag]:
    if due.moment is None:
        return _compared(compiler, done, done_instant, due.low, due.high, due.instant)
    by_day = _compared(compiler, done, done_instant, due.low, due.high, False)
    by_moment = _compared(compiler, done, done_instant, due.moment, due.moment, True)
    in_time, too_late = (
        combine(f"CASE WHEN {due.moment} IS NOT NULL THEN {m} ELSE {d} END", due.moment, m, d, infinite=False)
        for m, d in zip(by_moment, by_day, strict=True)
    )
    return in_time, too_late


def _compared(
    compiler: Compiler, done: Frag, done_instant: bool, low: Frag, high: Frag, due_instant: bool
) -> tuple[Frag, Frag]:
    if done_instant == due_instant:
        return (
            combine(f"({done} <= {low})", done, low, infinite=False),
            combine(f"({done} > {high})", done, high, infinite=False),
        )
    # A day against a moment of the same day cannot be told.
    day = civil(compiler, done, done_instant)
    low_day, high_day = civil(compiler, low, due_instant), civil(compiler, high, due_instant)
    if not due_instant:
        return (
            combine(f"({day} <= {low_day})", day, low_day, infinite=False),
            combine(f"({day} > {high_day})", day, high_day, infinite=False),
        )
    return (
        combine(f"({day} < {low_day})", day, low_day, infinite=False),
        combine(f"({day} > {high_day})", day, high_day, infinite=False),
    )


def one_deadline(compiler: Compiler, rule: r.Rule, body: r.Deadline, as_of: Frag) -> Judged:
    """`kind: deadline`."""
    due = due_of(compiler, body.due)
    compiler.specials["due"] = due.exact
    opens = day_of(compiler, body.opens)
    lapses = lapse_of(compiler, body.lapses)
    evidence = proof(compiler, body.done, as_of, opens)
    return deadline(compiler, rule, due, evidence, Around(as_of, opens, lapses, done_is_instant(body.done)))


def done_is_instant(done: t.Expression | t.Rows | t.Reaches) -> bool:
    """Whether the proof is a moment rather than a day."""
    if isinstance(done, t.Rows):
        return done.field is not None and done.field.type == "instant"
    return not isinstance(done, t.Reaches) and type_of(done) == "instant"


def day_of(compiler: Compiler, e: t.Expression | None) -> Frag | None:
    """The civil day of a key that may be left out."""
    if e is None:
        return None
    return civil(compiler, compiler.named(e), type_of(e) == "instant")


def check(compiler: Compiler, body: r.Check) -> Judged:
    """`kind: check`."""
    held = compiler.named(body.condition)
    good, bad = ("compliant", "breach") if body.must else ("breach", "compliant")
    return Judged(((f"{held}", good), (f"NOT {held}", bad)), "unknown", NO_DATE, (held,))


def retention(compiler: Compiler, body: r.Retention, as_of: Frag, destroyed: Frag) -> Judged:
    """`kind: retention`; `destroyed` is the day of destruction, `infinity`-like while it still exists."""
    compiler.up = body.keep is not None
    try:
        exact, low, high = readings(compiler, body.keep if body.keep is not None else body.destroy)  # type: ignore[arg-type]
    finally:
        compiler.up = False
    is_gone = combine(f"(isfinite({destroyed}) AND {destroyed} <= {as_of})", destroyed, as_of, infinite=False)
    gone = compiler.layers.column(is_gone)
    parts = (exact, low, high, as_of, destroyed, gone)
    if body.keep is not None:
        arms = [
            (f"{exact} = '-infinity'", "no-value"),
            (f"{destroyed} IS NULL", "unknown"),
            (f"{gone} AND {destroyed} <= {low}", "destroyed-early"),
            (f"{gone} AND {destroyed} > {high}", "compliant"),
            (f"NOT {gone} AND {as_of} <= {low}", "retain"),
            (f"NOT {gone} AND {as_of} > {high}", "disposable"),
        ]
    else:
        arms = [
            (f"{exact} = '-infinity'", "no-value"),
            (f"{destroyed} IS NULL", "unknown"),
            (f"{gone} AND {destroyed} <= {low}", "met"),
            (f"{gone} AND {destroyed} > {high}", "met-late"),
            (f"NOT {gone} AND {as_of} <= {low}", "retain"),
            (f"NOT {gone} AND {as_of} > {high}", "over-retained"),
        ]
    return Judged(tuple(arms), "unknown", exact, parts, destroyed)


def cadence(compiler: Compiler, body: r.Cadence, as_of: Frag) -> Judged:
    """`kind: cadence`: distances of neighbouring dates, the two ends of `between` counted."""
    relations, layers, rows = compiler.relations, compiler.layers, body.over
    supplied = relations.frame.supplied(layers, rows.record)
    if supplied is False:
        compiler.leaves.setdefault(rows.record, literal("NULL"))
        return Judged((), "unknown", NO_DATE, ())
    day = f"r.{checked(rows.field).name}"
    found = relations.measure(
        compiler,
        rows.record,
        rows.where,
        f"list({day}) FILTER (WHERE {{w}} AND isfinite({day}) AND {day} <= {as_of})",
        as_of,
    )
    doubt = relations.doubt(compiler, rows)
    absent = relations.absence(layers, rows.record, compiler.specials.get("starts"), NO_ROW)
    known = _ends(compiler, body.between, as_of)
    extra = ", ".join(e.sql for e in known)
    days = layers.column(
        combine(
            f"list_sort(list_distinct(list_filter(list_concat(coalesce({found}, []), [{extra}]::DATE[]), lambda d: isfinite(d) AND d <= {as_of})))",
            found, as_of, *known, infinite=False,
        )
    )  # fmt: skip
    unknown = " OR ".join([f"{doubt}", *(f"{e} IS NULL" for e in known)])
    if supplied is not True:
        unknown = f"NOT {supplied} OR {unknown}"
    parts: list[Frag] = [found, doubt, absent, days, as_of, *known]
    if not isinstance(supplied, bool):
        parts.append(supplied)
    compiler.leaves.setdefault(
        rows.record, layers.column(combine(f"CASE WHEN NOT ({unknown}) THEN TRUE END", *parts, infinite=False))
    )
    empty = f"len(coalesce({found}, [])) = 0"
    arms = [(unknown, "unknown"), (f"{empty} AND NOT {absent}", "unknown"), (f"len({days}) = 0", "not-started")]
    if isinstance(body.gap, t.PerPeriod):
        least = layers.column(compiler.sql(body.gap.least))
        fails = _period_fails(days, body.gap.period, least)
        parts += [least]
    else:
        fails, limits = _gap_fails(compiler, days, body.gap)
        parts += limits
    breach = layers.column(combine(fails, *parts, infinite=False))
    arms += [(f"{breach}", "breach"), (f"NOT {breach}", "compliant")]
    return Judged(tuple(arms), "unknown", NO_DATE, (*parts, breach))


def _ends(compiler: Compiler, between: r.Window | None, as_of: Frag) -> list[Frag]:
    """The two ends as days; what lies ahead, or is still open, ends on the day of asking."""
    first = day_of(compiler, between.first) if between is not None else None
    last = day_of(compiler, between.last) if between is not None else None
    if last is not None:
        today = f"CASE WHEN {last} IS NOT NULL THEN least({last}, {as_of}) END"
        last = compiler.layers.column(combine(today, last, as_of))
    return [end for end in (first, last) if end is not None]


def _gap_fails(compiler: Compiler, days: Frag, gap: t.Gap) -> tuple[str, list[Frag]]:
    steps = f"list_transform(range(2, len({days}) + 1), lambda i: {days}[i] - {days}[i - 1])"
    tests, parts = [], []
    if gap.high is not None:
        high = compiler.layers.column(compiler.sql(gap.high))
        tests.append(f"coalesce(list_max({steps}), 0) > {high}")
        parts.append(high)
    if gap.low is not None:
        low = compiler.layers.column(compiler.sql(gap.low))
        tests.append(f"coalesce(list_min({steps}), {low}) < {low}")
        parts.append(low)
    return "(" + " OR ".join(tests) + ")", parts


def _period_fails(days: Frag, period: t.Period, least: Frag) -> str:
    # Only whole periods between the first and the last date are judged.
    begins = year_begins(period)
    number = (
        dates.named_year("d", begins)
        if begins is not None
        else {
            "calendar month": "(year(d) * 12 + month(d))",
            "calendar quarter": "(year(d) * 4 + quarter(d))",
            "calendar year": "year(d)",
        }.get(period, "((d - DATE '1900-01-07') // 7)")
    )
    index = f"list_transform({days}, lambda d: {number})"
    inner = f"range(list_min({index}) + 1, list_max({index}))"
    return f"(len(list_filter({inner}, lambda p: len(list_filter({index}, lambda q: q = p)) < {least})) > 0)"


def required(compiler: Compiler, body: r.Required, as_of: Frag) -> Judged:
    """`kind: required`: a record is there, today and on every day of its window."""
    relations, layers = compiler.relations, compiler.layers
    supplied = relations.frame.supplied(layers, body.record)
    if supplied is False:
        compiler.leaves.setdefault(body.record, literal("NULL"))
        return Judged((), "unknown", NO_DATE, ())
    test = f"r.class_code = {quoted(body.class_code)}" if body.class_code else "TRUE"
    if body.where is not None:
        where = compiler.sql(body.where)
        test = f"{test} AND {where}"
        outer: tuple[Frag, ...] = (as_of, where)
    else:
        outer = (as_of,)
    astray = any_of(relations.astray(compiler, body.record, None, f"bool_or(coalesce({test}, TRUE))", *outer))
    absent = relations.absence(layers, body.record, compiler.specials.get("starts"), astray)
    if body.during is not None and body.valid is not None:
        by = day_of(compiler, body.by)
        spans = Spans(body.record, test, body.valid[0], body.valid[1], outer, absent)
        judged = coverage(compiler, spans, body.during, as_of, by)
    else:
        now = test
        if body.valid is not None:
            last = f" AND {as_of} <= r.{body.valid[1]}" if body.valid[1] else ""
            now = f"{test} AND r.{body.valid[0]} <= {as_of}{last}"
        number = relations.measure(compiler, body.record, None, f"count(*) FILTER (WHERE {now})", *outer)
        maybe = relations.measure(compiler, body.record, None, f"bool_or(({now}) IS NULL)", *outer)
        held = layers.column(combine(f"(coalesce({number}, 0) > 0)", number))
        doubt = layers.column(combine(f"coalesce({maybe}, FALSE)", maybe))
        arms: list[tuple[str, str]] = [(f"{held}", "compliant")]
        parts: list[Frag] = [held, doubt, absent, as_of]
        due = NO_DATE
        if body.by is not None:
            due = compiler.named(body.by)
            parts.append(due)
            arms += [(f"{due} IS NULL", "unknown"), (f"{as_of} < {due}", "due")]
        arms += [(f"{doubt}", "unknown"), (f"{absent}", "missing")]
        compiler.leaves.setdefault(
            body.record,
            layers.column(
                combine(f"CASE WHEN {held} OR ({absent} AND NOT {doubt}) THEN TRUE END", *parts, infinite=False)
            ),
        )
        judged = Judged(tuple(arms), "unknown", due, tuple(parts))
    if supplied is not True:
        return Judged(
            ((f"NOT {supplied}", "unknown"), *judged.arms), judged.otherwise, judged.due, (*judged.parts, supplied)
        )
    return judged


@dataclass(frozen=True, slots=True)
class Spans:
    """Rows `r` that hold for some days: the record type, which rows count, and the fields of the first and last day.

    outer: what the condition uses of the subject. absent: whether it is a fact that there are no others.
    """

    record: str
    test: str
    first: str
    last: str | None
    outer: tuple[Frag, ...]
    absent: Frag


def coverage(compiler: Compiler, rows: Spans, during: r.Window, as_of: Frag, by: Frag | None = None) -> Judged:
    """Every day of a window so far lies in some span: a hole begins on its first day or right after a span's end.

    Args:
        by: the days before it need nothing.
    """
    record, test, first, last, outer = rows.record, rows.test, rows.first, rows.last, rows.outer
    absent = rows.absent
    relations, layers = compiler.relations, compiler.layers
    end = f"r.{last}" if last else "DATE 'infinity'"
    spans = relations.measure(
        compiler, record, None, f"list({{'a': r.{first}, 'z': {end}}}) FILTER (WHERE {test} AND r.{first} IS NOT NULL AND {end} IS NOT NULL)",
        *outer,
    )  # fmt: skip
    doubt = relations.measure(
        compiler,
        record,
        None,
        f"bool_or(({test}) IS NULL OR ({test} AND (r.{first} IS NULL OR {end} IS NULL)))",
        *outer,
    )
    doubt = layers.column(combine(f"coalesce({doubt}, FALSE)", doubt))
    begins = day_of(compiler, during.first) or as_of
    opens = begins
    if by is not None:
        opens = layers.column(combine(f"CASE WHEN {by} IS NOT NULL THEN greatest({begins}, {by}) END", begins, by))
    closes = day_of(compiler, during.last) if during.last is not None else None
    if closes is not None and closes.infinite:
        # An end that never was ends nothing.
        closes = layers.column(
            combine(f"CASE WHEN {closes} = DATE '-infinity' THEN DATE 'infinity' ELSE {closes} END", closes)
        )
    upto = (
        layers.column(combine(f"least({as_of}, {closes})", as_of, closes, infinite=False))
        if closes is not None
        else as_of
    )
    held = layers.column(combine(f"coalesce({spans}, [])", spans))
    points = layers.column(
        combine(
            f"list_prepend({opens}, list_transform(list_filter({held}, lambda x: isfinite(x.z) AND x.z + 1 >= {opens} AND x.z + 1 <= {upto}), lambda x: x.z + 1))",
            held, opens, upto, infinite=False,
        )
    )  # fmt: skip
    covers = "len(list_filter({held}, lambda x: x.a <= {p} AND {p} <= x.z)) > 0"
    hole = f"len(list_filter({points}, lambda p: NOT ({covers.format(held=held, p='p')}))) > 0"
    today = covers.format(held=held, p=as_of)
    still = f"({as_of} <= {closes})" if closes is not None else "TRUE"
    parts = [p for p in (held, points, doubt, absent, begins, opens, closes, upto, as_of) if p is not None]
    arms = [
        (f"{begins} IS NULL OR {opens} IS NULL" + (f" OR {closes} IS NULL" if closes is not None else ""), "unknown"),
        *([(f"isinf({begins})", "not-started")] if begins.infinite else []),
        (f"{as_of} < {opens}", "due"),
        *([(f"{closes} < {opens}", "compliant")] if closes is not None else []),
        (f"NOT ({hole})", "compliant"),
        (f"{doubt} OR NOT {absent}", "unknown"),
        (f"{still} AND NOT ({today})", "missing"),
    ]
    compiler.leaves.setdefault(
        record, layers.column(combine(f"CASE WHEN NOT {doubt} AND {absent} THEN TRUE END", *parts, infinite=False))
    )
    return Judged(tuple(arms), "breach", opens, tuple(parts))
