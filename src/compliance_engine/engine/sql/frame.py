"""What a statement knows of its surroundings: the day, the sources, the choices, the calendars.

`LiveFrame` serves a run: one as-of date, so most of it is a literal. `ExampleFrame` serves the examples of rules: every example
is an employer of its own in the same tables, so the same things are columns of the table `_world`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.language.rule import Rule
from compliance_engine.records.unplaced import unplaced_table


def quoted(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def sql_date(day: date) -> str:
    """A SQL date literal."""
    return f"DATE '{day.isoformat()}'"


def of_state(name: str) -> str:
    """A SQL literal of a state: a number with a name, which is faster to choose and to keep than text."""
    return f"'{name}'::_state"


def sql_states(*names: str) -> str:
    """A SQL list of states."""
    return f"({', '.join(of_state(name) for name in names)})"


@dataclass(frozen=True)
class Stated:
    """Something that examples may state instead of records: whether one does, and what it says."""

    said: Frag
    value: Frag

    def over(self, found: Frag) -> Frag:
        """What is stated, known or not; for an example that does not state it, what its records say."""
        text = f"CASE WHEN {self.said} THEN {self.value} ELSE {found} END"
        return combine(text, self.said, self.value, found)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Rows of which the same columns do not say whose they are; `lost`: they are in no other table."""

    record: str
    open: tuple[str, ...]
    lost: bool

    def table(self) -> str:
        """The rows as SQL."""
        opened = ", ".join(quoted(column) for column in self.open)
        where = f"_lost = {self.lost} AND _open = [{opened}]::VARCHAR[]"
        return f'(SELECT * FROM "{unplaced_table(self.record)}" WHERE {where})'

    def concerns(self, keys: Sequence[str]) -> bool:
        """Whether a search by these columns does not find the rows."""
        return self.lost or any(key in self.open for key in keys)


class Frame(Protocol):
    """The questions that compiling asks about the surroundings."""

    def replacing(self, rule: str) -> tuple[Rule, ...]:
        """The rules that take this one away where they apply, as far as that is no matter of a common verdict."""

    def as_of(self, layers: Layers) -> Frag:
        """The day the question is asked for."""

    def lookback(self, layers: Layers) -> Frag:
        """The first day on which a turn may begin."""

    def supplied(self, layers: Layers, record: str) -> Frag | bool:
        """Whether some source supplies the table."""

    def has_column(self, layers: Layers, record: str, field: str) -> Frag | bool:
        """Whether some source supplies the field."""

    def complete_from(self, layers: Layers, record: str) -> Frag | None:
        """From which day a missing row of the table is a fact; None: never."""

    def unplaced(self, record: str) -> tuple[Unplaced, ...]:
        """The rows of the table that may be somebody's else than they say."""

    def choice(self, layers: Layers, id: str, text: bool) -> Frag:
        """What the policy chose, NULL if nothing."""

    def calendar(self, layers: Layers, name: str, worksite: Frag, state: Frag) -> Frag:
        """The number of a calendar in `_calendar`, NULL if it has none."""

    def fact(self, layers: Layers, call: str) -> Stated | None:
        """A registry fact, by its name or as it is called, that some example states; None: none does."""

    def place(self, layers: Layers, name: str) -> Stated | None:
        """work_state, home_state or places that some example states; None: none does."""

    def states(self) -> frozenset[str] | None:
        """The states where somebody works or lives; None: any. Cells of other states need not be compiled."""


@dataclass(frozen=True)
class LiveFrame:
    """The surroundings of a run.

    tables, columns: what sources supply. calendars: name → number in `_calendar`. worksite_calendars: worksite id → number; '*' for all others.
    state_calendars: state → number. astray: record type → rows that cannot be placed.
    replaced: rule id → the rules that take it away.
    """

    day: date
    first_turn: date
    tables: frozenset[str]
    complete: Mapping[str, date] = field(default_factory=dict)
    choices: Mapping[str, object] = field(default_factory=dict)
    calendars: Mapping[str, int] = field(default_factory=dict)
    worksite_calendars: Mapping[str, int] = field(default_factory=dict)
    state_calendars: Mapping[str, int] = field(default_factory=dict)
    known_states: frozenset[str] | None = None
    columns: frozenset[tuple[str, str]] | None = None
    astray: Mapping[str, tuple[Unplaced, ...]] = field(default_factory=dict)
    replaced: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    def unplaced(self, record: str) -> tuple[Unplaced, ...]:
        return self.astray.get(record, ())

    def replacing(self, rule: str) -> tuple[Rule, ...]:
        return self.replaced.get(rule, ())

    def has_column(self, layers: Layers, record: str, field: str) -> Frag | bool:
        return self.columns is None or (record, field) in self.columns

    def states(self) -> frozenset[str] | None:
        return self.known_states

    def as_of(self, layers: Layers) -> Frag:
        return literal(sql_date(self.day))

    def lookback(self, layers: Layers) -> Frag:
        return literal(sql_date(self.first_turn))

    def supplied(self, layers: Layers, record: str) -> Frag | bool:
        return record in self.tables

    def complete_from(self, layers: Layers, record: str) -> Frag | None:
        day = self.complete.get(record)
        return literal(sql_date(day)) if day is not None else None

    def choice(self, layers: Layers, id: str, text: bool) -> Frag:
        value = self.choices.get(id)
        if isinstance(value, bool):
            return literal("TRUE" if value else "FALSE")
        if isinstance(value, int | Decimal):
            return literal(str(value))
        if isinstance(value, date):
            return literal(sql_date(value))
        return literal("NULL" if value is None else quoted(str(value)))

    def calendar(self, layers: Layers, name: str, worksite: Frag, state: Frag) -> Frag:
        if name == "worksite":
            return _case(worksite, self.worksite_calendars, self.worksite_calendars.get("*"))
        if name == "state":
            return _case(state, self.state_calendars, None)
        number = self.calendars.get(name)
        return literal("NULL::INTEGER" if number is None else str(number))

    def fact(self, layers: Layers, call: str) -> Stated | None:
        return None

    def place(self, layers: Layers, name: str) -> Stated | None:
        return None


def _case(key: Frag, numbers: Mapping[str, int], otherwise: int | None) -> Frag:
    """The number for a key; where they differ and the key is not known, no number."""
    own = {k: n for k, n in numbers.items() if k != "*" and n != otherwise}
    fallback = "NULL::INTEGER" if otherwise is None else str(otherwise)
    if not own:
        return literal(fallback)
    arms = " ".join(f"WHEN {key.sql} = {quoted(k)} THEN {n}" for k, n in sorted(own.items()))
    return Frag(f"CASE WHEN {key.sql} IS NULL THEN NULL {arms} ELSE {fallback} END", key.level)


@dataclass(frozen=True)
class ExampleFrame:
    """The surroundings of examples, read from `_world` (one row for each example, joined by employer).

    columns: the columns of `_world` that hold choices, calendars and what is stated, by what they stand for.
    """

    columns: Mapping[str, str]

    def unplaced(self, record: str) -> tuple[Unplaced, ...]:
        return ()

    def replacing(self, rule: str) -> tuple[Rule, ...]:
        return ()

    def has_column(self, layers: Layers, record: str, field: str) -> Frag | bool:
        return Frag(f"(NOT list_contains({self._world(layers, 'not_supplied').sql}, {quoted(f'{record}.{field}')}))", 1)

    def states(self) -> frozenset[str] | None:
        return None

    def _world(self, layers: Layers, column: str, infinite: bool = False) -> Frag:
        return layers.base(f"w.{column}", infinite)

    def as_of(self, layers: Layers) -> Frag:
        return self._world(layers, "as_of")

    def lookback(self, layers: Layers) -> Frag:
        return self._world(layers, "lookback")

    def supplied(self, layers: Layers, record: str) -> Frag | bool:
        return Frag(f"(NOT list_contains({self._world(layers, 'not_supplied').sql}, {quoted(record)}))", 1)

    def complete_from(self, layers: Layers, record: str) -> Frag | None:
        return literal("DATE '0001-01-01'")

    def choice(self, layers: Layers, id: str, text: bool) -> Frag:
        column = self.columns.get(f"choice {id}")
        return self._world(layers, column) if column else literal("NULL")

    def calendar(self, layers: Layers, name: str, worksite: Frag, state: Frag) -> Frag:
        column = self.columns.get(f"calendar {name}")
        if column is None:
            return literal("NULL::INTEGER")
        return self._world(layers, column)

    def fact(self, layers: Layers, call: str) -> Stated | None:
        return self._stated(layers, f"fact {call}")

    def place(self, layers: Layers, name: str) -> Stated | None:
        return self._stated(layers, f"place {name}")

    def _stated(self, layers: Layers, what: str) -> Stated | None:
        column = self.columns.get(what)
        if column is None:
            return None
        said = f"list_contains({self._world(layers, 'stated')}, {quoted(what)})"
        return Stated(Frag(said, 1), self._world(layers, column))
