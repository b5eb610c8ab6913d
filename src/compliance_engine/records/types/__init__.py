"""Every record type that rules may speak of."""

from __future__ import annotations

from compliance_engine.language.vocabulary import RecordType, Vocabulary
from compliance_engine.records.types import (
    accommodation,
    benefits,
    derived,
    documents,
    eligibility,
    events,
    filings,
    injuries,
    leave,
    legal,
    organisation,
    people,
    postings,
    time_and_pay,
    training,
)
from compliance_engine.records.types.codes import DOCUMENT_CLASSES, words

_ALL: tuple[RecordType, ...] = (
    *organisation.TYPES,
    *people.TYPES,
    *time_and_pay.TYPES,
    *documents.TYPES,
    *eligibility.TYPES,
    *leave.TYPES,
    *accommodation.TYPES,
    *training.TYPES,
    *postings.TYPES,
    *injuries.TYPES,
    *benefits.TYPES,
    *filings.TYPES,
    *legal.TYPES,
    *events.TYPES,
    *derived.TYPES,
)

VOCABULARY = Vocabulary(
    {record_type.name: record_type for record_type in _ALL},
    {family: words(classes) for family, classes in DOCUMENT_CLASSES.items()},
)
