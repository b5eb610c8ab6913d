"""What statements are told beside the rules: the calendars, the sources, where somebody is."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.calendars.tables import named
from compliance_engine.engine.called import calendars_named
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.sql.frame import LiveFrame, Unplaced
from compliance_engine.language.families import replaced
from compliance_engine.language.rule import Rule
from compliance_engine.records.unplaced import types_with_unplaced, unplaced_table


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
    states = texts(connection, "SELECT DISTINCT state FROM worksite WHERE state IS NOT NULL ORDER BY 1")
    homes = texts(connection, "SELECT DISTINCT home_state FROM employee WHERE home_state IS NOT NULL")
    frame = LiveFrame(
        day=settings.as_of,
        first_turn=settings.first_turn,
        tables=frozenset(texts(connection, "SELECT DISTINCT type FROM _supplied WHERE field = ''")),
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


def texts(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """The first column of what a query finds."""
    return [str(row[0]) for row in connection.execute(query).fetchall()]
