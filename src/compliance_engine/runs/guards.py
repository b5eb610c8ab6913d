"""What a policy says an extract may not do: be old, shrink, or stop matching. Each is a finding about the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from compliance_engine.language.policy import Guard
from compliance_engine.language.policy_checks import ALL_TYPES
from compliance_engine.language.vocabulary import FieldType
from compliance_engine.records.findings import DataFinding
from compliance_engine.records.load import Account, Loaded
from compliance_engine.records.sql import name
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.folder import read_run
from compliance_engine.runs.model import DataWrong, RowsOf, RunInfo
from compliance_engine.runs.plan import Plan

_PERSON = "employee_number"
_NOBODYS = {("orphan", _PERSON), ("lost-leading-zeros", _PERSON), ("missing-key", "")}
"""(kind, field) of findings about rows whose person is in no file."""
_FIRST_DAY = date(1850, 1, 1)


def with_run_before(plan: Plan, target: Path | None, runs: Path) -> Plan:
    """A plan that knows the last kept run that read anything, if its guards hold extracts against one.

    Args:
        target: the folder in which the run will be kept, if it is named: a run that is there already is the last one.
        runs: the folder of numbered runs; the last one of an earlier day counts. Where there is none it is the first of
            the same day: a job that is run once more tells the same again.
    """
    if not any(guard.may_shrink is not None or guard.may_lose_match is not None for guard in plan.guards.values()):
        return plan
    folders = [target] if target is not None else _numbered(runs, plan.settings.as_of)
    found = (read_run(folder)[0] for folder in folders if folder.is_dir())
    before = next((run for run in found if run is not None and run.info.read_anything), None)
    return replace(plan, before=before.info) if before is not None else plan


def _numbered(runs: Path, as_of: date) -> list[Path]:
    """The kept runs that one of a day may be held against, the best first."""
    named = [(path.name[:10], path.name[11:], path) for path in runs.glob("????-??-??-*")]
    numbered = [(day, int(number), path) for day, number, path in named if number.isdecimal() and day <= str(as_of)]
    earlier = [one for one in numbered if one[0] < str(as_of)]
    same_day = [one for one in numbered if one[0] == str(as_of)]
    return [path for _, _, path in (*sorted(earlier, reverse=True), *sorted(same_day))]


def guarded(
    connection: duckdb.DuckDBPyConnection, plan: Plan, loaded: Loaded, findings: Sequence[DataFinding]
) -> tuple[DataFinding, ...]:
    """The findings about the data with what the guards add."""
    added: list[DataFinding] = []
    for type_name in VOCABULARY.types:
        guard = plan.guards.get(type_name, plan.guards.get(ALL_TYPES, Guard()))
        added += _old(connection, loaded, type_name, guard.max_age, plan.settings.as_of)
        if plan.before is not None:
            added += _shrunk(loaded, type_name, guard.may_shrink, plan.before)
            added += _unmatched(loaded, findings, type_name, guard.may_lose_match, plan.before)
    return tuple(sorted([*findings, *added]))


def _old(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, type_name: str, max_age: int | None, as_of: date
) -> Iterator[DataFinding]:
    if max_age is None:
        return
    files = {account.file for account in loaded.accounts if account.type == type_name}
    if not files:
        message = "the policy says how old the extract may be, and no file has records of this type"
        yield DataFinding("no-extract", type_name, "", "", message, 1)
        return
    said = [file.extracted_on for file in loaded.files if file.raw.file in files]
    told = [day for day in said if day is not None]
    newest = min(told) if len(told) == len(said) else _newest(connection, type_name, as_of)
    if newest is None:
        message = "no date in the extract tells how old it is, and the policy says how old it may be"
        yield DataFinding("stale-extract", type_name, "", "", message, 1)
    elif (as_of - newest).days > max_age:
        what = "the extract was made on" if told and newest == min(told) else "the newest date in the extract is"
        message = f"{what} {newest}, {(as_of - newest).days} days before the as-of date; the policy allows {max_age}"
        yield DataFinding("stale-extract", type_name, "", "", message, loaded.rows[type_name])


def _newest(connection: duckdb.DuckDBPyConnection, type_name: str, as_of: date) -> date | None:
    """The latest day in a table that is not to come."""
    days = [field.name for field in VOCABULARY.types[type_name].fields if field.type is FieldType.DATE]
    cells = ", ".join(f"CASE WHEN {name(day)} BETWEEN $first AND $as_of THEN {name(day)} END" for day in days)
    if not days:
        return None
    query = f"SELECT max(list_max([{cells}])) FROM {name(type_name)}"
    (newest,) = connection.execute(query, {"first": _FIRST_DAY, "as_of": as_of}).fetchone() or (None,)
    return newest if isinstance(newest, date) else None


def _shrunk(loaded: Loaded, type_name: str, may_shrink: Decimal | None, before: RunInfo) -> Iterator[DataFinding]:
    had, has = before.records.get(type_name, 0), loaded.rows[type_name]
    if may_shrink is None or had - has <= had * may_shrink:
        return
    message = (
        f"there were {had:,} rows in the run of {before.as_of} and there are {has:,}; "
        f"the policy lets {_percent(may_shrink)} go"
    )
    yield DataFinding("table-shrank", type_name, "", "", message, had - has)


def _unmatched(
    loaded: Loaded, findings: Sequence[DataFinding], type_name: str, allowed: Decimal | None, before: RunInfo
) -> Iterator[DataFinding]:
    """A key that stopped matching looks like many people who did nothing."""
    if allowed is None:
        return
    now, lost = _share(findings, type_name, _read(loaded.accounts, type_name))
    then, _ = _share(before.data_findings, type_name, _read(before.rows, type_name))
    if now > then + allowed:
        message = (
            f"the person of {_percent(now)} of the rows is in no file, of {_percent(then)} in the run of "
            f"{before.as_of}; the number of the person may be written in another way"
        )
        yield DataFinding("key-stopped-matching", type_name, _PERSON, "", message, lost)


def _read(accounts: Iterable[Account | RowsOf], type_name: str) -> int:
    """Rows that files have for a type."""
    return sum(account.read for account in accounts if account.type == type_name)


def _share(findings: Iterable[DataFinding | DataWrong], type_name: str, rows: int) -> tuple[Decimal, int]:
    """The share of rows whose person is in no file, and their number."""
    lost = sum(found.count for found in findings if found.type == type_name and (found.kind, found.field) in _NOBODYS)
    return (Decimal(lost) / rows if rows else Decimal(0)), lost


def _percent(part: Decimal) -> str:
    return f"{(part * 100).quantize(Decimal('0.1')).normalize():f}%"
