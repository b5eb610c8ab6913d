"""A rule as the engine sees it: every expression resolved, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from compliance_engine.language.tables import Table
from compliance_engine.language.tree import (
    EachPeriod,
    Every,
    Expression,
    Gap,
    PerPeriod,
    Reaches,
    Rows,
)  # fmt: skip
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Position

Kind = Literal["deadline", "recurring", "cadence", "retention", "check", "posting", "required", "case", "entitlement"]
Reach = Literal["work", "home", "worksite", "employer", "document"]
Severity = Literal["info", "low", "medium", "high", "critical"]
Checked = Literal["text", "secondary", "memory"]
Wins = Literal["earliest", "latest", "highest", "lowest", "all"]

SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Law:
    """What a rule file says of all its rules."""

    title: str
    jurisdiction: str
    authority: str
    source: str
    file: str


@dataclass(frozen=True, slots=True)
class Unless:
    """One `unless`: an exception with its own name and citation."""

    when: Expression
    title: str
    cite: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The life of the law, both days inclusive; None is open."""

    first: date | None
    last: date | None
    judged_on: Literal["starts", "as_of"]


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that are one duty; the strictest governs."""

    name: str
    wins: Wins


@dataclass(frozen=True, slots=True)
class Each:
    """One obligation for each row of `record` that `where` lets through (resolved with that record as the row)."""

    record: str
    where: Expression | None


@dataclass(frozen=True, slots=True)
class Window:
    """From a day to a day; None is open."""

    first: Expression | None
    last: Expression | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a poster: it counts from a day; the one before it may hang until `replace_by`."""

    revision: date
    first: date | None
    replace_by: date | None


@dataclass(frozen=True, slots=True)
class Language:
    """A language a poster must hang in; with `spoken_by`, only where so many percent read it first."""

    code: str | None
    spoken_by: int | None
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """`kind: deadline`. `done` None: nothing can prove it (never in a valid rule)."""

    due: Expression
    done: Expression | Rows | Reaches
    opens: Expression | None
    lapses: Expression | None


@dataclass(frozen=True, slots=True)
class Recurring:
    """`kind: recurring`. repeat: Every, EachPeriod, or a clock over `done` for the next due date."""

    due: Expression
    done: Expression | Rows | Reaches
    opens: Expression | None
    lapses: Expression | None
    repeat: Every | EachPeriod | Expression


@dataclass(frozen=True, slots=True)
class Cadence:
    """`kind: cadence`: rows may not lie too far apart, or too close."""

    gap: Gap | PerPeriod
    over: Rows
    between: Window | None


@dataclass(frozen=True, slots=True)
class Retention:
    """`kind: retention`: exactly one of `keep` (a floor) and `destroy` (a ceiling).

    classes: empty when not about documents; ('any',) for all.
    """

    classes: tuple[str, ...]
    keep: Expression | None
    destroy: Expression | None

    @property
    def is_floor(self) -> bool:
        """Whether the rule says how long to keep, not by when to destroy."""
        return self.keep is not None

    @property
    def clock(self) -> Expression:
        """The day through which to keep, or by which to destroy.

        Raises:
            ValueError: the rule has neither; loading it reports that.
        """
        found = self.keep if self.keep is not None else self.destroy
        if found is None:
            raise ValueError("a retention rule says neither keep nor destroy")
        return found


@dataclass(frozen=True, slots=True)
class Check:
    """`kind: check`: `must`, or `must_not` where `must` is false."""

    condition: Expression
    must: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """`kind: posting`: a poster hangs."""

    post: str
    revisions: tuple[Revision, ...]
    languages: tuple[Language, ...]
    electronic: Literal["no", "also", "only_if_all_remote"]
    during: Window | None
    repeat: EachPeriod | None


@dataclass(frozen=True, slots=True)
class Required:
    """`require`: a document class (record None → document) or a record type."""

    record: str
    class_code: str | None
    where: Expression | None
    valid: tuple[str, str | None] | None
    during: Window | None
    by: Expression | None


Body = Deadline | Recurring | Cadence | Retention | Check | Posting | Required


@dataclass(frozen=True, slots=True)
class Example:
    """One example, `base` already merged in.

    given: record type → rows (each field → value); the subject is the first row of `about`. Values are typed as their
    fields; the texts 'unreadable' and 'not supplied' mean those states. not_supplied: whole tables. expect, due: one
    for each obligation.
    """

    title: str
    given: Mapping[str, tuple[Mapping[str, object], ...]]
    not_supplied: frozenset[str]
    choices: Mapping[str, object]
    calendar: Mapping[str, object]
    facts: Mapping[str, object]
    places: Mapping[str, object]
    turn: object
    as_of: date
    expect: tuple[str, ...]
    due: tuple[object, ...]
    opens: object
    source: str | None
    position: Position


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty. Expressions are resolved against the vocabulary; see docs/language.md for every key."""

    id: str
    kind: Kind
    title: str
    cite: str
    about: str
    law: Law
    checked: Checked
    topic: str
    tags: tuple[str, ...]
    serves: tuple[str, ...]
    was: tuple[str, ...]
    basis: Literal["law", "guidance", "contract"]
    reach: Reach
    severity: Severity
    exposure: str | None
    fix: str
    owed_by: str
    if_missed: Literal["violation", "right"]
    lead_days: int | None
    calendar: str
    in_force: InForce | None
    when: Expression | None
    unless: tuple[Unless, ...]
    starts: tuple[Expression | Rows, ...]
    each: Each | None
    family: Family | None
    replaces: tuple[str, ...]
    body: Body | None
    examples: tuple[Example, ...]
    position: Position

    @property
    def jurisdiction(self) -> str:
        return self.law.jurisdiction

    @property
    def names_record(self) -> str | None:
        """The record type whose key names an obligation of a subject: that of `each`, or of rows that trigger."""
        if self.each is not None:
            return self.each.record
        return next((start.record for start in self.starts if isinstance(start, Rows)), None)

    @property
    def has_one_obligation(self) -> bool:
        """Whether it has just one obligation for each subject: no pairs, no turns, no several triggers."""
        if self.each is not None or isinstance(self.body, Recurring):
            return False
        if isinstance(self.body, Posting) and self.body.repeat is not None:
            return False
        return len(self.starts) == 1 and not isinstance(self.starts[0], Rows)


@dataclass(frozen=True)
class RuleSet:
    """Everything rule files say, by id, in order of id.

    facts: the named facts that have examples, each as a check that passes where the fact is so; only tests run them.
    """

    vocabulary: Vocabulary
    rules: Mapping[str, Rule]
    tables: Mapping[str, Table]
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    facts: Mapping[str, Rule] = field(default_factory=dict)
    version: str = "0"
