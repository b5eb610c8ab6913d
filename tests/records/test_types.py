"""The record types agree with each other and with the words of the rule language."""

from __future__ import annotations

import re

import pytest

from compliance_engine.language.vocabulary import IDENTITY, FieldType, Missing, RecordType
from compliance_engine.records.types import VOCABULARY
from compliance_engine.records.types.codes import words

GRAMMAR_WORDS = set(
    words(
        "and or not in is known missing has happened matches contains between on after before of to where "
        "this starts due done as_of turn later earlier next start end same day days week weeks month months "
        "year years hour hours business calendar quarter payday pay period plan workweek rolled rounding up "
        "down counting the first second third fourth last count sum min max exists latest earliest reaches "
        "value choice every from completion yes no age date list at "
    )
)
TYPES = list(VOCABULARY.types.values())


@pytest.mark.parametrize("record_type", TYPES, ids=lambda t: t.name)
def test_names_can_be_written_in_rules(record_type: RecordType) -> None:
    names = [record_type.name, *(f.name for f in record_type.fields)]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert not GRAMMAR_WORDS.intersection(names)


@pytest.mark.parametrize("record_type", TYPES, ids=lambda t: t.name)
def test_key_parents_and_dates_are_fields(record_type: RecordType) -> None:
    named = (*record_type.key, *record_type.parents, *filter(None, [record_type.dated_by]), *(record_type.valid or ()))
    assert [name for name in named if record_type.field(name) is None] == []
    assert len({f.name for f in record_type.fields}) == len(record_type.fields)
    assert set(record_type.parents) <= set(IDENTITY)


@pytest.mark.parametrize("record_type", TYPES, ids=lambda t: t.name)
def test_fields_are_described(record_type: RecordType) -> None:
    for field in record_type.fields:
        assert field.meaning, field.name
        assert field.missing is Missing.FACT or field.type in (FieldType.DATE, FieldType.INSTANT), field.name
        assert bool(field.codes) == (field.type is FieldType.CODE) or field.type is FieldType.LIST, field.name
        assert "unknown" not in field.codes, field.name
    assert record_type.meaning
    assert record_type.confidentiality


def test_identity_columns_have_one_type_everywhere() -> None:
    for name in IDENTITY:
        types = {field.type for t in TYPES if (field := t.field(name))}
        assert types == {FieldType.TEXT}, name


def test_a_spell_has_one_form_and_many_trainings() -> None:
    assert VOCABULARY.is_one("employment_spell", "i9")
    assert VOCABULARY.is_one("employment_spell", "employee")
    assert VOCABULARY.is_one("employment_spell", "employer")
    assert VOCABULARY.is_one("document", "employment_spell")
    assert VOCABULARY.is_one("leave_notice", "leave_case")
    assert VOCABULARY.is_one("assignment", "worksite")
    assert not VOCABULARY.is_one("employment_spell", "training")
    assert not VOCABULARY.is_one("employee", "employment_spell")
    assert not VOCABULARY.is_one("employment_spell", "assignment")
