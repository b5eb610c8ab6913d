"""`kind: posting`: a display of the poster hangs, in an accepted revision and in every language asked."""

from __future__ import annotations

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import quoted, sql_date
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.languages import hangs_in
from compliance_engine.engine.sql.kinds.posting_window import Displays, window
from compliance_engine.engine.sql.layers import NO_DATE, Frag, combine, literal
from compliance_engine.engine.sql.related.absence import absence, any_of
from compliance_engine.engine.sql.related.many_rows import astray, measure
from compliance_engine.language import rule as r

RECORD = "posting_display"


def posting(compiler: Compiler, body: r.Posting, as_of: Frag) -> Judged:
    """States of a poster on the day of asking, or over its window."""
    layers = compiler.layers
    supplied = compiler.frame.supplied(layers, RECORD)
    if supplied is False:
        compiler.leaves.setdefault(RECORD, literal("NULL"))
        return Judged((), "unknown", NO_DATE, ())
    hung, outer = _hung(compiler, body, as_of)
    right = f"{hung} AND {_revisions(body.revisions, as_of)}"
    lost = any_of(astray(compiler, RECORD, None, f"bool_or(coalesce({hung}, TRUE))", *outer))
    absent = absence(compiler, RECORD, compiler.starts, lost)
    if body.during is not None:
        judged = window(compiler, Displays(RECORD, right, outer, absent), body.languages, body.during, as_of)
    else:
        judged = _on_the_day(compiler, body, as_of, hung, right, outer, absent)
    return judged.where_supplied(supplied)


def _hung(compiler: Compiler, body: r.Posting, as_of: Frag) -> tuple[str, tuple[Frag, ...]]:
    """Condition on a display `r` that it counts, on whatever it hangs; and what the condition uses of the subject."""
    hung = f"r.posting_id = {quoted(body.post)}"
    if body.electronic == "no":
        return f"{hung} AND r.medium <> 'electronic'", (as_of,)
    if body.electronic == "also":
        return hung, (as_of,)
    employer = compiler.layers.base("s.employer_id")
    everybody = f"(SELECT bool_and(r.worksite_type = 'remote_home') FROM worksite r WHERE r.employer_id = {employer})"
    remote = compiler.layers.column(Frag(everybody, 1))
    return f"{hung} AND (r.medium <> 'electronic' OR {remote})", (remote, as_of)


def _on_the_day(
    compiler: Compiler, body: r.Posting, as_of: Frag, hung: str, right: str, outer: tuple[Frag, ...], absent: Frag
) -> Judged:
    layers = compiler.layers
    now = f"r.displayed_from <= {as_of} AND {as_of} <= r.displayed_to"

    def count(test: str) -> Frag:
        found = measure(compiler, RECORD, None, f"count(*) FILTER (WHERE {test})", *outer)
        return layers.column(combine(f"(coalesce({found}, 0) > 0)", found))

    # Whatever it hangs on, the wrong one is up: not missing.
    any_up = count(f"coalesce({hung}, r.posting_id = {quoted(body.post)}) AND {now}")
    up = count(f"{right} AND {now}")
    said = measure(compiler, RECORD, None, f"flatten(list(r.languages) FILTER (WHERE {right} AND {now}))", *outer)
    said = layers.column(combine(f"coalesce({said}, [])", said))
    languages = [hangs_in(compiler, lang, said) for lang in body.languages]
    unread = " OR r.languages IS NULL" if body.languages else ""
    doubt = f"bool_or(coalesce({right} AND {now}, TRUE) AND (({right} AND {now}) IS NULL{unread}))"
    maybe = measure(compiler, RECORD, None, doubt, *outer)
    maybe = layers.column(combine(f"coalesce({maybe}, FALSE)", maybe))
    good = " AND ".join(x.sql for x in (up, *languages))
    parts = (up, any_up, *languages, maybe, absent, as_of)
    verdict = layers.column(combine(f"({good})", *parts, infinite=False))
    arms = [
        (f"{verdict}", "compliant"),
        (f"{maybe} OR {verdict} IS NULL", "unknown"),
        (f"{any_up}", "breach"),
        (f"{absent}", "missing"),
    ]
    told = f"CASE WHEN {verdict} OR ({absent} AND NOT {maybe}) THEN TRUE END"
    compiler.leaves.setdefault(RECORD, layers.column(combine(told, *parts, verdict, infinite=False)))
    return Judged(tuple(arms), "unknown", NO_DATE, (*parts, verdict))


def _revisions(revisions: tuple[r.Revision, ...], as_of: Frag) -> str:
    """Accepted on the day: a revision until the day by which its successor must hang, and any later one."""
    if not revisions:
        return "TRUE"
    tests = []
    for this, following in zip(revisions, (*revisions[1:], None), strict=True):
        same = f"r.revision_date = {sql_date(this.revision)}"
        until = ""
        if following is not None and following.replace_by is not None:
            until = f" AND {as_of} <= {sql_date(following.replace_by)}"
        elif following is not None and following.first is not None:
            until = f" AND {as_of} < {sql_date(following.first)}"
        tests.append(f"({same}{until})")
    return "(" + " OR ".join(tests) + ")"
