"""`kind: posting` with `during`: the poster hangs on every day so far, in each language that is asked for on that day."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import quoted
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.languages import LANGUAGE, join_readers
from compliance_engine.engine.sql.kinds.readings import day_of
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.many_rows import measure
from compliance_engine.language import rule as r

COMPLIANT, UNKNOWN, MISSING, BREACH = range(4)
"""Answers for one language; of several the worst counts, which is the greatest."""


@dataclass(frozen=True, slots=True)
class Displays:
    """The displays of the poster: record type, and the condition on a row `r` that it counts.

    outer: what the condition uses of the subject. absent: whether it is a fact that there are no others.
    """

    record: str
    counts: str
    outer: tuple[Frag, ...]
    absent: Frag


def window(
    compiler: Compiler, displays: Displays, languages: tuple[r.Language, ...], during: r.Window, as_of: Frag
) -> Judged:
    """States of a poster over its window.

    A hole begins on the first day of the window, on the day after a display, or where others come to work: only these
    days are looked at, and the last one.
    """
    layers = compiler.layers
    opens = day_of(compiler, during.first) or as_of
    closes = day_of(compiler, during.last)
    if closes is not None and closes.infinite:
        # An end that never was ends nothing.
        text = f"CASE WHEN {closes} = DATE '-infinity' THEN DATE 'infinity' ELSE {closes} END"
        closes = layers.column(combine(text, closes))
    last = as_of
    if closes is not None:
        last = layers.column(
            combine(f"CASE WHEN {closes} IS NOT NULL THEN least({as_of}, {closes}) END", as_of, closes)
        )
    rows = _rows(compiler, displays, bool(languages))
    readers = _readers(compiler) if any(language.spoken_by is not None for language in languages) else None
    days = _days(compiler, rows, readers, opens, last)
    absent = displays.absent
    ask = _Ask(rows, days, absent, as_of, readers)
    answers = _answers(languages, ask)
    parts = [x for x in (rows, days, absent, opens, closes, last, as_of, readers) if x is not None]
    worst = layers.column(combine(f"greatest({', '.join(answers)})", *parts, infinite=False))
    doubt = f"len(list_filter({rows}, lambda x: x.ok IS NULL OR x.a IS NULL OR x.z IS NULL OR x.l IS NULL)) > 0"
    told = f"CASE WHEN {absent} AND NOT ({doubt}) THEN TRUE END"
    compiler.leaves.setdefault(displays.record, layers.column(combine(told, *parts, infinite=False)))
    if readers is not None:
        told = f"CASE WHEN {readers} IS NOT NULL AND {worst} <> {UNKNOWN} THEN TRUE END"
        compiler.leaves.setdefault(LANGUAGE, layers.column(combine(told, readers, worst, infinite=False)))
    unknown = " OR ".join(f"{x} IS NULL" for x in (opens, closes) if x is not None)
    arms = [
        (unknown, "unknown"),
        *([(f"isinf({opens})", "not-started")] if opens.infinite else []),
        (f"{as_of} < {opens}", "due"),
        (f"{last} < {opens} OR {worst} = {COMPLIANT}", "compliant"),
        (f"{worst} = {UNKNOWN}", "unknown"),
        (f"{worst} = {MISSING}", "missing"),
    ]
    return Judged(tuple(arms), "breach", opens, (*parts, worst))


def _rows(compiler: Compiler, displays: Displays, by_language: bool) -> Frag:
    """The displays that count, or may: {ok, first day a, last day z, languages l}."""
    said = "r.languages" if by_language else "[]::VARCHAR[]"
    row = f"{{'ok': {displays.counts}, 'a': r.displayed_from, 'z': r.displayed_to, 'l': {said}}}"
    counted = f"list({row}) FILTER (WHERE coalesce({displays.counts}, TRUE))"
    found = measure(compiler, displays.record, None, counted, *displays.outer)
    return compiler.layers.column(combine(f"coalesce({found}, [])", found, infinite=False))


def _readers(compiler: Compiler) -> Frag:
    """The days from which others are at the place, with who reads what: a list of `_reading`; NULL if nobody can tell."""
    layers = compiler.layers
    joined = join_readers(compiler, "_reading")
    if joined is None:
        return literal(
            "NULL::STRUCT(a DATE, z DATE, people BIGINT, unread BIGINT, codes STRUCT(code VARCHAR, n BIGINT)[])[]"
        )
    alias, tests = joined
    found = layers.joined(alias, 1, "coalesce({alias}.days, [])")
    if not tests:
        return found
    text = f"CASE WHEN {' AND '.join(test.sql for test in tests)} THEN {found} END"
    return layers.column(combine(text, found, *tests, infinite=False))


def _days(compiler: Compiler, rows: Frag, readers: Frag | None, opens: Frag, last: Frag) -> Frag:
    """The days to look at, each with who is there: a list of {p, e}."""
    ends = f"list_transform(list_filter({rows}, lambda x: x.ok AND isfinite(x.z)), lambda x: x.z + 1)"
    days = f"[{opens}, {last}], {ends}"
    here = "NULL"
    if readers is not None:
        days += f", list_transform(coalesce({readers}, []), lambda x: x.a)"
        here = f"list_filter({readers}, lambda x: x.a <= p AND p < x.z)[1]"
    inside = f"list_filter(flatten([{days}]), lambda p: {opens} <= p AND p <= {last})"
    text = f"list_transform(list_distinct({inside}), lambda p: {{'p': p, 'e': {here}}})"
    parts = [x for x in (rows, readers, opens, last) if x is not None]
    return compiler.layers.column(combine(text, *parts, infinite=False))


def _answers(languages: tuple[r.Language, ...], ask: _Ask) -> list[str]:
    """SQL of the answers: for the poster, or for languages by name and those that enough people read first beside them."""
    named = [language.code for language in languages if language.code is not None]
    found = [ask.answer(quoted(code)) for code in named]
    for language in languages:
        if language.spoken_by is not None and language.offered:
            found += [ask.answer(quoted(code), language.spoken_by) for code in language.offered if code not in named]
        elif language.spoken_by is not None:
            found.append(_of_any(language.spoken_by, named, ask))
    return found if languages else [ask.answer(None)]


def _of_any(percent: int, named: list[str], ask: _Ask) -> str:
    """The worst of all languages that somebody reads, and of one that nobody is known to read though somebody may."""
    read = f"flatten(list_transform(coalesce({ask.readers}, []), lambda x: list_transform(x.codes, lambda k: k.code)))"
    others = f"list_filter(list_distinct({read}), lambda c: c NOT IN ({', '.join(map(quoted, ['', *named]))}))"
    return f"list_max(list_transform(list_append({others}, ''), lambda c: {ask.answer('c', percent)}))"


@dataclass(frozen=True, slots=True)
class _Ask:
    """What the answer for a language depends on."""

    rows: Frag
    days: Frag
    absent: Frag
    as_of: Frag
    readers: Frag | None

    def answer(self, code: str | None, percent: int | None = None) -> str:
        """SQL of the answer; `code` None asks for no language, `percent` for one that so many read first."""
        counts = "x.ok" if code is None else f"(x.ok AND list_contains(x.l, {code}))"
        hangs = f"len(list_filter({self.rows}, lambda x: {counts} AND x.a <= q.p AND q.p <= x.z)) > 0"
        doubtful = f"({counts}) IS NULL OR (({counts}) AND (x.a IS NULL OR x.z IS NULL))"
        doubt = f"len(list_filter({self.rows}, lambda x: {doubtful})) > 0"
        holes = f"list_filter({self.days}, lambda q: NOT ({hangs}))"
        needed = "TRUE" if percent is None else self._needed(code or "''", percent)
        open_, sure = (f"len(list_filter({holes}, lambda q: {test}))" for test in (f"coalesce({needed}, TRUE)", needed))
        today = f"len(list_filter({holes}, lambda q: q.p = {self.as_of} AND {needed})) > 0"
        return (
            f"CASE WHEN {open_} = 0 THEN {COMPLIANT} WHEN {doubt} OR NOT {self.absent} OR {sure} = 0 THEN {UNKNOWN} "
            f"WHEN {today} THEN {MISSING} ELSE {BREACH} END"
        )

    def _needed(self, code: str, percent: int) -> str:
        """Whether enough people read a language first on the day `q`; unknown where it is not known of enough of them."""
        number = f"coalesce(list_filter(q.e.codes, lambda k: k.code = {code})[1].n, 0)"
        return (
            f"CASE WHEN {self.readers} IS NULL THEN NULL WHEN q.e.people IS NULL THEN FALSE "
            f"WHEN {number} > 0 AND {number} * 100 >= {percent} * q.e.people THEN TRUE "
            f"WHEN q.e.unread > 0 AND ({number} + q.e.unread) * 100 >= {percent} * q.e.people THEN NULL ELSE FALSE END"
        )
