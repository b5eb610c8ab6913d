"""Explains the worst findings of a run while its records are at hand, and tells all duties of the people among them.

Outputs read only the run folder, which has no records. What they are to show of the way to a result is made here, for
as many results as are asked for: each costs some hundredths of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from compliance_engine.engine.again import judge_again
from compliance_engine.engine.explain import explain
from compliance_engine.engine.run import Evaluation
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.engine.worlds import Around, TooManyRowsError, around, world_of
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import SEVERITIES, Rule
from compliance_engine.runs.competing import competing
from compliance_engine.runs.derivation import Derivation, derivation
from compliance_engine.runs.folder import EXPLANATIONS, PEOPLE
from compliance_engine.runs.places import places_of
from compliance_engine.runs.plan import Plan

_MOST_ROWS = 2_000
"""Rows of one table of an employer that an explanation may look at; a rule that counts more people is not explained."""
_ORDER = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.PENDING, Outcome.WAIVED)
_PERSON = "employee_number"


@dataclass(frozen=True, slots=True)
class _Chosen:
    rule: Rule
    row: int
    employer: str
    subject: str
    instance: str
    state: State

    @property
    def result(self) -> tuple[str, str, str, str]:
        return (self.rule.id, self.employer, self.subject, self.instance)


def write_explanations(
    connection: duckdb.DuckDBPyConnection, plan: Plan, settings: Settings, evaluation: Evaluation, folder: Path,
    most: int,
) -> None:  # fmt: skip
    """Write the derivations of the worst results, and all duties of the people that these are about.

    Args:
        settings: those of the evaluation, whose tables must still be in the connection.
        most: results that are explained, violations first.
    """
    chosen = _worst(connection, plan, evaluation, most)
    shared = around(connection, plan.ruleset.vocabulary, _MOST_ROWS)
    with (folder / EXPLANATIONS).open("w", encoding="utf-8", newline="\n") as out:
        for one in chosen:
            found = _derived(connection, plan, settings, evaluation, one, shared)
            if found is not None:
                out.write(found.model_dump_json() + "\n")
    _write_people(connection, plan, settings, evaluation, chosen, folder)


def _worst(connection: duckdb.DuckDBPyConnection, plan: Plan, evaluation: Evaluation, most: int) -> list[_Chosen]:
    """Violations, then what cannot be told, then what is due: each in the order in which outputs list them."""
    if not evaluation.rules:
        return []
    outcome = " ".join(f"WHEN '{s}' THEN {_ORDER.index(o)}" for s, o in OUTCOME_OF.items() if o in _ORDER)
    severity = " ".join(f"WHEN {n} THEN {SEVERITIES.index(r.severity)}" for n, r in enumerate(evaluation.rules))
    arms = [
        f"""
        SELECT o.rule_no, o._row, s.employer_id AS employer, {subject_key(plan.ruleset, about, "s")} AS subject,
               coalesce(o.instance, '') AS instance, o.state::VARCHAR AS state, o.due,
               CASE o.state::VARCHAR {outcome} END AS place, CASE o.rule_no {severity} END AS severity
        FROM _outcome o JOIN "{about}" s ON s._row = o._row WHERE o.about = '{about}'
        """
        for about in sorted({rule.about for rule in evaluation.rules})
    ]
    due = _ORDER.index(Outcome.PENDING)
    rows = connection.execute(
        f"SELECT rule_no, _row, employer, subject, instance, state FROM ({' UNION ALL '.join(arms)}) "
        f"WHERE place IS NOT NULL ORDER BY place, CASE WHEN place = {due} THEN due END, severity DESC, rule_no, "
        f"employer, subject, instance, _row LIMIT {most}"
    ).fetchall()
    return [_Chosen(evaluation.rules[n], row, e, s, i, State(state)) for n, row, e, s, i, state in rows]


def _derived(
    connection: duckdb.DuckDBPyConnection, plan: Plan, settings: Settings, evaluation: Evaluation, one: _Chosen,
    shared: Around,
) -> Derivation | None:  # fmt: skip
    """None where the rule looks at too many people, or plain values come to no such obligation."""
    world = world_of(connection, plan.ruleset.vocabulary, one.rule, one.row, settings, shared)
    try:
        found = explain(one.rule, world, competing(one.rule, evaluation.rules))
    except TooManyRowsError:
        return None
    explanation = next((e for e in found if e.verdict.instance == one.instance), None)
    if explanation is None:
        return None
    places = places_of(connection, {fact.source for fact in explanation.facts if fact.source is not None})
    return derivation(explanation, one.result, one.state, places, plan.ruleset.vocabulary)


# ---- people ----------------------------------------------------------------------------------------------------------


def _write_people(
    connection: duckdb.DuckDBPyConnection, plan: Plan, settings: Settings, evaluation: Evaluation,
    chosen: list[_Chosen], folder: Path,
) -> None:  # fmt: skip
    types = plan.ruleset.vocabulary.types
    abouts = sorted({rule.about for rule in evaluation.rules if _PERSON in types[rule.about].identity})
    ours = sorted({(one.rule.about, one.row) for one in chosen if one.rule.about in abouts})
    if not ours:
        return
    connection.execute("CREATE TEMP TABLE _chosen (about VARCHAR, _row BIGINT)")
    connection.execute(
        "INSERT INTO _chosen SELECT unnest($abouts), unnest($rows)",
        {"abouts": [about for about, _ in ours], "rows": [row for _, row in ours]},
    )
    people = " UNION ".join(
        f'SELECT s.employer_id, s.{_PERSON} FROM "{about}" s JOIN _chosen c ON c._row = s._row '
        f"WHERE c.about = '{about}' AND s.{_PERSON} IS NOT NULL"
        for about in abouts
    )
    connection.execute(f"CREATE TEMP TABLE _person AS {people}")
    followed = " UNION ALL ".join(
        f"SELECT '{about}' AS about, s._row FROM \"{about}\" s JOIN _person p USING (employer_id, {_PERSON})"
        for about in abouts
    )
    connection.execute(f"CREATE TEMP TABLE _followed AS {followed}")
    rules = [rule for rule in evaluation.rules if rule.id not in evaluation.errors]
    judge_again(connection, plan.ruleset, rules, abouts, settings)
    connection.execute("CREATE TEMP TABLE _waived (rule VARCHAR, _row BIGINT, instance VARCHAR)")
    for number, rule in enumerate(evaluation.rules):
        connection.execute(
            "INSERT INTO _waived SELECT $rule, _row, coalesce(instance, '') FROM _outcome "
            f"WHERE rule_no = {number} AND state = 'waived'",
            {"rule": rule.id},
        )
    outcome = " ".join(f"WHEN '{state}' THEN '{outcome}'" for state, outcome in OUTCOME_OF.items())
    arms = [
        f"""
        SELECT s.employer_id AS employer, s.{_PERSON} AS person, a.rule, a.about,
               {subject_key(plan.ruleset, about, "s")} AS subject, coalesce(a.instance, '') AS instance,
               CASE WHEN w.rule IS NULL THEN a.state ELSE 'waived' END AS state, a.starts, a.due, a.done,
               f.path AS file, s._record AS record
        FROM _again a JOIN "{about}" s ON s._row = a._row LEFT JOIN _file f ON f.id = s._file
        LEFT JOIN _waived w ON w.rule = a.rule AND w._row = a._row AND w.instance = coalesce(a.instance, '')
        WHERE a.about = '{about}'
        """
        for about in abouts
    ]
    target = str(folder / PEOPLE).replace("'", "''")
    connection.execute(
        f"COPY (SELECT employer, person, rule, about, subject, instance, CASE state {outcome} END AS outcome, state, "
        f"starts, due, done, file, record FROM ({' UNION ALL '.join(arms)}) "
        f"ORDER BY employer, person, rule, subject, instance, record, due) TO '{target}' (FORMAT parquet)"
    )
