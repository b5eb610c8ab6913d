"""Judge the chunks of a run: one table for a chunk, from it counts, findings, and what unknown results lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from compliance_engine.engine.settings import Settings, kept
from compliance_engine.engine.sql.frame import LiveFrame, of_state, quoted
from compliance_engine.engine.sql.statement import Columns, Statement, compile_chunk, compile_one, is_plain
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Rule, RuleSet


class Judging:
    """The chunks of one run. Results go to `_outcome`; what is counted is kept here.

    Attributes:
        counts: (rule id, state) → number of results.
        lacking: (rule id, fact) → unknown results of the rule for which the fact is not known.
        subjects: record type → subjects judged.
        errors: rules that failed, with the kind of failure.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        ruleset: RuleSet,
        frame: LiveFrame,
        single_work: bool,
        settings: Settings,
        numbers: Mapping[str, int],
    ) -> None:
        self.connection, self.ruleset, self.frame, self.single_work = connection, ruleset, frame, single_work
        self.settings, self.numbers = settings, numbers
        self.counts: dict[tuple[str, State], int] = {}
        self.lacking: dict[tuple[str, str], int] = {}
        self.subjects: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        self.last_kept = of_state(kept(settings)[-1])

    def chunk(self, rules: list[Rule]) -> None:
        """Judge rules together; if that fails, one by one, so that one bad rule does not take the others with it."""
        try:
            self._chunk(rules)
        except duckdb.Error as problem:
            if len(rules) == 1:
                self._failed(rules[0], problem)
                return
            for rule in rules:
                self.chunk([rule])

    def _chunk(self, rules: list[Rule]) -> None:
        ready = [with_lead(rule, self.settings) for rule in rules]
        vocabulary = self.ruleset.vocabulary
        if len(ready) == 1 and not is_plain(ready[0]):
            statement = compile_one(ready[0], vocabulary, self.frame, self.single_work)
        else:
            statement = compile_chunk(ready, vocabulary, self.frame, self.single_work)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE _wide AS {wide(statement)}")
        self._check_rows(statement)
        self._count(statement)
        self._count_lacking(statement)
        self._keep(statement)
        self.connection.execute("DROP TABLE _wide")

    def _check_rows(self, statement: Statement) -> None:
        """A join that multiplied subjects would count people twice: refuse the chunk."""
        subjects = _count(self.connection, f'SELECT count(*) FROM "{statement.about}"')
        self.subjects[statement.about] = subjects
        if is_plain(statement.columns[0].rule) and _count(self.connection, "SELECT count(*) FROM _wide") != subjects:
            raise duckdb.InternalException("a join changed the number of subjects")

    def _count(self, statement: Statement) -> None:
        histograms = ", ".join(f"histogram({c.state})" for c in statement.columns)
        row = self.connection.execute(f"SELECT {histograms} FROM _wide").fetchone()
        for column, histogram in zip(statement.columns, row or (), strict=False):
            for state, number in (histogram or {}).items():
                if state is not None:
                    self.counts[column.rule.id, State(state)] = int(number)

    def _count_lacking(self, statement: Statement) -> None:
        """Count what unknown results lack."""
        tests = {
            (c.rule.id, label): f"count(*) FILTER (WHERE {c.state} = 'unknown' AND {column})"
            for c in statement.columns
            if self.counts.get((c.rule.id, State.UNKNOWN))
            for label, column in c.lacks
        }
        if tests:
            row = self.connection.execute(f"SELECT {', '.join(tests.values())} FROM _wide").fetchone()
            self.lacking.update(zip(tests, row or (), strict=False))

    def _keep(self, statement: Statement) -> None:
        instance = "NULL" if is_plain(statement.columns[0].rule) else "instance"
        parts = [
            f"SELECT {self.numbers[c.rule.id]}, '{statement.about}', _row, {instance}, {c.state}, {c.due}, {c.starts}, "
            f"{c.done}, {self._lacks(c)} FROM _wide WHERE {c.state} <= {self.last_kept}"
            for c in statement.columns
        ]
        self.connection.execute("INSERT INTO _outcome " + " UNION ALL ".join(parts))

    def _lacks(self, column: Columns) -> str:
        """What a result lacks that is unknown, by name."""
        if not self.counts.get((column.rule.id, State.UNKNOWN)):
            return "NULL"
        named = ", ".join(f"CASE WHEN {lacking} THEN {quoted(label)} END" for label, lacking in column.lacks)
        listed = f"list_filter([{named}]::VARCHAR[], lambda fact: fact IS NOT NULL)"
        return f"CASE WHEN {column.state} = 'unknown' THEN {listed} END"

    def _failed(self, rule: Rule, problem: duckdb.Error) -> None:
        subjects = _count(self.connection, f'SELECT count(*) FROM "{rule.about}"')
        self.counts[rule.id, State.ERROR] = subjects
        self.errors[rule.id] = type(problem).__name__
        number = self.numbers[rule.id]
        self.connection.execute(
            f"INSERT INTO _outcome SELECT {number}, '{rule.about}', _row, NULL, 'error', NULL, NULL, NULL, NULL "
            f'FROM "{rule.about}"'
        )


def with_lead(rule: Rule, settings: Settings) -> Rule:
    """The rule with the number of days before a due date from which it is due soon."""
    if rule.lead_days is not None:
        return rule
    return replace(rule, lead_days=settings.lead_by_topic.get(rule.topic, settings.lead_days))


def wide(statement: Statement) -> str:
    """The statement with days as they are kept: one that has not come, or never was, is none."""
    columns = {
        **({} if is_plain(statement.columns[0].rule) else {"instance": "instance"}),
        **{c.state: c.state for c in statement.columns},
        **{
            d: f"CASE WHEN isfinite({d}) THEN {d}::DATE END"
            for c in statement.columns
            for d in (c.due, c.starts, c.done)
        },
        **{column: column for c in statement.columns for _, column in c.lacks},
    }
    typed = ", ".join(name if sql == name else f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT _row, {typed} FROM ({statement.sql})"


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row is not None else 0
