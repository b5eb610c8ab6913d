"""What the words of a schedule say, and which of them say no period."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.schedules.series import Period, Refused, Said
from compliance_engine.schedules.statements import LONGEST, read_period, read_statement, read_trigger


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("RETAIN UNTIL: Complete PLUS: 5 years THEN: Destroy", Said("Complete", Period(5, "year"))),
        ("RETAIN UNTIL: Complete PLUS: 1 year THEN: Destroy*", Said("Complete", Period(1, "year"), marks="*")),
        ("RETAIN UNTIL: Closed PLUS: 50 years ΩTHEN: Destroy", Said("Closed", Period(50, "year"), marks="Ω")),
        ("RETAIN UNTIL: Closed PLUS: 50 years \u2126THEN: Destroy", Said("Closed", Period(50, "year"), marks="\u2126")),
        ("retain from: Creation plus: 18 months then: destroy", Said("Creation", Period(18, "month"))),
        ("RETAIN UNTIL: Superseded/Obsolete THEN: Destroy", Said("Superseded/Obsolete", None)),
        (
            "RETAIN UNTIL: Reference value ends ± THEN: Destroy Agency Policy: ________",
            Said("Reference value ends", None, marks="±"),
        ),
        ("PERMANENT", Said("", None, permanent=True)),
        ("PERMANENT (appraisal required) ∞", Said("", None, permanent=True, marks="∞")),
    ],
)
def test_reads_trigger_period_and_signs(statement: str, said: Said) -> None:
    assert read_statement(statement) == said


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("", "it says nothing"),
        ("SEE the finance schedule", "it refers to another schedule"),
        ("TRANSFER to Personnel File", "the records go to another file, which has a period of its own"),
        ("RETAIN UNTIL: Complete THEN: Transfer to library", 'what follows is not destruction: "Transfer to library"'),
        ("RETAIN UNTIL: Complete PLUS: 3 years THEN: Destroy NOTE: sooner if asked", "a note goes with it"),
        ("PERMANENT -OR- copy to the library", "it is not of the form RETAIN UNTIL … PLUS … THEN …"),
        ("RETAIN UNTIL: Complete PLUS: some years THEN: Destroy", '"some years" is not a number of'),
        ("RETAIN UNTIL: Complete PLUS: 999 years THEN: Destroy", "999 years is no period"),
        ("RETAIN UNTIL: Complete PLUS: 0 years THEN: Destroy", "0 years is no period"),
    ],
)
def test_says_why_it_is_no_period(statement: str, reason: str) -> None:
    read = read_statement(statement)
    assert isinstance(read, Refused)
    assert read.reason.startswith(reason)


def test_a_trigger_apart_from_its_period() -> None:
    assert read_trigger("Complete : : *", Period(3, "year")) == Said("Complete", Period(3, "year"), marks="*")
    assert read_trigger("Complete", None) == Refused("no period is given, and it is not said that there is none")
    assert read_trigger("Complete : the personnel file", Period(3, "year")) == Refused(
        'more than a trigger stands there: "Complete : the personnel file"'
    )


@given(st.sampled_from(["day", "week", "month", "year"]), st.integers(1, 73_000))
def test_a_period_is_read_back_as_it_is_written(unit: str, count: int) -> None:
    read = read_period(f"{count} {unit}s")
    longest = next(most for known, most in LONGEST.items() if known == unit)
    assert isinstance(read, Refused) if count > longest else (read.count, read.unit) == (count, unit)  # type: ignore[union-attr]


@given(st.text())
def test_no_statement_breaks_the_reader(text: str) -> None:
    assert isinstance(read_statement(text), Said | Refused)
