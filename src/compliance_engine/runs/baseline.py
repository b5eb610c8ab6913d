"""Baselines: the findings that are known, as lines of JSON that somebody can review (docs/around-a-run.md).

A baseline names findings by their fingerprints, so it tells nobody who they are about; it needs the key of the policy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.problems import Position, Problem
from compliance_engine.runs.folder import Run
from compliance_engine.runs.identity import keyed_hash
from compliance_engine.runs.read import Reader

COVERED = (Outcome.VIOLATION, Outcome.UNKNOWN)
"""Results that a baseline may cover; a rule that fails is a defect, which nobody may get used to."""
NEVER_KNOWN = frozenset({"no-extract", "stale-extract", "table-shrank", "key-stopped-matching"})
"""What guards find (runs/guards.py): each time it is the extract of that day that may not be relied on."""
DataKey = tuple[str, str, str]
"""Kind, record type and field of something that is wrong with the data."""
_CHECKED = ("baseline",)
"""What is hashed to tell whether a baseline was written with the same key."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Head(_Line):
    """The first line. as_of: day of the run that wrote it; key: tells keys apart and nothing about them."""

    entry: Literal["baseline"]
    format_version: Literal["1.0"]
    as_of: date
    key: str


class KnownFinding(_Line):
    """A result that is known. state: what it was when it was written; since: the run that first had it."""

    entry: Literal["finding"]
    fingerprint: str = Field(pattern="^f-[0-9a-f]{32}$")
    rule: str
    outcome: Literal[Outcome.VIOLATION, Outcome.UNKNOWN]
    state: State
    since: date


class KnownData(_Line):
    """Something that is known to be wrong with the data, in so many rows of all files at most."""

    entry: Literal["data"]
    kind: str
    type: str
    field: str
    rows: int
    since: date

    @property
    def key(self) -> DataKey:
        """What it is about."""
        return (self.kind, self.type, self.field)


@dataclass(frozen=True)
class Baseline:
    """A baseline that was read, and a hash over its file."""

    sha256: str
    as_of: date
    findings: Mapping[str, KnownFinding]
    data: Mapping[DataKey, KnownData]


_LINE: TypeAdapter[Head | KnownFinding | KnownData] = TypeAdapter(
    Annotated[Head | KnownFinding | KnownData, Field(discriminator="entry")]
)


def read_baseline(path: Path, key: bytes) -> tuple[Baseline | None, list[Problem]]:
    """Read a baseline that was written with the same key."""
    name = path.as_posix()
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"The baseline {name} cannot be read: {error.strerror or 'no reason given'}."
        return None, [Problem("unreadable-file", message, help="--write-baseline makes one")]
    head, problems = None, []
    findings: dict[str, KnownFinding] = {}
    data: dict[DataKey, KnownData] = {}
    for number, text in enumerate(content.splitlines(), start=1):
        place = Position(name, number, 1)
        try:
            line = _LINE.validate_json(text)
        except ValidationError:
            problems.append(Problem("bad-baseline", "This is no line of a baseline.", place, help="write it anew"))
            continue
        match line:
            case Head():
                head = line
            case KnownFinding():
                if line.fingerprint in findings:
                    problems.append(Problem("duplicate-id", f"{line.fingerprint} stands here twice.", place))
                findings[line.fingerprint] = line
            case KnownData():
                data[line.key] = line
    if head is None:
        message = "No line says which key and format this baseline has."
        problems.append(Problem("bad-baseline", message, Position(name, 1, 1), help="write it anew"))
    elif head.key != _mark(key):
        message = "The baseline was written with another key: none of its fingerprints is one of this policy."
        problems.append(Problem("other-key", message, Position(name, 1, 1), help="use that key, or write it anew"))
    if head is None or problems:
        return None, problems
    return Baseline(hashlib.sha256(content).hexdigest(), head.as_of, findings, data), []


def baseline_lines(run: Run, reader: Reader, key: bytes, before: Baseline | None) -> Iterator[str]:
    """The baseline of a run: what it found, and of the one before what this run did not look at."""
    as_of = run.info.as_of
    yield _written(Head(entry="baseline", format_version="1.0", as_of=as_of, key=_mark(key)))
    earlier = dict(before.findings) if before is not None else {}
    gone = {known.fingerprint for known in run.info.baseline.gone} if run.info.baseline is not None else set()
    found = {}
    for result in reader.results(COVERED):
        fingerprint = f"f-{result.fingerprint}"
        known = earlier.pop(fingerprint, None)
        since = known.since if known is not None and known.outcome is result.outcome else as_of
        found[fingerprint] = KnownFinding(
            entry="finding", fingerprint=fingerprint, rule=result.rule, outcome=result.outcome, state=result.state,
            since=since,
        )  # fmt: skip
    found |= {fingerprint: known for fingerprint, known in earlier.items() if fingerprint not in gone}
    for fingerprint in sorted(found):
        yield _written(found[fingerprint])
    for (kind, type_, field), rows in sorted(rows_wrong(run).items()):
        old = before.data.get((kind, type_, field)) if before is not None else None
        since = old.since if old is not None and rows <= old.rows else as_of
        yield _written(KnownData(entry="data", kind=kind, type=type_, field=field, rows=rows, since=since))


def rows_wrong(run: Run) -> dict[DataKey, int]:
    """Rows of all files together by what is wrong with them."""
    rows: dict[DataKey, int] = {}
    for wrong in run.info.data_findings:
        if wrong.kind in NEVER_KNOWN:
            continue
        key = (wrong.kind, wrong.type, wrong.field)
        rows[key] = rows.get(key, 0) + wrong.count
    return rows


def _mark(key: bytes) -> str:
    return keyed_hash(key, _CHECKED)


def _written(line: _Line) -> str:
    return line.model_dump_json() + "\n"
