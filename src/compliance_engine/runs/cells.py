"""The facts of some results, read from the records: what a run needs not keep for two data sets to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from compliance_engine.engine.explain import explain
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.engine.worlds import TooManyRowsError, around, world_of
from compliance_engine.records.load import load
from compliance_engine.records.quality import examine
from compliance_engine.runs.competing import competing
from compliance_engine.runs.database import Limits, close_to_files, database
from compliance_engine.runs.derivation import Told, told
from compliance_engine.runs.evaluate import NO_KEY
from compliance_engine.runs.places import places_of
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.reasons import Facts, ResultKey

_MOST_ROWS = 2_000
"""Rows of one table of an employer that a rule may look at."""


def facts_of(plan: Plan, wanted: Sequence[ResultKey], records: Sequence[Path], limits: Limits, scratch: Path) -> Facts:
    """Judge the rules concerned once more and tell what they read of the results, passes among them.

    Args:
        scratch: the only folder that may be written to while records are judged.
    """
    by_identity = {name: rule for rule in plan.rules if rule.body is not None for name in (rule.id, *rule.was)}
    rules = {by_identity[key[0]].id: by_identity[key[0]] for key in wanted if key[0] in by_identity}
    beside = {id_: competing(rule, plan.rules) for id_, rule in rules.items()}
    found: dict[ResultKey, tuple[Told, ...]] = {}
    if not rules:
        return found
    with database(limits) as connection:
        loaded, _ = load(connection, records, plan.profile, hash_key=plan.key or NO_KEY)
        close_to_files(connection, scratch)
        examine(connection, loaded, as_of=plan.settings.as_of)
        complete = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
        settings = replace(plan.settings, complete_from={**complete, **plan.settings.complete_from}, waivers=())
        judged = {**rules, **{other.id: other for others in beside.values() for other in others}}
        evaluation = evaluate(connection, plan.ruleset, list(judged.values()), settings)
        vocabulary = plan.ruleset.vocabulary
        shared = around(connection, vocabulary, _MOST_ROWS)
        runnable = {rule.id for rule in evaluation.rules if rule.id not in evaluation.errors}
        for key in wanted:
            rule = by_identity.get(key[0])
            if rule is None or rule.id not in runnable:
                continue
            called = subject_key(plan.ruleset, rule.about, "s")
            row = connection.execute(
                f'SELECT s._row FROM "{rule.about}" s WHERE s.employer_id = ? AND {called} = ?', [key[1], key[2]]
            ).fetchone()
            if row is None:
                continue
            world = world_of(connection, vocabulary, rule, row[0], settings, shared)
            others = [other for other in beside[rule.id] if other.id in runnable]
            try:
                explained = [e for e in explain(rule, world, others) if e.verdict.instance == key[3]]
            except TooManyRowsError:
                continue
            facts = [fact for explanation in explained for fact in explanation.facts]
            places = places_of(connection, {fact.source for fact in facts if fact.source is not None})
            found[key] = tuple(told(fact, places, vocabulary) for fact in facts)
    return found
