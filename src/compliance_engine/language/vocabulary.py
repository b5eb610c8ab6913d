"""How record types are described, so that rules can be checked against them.

The types themselves stand in `records/types/`; the language only knows their shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum


class FieldType(StrEnum):
    """What a cell holds. `date` is a civil day; an `instant` is a moment, kept in UTC."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    INSTANT = "instant"
    NUMBER = "number"
    YES_NO = "yes_no"
    TIME = "time"
    LIST = "list"


class Missing(StrEnum):
    """What an empty cell in a supplied column means.

    fact: nothing is known; event: it has not happened yet; occasion: it may never happen and has not.
    """

    FACT = "fact"
    EVENT = "event"
    OCCASION = "occasion"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a record type.

    codes: the code list of a `code` field (or of the members of a `list`), in the field's own words.
    confidentiality: `identifying` where the value, or anything worked out of it, could tell who somebody is.
    derived: made by the records layer, never read from a source.
    """

    name: str
    type: FieldType
    meaning: str
    missing: Missing = Missing.FACT
    codes: tuple[str, ...] = ()
    confidentiality: str = ""
    derived: bool = False


SENSITIVE = frozenset({"medical", "immigration", "legal_privileged", "screening"})
"""Confidentiality of the record types whose cells no message repeats, and no output shows where ids are hidden."""

IDENTITY = (
    "employee_number",
    "spell_no",
    "worksite_id",
    "case_number",
    "policy_id",
    "course_id",
    "posting_id",
    "plan_id",
    "pay_group",
    "matter_number",
    "document_id",
    "injury_id",
    "event_id",
)
"""Columns that identify something across record types: two types are related by those they share."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record.

    key: the columns (beside employer_id) that identify a row; no two rows share them.
    parents: the identity columns by which it belongs to other records, e.g. a training belongs to an employee.
    together: those that rows share which belong together, if not all: days of work are one person's at any place.
    dated_by: the date along which rows add up (`day sum(...) reaches`).
    valid: (first day, first day no longer valid) of an effective-dated type.
    """

    name: str
    meaning: str
    confidentiality: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    parents: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    dated_by: str | None = None
    valid: tuple[str, str] | None = None
    _by_name: dict[str, Field] = dataclass_field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {f.name: f for f in self.fields})

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return self._by_name.get(name)

    @property
    def identity(self) -> tuple[str, ...]:
        """The identity columns that a row carries, its own key and those of its parents."""
        return tuple(name for name in IDENTITY if name in self.key or name in self.parents)

    @property
    def siblings(self) -> tuple[str, ...]:
        """The identity columns that rows of the type share if they belong together, as the spells of a person do."""
        return self.together or self.parents or self.key[:-1]


@dataclass(frozen=True)
class Vocabulary:
    """Every record type that rules may speak of, by name.

    families: document classes by the name of their family, which a retention rule may write for all of them.
    """

    types: dict[str, RecordType]
    families: dict[str, tuple[str, ...]] = dataclass_field(default_factory=dict)

    def type(self, name: str) -> RecordType | None:
        """The record type of that name, or None."""
        return self.types.get(name)

    def shared(self, one: str, other: str) -> tuple[str, ...]:
        """The identity columns by which rows of `other` belong to a row of `one` (beside employer_id)."""
        have = self.types[other].identity
        return tuple(name for name in self.types[one].identity if name in have)

    def is_one(self, subject: str, other: str) -> bool:
        """Whether a row of `subject` has at most one row of `other`: its whole key is shared."""
        key = self.types[other].key
        return set(key) <= set(self.shared(subject, other))
