"""`kind: cadence`: distances of neighbouring dates, or dates in each period."""

from __future__ import annotations

from compliance_engine.engine.sql.columns import checked
from compliance_engine.engine.sql.expressions import dates
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.readings import day_of
from compliance_engine.engine.sql.layers import NO_DATE, Frag, combine, literal
from compliance_engine.engine.sql.related.absence import NO_ROW, absence
from compliance_engine.engine.sql.related.aggregates import doubt_over
from compliance_engine.engine.sql.related.many_rows import measure
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.time_words import year_begins


def cadence(compiler: Compiler, body: r.Cadence, as_of: Frag) -> Judged:
    """`kind: cadence`: distances of neighbouring dates, the two ends of `between` counted."""
    layers, rows = compiler.layers, body.over
    supplied = compiler.frame.supplied(layers, rows.record)
    if supplied is False:
        compiler.leaves.setdefault(rows.record, literal("NULL"))
        return Judged((), "unknown", NO_DATE, ())
    day = f"r.{checked(rows.field).name}"
    found = measure(
        compiler,
        rows.record,
        rows.where,
        f"list({day}) FILTER (WHERE {{w}} AND isfinite({day}) AND {day} <= {as_of})",
        as_of,
    )
    doubt = doubt_over(compiler, rows)
    absent = absence(compiler, rows.record, compiler.starts, NO_ROW)
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
