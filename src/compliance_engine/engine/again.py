"""Judge a few subjects once more, this time keeping every answer that is one: for the pages of single people.

Uses the tables that an evaluation has left in its connection; the same statements as the run, over fewer rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from compliance_engine.engine.chunks import chunks
from compliance_engine.engine.judging import as_kept, with_lead
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.sql.setup import is_single_work
from compliance_engine.engine.sql.statement import compile_chunk, compile_one, is_plain
from compliance_engine.engine.surroundings import surroundings
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Rule, RuleSet

_TOLD = ", ".join(f"'{state}'" for state in State if OUTCOME_OF[state] is not Outcome.NOT_APPLICABLE)


def judge_again(
    connection: duckdb.DuckDBPyConnection, ruleset: RuleSet, rules: Sequence[Rule], abouts: Sequence[str],
    settings: Settings,
) -> None:  # fmt: skip
    """Write all answers for the subjects in `_followed` (about, _row) into the table `_again`.

    What does not apply is left out, and so is a waiver: the answers are those of the rules.

    Args:
        rules: all rules that were evaluated, because some govern in place of others.
        abouts: record types that are looked at.
    """
    connection.execute(
        "CREATE TEMP TABLE _again (rule VARCHAR, about VARCHAR, _row BIGINT, instance VARCHAR, state VARCHAR, "
        "starts DATE, due DATE, done DATE)"
    )
    _, frame = surroundings(connection, rules, settings)
    single_work = is_single_work(connection)
    for chunk in chunks(rules, settings.chunk):
        about = chunk[0].about
        if about not in abouts:
            continue
        ready = [with_lead(rule, settings) for rule in chunk]
        only = f"s._row IN (SELECT f._row FROM _followed f WHERE f.about = '{about}')"
        compiled = (
            compile_chunk(ready, ruleset.vocabulary, frame, single_work, only)
            if is_plain(ready[0])
            else compile_one(ready[0], ruleset.vocabulary, frame, single_work, only)
        )
        instance = "NULL" if is_plain(ready[0]) else "instance"
        parts = [
            f"SELECT '{c.rule.id}', '{about}', _row, {instance}, {c.state}::VARCHAR, {as_kept(c.starts)}, "
            f"{as_kept(c.due)}, {as_kept(c.done)} FROM _wide WHERE {c.state} IN ({_TOLD})"
            for c in compiled.columns
        ]
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _wide AS {compiled.sql}")
        connection.execute("INSERT INTO _again " + " UNION ALL ".join(parts))
        connection.execute("DROP TABLE _wide")
