"""One evaluation: rules over loaded records, into the table `_outcome`, with counts of everything.

plan -> helper tables -> chunks of rules -> counts and findings -> waivers -> causes of what is unknown
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from compliance_engine.calendars import arrays
from compliance_engine.calendars.calendar import Calendar
from compliance_engine.engine import facts
from compliance_engine.engine.at_once import Work, at_once, workers
from compliance_engine.engine.called import facts_called
from compliance_engine.engine.chunks import chunks
from compliance_engine.engine.judging import Judged, Judging
from compliance_engine.engine.rules_to_run import rules_to_run
from compliance_engine.engine.settings import Settings, kept
from compliance_engine.engine.sql import setup
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.engine.sql.frame import quoted, sql_date
from compliance_engine.engine.sql.readers import readers
from compliance_engine.engine.surroundings import surroundings
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Posting, Rule, RuleSet

NotRun = Mapping[str, str]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Cause:
    """Why results of a rule are unknown: a fact, its state, and how many results it touches."""

    rule: str
    fact: str
    results: int


@dataclass(frozen=True)
class Evaluation:
    """What a run found; the findings themselves are rows of `_outcome` in the connection.

    Attributes:
        rules: the rules evaluated, in order of id; the row number in `_outcome.rule_no` counts from 0.
        not_run: rules that were selected and not evaluated, with the reason.
        counts: (rule id, state) → number of results.
        subjects: record type → subjects judged.
        causes: why results are unknown, most results first.
        errors: rules that failed, with what the database said about the statement (never data).
    """

    rules: tuple[Rule, ...]
    not_run: NotRun
    counts: Mapping[tuple[str, State], int]
    subjects: Mapping[str, int]
    causes: tuple[Cause, ...]
    errors: Mapping[str, str]

    def total(self, outcome: Outcome) -> int:
        """Results with an outcome."""
        return sum(n for (_, state), n in self.counts.items() if OUTCOME_OF[state] is outcome)


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    rules: Sequence[Rule],
    settings: Settings,
    progress: Progress | None = None,
) -> Evaluation:
    """Judge every rule over the records in the connection (see docs/records.md for their tables)."""
    runnable, not_run = rules_to_run(connection, rules)
    calendars, frame = surroundings(connection, runnable, settings)
    setup.states(connection, kept(settings))
    told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
    days = {r: day for r, day in {**told, **settings.complete_from}.items() if r not in frame.astray}
    connection.execute("DELETE FROM _complete_from")
    connection.execute("INSERT INTO _complete_from SELECT unnest(?), unnest(?::DATE[])", [list(days), [*days.values()]])
    connection.execute(
        "CREATE TABLE _outcome (rule_no INTEGER, about VARCHAR, _row BIGINT, instance VARCHAR, state _state, "
        "due DATE, starts DATE, done DATE, lacks VARCHAR[])"
    )
    subjects = _subjects(connection, runnable)
    hands = workers(connection, max(subjects.values(), default=0))
    list(at_once(connection, _preparations(ruleset, runnable, settings, calendars), hands))
    numbers = {rule.id: n for n, rule in enumerate(runnable)}
    judging = Judging(ruleset, frame, setup.is_single_work(connection), settings, subjects, numbers)
    # The longest first, so that no hand is idle at the end.
    pieces = sorted(chunks(runnable, settings.chunk), key=len, reverse=True)
    judged, done = Judged(), 0
    found = at_once(connection, [_work(judging, piece) for piece in pieces], hands)
    for piece, part in zip(pieces, found, strict=True):
        judged.add(part)
        done += len(piece)
        if progress is not None:
            progress(f"{done} of {len(runnable)} rules")
    _waive(connection, ruleset, runnable, settings, judged.counts)
    return Evaluation(tuple(runnable), not_run, judged.counts, subjects, _causes(judged.lacking), judged.errors)


def _preparations(
    ruleset: RuleSet, rules: Sequence[Rule], settings: Settings, calendars: Sequence[Calendar]
) -> list[Work[None]]:
    """What makes the tables that statements join."""
    calls = sorted(facts_called(rules), key=str)
    by_language = any(isinstance(rule.body, Posting) and rule.body.languages for rule in rules)

    def helpers(connection: duckdb.DuckDBPyConnection) -> None:
        setup.prepare(connection, ruleset.vocabulary)
        if by_language:
            readers(connection, sql_date(settings.as_of))

    return [
        lambda connection: facts.create(connection, calls, settings.as_of),
        lambda connection: arrays.create(connection, calendars),
        helpers,
    ]


def _work(judging: Judging, chunk: Sequence[Rule]) -> Work[Judged]:
    return lambda connection: judging.judge(connection, chunk)


def _subjects(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, int]:
    """Record type → rows, of the types that rules are about, in order."""
    types = sorted({rule.about for rule in rules})
    counts = ", ".join(f'(SELECT count(*) FROM "{about}")' for about in types)
    row = connection.execute(f"SELECT {counts}").fetchone() if types else ()
    return dict(zip(types, map(int, row or ()), strict=True))


# ---- after judging ---------------------------------------------------------------------------------------------------


def _waive(
    connection: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    rules: Sequence[Rule],
    settings: Settings,
    counts: dict[tuple[str, State], int],
) -> None:
    numbers = {rule.id: (n, rule) for n, rule in enumerate(rules)}
    for waiver in settings.waivers:
        if waiver.rule not in numbers or not waiver.approved_on <= settings.as_of <= waiver.expires_on:
            continue
        number, rule = numbers[waiver.rule]
        states = ", ".join(f"'{s.value}'" for s, o in OUTCOME_OF.items() if o is Outcome.VIOLATION)
        where = f"rule_no = {number} AND state IN ({states})"
        if waiver.subject is not None:
            same = f"{subject_key(ruleset, rule.about, 's')} = {quoted(waiver.subject)}"
            where += f' AND _row IN (SELECT s._row FROM "{rule.about}" s WHERE {same})'
        waived = connection.execute(
            f"SELECT state::VARCHAR, count(*) FROM _outcome WHERE {where} GROUP BY 1"
        ).fetchall()
        connection.execute(f"UPDATE _outcome SET state = 'waived' WHERE {where}")
        for state, n in waived:
            counts[rule.id, State(state)] -= n
            counts[rule.id, State.WAIVED] = counts.get((rule.id, State.WAIVED), 0) + n


def _causes(lacking: Mapping[tuple[str, str], int]) -> tuple[Cause, ...]:
    """Why results are unknown, what touches most of them first."""
    found = [Cause(rule, fact, results) for (rule, fact), results in lacking.items() if results]
    return tuple(sorted(found, key=lambda c: (-c.results, c.fact, c.rule)))
