"""Exports written as text in the tests, loaded into a fresh database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent

import duckdb
import pytest

from compliance_engine.problems import Problem
from compliance_engine.records.findings import DataFinding
from compliance_engine.records.load import Loaded, load
from compliance_engine.records.profile import Profile, load_shipped, read_profile
from compliance_engine.records.quality import examine

KEY = bytes(range(32))
OPEN, NONE = "open", "none"


@dataclass
class Export:
    """A folder of CSV files and what became of it."""

    folder: Path
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    problems: list[Problem] = field(default_factory=list)
    findings: tuple[DataFinding, ...] = ()

    def write(self, name: str, text: str) -> Export:
        """Put a file into the folder; the text is indented in the test."""
        (self.folder / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return self

    def load(self, profile: str | Profile = "spreadsheet", as_of: date | None = None, *, look: bool = True) -> Loaded:
        """Load the folder, with the checks of the data unless told otherwise."""
        if isinstance(profile, str):
            shipped, problems = load_shipped(profile)
            assert shipped, problems
            profile = shipped
        loaded, self.problems = load(self.connection, [self.folder], profile, hash_key=KEY)
        self.findings = examine(self.connection, loaded, as_of=as_of) if look else loaded.findings
        return loaded

    def rows(self, type_name: str, *fields: str) -> list[tuple[object, ...]]:
        """The fields of every row in order, days as text; `open` has not happened, `none` never was."""
        columns = ", ".join(_shown(name) for name in fields)
        return self.connection.execute(f'SELECT {columns} FROM "{type_name}" ORDER BY _row').fetchall()

    def bad(self, type_name: str) -> list[tuple[object, ...]]:
        """(row, field, state, reason) of the cells that have no value for a reason."""
        query = "SELECT _row, field, state, reason FROM _bad_cell WHERE type = ? ORDER BY ALL"
        return self.connection.execute(query, [type_name]).fetchall()

    def kinds(self) -> set[tuple[str, str, str]]:
        """(kind, type, field) of every finding."""
        return {(finding.kind, finding.type, finding.field) for finding in self.findings}

    def finding(self, kind: str, type_name: str, field_name: str) -> DataFinding:
        """The one finding of that kind."""
        (found,) = [f for f in self.findings if (f.kind, f.type, f.field) == (kind, type_name, field_name)]
        return found


def _shown(name: str) -> str:
    text = f'CAST("{name}" AS VARCHAR)'
    return (
        f"CASE {text} WHEN 'infinity' THEN 'open' WHEN '-infinity' THEN 'none' ELSE {text} END"
        if not name.startswith("_") and name not in ("places", "home_places", "law_codes")
        else f'"{name}"'
    )


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """An empty export."""
    return Export(tmp_path)


def profile_of(text: str) -> Profile:
    """A profile written in a test."""
    profile, problems = read_profile(dedent(text), "profile.yaml")
    assert profile, problems
    return profile


def utc(value: object) -> datetime:
    """A moment as the tables hold it."""
    assert isinstance(value, datetime)
    return value
