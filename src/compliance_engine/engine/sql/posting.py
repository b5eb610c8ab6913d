"""`kind: posting`: a display of the poster hangs, in an accepted revision and in every language asked."""

from __future__ import annotations

from compliance_engine.engine.sql.expressions import Compiler
from compliance_engine.engine.sql.frame import quoted, sql_date
from compliance_engine.engine.sql.kinds import Judged
from compliance_engine.engine.sql.layers import NO_DATE, Frag, combine, literal
from compliance_engine.engine.sql.posting_window import Displays, window
from compliance_engine.engine.sql.related import any_of
from compliance_engine.language import rule as r

RECORD = "posting_display"


def posting(compiler: Compiler, body: r.Posting, as_of: Frag) -> Judged:
    """States of a poster on the day of asking, or over its window."""
    relations, layers = compiler.relations, compiler.layers
    supplied = relations.frame.supplied(layers, RECORD)
    if supplied is False:
        compiler.leaves.setdefault(RECORD, literal("NULL"))
        return Judged((), "unknown", NO_DATE, ())
    hung, outer = _hung(compiler, body, as_of)
    right = f"{hung} AND {_revisions(body.revisions, as_of)}"
    astray = any_of(compiler.relations.astray(compiler, RECORD, None, f"bool_or(coalesce({hung}, TRUE))", *outer))
    absent = compiler.relations.absence(compiler.layers, RECORD, compiler.specials.get("starts"), astray)
    if body.during is not None:
        judged = window(compiler, Displays(RECORD, right, outer, absent), body.languages, body.during, as_of)
    else:
        judged = _on_the_day(compiler, body, as_of, hung, right, outer, absent)
    if supplied is True:
        return judged
    return Judged(
        ((f"NOT {supplied}", "unknown"), *judged.arms), judged.otherwise, judged.due, (*judged.parts, supplied)
    )


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
    relations, layers = compiler.relations, compiler.layers
    now = f"r.displayed_from <= {as_of} AND {as_of} <= r.displayed_to"

    def count(test: str) -> Frag:
        found = relations.measure(compiler, RECORD, None, f"count(*) FILTER (WHERE {test})", *outer)
        return layers.column(combine(f"(coalesce({found}, 0) > 0)", found))

    # Whatever it hangs on, the wrong one is up: not missing.
    any_up = count(f"coalesce({hung}, r.posting_id = {quoted(body.post)}) AND {now}")
    up = count(f"{right} AND {now}")
    said = relations.measure(
        compiler, RECORD, None, f"flatten(list(r.languages) FILTER (WHERE {right} AND {now}))", *outer
    )
    said = layers.column(combine(f"coalesce({said}, [])", said))
    languages = [_language(compiler, lang, said) for lang in body.languages]
    unread = " OR r.languages IS NULL" if body.languages else ""
    doubt = f"bool_or(coalesce({right} AND {now}, TRUE) AND (({right} AND {now}) IS NULL{unread}))"
    maybe = relations.measure(compiler, RECORD, None, doubt, *outer)
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


def _language(compiler: Compiler, language: r.Language, said: Frag) -> Frag:
    """Whether a language is not asked for, or hangs; unknown where it is not told who reads what."""
    if language.spoken_by is None:
        return combine(f"list_contains({said}, {quoted(language.code or '')})", said, infinite=False)
    layers, relations = compiler.layers, compiler.relations
    known = [relations.frame.supplied(layers, record) for record in ("assignment", "employee")]
    if False in known:
        compiler.leaves.setdefault("employee.preferred_language", literal("NULL"))
        return literal("NULL::BOOLEAN")
    place = layers.base("s.worksite_id") if compiler.relations.about == "worksite" else literal("'*'")
    employer = layers.base("s.employer_id")
    on = f"{{alias}}.employer_id = {employer} AND {{alias}}.worksite_id = {place}"
    alias = layers.join("LEFT JOIN", "_reader", on, 1)
    people, unread, codes = (layers.joined(alias, 1, f"{{alias}}.{c}") for c in ("people", "unread", "codes"))
    percent = language.spoken_by
    if language.offered:
        offered = "[" + ", ".join(quoted(code) for code in language.offered) + "]"
        text = _offered(offered, said, people, unread, codes, percent)
    else:
        enough = f"list_filter(coalesce({codes}, []), lambda x: x.n * 100 >= {percent} * {people})"
        might = f"list_filter(coalesce({codes}, []), lambda x: (x.n + {unread}) * 100 >= {percent} * {people})"
        text = (
            f"CASE WHEN {people} IS NULL THEN TRUE "
            f"WHEN len(list_filter({enough}, lambda x: NOT list_contains({said}, x.code))) > 0 THEN FALSE "
            f"WHEN {unread} > 0 AND ({unread} * 100 >= {percent} * {people} "
            f"OR len(list_filter({might}, lambda x: NOT list_contains({said}, x.code))) > 0) THEN NULL ELSE TRUE END"
        )
    supplied = [s for s in known if isinstance(s, Frag)]
    for test in supplied:
        text = f"CASE WHEN {test} THEN {text} END"
    told = layers.column(combine(text, said, people, unread, codes, *supplied, infinite=False))
    compiler.leaves.setdefault("employee.preferred_language", told)
    return told


def _offered(offered: str, said: Frag, people: Frag, unread: Frag, codes: Frag, percent: int) -> str:
    number = f"coalesce(list_filter({codes}, lambda x: x.code = o)[1].n, 0)"
    lacking = f"list_filter({offered}, lambda o: NOT list_contains({said}, o))"
    sure = f"len(list_filter({lacking}, lambda o: {number} > 0 AND {number} * 100 >= {percent} * {people})) > 0"
    might = f"len(list_filter({lacking}, lambda o: ({number} + {unread}) * 100 >= {percent} * {people})) > 0"
    return f"CASE WHEN {people} IS NULL THEN TRUE WHEN {sure} THEN FALSE WHEN {unread} > 0 AND {might} THEN NULL ELSE TRUE END"


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
