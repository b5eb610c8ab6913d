"""Why a result is what it is, as data that a run keeps: line by line the file `explanations.jsonl`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from compliance_engine.engine.explain import Explanation, Fact, first_false, missing
from compliance_engine.engine.twin import Cause, Unknown, Value, Verdict
from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.language.rule import Rule
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import SENSITIVE, FieldType, Vocabulary

HIDDEN = "(hidden)"
Places = Mapping[tuple[str, int], tuple[str, int]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(_Part):
    """Something that was read. private: not for readers from whom ids are hidden."""

    text: str
    value: str
    file: str | None
    record: int | None
    private: bool


class Worked(_Part):
    """Something that was worked out, with the closed days that were passed over."""

    text: str
    value: str
    closed_days: tuple[date, ...]
    private: bool


class Key(_Part):
    """A key of the rule, and how what stands there came out."""

    key: str
    text: str
    lines: tuple[Worked, ...]


class Lack(_Part):
    """A fact that is missing, and why."""

    fact: str
    why: str


class Beside(_Part):
    """A rule that competes with this one, and its answer."""

    rule: str
    state: State
    outcome: Outcome
    due: str | None
    done: str


class Derivation(_Part):
    """The way to one result; `rule`, `employer`, `subject` and `instance` are those of its row in `outcomes.parquet`.

    Attributes:
        state: the answer on plain values; agrees: it is that of the SQL, which a reader must be told where it is not.
        by_itself: the answer before other rules of the family were looked at.
        days: from the due day to the day it was done, or to the as-of date; below zero before it.
        because: the condition that was first false, or the exception that holds.
    """

    rule: str
    employer: str
    subject: str
    instance: str
    state: State
    agrees: bool
    by_itself: State
    days: int | None
    because: str | None
    missing: tuple[Lack, ...]
    facts: tuple[Told, ...]
    keys: tuple[Key, ...]
    beside: tuple[Beside, ...]

    @property
    def result(self) -> tuple[str, str, str, str]:
        """Which result it is of."""
        return (self.rule, self.employer, self.subject, self.instance)


def derivation(
    explanation: Explanation,
    result: tuple[str, str, str, str],
    in_sql: State,
    places: Places,
    vocabulary: Vocabulary,
) -> Derivation:
    """An explanation as it is kept.

    Args:
        result: rule, employer, subject and instance.
        in_sql: the state of the result as the run has it; `waived` agrees with any violation.
        places: file and record number of records by type and `_row`.
    """
    verdict = explanation.verdict
    rule, employer, subject, instance = result
    waived = in_sql is State.WAIVED and verdict.outcome is Outcome.VIOLATION
    return Derivation(
        rule=rule,
        employer=employer,
        subject=subject,
        instance=instance,
        state=verdict.state,
        agrees=waived or verdict.state is in_sql,
        by_itself=explanation.alone.state,
        days=explanation.days,
        because=first_false(verdict),
        missing=tuple(Lack(fact=cause.what, why=cause.why) for cause in missing(verdict)),
        facts=tuple(told(fact, places, vocabulary) for fact in explanation.facts),
        keys=tuple(
            Key(
                key=part.key,
                text=part.text,
                lines=tuple(
                    Worked(
                        text=line.text,
                        value=value_shown(line.value),
                        closed_days=line.skipped,
                        private=line.identifying,
                    )
                    for line in part.lines
                ),
            )
            for part in explanation.parts
        ),
        beside=tuple(
            _beside(other, found) for other, found in explanation.others if found.state is not State.CONDITIONS
        ),
    )


def told(fact: Fact, places: Places, vocabulary: Vocabulary) -> Told:
    """A fact as it is kept."""
    file, record = places.get(fact.source, (None, None)) if fact.source is not None else (None, None)
    value = HIDDEN if never_shown(fact) else value_shown(fact.value)
    return Told(text=fact.text, value=value, file=file, record=record, private=is_private(fact, vocabulary))


def _beside(rule: Rule, verdict: Verdict) -> Beside:
    due = None if verdict.due is None else value_shown(verdict.due.exact)
    return Beside(rule=rule.id, state=verdict.state, outcome=verdict.outcome, due=due, done=value_shown(verdict.done))


# ---- values ----------------------------------------------------------------------------------------------------------


def never_shown(fact: Fact) -> bool:
    """Whether nobody is shown the value: the hash of a number that stands for a person."""
    return fact.field is not None and fact.field.name.endswith("_hash")


def is_private(fact: Fact, vocabulary: Vocabulary) -> bool:
    """Whether the value is hidden where ids are: texts, sensitive records, and what tells who somebody is."""
    if isinstance(fact.value, Unknown | Absent):
        return False
    record = vocabulary.types[fact.source[0]] if fact.source is not None else None
    if record is not None and record.confidentiality in SENSITIVE:
        return True
    return fact.identifying or (fact.field is not None and fact.field.type is FieldType.TEXT)


def value_shown(value: Value) -> str:
    """A value in words; an unknown says why."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case Absent():
            return {Absent.OPEN: "not yet", Absent.NONE: "never so far"}.get(value, "unknown")
        case tuple():
            return ", ".join(value_shown(item) for item in value) or "(none)"
        case Unknown():
            return "unknown: " + "; ".join(cause_shown(cause) for cause in sorted(value.causes))
        case _:
            return str(value)


def cause_shown(cause: Cause) -> str:
    """A fact that is missing."""
    return f"{cause.what} ({cause.why})"
