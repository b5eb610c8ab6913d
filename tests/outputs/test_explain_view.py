"""What an explanation hides from readers from whom ids are hidden."""

from datetime import date
from decimal import Decimal

import pytest

from compliance_engine.engine.explain import Fact, Line, is_identifying
from compliance_engine.engine.twin import Value
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent
from compliance_engine.language.vocabulary import Field
from compliance_engine.outputs.explain_view import ExplainView, fact_shown, line_shown
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.derivation import HIDDEN

OPEN = ExplainView(VOCABULARY, "none")
IDS = ExplainView(VOCABULARY, "ids", b"a key of the tests")


def field(record: str, name: str) -> Field:
    found = VOCABULARY.types[record].field(name)
    assert found is not None
    return found


BIRTH = t.Related("employee", field("employee", "date_of_birth"))
START = t.Own("employment_spell", field("employment_spell", "start_date"))


def test_days_of_birth_and_what_is_worked_out_of_them_tell_who_somebody_is() -> None:
    assert is_identifying(BIRTH)
    assert is_identifying(t.Age(BIRTH, START))
    assert not is_identifying(START)
    assert not is_identifying(t.IsKnown(BIRTH, True))


@pytest.mark.parametrize(
    ("record", "name", "value", "shown"),
    [
        ("employment_spell", "start_date", date(2026, 10, 5), "2026-10-05"),
        ("employee", "date_of_birth", date(1957, 3, 14), HIDDEN),
        ("employee", "home_city", "Austin", HIDDEN),
        ("leave_case", "requested_on", date(2026, 1, 5), HIDDEN),
        ("employee", "date_of_birth", Absent.OPEN, "not yet"),
    ],
)
def test_a_fact_is_shown_as_far_as_the_reader_may_see_it(record: str, name: str, value: Value, shown: str) -> None:
    found = VOCABULARY.types[record].field(name)
    identifying = found is not None and bool(found.confidentiality)
    fact = Fact(name, value, found, (record, 1), identifying)
    assert fact_shown(fact, IDS) == shown
    assert fact_shown(fact, OPEN) != HIDDEN


def test_the_hash_of_a_number_is_shown_to_nobody() -> None:
    fact = Fact("ssn_hash", "9f2c", field("employee", "ssn_hash"), ("employee", 1))
    assert fact_shown(fact, OPEN) == HIDDEN


def test_a_line_that_is_made_of_a_day_of_birth_is_hidden() -> None:
    line = Line("age on start_date", Decimal(69), identifying=True)
    assert (line_shown(line, IDS), line_shown(line, OPEN)) == (HIDDEN, "69")
