"""Waivers for single findings, which only fingerprints name, and how much each waiver covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from compliance_engine.engine.run import Evaluation
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Rule
from compliance_engine.runs.identity import keyed_hash_sql
from compliance_engine.runs.model import WaiverUsed, identity_of
from compliance_engine.runs.plan import FindingWaiver, Plan

_VIOLATIONS = ", ".join(f"'{state}'" for state, outcome in OUTCOME_OF.items() if outcome is Outcome.VIOLATION)


def waive_findings(
    connection: duckdb.DuckDBPyConnection, plan: Plan, evaluation: Evaluation
) -> tuple[Evaluation, tuple[WaiverUsed, ...]]:
    """Apply the waivers for single findings; say of every waiver of the plan how many results it covers.

    A waiver counts only what is a violation. One that fits several findings, because its digits are too few, fits none.
    """
    numbers = {rule.id: number for number, rule in enumerate(evaluation.rules)}
    counts = dict(evaluation.counts)
    used = []
    for waiver in plan.finding_waivers:
        covered = 0
        if waiver.rule in numbers and plan.key is not None:
            rule = evaluation.rules[numbers[waiver.rule]]
            key = subject_key(plan.ruleset, rule.about, "s")
            identity = "'" + identity_of(rule).replace("'", "''") + "'"
            fingerprint = keyed_hash_sql(plan.key, [identity, "s.employer_id", key, "coalesce(o.instance, '')"])
            covered = _waive(connection, rule, numbers[rule.id], f"starts_with({fingerprint}, $digits)", waiver, counts)
        used.append(WaiverUsed(id=waiver.id, rule=waiver.rule, expires_on=waiver.expires_on, results=covered))
    for granted in plan.settings.waivers:
        covered = 0
        if granted.rule in numbers:
            rule = evaluation.rules[numbers[granted.rule]]
            key = subject_key(plan.ruleset, rule.about, "s")
            same = "" if granted.subject is None else f" AND {key} = $subject"
            row = connection.execute(
                f'SELECT count(*) FROM _outcome o JOIN "{rule.about}" s ON s._row = o._row '
                f"WHERE o.rule_no = {numbers[rule.id]} AND o.state = 'waived'{same}",
                {} if granted.subject is None else {"subject": granted.subject},
            ).fetchone()
            covered = int(row[0]) if row else 0
        used.append(WaiverUsed(id=granted.id, rule=granted.rule, expires_on=granted.expires_on, results=covered))
    return replace(evaluation, counts=_without_zeros(counts)), tuple(sorted(used, key=lambda waiver: waiver.id))


def _waive(
    connection: duckdb.DuckDBPyConnection, rule: Rule, number: int, same: str, waiver: FindingWaiver,
    counts: dict[tuple[str, State], int],
) -> int:  # fmt: skip
    found = connection.execute(
        f'SELECT o.rowid, o.state::VARCHAR FROM _outcome o JOIN "{rule.about}" s ON s._row = o._row '
        f"WHERE o.rule_no = {number} AND o.state IN ({_VIOLATIONS}) AND {same}",
        {"digits": waiver.fingerprint},
    ).fetchall()
    if len(found) != 1:
        return 0
    row, state = found[0]
    connection.execute(f"UPDATE _outcome SET state = 'waived' WHERE rowid = {row}")
    counts[rule.id, State(state)] -= 1
    counts[rule.id, State.WAIVED] = counts.get((rule.id, State.WAIVED), 0) + 1
    return 1


def _without_zeros(counts: Mapping[tuple[str, State], int]) -> dict[tuple[str, State], int]:
    return {key: number for key, number in counts.items() if number}
