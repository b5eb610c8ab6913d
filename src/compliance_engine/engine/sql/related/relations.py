"""How the record type that a statement is about belongs together with the others."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.language.names import DATED
from compliance_engine.language.vocabulary import RecordType, Vocabulary


@dataclass(frozen=True)
class Relations:
    """How the subjects of a statement are related to other records.

    single_work: nobody has more than one row in `_work`.
    """

    vocabulary: Vocabulary
    about: str
    single_work: bool = False

    @property
    def subject(self) -> RecordType:
        """The record type of the subjects."""
        return self.vocabulary.types[self.about]

    @property
    def is_person(self) -> bool:
        """Whether the subject is, or belongs to, a person."""
        return "employee_number" in self.subject.identity

    @property
    def has_site(self) -> bool:
        """Whether the subject names its own worksite."""
        return "worksite_id" in self.subject.identity

    def is_dated(self, record: str) -> bool:
        """Whether a related record is a question of the day: where a person works."""
        return record in DATED and self.is_person and not (record == "worksite" and self.has_site)

    def shared(self, record: str) -> tuple[str, ...]:
        """The columns by which the one row of `record` is found."""
        return ("employer_id", *self.vocabulary.shared(self.about, record))

    def keys(self, record: str) -> tuple[str, ...]:
        """The columns by which several rows of `record` belong to the subject.

        Rows of the subject's own kind belong together by what they both belong to; of a kind that the subject has one of, all
        rows of the same person or thing are meant.
        """
        if record == self.about:
            return ("employer_id", *self.subject.siblings)
        shared = self.shared(record)
        if self.vocabulary.is_one(self.about, record) and len(shared) > 2:
            return tuple(k for k in shared if k != self.vocabulary.types[record].key[-1])
        return shared
