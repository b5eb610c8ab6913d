"""Examples of rules, run by the same SQL as real records, and once more on plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb

from compliance_engine.calendars import arrays
from compliance_engine.calendars.calendar import Calendar
from compliance_engine.engine import facts, twin
from compliance_engine.engine.called import calendars_named, facts_called
from compliance_engine.engine.sql import setup
from compliance_engine.engine.sql.frame import ExampleFrame
from compliance_engine.engine.sql.readers import readers
from compliance_engine.engine.sql.statement import compile_chunk, compile_one, is_plain
from compliance_engine.engine.twin.example import world_of
from compliance_engine.engine.twin.world import World
from compliance_engine.engine.world_tables import employer, insert, plain, write
from compliance_engine.language.outcomes import ANSWERS, OUTCOME_OF, Outcome, State, matches
from compliance_engine.language.rule import Example, Rule, RuleSet
from compliance_engine.language.vocabulary import Vocabulary

Day = date | datetime | None
Found = tuple[str | None, State, Day]
"""What came out for one obligation: instance, state, due date."""

_ORDER = "_row, try_cast(regexp_extract(instance, '^turn ([0-9]+)$', 1) AS INTEGER) NULLS FIRST, starts, instance"
"""Obligations in the order in which they arise."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine made of an example: one (instance, state, due) for each obligation, in order."""

    rule: Rule
    example: Example
    found: tuple[Found, ...]
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether states and dates are as the example says."""
        return self.error is None and not self.differences

    @property
    def shown(self) -> tuple[Found, ...]:
        """The obligations that the example speaks of: all if it lists several, else the last."""
        return self.found if len(self.example.expect) > 1 or len(self.example.due) > 1 else self.found[-1:]

    @property
    def differences(self) -> tuple[str, ...]:
        """What is not as written, in words."""
        if self.error is not None:
            return (self.error,)
        return tuple(_states(self.example, self.shown) + _days(self.example, self.shown))


def _states(example: Example, shown: Sequence[Found]) -> list[str]:
    if not example.expect:
        return []
    got = [state.value for _, state, _ in shown]
    if len(got) != len(example.expect):
        return [f"expected {', '.join(example.expect)}; there are {len(got)} obligations: {', '.join(got) or 'none'}"]
    pairs = zip(example.expect, shown, strict=True)
    return [f"expected {want}, is {_said(want, state)}" for want, (_, state, _) in pairs if not matches(want, state)]


def _said(want: str, state: State) -> str:
    """A state in the words of what was expected: of a fact `yes` or `no`."""
    answers = {answer: word for word, answer in ANSWERS.items()} if want in ANSWERS else {}
    return answers.get(state, state.value)


def _days(example: Example, shown: Sequence[Found]) -> list[str]:
    if not example.due:
        return []
    got = [due for _, _, due in shown]
    if len(got) != len(example.due):
        return [f"expected {len(example.due)} dates, there are {len(got)}"]
    pairs = zip(example.due, got, strict=True)
    return [f"expected due {want}, is {have}" for want, have in pairs if not same_day(want, have)]


def same_day(want: object, have: object) -> bool:
    """Whether two due dates are the same, one of which may be a moment."""
    if isinstance(want, datetime) and isinstance(have, datetime):
        return want.timestamp() == have.timestamp()
    if isinstance(want, datetime) and isinstance(have, date):
        # Where only some branches count hours the day is shown: that of the moment somewhere from Honolulu to New York.
        return have in {(want.astimezone(UTC) - timedelta(hours=h)).date() for h in (4, 10)}
    return want == have


# ---- on plain values -------------------------------------------------------------------------------------------------


def run_on_twin(vocabulary: Vocabulary, rules: Sequence[Rule]) -> list[Result]:
    """Run every example of the rules on plain values."""
    runnable = [rule for rule in rules if rule.body is not None]
    examples = [(rule, example) for rule in runnable for example in rule.examples]
    return [result_of(rule, e, twin.judge(rule, world_of(rule, e, vocabulary))) for rule, e in examples]


def result_of(rule: Rule, example: Example, verdicts: Sequence[twin.Verdict]) -> Result:
    """The verdicts on an example, held beside what it says."""
    return Result(rule, example, tuple((v.instance, v.state, _exact(v)) for v in verdicts))


def _exact(verdict: twin.Verdict) -> Day:
    exact = verdict.due.exact if verdict.due is not None else None
    return exact if isinstance(exact, date) else None


def agree(one: Result, other: Result) -> bool:
    """Whether both ways of judging say the same about an example; dates matter where the duty exists."""
    if one.error is not None or other.error is not None or len(one.found) != len(other.found):
        return False
    return all(_same(mine, theirs) for mine, theirs in zip(one.found, other.found, strict=True))


def _same(mine: Found, theirs: Found) -> bool:
    if mine[1] is not theirs[1]:
        return False
    if OUTCOME_OF[mine[1]] in (Outcome.NOT_APPLICABLE, Outcome.UNKNOWN):
        return True
    days = [None if day in (date.max, date.min) else day for day in (mine[2], theirs[2])]
    return same_day(*days) or same_day(*reversed(days))


# ---- in SQL ----------------------------------------------------------------------------------------------------------


def run_examples(
    ruleset: RuleSet, rules: Sequence[Rule], progress: Callable[[str], None] = lambda _: None
) -> list[Result]:
    """Run every example of the rules; a rule that fails gives its examples an error each.

    Args:
        progress: told the id of each rule before its examples are judged.
    """
    runnable = [rule for rule in rules if rule.body is not None and rule.examples]
    counting = {rule.id for rule in runnable if facts_called([rule])}
    # Facts count people for every employer there is: only the employers of those examples that ask for them.
    batches = [[rule for rule in runnable if (rule.id in counting) is wanted] for wanted in (False, True)]
    found = {rule.id: results for batch in batches if batch for rule, results in _run(ruleset, batch, progress)}
    return [result for rule in runnable for result in found[rule.id]]


def _run(
    ruleset: RuleSet, rules: Sequence[Rule], progress: Callable[[str], None]
) -> Iterator[tuple[Rule, list[Result]]]:
    connection = duckdb.connect(config={"threads": 2})
    try:
        tables = _Tables(connection, ruleset.vocabulary, rules)
        for number, rule in enumerate(rules):
            progress(rule.id)
            yield rule, tables.judge(number, rule)
    finally:
        connection.close()


class _Tables:
    """The tables that hold the worlds of all examples, and the frame that reads them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, rules: Sequence[Rule]) -> None:
        self.connection, self.vocabulary = connection, vocabulary
        self.given = [(number, rule, example) for number, rule in enumerate(rules) for example in rule.examples]
        worlds = [world_of(rule, example, vocabulary) for _, rule, example in self.given]
        self.subjects = write(connection, vocabulary, worlds)
        self.calendars: dict[Calendar, int] = {}
        self.frame = self._surroundings(worlds)
        arrays.create(connection, list(self.calendars))
        setup.states(connection)
        setup.prepare(connection, vocabulary)
        self.single_work = setup.is_single_work(connection)
        readers(connection, "(SELECT w.as_of FROM _world w WHERE w.employer_id = a.employer_id)")
        last_day = max((world.as_of for world in worlds), default=date.max)
        facts.create(connection, sorted(facts_called(rules), key=str), last_day)

    def _surroundings(self, worlds: Sequence[World]) -> ExampleFrame:
        """Make `_world`, with a column for everything that some example says of its surroundings."""
        columns: dict[str, str] = {
            "employer_id": "VARCHAR", "rule_no": "INTEGER", "subject_row": "BIGINT", "as_of": "DATE",
            "lookback": "DATE", "not_supplied": "VARCHAR[]", "stated": "VARCHAR[]", "turn": "VARCHAR",
        }  # fmt: skip
        known: dict[str, str] = {}
        rows: list[dict[str, object]] = []
        named_by = {number: calendars_named([rule]) for number, rule, _ in self.given}
        for place, ((number, _, example), world) in enumerate(zip(self.given, worlds, strict=True)):
            row: dict[str, object] = {
                "employer_id": employer(place), "rule_no": number, "subject_row": self.subjects[place],
                "as_of": plain(world.as_of), "lookback": plain(world.lookback),
                "not_supplied": _not_supplied(example), "turn": world.turn,
            }  # fmt: skip
            stated = _stated(world)
            row["stated"] = [what for what, _, _ in stated]
            for what, value, kind in (*stated, *self._calendars(world, sorted(named_by[number]))):
                if what not in known:
                    known[what] = f"v{len(known)}"
                    columns[known[what]] = kind
                row[known[what]] = plain(value)
            rows.append(row)
        self.connection.execute("CREATE TABLE _world (" + ", ".join(f"{n} {c}" for n, c in columns.items()) + ")")
        insert(self.connection, "_world", columns, rows)
        return ExampleFrame(known)

    def _calendars(self, world: World, names: Sequence[str]) -> list[tuple[str, object, str]]:
        """The number of each calendar that the rule counts by."""
        found = [(name, world.calendar(name, None, None)) for name in names]
        return [
            (f"calendar {name}", self.calendars.setdefault(calendar, len(self.calendars)), "INTEGER")
            for name, calendar in found
            if calendar is not None
        ]

    def judge(self, number: int, rule: Rule) -> list[Result]:
        """The results of one rule's examples, in their order."""
        only = f"w.rule_no = {number}"
        try:
            if is_plain(rule):
                statement = compile_chunk([rule], self.vocabulary, self.frame, self.single_work, only)
            else:
                statement = compile_one(rule, self.vocabulary, self.frame, self.single_work, only)
            (it,) = statement.columns
            shown = f"_row, instance, {it.state}, {it.due}, {it.starts} AS starts"
            query = f"SELECT {shown} FROM ({statement.sql}) ORDER BY {_ORDER}"
            rows = self.connection.execute(query).fetchall()
        except (duckdb.Error, KeyError, TypeError) as problem:
            why = f"the rule cannot be run: {type(problem).__name__}: {problem}"
            return [Result(rule, e, (), why) for e in rule.examples]
        found: dict[int, list[Found]] = {}
        for row, instance, state, due, _ in rows:
            if state is not None:
                found.setdefault(row, []).append((instance, State(state), _utc(due)))
        mine = [subject for subject, (owner, _, _) in zip(self.subjects, self.given, strict=True) if owner == number]
        return [Result(rule, e, tuple(found.get(subject, ()))) for subject, e in zip(mine, rule.examples, strict=True)]


def _stated(world: World) -> list[tuple[str, object, str]]:
    """What an example says of choices, facts and places: (what, value, SQL type)."""
    choices, numbers, places = (sorted(said.items()) for said in (world.choices, world.facts, world.places))
    return [
        *((f"choice {name}", value, _sql_type(value)) for name, value in choices),
        *((f"fact {name}", value, "DECIMAL(18,4)") for name, value in numbers),
        *((f"place {name}", value, "VARCHAR[]" if name == "places" else "VARCHAR") for name, value in places),
    ]


def _sql_type(value: object) -> str:
    match value:
        case bool():
            return "BOOLEAN"
        case Decimal():
            return "DECIMAL(18,4)"
        case date():
            return "DATE"
        case tuple():
            return "VARCHAR[]"
        case _:
            return "VARCHAR"


def _utc(due: object) -> Day:
    if isinstance(due, datetime):
        return due.replace(tzinfo=UTC)
    return due if isinstance(due, date) else None


def _not_supplied(example: Example) -> list[str]:
    """Record types without a source, and columns as `type.field`."""
    columns = {
        f"{record}.{field}"
        for record, rows in example.given.items()
        for row in rows
        for field, value in row.items()
        if value == "not supplied"
    }
    return sorted(columns | example.not_supplied)
