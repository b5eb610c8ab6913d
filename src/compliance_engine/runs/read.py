"""The single results of a kept run, in the order in which people want to see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import duckdb

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.language.rule import SEVERITIES
from compliance_engine.runs.database import Limits, database
from compliance_engine.runs.folder import EXPLANATIONS, OUTCOMES, PEOPLE, Run
from compliance_engine.runs.identity import BITS, SHORTEST, keyed_hash_sql

if TYPE_CHECKING:
    from compliance_engine.runs.derivation import Derivation

_BY = {
    "worst": "coalesce(known, FALSE), severity DESC, rule, employer, subject, instance, file, record",
    "due": "due, severity DESC, rule, employer, subject, instance, file, record",
}
Key = tuple[str | None, ...]
Group = Literal["rule", "subject", "department"]
"""What results can be put together by."""
_GROUPS: dict[Group, tuple[str, ...]] = {
    "rule": ("rule",),
    "subject": ("about", "employer", "subject"),
    "department": ("employer", "department"),
}
_BATCH = 10_000
READING = Limits(memory=192 * 1024**2, threads=1)
"""What reading a run may use, however many results it has; sorting them goes to disk beyond it.

One thread: each of several needs room of its own, and eight of them cannot sort two million results within it. Sorting
is the smaller part of writing results out.
"""


class Result(NamedTuple):
    """One row of `outcomes.parquet` (docs/run-folder.md); without the key of the policy there is no fingerprint.

    A tuple, since there may be millions of them: making one takes a fraction of what a frozen dataclass takes.

    line: the line of the file on which the row begins, where it is not its number.
    known: whether the baseline of the run has it; None without a baseline.
    """

    rule: str
    about: str
    employer: str
    subject: str
    instance: str
    outcome: Outcome
    state: State
    starts: date | None
    due: date | None
    done: date | None
    lacks: tuple[str, ...]
    file: str | None
    record: int | None
    fingerprint: str | None
    department: str | None = None
    known: bool | None = None
    line: int | None = None

    def group(self, by: Group) -> Key:
        """What this result has in common with others of its group."""
        return tuple(getattr(self, name) for name in _GROUPS[by])


_COLUMNS = Result._fields
_OUTCOMES: dict[str, Outcome] = {str(outcome): outcome for outcome in Outcome}
_STATES: dict[str, State] = {str(state): state for state in State}


@dataclass(frozen=True)
class Reader:
    """An open run."""

    run: Run
    connection: duckdb.DuckDBPyConnection
    has_key: bool

    @cached_property
    def shown(self) -> int:
        """Digits of a fingerprint, at least eight, that tell the violations and waived results of the run apart."""
        if not self.has_key:
            return SHORTEST
        self.connection.execute(
            "CREATE TEMP TABLE _fingerprint AS SELECT DISTINCT fingerprint FROM result "
            f"WHERE {_where([Outcome.VIOLATION, Outcome.WAIVED], None)}"
        )
        for digits in range(SHORTEST, BITS // 4):
            distinct = f"SELECT count(DISTINCT left(fingerprint, {digits})) = count(*) FROM _fingerprint"
            if self.connection.execute(distinct).fetchone() == (True,):
                return digits
        return BITS // 4

    def results(
        self,
        outcomes: Collection[Outcome],
        *,
        by: Literal["worst", "due"] = "worst",
        until: date | None = None,
        limit: int | None = None,
        group: Group | None = None,
        each: int | None = None,
    ) -> Iterator[Result]:
        """Results with one of some outcomes.

        Args:
            until: only those that are due by that day.
            group: those that belong together follow each other; first the group with the gravest, then the largest.
            each: so many of a group at most.
        """
        order, chosen = _BY[by], ""
        if group is not None:
            parts = ", ".join(_GROUPS[group])
            over = f"OVER (PARTITION BY {parts})"
            if each is not None:
                chosen = f" QUALIFY row_number() OVER (PARTITION BY {parts} ORDER BY {order}) <= {each}"
            order = f"max(severity) {over} DESC, count(*) {over} DESC, {parts}, {order}"
        rows = self.connection.cursor().execute(
            f"SELECT {', '.join(_COLUMNS)} FROM result WHERE {_where(outcomes, until)}{chosen} ORDER BY {order}"
            + ("" if limit is None else f" LIMIT {limit}")
        )
        while batch := rows.fetchmany(_BATCH):
            for rule, about, employer, subject, instance, outcome, state, starts, due, done, lacks, *place in batch:
                told = (_OUTCOMES[outcome], _STATES[state], starts, due, done, tuple(lacks or ()))
                yield Result(rule, about, employer, subject, instance, *told, *place)

    def sizes(self, outcomes: Collection[Outcome], by: Group, limit: int) -> tuple[dict[Key, int], int]:
        """The first groups of `results` with their sizes, and how many groups there are."""
        parts = ", ".join(_GROUPS[by])
        rows = self.connection.execute(
            f"SELECT {parts}, count(*), count(*) OVER () FROM result WHERE {_where(outcomes, None)} GROUP BY {parts} "
            f"ORDER BY max(severity) DESC, count(*) DESC, {parts} LIMIT {limit}"
        ).fetchall()
        return {tuple(key): number for *key, number, _ in rows}, rows[0][-1] if rows else 0

    def count(self, outcomes: Collection[Outcome], *, until: date | None = None) -> int:
        """How many there are."""
        row = self.connection.execute(f"SELECT count(*) FROM result WHERE {_where(outcomes, until)}").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def opened(run: Run, key: bytes | None) -> Iterator[Reader]:
    """Open the results of a run, with fingerprints if there is a key."""
    with database(READING) as connection:
        hashed = "NULL" if key is None else keyed_hash_sql(key, ["identity", "employer", "subject", "instance"])
        results_view(connection, run, hashed)
        yield Reader(run, connection, key is not None)


def results_view(
    connection: duckdb.DuckDBPyConnection, run: Run, hashed: str, called: str = "result", rules: str = "_rule"
) -> None:
    """Make a view of the results of a run; `hashed` is the SQL text of the fingerprint."""
    connection.execute(f"CREATE TABLE {rules} (rule VARCHAR, identity VARCHAR, severity INTEGER)")
    cards = [(rule, card.identity, SEVERITIES.index(card.severity)) for rule, card in run.rules.items()]
    connection.execute(
        f"INSERT INTO {rules} SELECT unnest($rules), unnest($identities), unnest($severities)",
        {name: [card[n] for card in cards] for n, name in enumerate(("rules", "identities", "severities"))},
    )
    file = str(run.folder / OUTCOMES).replace("'", "''")
    columns = connection.execute(f"SELECT name FROM parquet_schema('{file}')").fetchall()
    later = {"department": "VARCHAR", "known": "BOOLEAN", "line": "BIGINT"}
    absent = "".join(f", NULL::{type_} AS {name}" for name, type_ in later.items() if (name,) not in columns)
    connection.execute(
        f"CREATE VIEW {called} AS SELECT o.*{absent}, r.severity, r.identity, {hashed} AS fingerprint "
        f"FROM read_parquet('{file}') o JOIN {rules} r USING (rule)"
    )


# ---- what is told beside the results ---------------------------------------------------------------------------------


def derivations(run: Run) -> Iterator[Derivation]:
    """The results that are explained in a run, the worst first; none if nobody asked for it."""
    path = run.folder / EXPLANATIONS
    if path.is_file():
        from compliance_engine.runs.derivation import Derivation

        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield Derivation.model_validate_json(line)


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of `people.parquet`: an answer about a person, whatever it is."""

    employer: str
    person: str
    rule: str
    about: str
    subject: str
    instance: str
    outcome: Outcome
    state: State
    starts: date | None
    due: date | None
    done: date | None
    file: str | None
    record: int | None


def duties(run: Run) -> Iterator[Duty]:
    """Every duty of the people whose results are explained, person by person."""
    path = run.folder / PEOPLE
    if not path.is_file():
        return
    with duckdb.connect(":memory:") as connection:
        columns = ", ".join(field.name for field in fields(Duty))
        rows = connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)])
        while batch := rows.fetchmany(_BATCH):
            for employer, person, rule, about, subject, instance, outcome, state, *rest in batch:
                told = (employer, person, rule, about, subject, instance, _OUTCOMES[outcome], _STATES[state])
                yield Duty(*told, *rest)


def _where(outcomes: Collection[Outcome], until: date | None) -> str:
    listed = ", ".join(f"'{outcome}'" for outcome in sorted(outcomes))
    return f"outcome IN ({listed})" + ("" if until is None else f" AND due <= DATE '{until}'")
