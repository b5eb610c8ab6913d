"""From an evaluation in the database to the files of a run folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb

from compliance_engine import __version__
from compliance_engine.engine.run import Evaluation
from compliance_engine.engine.sql.columns import subject_key
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.policy import ALL_OTHERS
from compliance_engine.language.rule import Deadline, Recurring, Rule, RuleSet
from compliance_engine.language.tree import ListOf, Node, Number
from compliance_engine.language.words import words
from compliance_engine.problems import Problem
from compliance_engine.records.findings import DataFinding
from compliance_engine.records.load import Loaded
from compliance_engine.records.tables import LoadedFile
from compliance_engine.runs.confidential import is_confidential
from compliance_engine.runs.folder import OUTCOMES
from compliance_engine.runs.model import (
    CauseFound,
    DataWrong,
    Exposure,
    Input,
    Library,
    LoadProblem,
    RowsOf,
    RuleCard,
    RunInfo,
    Tool,
    WaiverUsed,
    identity_of,
)  # fmt: skip
from compliance_engine.runs.plan import Plan
from compliance_engine.runs.spelled import rule_lines

_JOINED = "LEFT JOIN _department d ON d.employer_id = s.employer_id AND d.employee_number = s.employee_number"
_LINES = "ASOF LEFT JOIN _line l ON l.file = s._file AND l.record <= s._record"
"""How far the lines of a file have run ahead of its records at a row; none where they have not."""
_DEPARTMENTS = """
    SELECT employer_id, employee_number,
           CASE WHEN min(department) = max(department) THEN min(department) END AS department
    FROM (
        SELECT employer_id, employee_number, department
        FROM assignment WHERE department IS NOT NULL AND coalesce(valid_from, DATE '-infinity') <= $as_of
        QUALIFY coalesce(valid_from, DATE '-infinity')
            = max(coalesce(valid_from, DATE '-infinity')) OVER (PARTITION BY employer_id, employee_number)
    )
    GROUP BY employer_id, employee_number
"""
"""The department of each person on a day or, of who has left, the last one; none where two jobs have different ones."""


def write_outcomes(
    connection: duckdb.DuckDBPyConnection, ruleset: RuleSet, rules: Sequence[Rule], as_of: date, folder: Path
) -> None:
    """Write one row for each result that somebody looks at, with its subject and its place in the source files."""
    connection.execute(f"CREATE TEMP TABLE _department AS {_DEPARTMENTS}", {"as_of": as_of})
    connection.execute("CREATE TEMP TABLE _rule_id (rule_no INTEGER, rule VARCHAR)")
    connection.execute(
        "INSERT INTO _rule_id SELECT unnest(range(len($ids))), unnest($ids)", {"ids": [rule.id for rule in rules]}
    )
    parted = connection.execute("SELECT count(*) FROM _line").fetchone() != (0,)
    outcome = " ".join(f"WHEN '{state}' THEN '{outcome}'" for state, outcome in OUTCOME_OF.items())
    arms = [
        f"""
        SELECT i.rule, o.about, s.employer_id AS employer, {subject_key(ruleset, about, "s")} AS subject,
               coalesce(o.instance, '') AS instance, CASE o.state::VARCHAR {outcome} END AS outcome,
               o.state::VARCHAR AS state, o.starts, o.due, o.done, o.lacks, f.path AS file, s._record AS record,
               {"d.department" if _of_person(ruleset, about) else "NULL::VARCHAR"} AS department,
               o.known, {"s._record + l.further" if parted else "NULL::BIGINT"} AS line
        FROM _outcome o JOIN _rule_id i USING (rule_no) JOIN "{about}" s ON s._row = o._row
        LEFT JOIN _file f ON f.id = s._file
        {_LINES if parted else ""}
        {_JOINED if _of_person(ruleset, about) else ""}
        WHERE o.about = '{about}'
        """
        for about in sorted({rule.about for rule in rules}) or ["employer"]
    ]
    target = str(folder / OUTCOMES).replace("'", "''")
    order = "rule, employer, subject, instance, file, record, state, due"
    connection.execute(f"COPY ({' UNION ALL '.join(arms)} ORDER BY {order}) TO '{target}' (FORMAT parquet)")


def _of_person(ruleset: RuleSet, about: str) -> bool:
    kind = ruleset.vocabulary.types[about]
    return "employee_number" in (*kind.key, *kind.parents)


def describe(
    connection: duckdb.DuckDBPyConnection, plan: Plan, loaded: Loaded, data_findings: Sequence[DataFinding],
    problems: Sequence[Problem], evaluation: Evaluation, waivers: tuple[WaiverUsed, ...],
) -> RunInfo:  # fmt: skip
    """Everything about a run but its single results."""
    by_rule: dict[str, dict[State, int]] = {rule.id: {} for rule in evaluation.rules}
    for (rule, state), number in sorted(evaluation.counts.items()):
        if number:
            by_rule[rule][state] = number
    version = connection.execute("SELECT library_version FROM pragma_version()").fetchone()
    return RunInfo(
        tool=Tool(name="compliance-engine", version=__version__, sql=f"duckdb {(version or ('',))[0].lstrip('v')}"),
        rules=Library(
            version=plan.ruleset.version,
            hash=hash_of_texts(plan.ruleset.sources),
            selected=len(plan.rules),
            evaluated=len(evaluation.rules),
        ),
        policy=plan.policy,
        waiver_file=plan.waiver_file,
        as_of=plan.settings.as_of,
        as_of_given=plan.as_of_given,
        time_zone=plan.time_zone,
        inputs=tuple(input_of(file) for file in sorted(loaded.files, key=lambda file: (file.raw.file, file.id))),
        records={name: rows for name, rows in sorted(loaded.rows.items()) if rows},
        subjects=dict(evaluation.subjects),
        counts={outcome: evaluation.total(outcome) for outcome in Outcome},
        by_rule=by_rule,
        not_run=dict(sorted(evaluation.not_run.items())),
        errors=dict(sorted(evaluation.errors.items())),
        causes=tuple(CauseFound(rule=c.rule, fact=c.fact, results=c.results) for c in evaluation.causes),
        data_findings=tuple(DataWrong(**asdict(finding)) for finding in data_findings),
        rows=tuple(RowsOf(**asdict(account)) for account in loaded.accounts),
        problems=tuple(_load_problem(problem) for problem in problems),
        waivers=waivers,
        compared_with=plan.before.as_of if plan.before is not None else None,
    )


def input_of(file: LoadedFile) -> Input:
    """What a run says of a file that was read."""
    raw = file.raw
    return Input(
        path=raw.file, sha256=raw.sha256, format=raw.format, rows_read=raw.rows_read, rows_reported=raw.rows_reported,
        encoding=raw.encoding, delimiter=raw.delimiter, dates=file.dates,
    )  # fmt: skip


def cards(plan: Plan) -> dict[str, RuleCard]:
    """What outputs say about the rules of a run, by id."""
    return {rule.id: _card(rule, plan) for rule in plan.rules}


def hash_of_texts(texts: Mapping[str, str]) -> str:
    """One hash over the contents of some files, wherever they lie and whatever they are called."""
    each = sorted(hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts.values())
    return hashlib.sha256("\n".join(each).encode("ascii")).hexdigest()


def _card(rule: Rule, plan: Plan) -> RuleCard:
    body = rule.body
    due = body.due if isinstance(body, Deadline | Recurring) else None
    return RuleCard(
        title=rule.title,
        cite=rule.cite,
        severity=rule.severity,
        fix=rule.fix,
        law=rule.law.title,
        authority=rule.law.authority,
        source=rule.law.source,
        checked=rule.checked,
        decides=rule.checked != "memory" or plan.adopt_unconfirmed,
        jurisdiction=rule.jurisdiction,
        topic=rule.topic,
        tags=rule.tags,
        kind=rule.kind,
        about=rule.about,
        identity=identity_of(rule),
        due=words(due) if isinstance(due, Node) else None,
        pairs_with=rule.names_record,
        file=plan.shown_path(rule.position.file),
        line=rule.position.line,
        exposure=_exposure(rule, plan),
        owner=plan.owners.get(rule.topic, plan.owners.get(ALL_OTHERS)),
        lead_days=plan.lead_of(rule),
        confidential=is_confidential(rule, plan.ruleset.vocabulary),
        text=rule_lines(rule),
    )


def _exposure(rule: Rule, plan: Plan) -> Exposure | None:
    """The dated value that a rule names, as it is on the as-of date; a single amount is both ends."""
    table = plan.ruleset.tables.get(rule.exposure) if rule.exposure is not None else None
    if table is None:
        return None
    day = plan.settings.as_of
    held = [
        cell
        for _, cells in table.cells
        for cell in cells
        if (cell.first is None or cell.first <= day) and (cell.last is None or day <= cell.last)
    ]
    amounts = [amount for cell in held for amount in _amounts(cell.is_)]
    return Exposure(
        value=table.id,
        title=table.title,
        cite="; ".join(dict.fromkeys(cell.cite for cell in held if cell.cite)),
        low=min(amounts, default=None),
        high=max(amounts, default=None),
    )


def _amounts(expression: Node | None) -> list[float]:
    items = expression.items if isinstance(expression, ListOf) else (expression,)
    return [float(item.value) for item in items if isinstance(item, Number)]


def _load_problem(problem: Problem) -> LoadProblem:
    place = problem.position
    return LoadProblem(
        level=problem.level.value,
        code=problem.code,
        message=problem.message,
        file=place.file if place else None,
        line=place.line if place else None,
    )
