"""Which rules calendars must not speak of: those whose records tell of health, suspicion, counsel or right to work."""

from __future__ import annotations

from compliance_engine.language.reads import records_read
from compliance_engine.language.rule import Rule
from compliance_engine.language.vocabulary import Vocabulary

_WHOEVER_READS = frozenset({"medical", "screening", "legal_privileged"})
"""A rule that so much as reads such a record may give it away."""
_OF_THE_DUTY = frozenset({"immigration"})
"""Everybody has such a record, and a duty that reads it says nothing; a duty about one of its rows does."""


def is_confidential(rule: Rule, vocabulary: Vocabulary) -> bool:
    """Whether the record types of a rule are such that its very duty tells something about a person."""
    own = {rule.about} | ({rule.each.record} if rule.each is not None else set())
    return bool(_classes(records_read(rule), vocabulary) & _WHOEVER_READS or _classes(own, vocabulary) & _OF_THE_DUTY)


def _classes(names: frozenset[str] | set[str], vocabulary: Vocabulary) -> set[str]:
    return {found.confidentiality for name in names if (found := vocabulary.type(name)) is not None}
