"""Which results of an evaluation a baseline knows, and what it knows that is not there any more."""

from __future__ import annotations

import duckdb

from compliance_engine.engine.run import Evaluation
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome
from compliance_engine.records.findings import DataFinding
from compliance_engine.runs.baseline import COVERED, NEVER_KNOWN, Baseline
from compliance_engine.runs.identity import keyed_hash_sql
from compliance_engine.runs.model import BaselineUsed, Gone, identity_of
from compliance_engine.runs.plan import Plan

_THERE = (*COVERED, Outcome.ERROR, Outcome.WAIVED)
"""A finding that is waived is still there."""


def mark_known(
    connection: duckdb.DuckDBPyConnection, plan: Plan, evaluation: Evaluation, data: tuple[DataFinding, ...]
) -> BaselineUsed | None:
    """Put into `_outcome.known` whether the baseline of the plan has a result; NULL without one.

    A result is known only with the same outcome: a violation is new though it was known that nobody could tell.
    """
    connection.execute("ALTER TABLE _outcome ADD COLUMN known BOOLEAN")
    baseline = plan.baseline
    if baseline is None or plan.key is None:
        return None
    connection.execute("CREATE TEMP TABLE _baseline (fingerprint VARCHAR, outcome VARCHAR)")
    connection.execute(
        "INSERT INTO _baseline SELECT unnest($prints), unnest($outcomes)",
        {
            "prints": [fingerprint.removeprefix("f-") for fingerprint in baseline.findings],
            "outcomes": [str(known.outcome) for known in baseline.findings.values()],
        },
    )
    connection.execute(f"CREATE TEMP TABLE _named AS {_named(plan, evaluation, plan.key)}")
    covered = ", ".join(f"'{outcome}'" for outcome in COVERED)
    connection.execute(
        "UPDATE _outcome SET known = EXISTS (SELECT 1 FROM _baseline b WHERE b.fingerprint = n.fingerprint "
        f"AND b.outcome = n.outcome) FROM _named n WHERE n.at = _outcome.rowid AND n.outcome IN ({covered})"
    )
    counted = connection.execute(
        "SELECT rule_no, n.outcome, count(*) FROM _outcome JOIN _named n ON n.at = _outcome.rowid WHERE known "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    known: dict[str, dict[Outcome, int]] = {}
    for number, outcome, results in counted:
        known.setdefault(evaluation.rules[number].id, {})[Outcome(outcome)] = results
    return BaselineUsed(
        hash=baseline.sha256,
        as_of=baseline.as_of,
        known=known,
        known_data=_known_data(baseline, data),
        gone=_gone(connection, plan, evaluation, baseline),
    )


def _named(plan: Plan, evaluation: Evaluation, key: bytes) -> str:
    """Query of the results that are there, with their fingerprints."""
    identities = " ".join(f"WHEN {number} THEN '{identity_of(rule)}'" for number, rule in enumerate(evaluation.rules))
    outcomes = " ".join(f"WHEN '{state}' THEN '{outcome}'" for state, outcome in OUTCOME_OF.items())
    there = ", ".join(f"'{state}'" for state, outcome in OUTCOME_OF.items() if outcome in _THERE)
    arms = []
    for about in sorted({rule.about for rule in evaluation.rules}):
        parts = [
            f"CASE o.rule_no {identities} END", "s.employer_id", subject_key(plan.ruleset, about, "s"),
            "coalesce(o.instance, '')",
        ]  # fmt: skip
        arms.append(
            f"SELECT o.rowid AS at, CASE o.state::VARCHAR {outcomes} END AS outcome, {keyed_hash_sql(key, parts)} "
            f'AS fingerprint FROM _outcome o JOIN "{about}" s ON s._row = o._row '
            f"WHERE o.about = '{about}' AND o.state IN ({there})"
        )
    return " UNION ALL ".join(arms) or "SELECT 0::BIGINT AS at, '' AS outcome, '' AS fingerprint WHERE FALSE"


def _gone(
    connection: duckdb.DuckDBPyConnection, plan: Plan, evaluation: Evaluation, baseline: Baseline
) -> tuple[Gone, ...]:
    """What is known and not there any more, of rules that were evaluated, and of rules that there are no longer."""
    judged = {name for rule in evaluation.rules if rule.id not in evaluation.errors for name in (rule.id, *rule.was)}
    there = {name for rule in plan.ruleset.rules.values() for name in (rule.id, *rule.was)}
    rows = connection.execute("SELECT fingerprint FROM _baseline ANTI JOIN _named USING (fingerprint) ORDER BY 1")
    missing = (baseline.findings[f"f-{fingerprint}"] for (fingerprint,) in rows.fetchall())
    return tuple(
        Gone(fingerprint=known.fingerprint, rule=known.rule)
        for known in missing
        if known.rule in judged or known.rule not in there
    )


def _known_data(baseline: Baseline, data: tuple[DataFinding, ...]) -> int:
    """Findings about the data that are known: in no more rows of all files than when the baseline was written."""
    rows: dict[tuple[str, str, str], int] = {}
    for wrong in data:
        rows[wrong.kind, wrong.type, wrong.field] = rows.get((wrong.kind, wrong.type, wrong.field), 0) + wrong.count
    known = {
        key
        for key, number in rows.items()
        if key[0] not in NEVER_KNOWN and key in baseline.data and number <= baseline.data[key].rows
    }
    return sum((wrong.kind, wrong.type, wrong.field) in known for wrong in data)
