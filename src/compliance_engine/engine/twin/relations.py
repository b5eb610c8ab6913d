"""How records belong together: by identity, by the day, and what it means when there are none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compliance_engine.clocks import Day, compare
from compliance_engine.engine.time_zones import ONE_ZONE
from compliance_engine.engine.twin.values import Lost, Unknown, Value, as_day, unknown
from compliance_engine.engine.twin.world import Row, World, cell, empty, field_of, number_of
from compliance_engine.language.names import DATED
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import Field

# ---- related records -------------------------------------------------------------------------------------------------


def supplied(world: World, record: str) -> Unknown | None:
    """None if some source supplies the table."""
    return unknown(record, Lost.NOT_SUPPLIED.value) if record in world.not_supplied else None


def one(world: World, record: str) -> Sequence[Row] | Unknown:
    """The rows of a type that the subject has one of: those that share its identity."""
    return supplied(world, record) or _matching(world, record, world.vocabulary.shared(world.about, record))


def several(world: World, record: str) -> Sequence[Row] | Unknown:
    """The rows that belong to the subject.

    Rows of the subject's own kind belong together by what they both belong to; of a kind that it has one of, all
    rows of the same person or thing are meant.
    """
    vocabulary, missing = world.vocabulary, supplied(world, record)
    if missing is not None:
        return missing
    if record == world.about:
        keys = vocabulary.types[record].siblings
        mine = [world.subject.get(key) for key in keys]
        return [row for row in world.rows.get(record, ()) if [row.get(key) for key in keys] == mine]
    return _matching(world, record, keys_of_several(world, record))


def keys_of_several(world: World, record: str) -> tuple[str, ...]:
    """The columns by which rows of another type belong to the subject."""
    vocabulary = world.vocabulary
    if record == world.about:
        return vocabulary.types[record].siblings
    shared = vocabulary.shared(world.about, record)
    if vocabulary.is_one(world.about, record) and len(shared) > 1:
        return tuple(key for key in shared if key != vocabulary.types[record].key[-1])
    return shared


def _matching(world: World, record: str, keys: Sequence[str]) -> Sequence[Row] | Unknown:
    for key in keys:
        if isinstance(world.subject.get(key), Lost | None):
            return unknown(f"{world.about}.{key}", "empty", number_of(world.subject))
    mine = [world.subject[key] for key in keys]
    return [row for row in world.rows.get(record, ()) if [row.get(key) for key in keys] == mine]


def astray(world: World, record: str, keys: Sequence[str] | None = None) -> Sequence[Row]:
    """The rows that cannot be placed and may be the subject's: what they do tell of themselves is the same."""
    found = []
    for row in world.unplaced.get(record, ()):
        opened = row["_open"]
        names = keys_of_several(world, record) if keys is None else keys
        told = [name for name in names if not (isinstance(opened, tuple) and name in opened)]
        mine = all(row.get(name) is not None and row.get(name) == world.subject.get(name) for name in told)
        if mine and (row["_lost"] or len(told) < len(names)):
            found.append(row)
    return found


def doubt_of(record: str, rows: Sequence[Row]) -> Unknown:
    """Rows that may be the subject's, as a cause."""
    return unknown(
        record, "1 row belongs to nobody known" if len(rows) == 1 else f"{len(rows)} rows belong to nobody known"
    )


def absence(world: World, record: str, day: Value, lost: Sequence[Row] | None = None) -> Unknown | None:
    """None if it is a fact on `day` that a row missing from a supplied table does not exist; otherwise why not.

    Args:
        lost: the rows that cannot be placed and may be what is missing; without it those of any content.
    """
    lost = astray(world, record) if lost is None else lost
    if lost:
        return doubt_of(record, lost)
    since = world.complete_from.get(record)
    if since is None:
        return unknown(record, "its source never says that it is complete")
    known = compare(as_day(day), ">=", since)
    return None if known is True else unknown(record, f"complete only from {since}")


# ---- where somebody works --------------------------------------------------------------------------------------------


def is_person(world: World) -> bool:
    """Whether the subject is, or belongs to, a person."""
    return "employee_number" in world.vocabulary.types[world.about].identity


def assignment(world: World, day: Value) -> Row | Unknown:
    """The one assignment in force on a day; for what belongs to a spell that has ended, its last one counts on.

    Side jobs do not count. Rows of one spell that overlap contradict each other: neither tells anything. Nor do those
    of two spells for what belongs to the person and to no spell.
    """
    if isinstance(day, Unknown):
        return day
    rows = work_rows(world)
    if isinstance(rows, Unknown):
        return rows
    alone = [row for row in rows if not any(_overlap(row, other) for other in rows if other is not row)]
    found = [row for row in alone if _within(as_day(day), _life(row)[0], _counts_to(world, row, rows))]
    return found[0] if len(found) == 1 else unknown("assignment", f"not just one on {_shown(day)}")


def work_rows(world: World) -> Sequence[Row] | Unknown:
    """The main assignments of the person, or of the spell."""
    keys = ["employee_number", *(["spell_no"] if _is_of_spell(world) else [])]
    rows = supplied(world, "assignment") or _matching(world, "assignment", keys)
    if isinstance(rows, Unknown):
        return rows
    return [row for row in rows if row.get("is_primary") is not False and isinstance(row.get("valid_from"), date)]


def _is_of_spell(world: World) -> bool:
    return "spell_no" in world.vocabulary.types[world.about].identity


def _counts_to(world: World, row: Row, rows: Sequence[Row]) -> Day:
    """The first day on which a row counts no longer."""
    ends = _life(row)[1]
    if not _is_of_spell(world) or row is not max(rows, key=lambda r: (_life(r)[0], number_of(r))):
        return ends
    spells = _matching(world, "employment_spell", ("employee_number", "spell_no"))
    left = [] if isinstance(spells, Unknown) else [spell.get("termination_date") for spell in spells]
    return Absent.OPEN if any(isinstance(day, date) and compare(day, "<=", ends) is True for day in left) else ends


def _life(row: Row) -> tuple[date, Day]:
    """First day, and first day no longer; open where no end is known."""
    first, last = row.get("valid_from"), row.get("valid_to")
    return first if isinstance(first, date) else date.max, last if isinstance(last, date) else Absent.OPEN


def _overlap(one: Row, other: Row) -> bool:
    return _within(_life(one)[0], *_life(other)) or _within(_life(other)[0], *_life(one))


def _within(day: Day, first: date, last: Day) -> bool:
    return compare(first, "<=", day) is True and compare(day, "<", last) is True


def worksite(world: World, day: Value) -> Row | Unknown:
    """The worksite of the assignment in force on a day."""
    at_work = assignment(world, day)
    if isinstance(at_work, Unknown):
        return at_work
    site = at_work.get("worksite_id")
    missing = supplied(world, "worksite")
    if missing is not None:
        return missing
    found = [row for row in world.rows.get("worksite", ()) if site is not None and row.get("worksite_id") == site]
    return found[0] if len(found) == 1 else unknown("worksite", "not just one", number_of(at_work))


def worked(world: World, record: str, column: Field, day: Value) -> Value:
    """A field of the assignment in force on a day, or of its worksite."""
    row = assignment(world, day) if record == "assignment" else worksite(world, day)
    return row if isinstance(row, Unknown) else cell(world, record, column, row)


def is_dated(world: World, record: str) -> bool:
    """Whether a related record is a question of the day: where a person works."""
    return record in DATED and is_person(world) and not (record == "worksite" and has_site(world))


def has_site(world: World) -> bool:
    """Whether the subject is a worksite, or names its own."""
    return "worksite_id" in world.vocabulary.types[world.about].identity


def of_one(world: World, record: str, column: Field, day: Value) -> Value:
    """A field of the one related row.

    Where it is a fact that there is none, its events are to come and its occasions never were.
    """
    rows = one(world, record)
    if isinstance(rows, Unknown):
        return rows
    if len(rows) == 1:
        return cell(world, record, column, rows[0])
    if rows:
        return unknown(f"{record}.{column.name}", "several rows")
    nothing = empty(column)
    if nothing is None:
        return unknown(f"{record}.{column.name}", "no row")
    keys = world.vocabulary.shared(world.about, record)
    return absence(world, record, day, astray(world, record, keys)) or nothing


def site_field(world: World, name: str, day: Value) -> Value:
    """A field of the place that a subject is, names, or works at on a day, or one that an example states."""
    told_as = "work_state" if name == "state" else name
    if told_as in world.places:
        return world.places[told_as]
    column = field_of(world, "worksite", name)
    if world.about == "worksite":
        return cell(world, "worksite", column, world.subject)
    if has_site(world):
        return of_one(world, "worksite", column, day)
    if is_person(world):
        return worked(world, "worksite", column, day)
    return unknown(f"worksite.{name}", "no row")


# ---- civil days ------------------------------------------------------------------------------------------------------


def civil(world: World, value: Value, day: Value) -> Value:
    """A moment as the day it is at the worksite, which is the one of `day`; anything else as it is.

    Where the zone is not known, the day is if it is the same from Honolulu to New York.
    """
    if not isinstance(value, datetime):
        return value
    name = zone_name(world, day)
    zone = None if isinstance(name, Unknown) else _zone(name)
    if zone is not None:
        return value.astimezone(zone).date()
    moment = value.astimezone(UTC)
    west, east = (moment - timedelta(hours=10)).date(), (moment - timedelta(hours=4)).date()
    if west == east:
        return west
    return name if isinstance(name, Unknown) else unknown("worksite.time_zone", f"there is no zone {name}")


def zone_name(world: World, day: Value) -> str | Unknown:
    """The time zone of the worksite of a day, or the one zone of its state."""
    name = site_field(world, "time_zone", day)
    if isinstance(name, str):
        return name
    state = site_field(world, "state", day)
    found = (zone for zone, states in ONE_ZONE.items() if state in [f"us.{s}" for s in states.split()])
    return next(found, unknown("worksite.time_zone", "empty"))


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _shown(day: Value) -> str:
    return {Absent.OPEN: "a day to come", Absent.NONE: "no day"}.get(day) or str(day)  # type: ignore[arg-type]
