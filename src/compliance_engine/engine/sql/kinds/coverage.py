"""Whether rows that hold for some days leave no hole in a window."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.readings import day_of
from compliance_engine.engine.sql.layers import Frag, combine
from compliance_engine.engine.sql.related.many_rows import measure
from compliance_engine.language import rule as r


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
    layers = compiler.layers
    end = f"r.{last}" if last else "DATE 'infinity'"
    spans = measure(
        compiler, record, None, f"list({{'a': r.{first}, 'z': {end}}}) FILTER (WHERE {test} AND r.{first} IS NOT NULL AND {end} IS NOT NULL)",
        *outer,
    )  # fmt: skip
    doubt = measure(
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
