"""Judge the chunks of a run: one table for a chunk, from it counts, findings, and what unknown results lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from compliance_engine.engine.settings import Settings, kept
from compliance_engine.engine.sql.frame import LiveFrame, of_state, quoted
from compliance_engine.engine.sql.statement import Columns, Statement, compile_chunk, compile_one, is_plain
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Rule, RuleSet


@dataclass
class Judged:
    """What was counted while results went to `_outcome`.

    Attributes:
        counts: (rule id, state) → number of results.
        lacking: (rule id, fact) → unknown results of the rule for which the fact is not known.
        errors: rules that failed, with the kind of failure.
    """

    counts: dict[tuple[str, State], int] = field(default_factory=dict)
    lacking: dict[tuple[str, str], int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def add(self, other: Judged) -> None:
        """Take in what was counted of other rules."""
        self.counts |= other.counts
        self.lacking |= other.lacking
        self.errors |= other.errors


@dataclass(frozen=True)
class Judging:
    """What the chunks of one run have in common.

    Attributes:
        subjects: record type → rows in its table.
        numbers: rule id → its number in `_outcome`.
    """

    ruleset: RuleSet
    frame: LiveFrame
    single_work: bool
    settings: Settings
    subjects: Mapping[str, int]
    numbers: Mapping[str, int]

    def judge(self, connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> Judged:
        """Judge rules together; if that fails, one by one, so that one bad rule does not take the others with it."""
        if not self.subjects[rules[0].about]:
            return Judged()
        try:
            return self._chunk(connection, rules)
        except duckdb.Error as problem:
            if len(rules) == 1:
                return self._failed(connection, rules[0], problem)
            found = Judged()
            for rule in rules:
                found.add(self.judge(connection, [rule]))
            return found

    def _chunk(self, connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> Judged:
        ready = [with_lead(rule, self.settings) for rule in rules]
        vocabulary = self.ruleset.vocabulary
        if len(ready) == 1 and not is_plain(ready[0]):
            statement = compile_one(ready[0], vocabulary, self.frame, self.single_work)
        else:
            statement = compile_chunk(ready, vocabulary, self.frame, self.single_work)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _wide AS {statement.sql}")
        counts = self._count(connection, statement)
        lacking = _count_lacking(connection, statement, counts)
        self._keep(connection, statement, counts)
        connection.execute("DROP TABLE _wide")
        return Judged(counts, lacking)

    def _count(self, connection: duckdb.DuckDBPyConnection, statement: Statement) -> dict[tuple[str, State], int]:
        """Count the states of each rule. A join that multiplied subjects would count people twice: refuse the chunk."""
        states = " UNION ALL ".join(
            f"SELECT {n} AS n, {c.state} AS o FROM _wide" for n, c in enumerate(statement.columns)
        )
        found = connection.execute(f"SELECT n, o, count(*) FROM ({states}) GROUP BY n, o").fetchall()
        rows = sum(number for n, _, number in found if n == 0)
        if is_plain(statement.columns[0].rule) and rows != self.subjects[statement.about]:
            raise duckdb.InternalException("a join changed the number of subjects")
        return {
            (statement.columns[n].rule.id, State(state)): int(number) for n, state, number in found if state is not None
        }

    def _keep(
        self,
        connection: duckdb.DuckDBPyConnection,
        statement: Statement,
        counts: Mapping[tuple[str, State], int],
    ) -> None:
        """Keep what somebody looks at; of most rules, in good order, that is nothing."""
        shown = kept(self.settings)
        instance = "NULL" if is_plain(statement.columns[0].rule) else "instance"
        parts = [
            f"SELECT {self.numbers[c.rule.id]}, _row, {instance}, {c.state}, {c.due}, {c.starts}, {c.done}, "
            f"{_lacks(c, counts)} FROM _wide WHERE {c.state} <= {of_state(shown[-1])}"
            for c in statement.columns
            if any((c.rule.id, state) in counts for state in shown)
        ]
        if parts:
            days = ", ".join(as_kept(day) for day in ("due", "starts", "done"))
            lacks = "list_filter(lacks, lambda fact: fact IS NOT NULL)"
            connection.execute(
                f"INSERT INTO _outcome SELECT rule_no, '{statement.about}', _row, instance, state, {days}, {lacks} "
                f"FROM ({' UNION ALL '.join(parts)}) kept(rule_no, _row, instance, state, due, starts, done, lacks)"
            )

    def _failed(self, connection: duckdb.DuckDBPyConnection, rule: Rule, problem: duckdb.Error) -> Judged:
        number = self.numbers[rule.id]
        connection.execute(
            f"INSERT INTO _outcome SELECT {number}, '{rule.about}', _row, NULL, 'error', NULL, NULL, NULL, NULL "
            f'FROM "{rule.about}"'
        )
        counts = {(rule.id, State.ERROR): self.subjects[rule.about]}
        return Judged(counts, errors={rule.id: type(problem).__name__})


def _count_lacking(
    connection: duckdb.DuckDBPyConnection, statement: Statement, counts: Mapping[tuple[str, State], int]
) -> dict[tuple[str, str], int]:
    """Count what unknown results lack."""
    tests = {
        (c.rule.id, label): f"count(*) FILTER (WHERE {c.state} = 'unknown' AND {column})"
        for c in statement.columns
        if counts.get((c.rule.id, State.UNKNOWN))
        for label, column in c.lacks
    }
    if not tests:
        return {}
    row = connection.execute(f"SELECT {', '.join(tests.values())} FROM _wide").fetchone()
    return dict(zip(tests, row or (), strict=False))


def _lacks(column: Columns, counts: Mapping[tuple[str, State], int]) -> str:
    """What a result lacks that is unknown, by name, with gaps for what it does not."""
    if not counts.get((column.rule.id, State.UNKNOWN)):
        return "NULL::VARCHAR[]"
    named = ", ".join(f"CASE WHEN {lacking} THEN {quoted(label)} END" for label, lacking in column.lacks)
    return f"CASE WHEN {column.state} = 'unknown' THEN [{named}]::VARCHAR[] END"


def with_lead(rule: Rule, settings: Settings) -> Rule:
    """The rule with the number of days before a due date from which it is due soon."""
    if rule.lead_days is not None:
        return rule
    return replace(rule, lead_days=settings.lead_by_topic.get(rule.topic, settings.lead_days))


def as_kept(day: str) -> str:
    """A day as it is kept: one that has not come, or never was, is none."""
    return f"CASE WHEN isfinite({day}) THEN {day}::DATE END"
