"""Explains a result of a run: the records are read and judged again, then the one subject on plain values beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from compliance_engine.engine.explain import Explanation, explain
from compliance_engine.engine.run import evaluate
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.engine.worlds import world_of
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Rule
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Problem
from compliance_engine.records.load import load
from compliance_engine.records.quality import examine
from compliance_engine.runs.competing import competing
from compliance_engine.runs.database import Limits, close_to_files, database
from compliance_engine.runs.evaluate import NO_KEY
from compliance_engine.runs.folder import Run
from compliance_engine.runs.identity import keyed_hash
from compliance_engine.runs.model import identity_of
from compliance_engine.runs.places import places_of
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.read import opened
from compliance_engine.runs.write import hash_of_texts

ALL = frozenset(State)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be explained: a rule, a subject by its key, and one obligation if not all. employer: None for any."""

    rule: str
    subject: str
    instance: str | None = None
    employer: str | None = None


@dataclass(frozen=True)
class Explained:
    """The obligations of a subject, explained.

    place: file and record of the subject. places: the same of every record that was read, by type and `_row`.
    in_sql: (instance, state, due) as the SQL has them. not_run: why the rule was not evaluated at all.
    waiver: the waiver that covers violations of the rule for this subject.
    """

    rule: Rule
    employer: str
    subject: str
    explanations: tuple[Explanation, ...]
    places: Mapping[tuple[str, int], tuple[str, int]]
    place: tuple[str, int] | None
    fingerprints: Mapping[str, str]
    in_sql: tuple[tuple[str, State, date | None], ...]
    not_run: str | None = None
    waivers: tuple[str, ...] = ()

    @property
    def disagreement(self) -> str | None:
        """Where SQL and plain values do not come to the same; never to be passed over."""
        sql = sorted((instance, state.value) for instance, state, _ in self.in_sql)
        plain = sorted((e.verdict.instance, e.verdict.state.value) for e in self.explanations)
        if self.not_run is not None or sql == plain:
            return None
        return f"in SQL {_shown(sql)}; on plain values {_shown(plain)}"


def _shown(states: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{instance} {state}".strip() for instance, state in states) or "no obligation"


# ---- which result ----------------------------------------------------------------------------------------------------


def find(run: Run, key: bytes | None, fingerprint: str) -> tuple[Target | None, list[Problem]]:
    """The result of a kept run that a fingerprint, or its first digits, stands for."""
    if key is None:
        help_ = "name the result: --rule ID --record SUBJECT"
        return None, [Problem("no-key", "Without the key of a policy there are no fingerprints.", help=help_)]
    digits = fingerprint.removeprefix("f-").lower()
    with opened(run, key) as reader:
        rows = reader.connection.execute(
            "SELECT rule, subject, instance, employer FROM result WHERE starts_with(fingerprint, ?) LIMIT 2", [digits]
        ).fetchall()
    if len(rows) == 1:
        return Target(*rows[0]), []
    several = f"Several results have a fingerprint that begins with {fingerprint}."
    message = several if rows else f"No result of {run.folder} has the fingerprint {fingerprint}."
    return None, [
        Problem("which-result", message, help="give more digits, another run (--run), or --rule ID --record SUBJECT")
    ]


def changed_since(run: Run, plan: Plan) -> list[Problem]:
    """What is no longer as it was when a run was made: an explanation would be one of something else."""
    changed = []
    if hash_of_texts(plan.ruleset.sources) != run.info.rules.hash:
        changed.append("the rule files")
    mine, theirs = (None if used is None else used.hash for used in (plan.policy, run.info.policy))
    if mine != theirs:
        changed.append("the policy")
    for file in run.info.inputs:
        path = Path(file.path)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            changed.append(file.path)
    if not changed:
        return []
    message = f"Not as they were when {run.folder} was made: {', '.join(changed)}."
    return [Problem("changed", message, help="evaluate again with compliance check")]


# ---- explaining ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AtHand:
    """A rule with its subject, `row` of its table, in records that were read again."""

    connection: duckdb.DuckDBPyConnection
    rule: Rule
    row: int
    employer: str
    subject: str
    settings: Settings


@contextmanager
def at_hand(
    plan: Plan, target: Target, records: Sequence[Path], limits: Limits, scratch: Path
) -> Iterator[tuple[AtHand | None, list[Problem]]]:
    """Read the records again and look up the rule and the subject that are meant.

    Args:
        scratch: the only folder that may be written to.
    """
    rules = {rule.id: rule for rule in plan.rules} | {old: rule for rule in plan.rules for old in rule.was}
    rule = rules.get(target.rule)
    if rule is None:
        guess = did_you_mean(target.rule, rules)
        yield None, [Problem("unknown-rule", f'No rule that is selected is called "{target.rule}".', suggestion=guess)]
        return
    if rule.body is None:
        yield None, [Problem("not-run-yet", f"{rule.id} is of kind {rule.kind}, which is not run yet.")]
        return
    with database(limits) as connection:
        loaded, problems = load(connection, records, plan.profile, hash_key=plan.key or NO_KEY)
        close_to_files(connection, scratch)
        examine(connection, loaded, as_of=plan.settings.as_of)
        told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
        complete = {**told, **plan.settings.complete_from}
        settings = replace(plan.settings, complete_from=complete, keep=ALL, waivers=())
        found, wrong = _subject(connection, plan, rule, target)
        yield (None if found is None else AtHand(connection, rule, *found, settings)), problems + wrong


def explain_result(
    plan: Plan, target: Target, records: Sequence[Path], limits: Limits, scratch: Path
) -> tuple[Explained | None, list[Problem]]:
    """Judge a rule, and those it competes with, over records, and explain one subject.

    Args:
        scratch: the only folder that may be written to while records are judged.
    """
    with at_hand(plan, target, records, limits, scratch) as (found, problems):
        return None if found is None else _explained(plan, target, found), problems


def _subject(
    connection: duckdb.DuckDBPyConnection, plan: Plan, rule: Rule, target: Target
) -> tuple[tuple[int, str, str] | None, list[Problem]]:
    """(`_row`, employer, key) of the subject."""
    key = subject_key(plan.ruleset, rule.about, "s")
    called = f"$1 IN ({key}, s.employer_id || ':' || {key})"
    query = f'SELECT s._row, s.employer_id, {key} FROM "{rule.about}" s WHERE {called}'
    rows = connection.execute(
        f"{query} AND coalesce(s.employer_id = $2, TRUE) LIMIT 2", [target.subject, target.employer]
    ).fetchall()
    if len(rows) == 1:
        return rows[0], []
    names = "/".join(plan.ruleset.vocabulary.types[rule.about].key or ("employer_id",))
    several = f"Several records of type {rule.about} are called {target.subject}."
    message = several if rows else f"No record of type {rule.about} is called {target.subject}."
    help_ = "begin with the employer: EMPLOYER:" + target.subject if rows else f"it is called by {names}"
    return None, [Problem("which-record", message, help=help_)]


def _explained(plan: Plan, target: Target, at: AtHand) -> Explained:
    connection, rule, row, settings = at.connection, at.rule, at.row, at.settings
    employer, key = at.employer, at.subject
    others = competing(rule, plan.rules)
    evaluation = evaluate(connection, plan.ruleset, [rule, *others], settings)
    numbers = {evaluated.id: number for number, evaluated in enumerate(evaluation.rules)}
    place = places_of(connection, {(rule.about, row)}).get((rule.about, row))
    if rule.id not in numbers or rule.id in evaluation.errors:
        why = evaluation.not_run.get(rule.id) or f"the rule failed ({evaluation.errors.get(rule.id)})"
        return Explained(rule, employer, key, (), {}, place, {}, (), not_run=why)
    rows = connection.execute(
        "SELECT coalesce(instance, ''), state::VARCHAR, due FROM _outcome WHERE rule_no = ? AND _row = ? ORDER BY ALL",
        [numbers[rule.id], row],
    ).fetchall()
    in_sql = [(instance, State(state), due) for instance, state, due in rows]
    world = world_of(connection, plan.ruleset.vocabulary, rule, row, settings)
    beside = [other for other in others if other.id in numbers]
    found = list(explain(rule, world, beside))
    if target.instance is not None:
        in_sql = [x for x in in_sql if x[0] == target.instance]
        found = [x for x in found if x.verdict.instance == target.instance]
    needed = {fact.source for explanation in found for fact in explanation.facts if fact.source is not None}
    prints = {} if plan.key is None else {i: _fingerprint(plan.key, rule, employer, key, i) for i, _, _ in in_sql}
    return Explained(
        rule=rule,
        employer=employer,
        subject=key,
        explanations=tuple(found),
        places=places_of(connection, needed),
        place=place,
        fingerprints=prints,
        in_sql=tuple(in_sql),
        waivers=_waivers(plan, rule, key, tuple(prints.values())),
    )


def _fingerprint(key: bytes, rule: Rule, employer: str, subject: str, instance: str) -> str:
    return keyed_hash(key, [identity_of(rule), employer, subject, instance])


def _waivers(plan: Plan, rule: Rule, subject: str, fingerprints: Sequence[str]) -> tuple[str, ...]:
    """Ids of the waivers that cover violations of the rule for the subject, with their last days."""
    general = [w for w in plan.settings.waivers if w.rule == rule.id and w.subject in (None, subject)]
    single = [
        w for w in plan.finding_waivers if w.rule == rule.id and any(f.startswith(w.fingerprint) for f in fingerprints)
    ]
    ends = [(w.id, w.expires_on) for w in general] + [(w.id, w.expires_on) for w in single]
    return tuple(f"{id_} until {last}" for id_, last in ends)
