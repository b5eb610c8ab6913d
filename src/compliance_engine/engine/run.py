"""One evaluation: rules over loaded records, into the table `_outcome`, with counts of everything.

plan -> helper tables -> chunks of rules -> counts and findings -> waivers -> causes of what is unknown
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named
from compliance_engine.engine import facts, verdict
from compliance_engine.engine.settings import Settings, worth_reporting
from compliance_engine.engine.sql import setup
from compliance_engine.engine.sql.frame import LiveFrame, quoted, sql_date
from compliance_engine.engine.sql.statement import Statement, compile_causes, compile_chunk, compile_one, is_plain
from compliance_engine.language import tree as t
from compliance_engine.language.check import walk
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Posting, Rule, RuleSet

NotRun = Mapping[str, str]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Cause:
    """Why results of a rule are unknown: a fact, its state, and how many results it touches."""

    rule: str
    fact: str
    results: int


@dataclass(frozen=True)
class Evaluation:
    """What a run found; the findings themselves are rows of `_outcome` in the connection.

    Attributes:
        rules: the rules evaluated, in order of id; the row number in `_outcome.rule_no` counts from 0.
        not_run: rules that were selected and not evaluated, with the reason.
        counts: (rule id, state) → number of results.
        subjects: record type → subjects judged.
        causes: why results are unknown, most results first.
        errors: rules that failed, with what the database said about the statement (never data).
    """

    rules: tuple[Rule, ...]
    not_run: NotRun
    counts: Mapping[tuple[str, State], int]
    subjects: Mapping[str, int]
    causes: tuple[Cause, ...]
    errors: Mapping[str, str]

    def total(self, outcome: Outcome) -> int:
        """Results with an outcome."""
        return sum(n for (_, state), n in self.counts.items() if OUTCOME_OF[state] is outcome)


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    rules: Sequence[Rule],
    settings: Settings,
    progress: Progress | None = None,
) -> Evaluation:
    """Judge every rule over the records in the connection (see docs/records.md for their tables)."""
    runnable, not_run = _runnable(connection, rules)
    calendars, frame = _surroundings(connection, runnable, settings)
    single_work = setup.prepare(connection, ruleset.vocabulary, calendars)
    if any(isinstance(rule.body, Posting) and rule.body.languages for rule in runnable):
        setup.readers(connection, sql_date(settings.as_of))
    facts.create(connection, sorted(facts_called(runnable), key=str), settings.as_of)
    connection.execute(
        "CREATE TABLE _outcome (rule_no INTEGER, about VARCHAR, _row BIGINT, instance VARCHAR, state _state, "
        "due DATE, starts DATE)"
    )
    run = _Run(connection, ruleset, frame, single_work, settings, {rule.id: n for n, rule in enumerate(runnable)})
    for number, chunk in enumerate(_chunks(runnable, settings.chunk), start=1):
        run.chunk(chunk)
        if progress is not None:
            progress(f"{min(number * settings.chunk, len(runnable))} of {len(runnable)} rules")
    verdict.documents(connection, runnable, settings, run.counts)
    _waive(connection, ruleset, runnable, settings, run.counts)
    causes = _causes(connection, ruleset, runnable, frame, single_work, run.counts)
    subjects = {about: run.subjects[about] for about in sorted(run.subjects)}
    return Evaluation(tuple(runnable), not_run, run.counts, subjects, causes, run.errors)


# ---- planning --------------------------------------------------------------------------------------------------------


def _runnable(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> tuple[list[Rule], dict[str, str]]:
    """Rules of a kind that is run, of places where some subject is; and why the others are left out."""
    places = {"us", "org"}
    for query in ("SELECT DISTINCT unnest(places) FROM worksite", "SELECT DISTINCT unnest(home_places) FROM employee"):
        places |= set(_column(connection, query))
    left_out = {rule.id: "nobody is there" for rule in rules if rule.jurisdiction not in places}
    left_out |= {rule.id: f"kind {rule.kind} is not run yet" for rule in rules if rule.body is None}
    return sorted((rule for rule in rules if rule.id not in left_out), key=lambda rule: rule.id), left_out


def _surroundings(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], settings: Settings
) -> tuple[list[Calendar], LiveFrame]:
    """The calendars that the rules count by, and what statements are told beside the rules."""
    names = calendars_named(rules)
    calendars: list[Calendar] = []

    def number(calendar: Calendar) -> int:
        if calendar not in calendars:
            calendars.append(calendar)
        return calendars.index(calendar)

    federal = named("us-federal")
    worksites = {} if federal is None else {"*": federal, **settings.worksite_calendars}
    states = _column(connection, "SELECT DISTINCT state FROM worksite WHERE state IS NOT NULL ORDER BY 1")
    homes = _column(connection, "SELECT DISTINCT home_state FROM employee WHERE home_state IS NOT NULL")
    frame = LiveFrame(
        day=settings.as_of,
        first_turn=settings.first_turn,
        tables=frozenset(_column(connection, "SELECT DISTINCT type FROM _supplied WHERE field = ''")),
        complete=dict(settings.complete_from),
        choices=dict(settings.choices),
        calendars={
            name: number(found)
            for name in sorted(names - {"worksite", "state"})
            if (found := settings.calendars.get(name) or named(name)) is not None
        },
        worksite_calendars={site: number(c) for site, c in sorted(worksites.items())} if "worksite" in names else {},
        state_calendars={s: number(found) for s in states if (found := named(s)) is not None}
        if "state" in names
        else {},
        known_states=frozenset(states) | frozenset(homes),
        columns=frozenset(connection.execute("SELECT DISTINCT type, field FROM _supplied").fetchall()),
    )
    return calendars, frame


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(query).fetchall()]


def calendars_named(rules: Sequence[Rule]) -> set[str]:
    """Every calendar that some clock of the rules counts by."""
    names: set[str] = set()
    for rule in rules:
        own = rule.calendar

        def look(node: t.Node, own: str = own) -> None:
            if isinstance(node, t.Shift | t.Rolled | t.NthBusinessDay) and node.calendar is not None:
                names.add(node.calendar or own)

        for part in expressions(rule):
            walk(part, look)
    return names


def facts_called(rules: Sequence[Rule]) -> set[facts.Call]:
    """Every registry fact that the rules call, with its literal arguments."""
    used: set[facts.Call] = set()

    def look(node: t.Node) -> None:
        if isinstance(node, t.Fact):
            used.add(
                (node.name, tuple(a.value if isinstance(a, t.Text) else int(getattr(a, "value", 0)) for a in node.args))
            )

    for rule in rules:
        for part in expressions(rule):
            walk(part, look)
    return used


def expressions(rule: Rule) -> list[t.Node]:
    """The expressions under all keys of a rule."""
    found: list[t.Node] = [*rule.starts, *(exception.when for exception in rule.unless)]
    for part in (rule.when, rule.each, rule.body):
        found += _nodes(part)
    return found


def _nodes(part: object) -> list[t.Node]:
    if isinstance(part, t.Node):
        return [part]
    fields = getattr(part, "__dataclass_fields__", {})
    return [node for name in fields for node in _nodes(getattr(part, name))]


def _chunks(rules: Sequence[Rule], size: int) -> list[list[Rule]]:
    """Rules about one record type together, members of a family and what they replace in one chunk; others alone."""
    chunks: list[list[Rule]] = [[rule] for rule in rules if not is_plain(rule)]
    by_about: dict[str, list[list[Rule]]] = {}
    grouped: dict[str, list[Rule]] = {}
    leader = _leaders(rules)
    for rule in rules:
        if is_plain(rule):
            key = leader[rule.id]
            if key not in grouped:
                grouped[key] = []
                by_about.setdefault(rule.about, []).append(grouped[key])
            grouped[key].append(rule)
    for about in sorted(by_about):
        current: list[Rule] = []
        for group in by_about[about]:
            if current and len(current) + len(group) > size:
                chunks.append(current)
                current = []
            current += group
        if current:
            chunks.append(current)
    return chunks


def _leaders(rules: Sequence[Rule]) -> dict[str, str]:
    """A common name for rules that must be judged together."""
    leader = {rule.id: rule.id for rule in rules}

    def root(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    families: dict[tuple[str, str], str] = {}
    about = {rule.id: rule.about for rule in rules if is_plain(rule)}
    for rule in rules:
        if rule.id not in about:
            continue
        if rule.family is not None:
            first = families.setdefault((rule.about, rule.family.name), rule.id)
            leader[root(rule.id)] = root(first)
        for other in rule.replaces:
            if about.get(other) == rule.about:
                leader[root(other)] = root(rule.id)
    return {name: root(name) for name in leader}


# ---- judging ---------------------------------------------------------------------------------------------------------


class _Run:
    """The chunks of one run: results go to `_outcome`, counts are kept here."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, ruleset: RuleSet, frame: LiveFrame, single_work: bool, settings: Settings,
        numbers: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.connection, self.ruleset, self.frame, self.single_work = connection, ruleset, frame, single_work
        self.settings, self.numbers = settings, numbers
        self.counts: dict[tuple[str, State], int] = {}
        self.subjects: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        self.keep = settings.keep or worth_reporting()

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
        ready = [self._with_lead(rule) for rule in rules]
        vocabulary = self.ruleset.vocabulary
        if len(ready) == 1 and not is_plain(ready[0]):
            statement = compile_one(ready[0], vocabulary, self.frame, self.single_work)
        else:
            statement = compile_chunk(ready, vocabulary, self.frame, self.single_work)
        columns = ", ".join(
            f"CAST({c.state} AS _state) AS {c.state}, "
            + ", ".join(f"CAST({day} AS DATE) AS {day}" for day in (c.due, c.starts))
            for c in statement.columns
        )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE _wide AS SELECT _row, instance, {columns} FROM ({statement.sql})"
        )
        self._check_rows(statement)
        self._count(statement)
        self._keep(statement)
        self.connection.execute("DROP TABLE _wide")

    def _with_lead(self, rule: Rule) -> Rule:
        if rule.lead_days is not None:
            return rule
        return replace(rule, lead_days=self.settings.lead_by_topic.get(rule.topic, self.settings.lead_days))

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

    def _keep(self, statement: Statement) -> None:
        keep = ", ".join(f"'{s.value}'" for s in sorted(self.keep, key=str))
        parts = [
            f"SELECT {self.numbers[c.rule.id]}, '{statement.about}', _row, instance, {c.state}, "
            f"CASE WHEN isfinite({c.due}) THEN {c.due} END, CASE WHEN isfinite({c.starts}) THEN {c.starts} END "
            f"FROM _wide WHERE {c.state} IN ({keep})"
            for c in statement.columns
        ]
        self.connection.execute("INSERT INTO _outcome " + " UNION ALL ".join(parts))
        verdict.remember(self.connection, statement, self.numbers)

    def _failed(self, rule: Rule, problem: duckdb.Error) -> None:
        subjects = _count(self.connection, f'SELECT count(*) FROM "{rule.about}"')
        self.counts[rule.id, State.ERROR] = subjects
        self.errors[rule.id] = type(problem).__name__
        number = self.numbers[rule.id]
        self.connection.execute(
            f"INSERT INTO _outcome SELECT {number}, '{rule.about}', _row, NULL, 'error', NULL, NULL "
            f'FROM "{rule.about}"'
        )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row is not None else 0


# ---- after judging ---------------------------------------------------------------------------------------------------


def subject_key(ruleset: RuleSet, about: str, alias: str) -> str:
    """SQL text of the key of a subject: its identity columns joined by '/'."""
    key = ruleset.vocabulary.types[about].key or ("employer_id",)
    return f"concat_ws('/', {', '.join(f'{alias}.{name}::VARCHAR' for name in key)})"


def _waive(
    connection: duckdb.DuckDBPyConnection,
    ruleset: RuleSet,
    rules: Sequence[Rule],
    settings: Settings,
    counts: dict[tuple[str, State], int],
) -> None:
    numbers = {rule.id: (n, rule) for n, rule in enumerate(rules)}
    for waiver in settings.waivers:
        if waiver.rule not in numbers or not waiver.approved_on <= settings.as_of <= waiver.expires_on:
            continue
        number, rule = numbers[waiver.rule]
        states = ", ".join(f"'{s.value}'" for s, o in OUTCOME_OF.items() if o is Outcome.VIOLATION)
        where = f"rule_no = {number} AND state IN ({states})"
        if waiver.subject is not None:
            same = f"{subject_key(ruleset, rule.about, 's')} = {quoted(waiver.subject)}"
            where += f' AND _row IN (SELECT s._row FROM "{rule.about}" s WHERE {same})'
        waived = connection.execute(
            f"SELECT state::VARCHAR, count(*) FROM _outcome WHERE {where} GROUP BY 1"
        ).fetchall()
        connection.execute(f"UPDATE _outcome SET state = 'waived' WHERE {where}")
        for state, n in waived:
            counts[rule.id, State(state)] -= n
            counts[rule.id, State.WAIVED] = counts.get((rule.id, State.WAIVED), 0) + n


def _causes(
    connection: duckdb.DuckDBPyConnection, ruleset: RuleSet, rules: Sequence[Rule], frame: LiveFrame, single_work: bool,
    counts: Mapping[tuple[str, State], int],
) -> tuple[Cause, ...]:  # fmt: skip
    found: list[Cause] = []
    for number, rule in enumerate(rules):
        if not counts.get((rule.id, State.UNKNOWN)):
            continue
        only = f"s._row IN (SELECT _row FROM _outcome WHERE rule_no = {number} AND state = 'unknown')"
        sql, labels = compile_causes(rule, ruleset.vocabulary, frame, single_work, only)
        if not labels:
            continue
        tests = ", ".join(f"count(*) FILTER (WHERE NOT c.k{n})" for n in range(len(labels)))
        same = "o._row = c._row AND o.instance IS NOT DISTINCT FROM c.instance"
        row = connection.execute(
            f"SELECT {tests} FROM ({sql}) c JOIN _outcome o ON {same} WHERE o.rule_no = {number} AND o.state = 'unknown'"
        ).fetchone()
        found += [Cause(rule.id, label, int(n)) for label, n in zip(labels, row or (), strict=False) if n]
    return tuple(sorted(found, key=lambda c: (-c.results, c.fact, c.rule)))
