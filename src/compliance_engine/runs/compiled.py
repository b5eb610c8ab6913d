"""The rules of a plan as SQL over real records, and the database that the SQL runs in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from compliance_engine.engine.compiled import Compiled, compiled
from compliance_engine.engine.run import evaluate
from compliance_engine.records.load import load
from compliance_engine.records.quality import examine
from compliance_engine.runs.database import Limits, close_to_files, database
from compliance_engine.runs.evaluate import NO_KEY
from compliance_engine.runs.plan import Plan

_DATABASE = "records.duckdb"


@dataclass(frozen=True)
class Written:
    """Rules as SQL. not_run: rules that are not evaluated over these records, with the reason; kept: the database."""

    rules: tuple[Compiled, ...]
    not_run: dict[str, str]
    sql: str
    kept: Path | None


def compile_rules(
    plan: Plan,
    records: Sequence[Path],
    limits: Limits,
    scratch: Path,
    only: Collection[str] = (),
    *,
    keep: bool = False,
) -> Written:
    """Read records, judge them, and write down what was asked of the database.

    Args:
        scratch: the only folder that may be written to; a database that is kept stands in it.
        only: ids of rules; none takes all.
        keep: keep every table that the statements read as a database file.
    """
    with database(limits) as connection:
        loaded, _ = load(connection, records, plan.profile, hash_key=plan.key or NO_KEY)
        close_to_files(connection, scratch)
        examine(connection, loaded, as_of=plan.settings.as_of)
        told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
        settings = replace(plan.settings, complete_from={**told, **plan.settings.complete_from})
        evaluation = evaluate(connection, plan.ruleset, plan.rules, settings)
        found = compiled(connection, plan.ruleset, evaluation.rules, settings)
        version = connection.execute("SELECT library_version FROM pragma_version()").fetchone()
        kept = scratch / _DATABASE if keep else None
        if kept is not None:
            # Only what the rules read; what they found is what the statements find.
            connection.execute("DROP TABLE _outcome")
            connection.execute(f"ATTACH '{str(kept).replace(chr(39), chr(39) * 2)}' AS kept")
            connection.execute("COPY FROM DATABASE memory TO kept")
            connection.execute("DETACH kept")
    wanted = tuple(one for one in found if not only or one.rule.id in only)
    return Written(wanted, dict(evaluation.not_run), f"duckdb {(version or ('',))[0].lstrip('v')}", kept)
