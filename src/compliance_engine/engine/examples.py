"""Examples of rules, run by the same SQL as real records: every example is an employer of its own in the same tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import duckdb

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named, worksite
from compliance_engine.engine import facts
from compliance_engine.engine.run import calendars_named, facts_called
from compliance_engine.engine.sql import setup
from compliance_engine.engine.sql.frame import ExampleFrame
from compliance_engine.engine.sql.statement import compile_chunk, compile_one, is_plain
from compliance_engine.language.outcomes import State, matches
from compliance_engine.language.rule import Example, Rule, RuleSet
from compliance_engine.language.vocabulary import Field, FieldType, Missing, RecordType

SQL_TYPES = {
    FieldType.TEXT: "VARCHAR", FieldType.CODE: "VARCHAR", FieldType.DATE: "DATE", FieldType.INSTANT: "TIMESTAMP",
    FieldType.NUMBER: "DECIMAL(18,4)", FieldType.YES_NO: "BOOLEAN", FieldType.TIME: "TIME", FieldType.LIST: "VARCHAR[]",
}  # fmt: skip
INFINITY = {Missing.EVENT: "infinity", Missing.OCCASION: "-infinity"}
UNREADABLE = ("unreadable", "not supplied")


_ORDER = "_row, try_cast(regexp_extract(instance, '^turn ([0-9]+)$', 1) AS INTEGER) NULLS FIRST, t0, instance"
"""Obligations in the order in which they arise."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine made of an example: one (instance, state, due) for each obligation, in order."""

    rule: Rule
    example: Example
    found: tuple[tuple[str | None, State, date | datetime | None], ...]
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether states and dates are as the example says."""
        return self.error is None and not self.differences

    @property
    def differences(self) -> tuple[str, ...]:
        """What is not as written, in words."""
        if self.error is not None:
            return (self.error,)
        shown = self.found if len(self.example.expect) > 1 or len(self.example.due) > 1 else self.found[-1:]
        return tuple(_states(self.example, shown) + _days(self.example, shown))


def _states(example: Example, shown: Sequence[tuple[str | None, State, object]]) -> list[str]:
    if not example.expect:
        return []
    got = [state.value for _, state, _ in shown]
    if len(got) != len(example.expect):
        return [f"expected {', '.join(example.expect)}; there are {len(got)} obligations: {', '.join(got) or 'none'}"]
    pairs = zip(example.expect, shown, strict=True)
    return [f"expected {want}, is {state.value}" for want, (_, state, _) in pairs if not matches(want, state)]


def _days(example: Example, shown: Sequence[tuple[str | None, State, object]]) -> list[str]:
    if not example.due:
        return []
    got = [due for _, _, due in shown]
    if len(got) != len(example.due):
        return [f"expected {len(example.due)} dates, there are {len(got)}"]
    return [f"expected due {want}, is {have}" for want, have in zip(example.due, got, strict=True) if not _same(want, have)]


def _same(want: object, have: object) -> bool:
    if isinstance(want, datetime) and isinstance(have, datetime):
        return want.timestamp() == have.timestamp()
    if isinstance(want, datetime) and isinstance(have, date):
        # Where only some branches count hours the day is shown: that of the moment somewhere from Honolulu to New York.
        return have in {(want.astimezone(UTC) - timedelta(hours=h)).date() for h in (4, 10)}
    return want == have


def run_examples(ruleset: RuleSet, rules: Sequence[Rule]) -> list[Result]:
    """Run every example of the rules; a rule that fails gives its examples an error each."""
    runnable = [rule for rule in rules if rule.body is not None and rule.examples]
    if not runnable:
        return []
    connection = duckdb.connect(config={"threads": 2})
    try:
        worlds = _Worlds(connection, ruleset, runnable)
        return [result for number, rule in enumerate(runnable) for result in worlds.judge(number, rule)]
    finally:
        connection.close()


class _Worlds:
    """The tables that hold all examples, and the frame that reads them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, ruleset: RuleSet, rules: Sequence[Rule]) -> None:
        self.connection, self.ruleset = connection, ruleset
        self.calendars: list[Calendar] = []
        self.rows: dict[str, list[dict[str, object]]] = {name: [] for name in ruleset.vocabulary.types}
        self.worlds: list[dict[str, object]] = []
        for number, rule in enumerate(rules):
            for example in rule.examples:
                self._add(number, rule, example)
        self._create_tables()
        self.frame = self._create_worlds(rules)
        self.single_work = setup.prepare(connection, ruleset.vocabulary, self.calendars)
        facts.create(connection, sorted(facts_called(rules), key=str), max((w["as_of"] for w in self.worlds), default=date.max))  # type: ignore[type-var, arg-type]

    # ---- rows --------------------------------------------------------------------------------------------------

    def _add(self, number: int, rule: Rule, example: Example) -> None:
        employer = f"ex{len(self.worlds)}"
        types = self.ruleset.vocabulary.types
        given = {name: list(rows) for name, rows in example.given.items()}
        given.setdefault(rule.about, [{}])
        if "employee_number" in types[rule.about].identity and ("worksite" in given or "assignment" in given):
            given.setdefault("assignment", [{}])
        subject_row = 0
        own = self._identity(types[rule.about], given[rule.about][0])
        for name, rows in given.items():
            for place, row in enumerate(rows):
                made = self._row(types[name], row, employer, place, own if name != rule.about or place == 0 else {})
                if name == rule.about and place == 0:
                    subject_row = len(self.rows[name]) + 1
                made["_row"] = len(self.rows[name]) + 1
                self.rows[name].append(made)
        self.worlds.append({
            "employer_id": employer, "rule_no": number, "subject_row": subject_row, "as_of": example.as_of,
            "lookback": date(example.as_of.year - 3, 1, 1), "not_supplied": sorted(example.not_supplied),
            "turn": None if example.turn is None else str(example.turn), "example": example,
        })  # fmt: skip

    def _identity(self, kind: RecordType, subject: Mapping[str, object]) -> dict[str, object]:
        """The identity columns of the subject, which related rows take over."""
        return {name: subject.get(name) or "1" for name in kind.identity if name != "pay_group"}

    def _row(
        self, kind: RecordType, row: Mapping[str, object], employer: str, place: int, subject: Mapping[str, object]
    ) -> dict[str, object]:
        made: dict[str, object] = {"employer_id": employer}
        for name in dict.fromkeys((*kind.parents, *kind.key)):
            field = kind.field(name)
            if name in row or name == "pay_group" or (field is not None and field.type is not FieldType.TEXT):
                continue
            # Rows that are not told apart belong to the subject; further rows of its own kind are somebody else.
            told_apart = name == kind.key[-1] if subject else name in kind.key and name not in kind.parents
            made[name] = str(place + 1) if told_apart and place > 0 else subject.get(name, "1")
        for field in kind.fields:
            if field.name in row:
                made[field.name] = _cell(field, row[field.name])
            elif field.name not in made:
                made[field.name] = _empty(field)
        if kind.name == "assignment" and "valid_from" not in row:
            made["valid_from"] = date(1, 1, 1)
        return made

    def _create_tables(self) -> None:
        for kind in self.ruleset.vocabulary.types.values():
            columns = columns_of(kind)
            self.connection.execute(f'CREATE TABLE "{kind.name}" (' + ", ".join(f'"{n}" {c}' for n, c in columns.items()) + ")")
            rows = self.rows[kind.name]
            if rows:
                _insert(self.connection, f'"{kind.name}"', columns, rows)
        _derive(self.connection)
        names = ", ".join(f"('{name}')" for name in self.rows)
        self.connection.execute("CREATE TABLE _supplied (type VARCHAR, field VARCHAR)")
        self.connection.execute(f"INSERT INTO _supplied SELECT *, '' FROM (VALUES {names})")
        self.connection.execute("INSERT INTO _supplied VALUES ('employment_spell', 'worker_type')")
        self.connection.execute("CREATE TABLE _complete_from (type VARCHAR, from_day DATE)")
        self.connection.execute(f"INSERT INTO _complete_from SELECT *, DATE '0001-01-01' FROM (VALUES {names})")

    # ---- surroundings ------------------------------------------------------------------------------------------

    def _create_worlds(self, rules: Sequence[Rule]) -> ExampleFrame:
        columns: dict[str, str] = {
            "employer_id": "VARCHAR", "rule_no": "INTEGER", "subject_row": "BIGINT", "as_of": "DATE", "lookback": "DATE",
            "not_supplied": "VARCHAR[]", "turn": "VARCHAR",
        }  # fmt: skip
        known: dict[str, str] = {}

        def put(world: dict[str, object], what: str, value: object, kind: str = "") -> None:
            if what not in known:
                known[what] = f"v{len(known)}"
                columns[known[what]] = kind or _sql_type(value)
            world[known[what]] = value

        names = sorted(calendars_named(rules))
        for world in self.worlds:
            example = world.pop("example")
            assert isinstance(example, Example)
            for id, value in sorted(example.choices.items()):
                put(world, f"choice {id}", value)
            for name, value in sorted(example.facts.items()):
                put(world, f"fact {name}", None if value in UNREADABLE else Decimal(str(value)), "DECIMAL(18,4)")
            for name, value in sorted(example.places.items()):
                put(world, f"place {name}", None if value in UNREADABLE else value, "VARCHAR[]" if name == "places" else "VARCHAR")
            for name in names:
                put(world, f"calendar {name}", self._calendar(name, example), "INTEGER")
        self.connection.execute("CREATE TABLE _world (" + ", ".join(f"{n} {c}" for n, c in columns.items()) + ")")
        _insert(self.connection, "_world", columns, self.worlds)
        return ExampleFrame(known)

    def _calendar(self, name: str, example: Example) -> int | None:
        if name == "state":
            calendar = named(str(example.places.get("work_state", "")))
        elif name == "worksite":
            calendar = named("us-federal")
            if calendar is not None and example.calendar:
                calendar = _own_calendar(calendar, example.calendar)
        else:
            calendar = named(name) or named("us-federal")
            if calendar is not None and calendar.name != name and example.calendar:
                calendar = _own_calendar(calendar, example.calendar)
        if calendar is None:
            return None
        if calendar not in self.calendars:
            self.calendars.append(calendar)
        return self.calendars.index(calendar)

    # ---- judging -----------------------------------------------------------------------------------------------

    def judge(self, number: int, rule: Rule) -> list[Result]:
        """The results of one rule's examples, in their order."""
        only = f"w.rule_no = {number}"
        vocabulary = self.ruleset.vocabulary
        try:
            if is_plain(rule):
                statement = compile_chunk([rule], vocabulary, self.frame, self.single_work, only)
            else:
                statement = compile_one(rule, vocabulary, self.frame, self.single_work, only)
            rows = self.connection.execute(f"SELECT _row, instance, o0, d0, t0 FROM ({statement.sql}) ORDER BY {_ORDER}").fetchall()
        except (duckdb.Error, KeyError, TypeError) as problem:
            return [Result(rule, e, (), f"the rule cannot be run: {type(problem).__name__}: {problem}") for e in rule.examples]
        found: dict[int, list[tuple[str | None, State, date | datetime | None]]] = {}
        for row, instance, state, due, _ in rows:
            if state is not None:
                found.setdefault(row, []).append((instance, State(state), _utc(due)))
        mine = [world for world in self.worlds if world["rule_no"] == number]
        return [
            Result(rule, example, tuple(found.get(int(str(world["subject_row"])), ())))
            for world, example in zip(mine, rule.examples, strict=True)
        ]


def columns_of(kind: RecordType) -> dict[str, str]:
    """Columns of the table of a record type, in order."""
    columns = {"_row": "BIGINT", "_file": "INTEGER", "_record": "BIGINT", "employer_id": "VARCHAR"}
    columns.update(dict.fromkeys((*kind.key, *kind.parents), "VARCHAR"))
    columns.update({f.name: SQL_TYPES[f.type] for f in kind.fields})
    return columns


def _derive(connection: duckdb.DuckDBPyConnection) -> None:
    # In an example a place that names its state is in that state and in the country.
    connection.execute("UPDATE worksite SET places = ['us', state] WHERE places IS NULL AND state IS NOT NULL")
    connection.execute("UPDATE employee SET home_places = ['us', home_state] WHERE home_places IS NULL AND home_state IS NOT NULL")


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]
) -> None:
    marks = ", ".join(f"CAST(? AS {kind})" for kind in columns.values())
    names = ", ".join(f'"{n}"' for n in columns)
    for start in range(0, len(rows), 200):
        part = rows[start : start + 200]
        values = ", ".join(f"({marks})" for _ in part)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES {values}", [row.get(n) for row in part for n in columns])


def _cell(field: Field, value: object) -> object:
    if value is None:
        return _empty(field)
    if isinstance(value, str) and value in UNREADABLE:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _empty(field: Field) -> object:
    return INFINITY.get(field.missing) if field.type in (FieldType.DATE, FieldType.INSTANT) else None


def _sql_type(value: object) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "INTEGER"
    if isinstance(value, Decimal):
        return "DECIMAL(18,4)"
    if isinstance(value, date):
        return "DATE"
    if isinstance(value, list | tuple):
        return "VARCHAR[]"
    return "VARCHAR"


def _utc(due: object) -> date | datetime | None:
    if isinstance(due, datetime):
        return due.replace(tzinfo=UTC)
    return due if isinstance(due, date) else None


def _own_calendar(base: Calendar, given: Mapping[str, object]) -> Calendar:
    def days(key: str) -> list[date]:
        listed = given.get(key) or ()
        return [d for d in listed if isinstance(d, date)] if isinstance(listed, list | tuple) else []

    def spans(key: str) -> list[tuple[date, date]]:
        return [(d, d) for d in days(key)]

    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    listed = given.get("week")
    week = frozenset(names.index(str(n)) for n in listed) if isinstance(listed, list | tuple) else base.week
    return worksite(base, spans("closed"), spans("open"), week)
