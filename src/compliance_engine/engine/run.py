"""One evaluation: rules over loaded records, into the table `_outcome`, with counts of everything.

plan -> helper tables -> chunks of rules -> counts and findings -> waivers -> causes of what is unknown
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from compliance_engine.calendars import arrays
from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named
from compliance_engine.engine import facts
from compliance_engine.engine.at_once import Work, at_once, workers
from compliance_engine.engine.judging import Judged, Judging
from compliance_engine.engine.settings import Settings, kept
from compliance_engine.engine.sql import setup
from compliance_engine.engine.sql.documents import rivals
from compliance_engine.engine.sql.frame import LiveFrame, Unplaced, quoted, sql_date
from compliance_engine.engine.sql.statement import is_plain
from compliance_engine.language import tree as t
from compliance_engine.language.families import replaced
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Posting, Rule, RuleSet
from compliance_engine.language.walk import walk
from compliance_engine.records.unplaced import types_with_unplaced, unplaced_table

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
    calendars, frame = surroundings(connection, runnable, settings)
    setup.states(connection, kept(settings))
    told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
    days = {r: day for r, day in {**told, **settings.complete_from}.items() if r not in frame.astray}
    connection.execute("DELETE FROM _complete_from")
    connection.execute("INSERT INTO _complete_from SELECT unnest(?), unnest(?::DATE[])", [list(days), [*days.values()]])
    connection.execute(
        "CREATE TABLE _outcome (rule_no INTEGER, about VARCHAR, _row BIGINT, instance VARCHAR, state _state, "
        "due DATE, starts DATE, done DATE, lacks VARCHAR[])"
    )
    subjects = _subjects(connection, runnable)
    hands = workers(connection, max(subjects.values(), default=0))
    list(at_once(connection, _preparations(ruleset, runnable, settings, calendars), hands))
    numbers = {rule.id: n for n, rule in enumerate(runnable)}
    judging = Judging(ruleset, frame, setup.is_single_work(connection), settings, subjects, numbers)
    # The longest first, so that no hand is idle at the end.
    pieces = sorted(chunks(runnable, settings.chunk), key=len, reverse=True)
    judged, done = Judged(), 0
    found = at_once(connection, [_work(judging, piece) for piece in pieces], hands)
    for piece, part in zip(pieces, found, strict=True):
        judged.add(part)
        done += len(piece)
        if progress is not None:
            progress(f"{done} of {len(runnable)} rules")
    _waive(connection, ruleset, runnable, settings, judged.counts)
    return Evaluation(tuple(runnable), not_run, judged.counts, subjects, _causes(judged.lacking), judged.errors)


def _preparations(
    ruleset: RuleSet, rules: Sequence[Rule], settings: Settings, calendars: Sequence[Calendar]
) -> list[Work[None]]:
    """What makes the tables that statements join."""
    calls = sorted(facts_called(rules), key=str)
    by_language = any(isinstance(rule.body, Posting) and rule.body.languages for rule in rules)

    def helpers(connection: duckdb.DuckDBPyConnection) -> None:
        setup.prepare(connection, ruleset.vocabulary)
        if by_language:
            setup.readers(connection, sql_date(settings.as_of))
            setup.readings(connection)

    return [
        lambda connection: facts.create(connection, calls, settings.as_of),
        lambda connection: arrays.create(connection, calendars),
        helpers,
    ]


def _work(judging: Judging, chunk: Sequence[Rule]) -> Work[Judged]:
    return lambda connection: judging.judge(connection, chunk)


def _subjects(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, int]:
    """Record type → rows, of the types that rules are about, in order."""
    types = sorted({rule.about for rule in rules})
    counts = ", ".join(f'(SELECT count(*) FROM "{about}")' for about in types)
    row = connection.execute(f"SELECT {counts}").fetchone() if types else ()
    return dict(zip(types, map(int, row or ()), strict=True))


# ---- planning --------------------------------------------------------------------------------------------------------


def _runnable(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> tuple[list[Rule], dict[str, str]]:
    """Rules of a kind that is run, of places where some subject is; and why the others are left out."""
    places = {"us", "org"}
    for query in ("SELECT DISTINCT unnest(places) FROM worksite", "SELECT DISTINCT unnest(home_places) FROM employee"):
        places |= set(_column(connection, query))
    elsewhere = [rule for rule in rules if rule.jurisdiction not in places]
    # A paper of which the place is not known may be kept by the law of any.
    if any(rule.reach == "document" for rule in elsewhere) and _is_a_place_unknown(connection):
        elsewhere = [rule for rule in elsewhere if rule.reach != "document"]
    left_out = {rule.id: "nobody is there" for rule in elsewhere}
    left_out |= {rule.id: f"kind {rule.kind} is not run yet" for rule in rules if rule.body is None}
    return sorted((rule for rule in rules if rule.id not in left_out), key=lambda rule: rule.id), left_out


def _is_a_place_unknown(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether of some assignment or document nobody can tell all the places that it belongs to."""
    if "assignment" in types_with_unplaced(connection):
        return True
    site = "LEFT JOIN worksite w ON w.employer_id = r.employer_id AND w.worksite_id = r.worksite_id"
    unknown = "(w.places IS NULL OR w.places_known IS NOT TRUE)"
    jobless = "ANTI JOIN assignment a ON a.employer_id = r.employer_id AND a.employee_number = r.employee_number"
    query = (
        f"(SELECT 1 FROM assignment r {site} WHERE {unknown}) UNION ALL "
        f"(SELECT 1 FROM document r {site} WHERE r.worksite_id IS NOT NULL AND {unknown}) UNION ALL "
        f"(SELECT 1 FROM document r {jobless} WHERE r.employee_number IS NOT NULL) LIMIT 1"
    )
    return connection.execute(query).fetchone() is not None


def surroundings(
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
        astray={record: _astray(connection, record) for record in types_with_unplaced(connection)},
        columns=frozenset(connection.execute("SELECT DISTINCT type, field FROM _supplied").fetchall()),
        replaced=replaced(rules),
    )
    return calendars, frame


def _astray(connection: duckdb.DuckDBPyConnection, record: str) -> tuple[Unplaced, ...]:
    """The rows of a type that cannot be placed, by what they do not say."""
    query = f'SELECT DISTINCT _lost, _open FROM "{unplaced_table(record)}" ORDER BY ALL'
    return tuple(Unplaced(record, tuple(opened), lost) for lost, opened in connection.execute(query).fetchall())


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


def chunks(rules: Sequence[Rule], size: int) -> list[list[Rule]]:
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
    for members in rivals([rule for rule in rules if rule.id in about]):
        for rule in members:
            leader[root(rule.id)] = root(members[0].id)
    return {name: root(name) for name in leader}


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


def _causes(lacking: Mapping[tuple[str, str], int]) -> tuple[Cause, ...]:
    """Why results are unknown, what touches most of them first."""
    found = [Cause(rule, fact, results) for (rule, fact), results in lacking.items() if results]
    return tuple(sorted(found, key=lambda c: (-c.results, c.fact, c.rule)))
