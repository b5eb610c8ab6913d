"""What the files of a run folder hold (docs/run-folder.md). Nothing in them depends on the clock or on the machine."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Checked, Kind, Rule, Severity

FORMAT_VERSION: Literal["1.0"] = "1.0"
"""Version of the run folder and of the outputs made from it. Within a major version things are only added."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tool(_Part):
    """What made the run. cases: the engine of event timelines that ran."""

    name: str
    version: str
    sql: str
    cases: Literal["none"] = "none"


class Library(_Part):
    """The rules of a run: the library's version, a hash over the texts of all rule files, and how many took part."""

    version: str
    hash: str
    selected: int
    evaluated: int


class PolicyUsed(_Part):
    """The policy of a run, with a hash over its file. text: its choices, line by line (runs/spelled.py)."""

    name: str
    hash: str
    text: tuple[str, ...] = ()


class WaiverFileUsed(_Part):
    """The file whose waivers took the place of the policy's, by a hash over it."""

    hash: str


class Input(_Part):
    """A file that was read: every row is either in rows_read or in rows_reported.

    Attributes:
        encoding, delimiter: as they were told; empty if the format leaves no choice.
        dates: the ways in which days were read, each with the headings of its columns.
    """

    path: str
    sha256: str
    format: str
    rows_read: int
    rows_reported: int
    encoding: str = ""
    delimiter: str = ""
    dates: dict[str, tuple[str, ...]] = {}


class CauseFound(_Part):
    """A fact that is not known, and how many results of a rule it leaves undecided."""

    rule: str
    fact: str
    results: int


class DataWrong(_Part):
    """One thing that is wrong with the data (records/findings.py), with the number of rows and the first of them."""

    kind: str
    type: str
    field: str
    file: str
    message: str
    count: int
    records: tuple[int, ...]
    row_lost: bool


class LoadProblem(_Part):
    """Something that reading the records met."""

    level: Literal["error", "warning", "note"]
    code: str
    message: str
    file: str | None
    line: int | None


class RowsOf(_Part):
    """Where the rows that a file has for one record type went: read = kept + merged + left_out."""

    file: str
    type: str
    read: int
    kept: int
    merged: int
    left_out: int


class WaiverUsed(_Part):
    """A waiver that held on the as-of date, and the results it covered."""

    id: str
    rule: str
    expires_on: date
    results: int


class Gone(_Part):
    """A finding that the baseline knows and the run does not have any more."""

    fingerprint: str
    rule: str


class BaselineUsed(_Part):
    """The baseline that a run was compared with, by a hash over its file.

    as_of: day of the run that wrote it; known: rule → outcome → results that it has; known_data: findings about the
    data that it has; gone: what can be removed from it.
    """

    hash: str
    as_of: date
    known: dict[str, dict[Outcome, int]]
    known_data: int
    gone: tuple[Gone, ...]


class RunInfo(_Part):
    """`run.json`.

    Attributes:
        waiver_file: the file named with --waivers; none where the policy's own apply, or none at all.
        compared_with: as-of date of the kept run that the extracts were held against; none where no guard asks for one.
        as_of: the day the question was asked for; as_of_given: it was named, not taken from the day of the run.
        records: rows in the table of each record type that has any.
        subjects: subjects judged, by record type.
        counts: results by outcome; all seven are always there.
        by_rule: rule id → state → results.
        not_run: rules selected and not evaluated, with the reason.
        errors: rules that failed, with the kind of failure.
    """

    format_version: Literal["1.0"] = FORMAT_VERSION
    tool: Tool
    rules: Library
    policy: PolicyUsed | None
    waiver_file: WaiverFileUsed | None = None
    as_of: date
    as_of_given: bool
    time_zone: str
    inputs: tuple[Input, ...]
    records: dict[str, int]
    subjects: dict[str, int]
    counts: dict[Outcome, int]
    by_rule: dict[str, dict[State, int]]
    not_run: dict[str, str]
    errors: dict[str, str]
    causes: tuple[CauseFound, ...]
    data_findings: tuple[DataWrong, ...]
    rows: tuple[RowsOf, ...]
    problems: tuple[LoadProblem, ...]
    waivers: tuple[WaiverUsed, ...]
    baseline: BaselineUsed | None = None
    compared_with: date | None = None

    @property
    def results(self) -> int:
        """Results of every outcome together."""
        return sum(self.counts.values())

    @property
    def read_anything(self) -> bool:
        """Whether any file was read. A run of a path where nothing is says nothing of the records of that day."""
        return bool(self.inputs)

    @property
    def read_everything(self) -> bool:
        """Whether nothing that was named, and no row of it, had to be left out."""
        return not any(problem.level == "error" for problem in self.problems)

    def known(self, rule: str, outcome: Outcome) -> int:
        """Results of one rule with an outcome that the baseline has."""
        return self.baseline.known.get(rule, {}).get(outcome, 0) if self.baseline is not None else 0

    def of_rule(self, rule: str, outcome: Outcome) -> int:
        """Results of one rule with an outcome."""
        return sum(n for state, n in self.by_rule.get(rule, {}).items() if OUTCOME_OF[state] is outcome)


class Exposure(_Part):
    """What a breach may cost in dollars, as the law has it on the as-of date: for one breach, from `low` to `high`.

    low, high: none where no amount is known for that day.
    """

    value: str
    title: str
    cite: str
    low: float | None
    high: float | None


class RuleCard(_Part):
    """What outputs say about a rule; one value of `rules.json`.

    Attributes:
        identity: the id that findings are identified by, so that a new name keeps them.
        decides: whether its results count for the exit code; a rule checked from memory does not unless adopted.
        due: the clock in the language's own words, where the rule has one.
        owner: who looks after its topic, as the policy says.
        lead_days: how long before its due date a duty is due-soon; None in runs that were kept before it was.
        confidential: it is about, or reads, records of which calendars must not speak (runs/confidential.py).
        text: what decides its results, line by line (runs/spelled.py); empty in runs that were kept before it was.
        pairs_with: record type of `each:`, or of rows that trigger; the instance then holds the key of such a record.
    """

    title: str
    cite: str
    severity: Severity
    fix: str
    law: str
    authority: str
    source: str
    checked: Checked
    decides: bool
    jurisdiction: str
    topic: str
    tags: tuple[str, ...]
    kind: Kind
    about: str
    identity: str
    due: str | None
    pairs_with: str | None
    file: str
    line: int
    exposure: Exposure | None = None
    owner: str | None = None
    lead_days: int | None = None
    confidential: bool = True
    text: tuple[str, ...] = ()


def identity_of(rule: Rule) -> str:
    """The id that findings of a rule are identified by: its first one, whatever it is called now."""
    return rule.was[0] if rule.was else rule.id
