"""The languages that a poster must hang in: named ones, and those that enough people at the place read first."""

from __future__ import annotations

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import quoted
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.language import rule as r

LANGUAGE = "employee.preferred_language"
"""The fact that is lacking where it is not told who reads what."""


def hangs_in(compiler: Compiler, language: r.Language, said: Frag) -> Frag:
    """Whether a language is not asked for, or hangs; unknown where it is not told who reads what."""
    if language.spoken_by is None:
        return combine(f"list_contains({said}, {quoted(language.code or '')})", said, infinite=False)
    layers = compiler.layers
    readers = join_readers(compiler, "_reader")
    if readers is None:
        compiler.leaves.setdefault(LANGUAGE, literal("NULL"))
        return literal("NULL::BOOLEAN")
    alias, supplied = readers
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
    for test in supplied:
        text = f"CASE WHEN {test} THEN {text} END"
    told = layers.column(combine(text, said, people, unread, codes, *supplied, infinite=False))
    compiler.leaves.setdefault(LANGUAGE, told)
    return told


def _offered(offered: str, said: Frag, people: Frag, unread: Frag, codes: Frag, percent: int) -> str:
    number = f"coalesce(list_filter({codes}, lambda x: x.code = o)[1].n, 0)"
    lacking = f"list_filter({offered}, lambda o: NOT list_contains({said}, o))"
    sure = f"len(list_filter({lacking}, lambda o: {number} > 0 AND {number} * 100 >= {percent} * {people})) > 0"
    might = f"len(list_filter({lacking}, lambda o: ({number} + {unread}) * 100 >= {percent} * {people})) > 0"
    return f"CASE WHEN {people} IS NULL THEN TRUE WHEN {sure} THEN FALSE WHEN {unread} > 0 AND {might} THEN NULL ELSE TRUE END"


def join_readers(compiler: Compiler, table: str) -> tuple[str, list[Frag]] | None:
    """The alias under which a table of who reads what at the subject's place is joined, and whether its sources are supplied.

    None: they are not. A subject that is no worksite stands for all places of the employer.
    """
    layers = compiler.layers
    known = [compiler.frame.supplied(layers, record) for record in ("assignment", "employee")]
    if False in known:
        return None
    place = layers.base("s.worksite_id") if compiler.relations.about == "worksite" else literal("'*'")
    employer = layers.base("s.employer_id")
    on = f"{{alias}}.employer_id = {employer} AND {{alias}}.worksite_id = {place}"
    return layers.join("LEFT JOIN", table, on, 1), [test for test in known if isinstance(test, Frag)]
