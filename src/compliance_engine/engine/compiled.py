"""The statement of each rule as somebody can read and run it beside the tables that an evaluation has made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from compliance_engine.engine.chunks import chunks
from compliance_engine.engine.judging import as_kept, with_lead
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.engine.sql.layout import laid_out
from compliance_engine.engine.sql.setup import is_single_work
from compliance_engine.engine.sql.statement import Columns, Statement, compile_chunk, compile_one, is_plain
from compliance_engine.engine.surroundings import surroundings
from compliance_engine.language.rule import Rule, RuleSet

_READ = re.compile(r'(?:FROM|JOIN)\s+"?(\w+)"?')


@dataclass(frozen=True)
class Compiled:
    """A rule as SQL.

    Attributes:
        sql: a query of employer, subject, instance, state, trigger day, due day and day of doing, in this order.
        tables: the tables and views that it reads, in order of name.
        together: other rules that it cannot be judged without.
    """

    rule: Rule
    sql: str
    tables: tuple[str, ...]
    together: tuple[str, ...]


def compiled(
    connection: duckdb.DuckDBPyConnection, ruleset: RuleSet, rules: Sequence[Rule], settings: Settings
) -> tuple[Compiled, ...]:
    """Compile rules one by one, in order of id.

    A run puts rules about one record type into one statement, as many as `Settings.chunk`; what each of them says there
    is what it says here, where only rules stand together that cannot be judged apart.

    Args:
        connection: that of an evaluation of all these rules.
    """
    _, frame = surroundings(connection, rules, settings)
    single_work = is_single_work(connection)
    there = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    there |= {name for (name,) in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    found = []
    for group in chunks(rules, 1):
        ready = [with_lead(rule, settings) for rule in group]
        statement = (
            compile_chunk(ready, ruleset.vocabulary, frame, single_work)
            if is_plain(ready[0])
            else compile_one(ready[0], ruleset.vocabulary, frame, single_work)
        )
        for column in statement.columns:
            sql = _told(ruleset, statement, column)
            tables = sorted(set(_READ.findall(sql)) & there)
            others = tuple(rule.id for rule in group if rule.id != column.rule.id)
            found.append(Compiled(column.rule, laid_out(sql), tuple(tables), others))
    return tuple(sorted(found, key=lambda one: one.rule.id))


def _told(ruleset: RuleSet, statement: Statement, column: Columns) -> str:
    """The statement of one rule with the names of subjects; what is no subject of the rule is left out."""
    instance = "NULL::VARCHAR" if is_plain(column.rule) else "w.instance"
    # Kept apart as the run keeps it apart: a condition on the state that moved down into the layers would be written
    # out once for each place that reads it, and their number doubles from layer to layer.
    return (
        f"WITH w AS MATERIALIZED ({statement.sql}) "
        f"SELECT s.employer_id AS employer, {subject_key(ruleset, statement.about, 's')} AS subject, "
        f"{instance} AS instance, w.{column.state}::VARCHAR AS state, {as_kept(f'w.{column.starts}')} AS starts, "
        f"{as_kept(f'w.{column.due}')} AS due, {as_kept(f'w.{column.done}')} AS done "
        f'FROM w JOIN "{statement.about}" s ON s._row = w._row WHERE w.{column.state} IS NOT NULL ORDER BY ALL'
    )
