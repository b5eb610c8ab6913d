"""A cell is read strictly, or not at all."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.records.cells import (
    DateForm,
    Fault,
    Reading,
    fold,
    harmless,
    judge_day,
    prove_order,
    read_code,
    read_codes,
    read_day,
    read_time,
    read_yes_no,
    written_ways,
)

days = st.dates(min_value=date(1900, 1, 2), max_value=date(2199, 12, 31))


@given(days)
def test_every_form_reads_what_it_writes(day: date) -> None:
    us, eu = f"{day.month}/{day.day}/{day.year:04}", f"{day.day}.{day.month}.{day.year:04}"
    assert read_day(day.isoformat(), "iso") == Reading(day)
    assert read_day(f"{day} 00:00:00.000", "iso-datetime") == Reading(day)
    assert read_day(us, "us") == Reading(day)
    assert read_day(eu, "eu") == Reading(day)
    assert read_day(us, "auto", {"/": "us"}) == Reading(day)
    assert read_day(eu, "auto", {".": "eu"}) == Reading(day)
    assert read_day(day.isoformat(), "auto") == Reading(day)


@given(st.text(max_size=30), st.sampled_from(["iso", "iso-datetime", "us", "eu", "auto"]))
def test_any_text_is_a_day_or_a_fault(text: str, form: DateForm) -> None:
    reading = read_day(text, form)
    assert (reading.value is None) or (reading.fault is None)
    assert bool(text) == (reading != Reading())


@given(st.lists(days, min_size=1), st.sampled_from(["us", "eu"]))
def test_a_column_proves_its_own_order_or_none(column: list[date], form: str) -> None:
    pattern = "{0.month}/{0.day}/{0.year:04}" if form == "us" else "{0.day}/{0.month}/{0.year:04}"
    texts = [pattern.format(day) for day in column]
    orders, contradiction = prove_order(texts)
    assert not contradiction
    assert orders == ({"/": form} if any(day.day > 12 for day in column) else {})
    for day, text in zip(column, texts, strict=True):
        reading = read_day(text, "auto", orders)
        assert reading == Reading(day) or (not orders and reading.fault is Fault.AMBIGUOUS)


@pytest.mark.parametrize(
    ("text", "form", "fault"),
    [
        ("02/30/2025", "us", Fault.IMPOSSIBLE),
        ("2025-02-29", "iso", Fault.IMPOSSIBLE),
        ("13/13/2025", "auto", Fault.IMPOSSIBLE),
        ("03/04/2025", "auto", Fault.AMBIGUOUS),
        ("3/4/25", "auto", Fault.TWO_DIGIT_YEAR),
        ("3/4/25", "us", Fault.TWO_DIGIT_YEAR),
        ("45810", "auto", Fault.EXCEL_SERIAL),
        ("45810.0", "us", Fault.EXCEL_SERIAL),
        ("3/4/2025", "iso", Fault.UNREADABLE),
        ("2025-03-04", "us", Fault.UNREADABLE),
        ("2025-03-04 00:00", "iso", Fault.UNREADABLE),
        ("2025-03-04T23:30Z", "auto", Fault.UTC_DAY),
        ("2025-03-04T23:30+00:00", "auto", Fault.UTC_DAY),
        ("2025-03-04T03:30:00-0000", "iso-datetime", Fault.UTC_DAY),
        ("2025-03-04Z", "auto", Fault.UTC_DAY),
        ("infinity", "auto", Fault.UNREADABLE),
        ("1e2", "auto", Fault.UNREADABLE),
        ("n/a", "auto", Fault.UNREADABLE),
        ("2025-3-4", "iso", Fault.UNREADABLE),
        ("2025-03-04 and more", "auto", Fault.UNREADABLE),
    ],
)
def test_what_cannot_be_read_says_why(text: str, form: DateForm, fault: Fault) -> None:
    assert read_day(text, form) == Reading(fault=fault)


def test_the_same_number_twice_has_no_order() -> None:
    assert read_day("05/05/2025", "auto") == Reading(date(2025, 5, 5))


def test_midnight_in_utc_is_a_day_and_an_offset_is_the_local_day() -> None:
    assert read_day("2025-03-04T00:00:00Z", "auto") == Reading(date(2025, 3, 4))
    assert read_day("2025-03-04T00:00:00+00:00", "auto") == Reading(date(2025, 3, 4))
    assert read_day("2025-03-04T23:30-10:00", "auto") == Reading(date(2025, 3, 4))
    assert read_day("2025-03-04T23:30-05:00", "iso-datetime") == Reading(date(2025, 3, 4))


def test_other_ways_to_put_the_year_in_front() -> None:
    assert read_day("2025/3/4", "auto") == Reading(date(2025, 3, 4))
    assert read_day("2025/3/4", "iso") == Reading(fault=Fault.UNREADABLE)
    assert read_day("2025-3-4", "auto") == Reading(date(2025, 3, 4))
    assert read_day("2025.03.04", "auto") == Reading(date(2025, 3, 4))
    assert read_day("2025-03/04", "auto") == Reading(fault=Fault.UNREADABLE)


@given(days)
def test_eight_digits_are_a_day_with_the_year_in_front_and_never_with_the_day_in_front(day: date) -> None:
    if 1850 <= day.year <= 2199:
        assert read_day(f"{day:%Y%m%d}", "auto") == Reading(day)
        assert read_day(f"{day:%Y%m%d}", "iso") == Reading(fault=Fault.UNREADABLE)
        for form in ("%d%m%Y", "%m%d%Y"):
            assert read_day(f"{day:{form}}", "auto").value is None


def test_a_column_that_proves_both_orders_contradicts_itself() -> None:
    assert prove_order(["13/1/2025", "1/13/2025"]) == ({}, True)
    assert prove_order(["13.1.2025", "1/13/2025"]) == ({}, True)
    assert prove_order(["1/2/2025", "n/a"]) == ({}, False)


def test_dates_with_dots_prove_nothing_of_dates_with_strokes() -> None:
    orders, _ = prove_order(["13.3.2019", "3/4/2024"])
    assert orders == {".": "eu"}
    assert read_day("4.5.2020", "auto", orders) == Reading(date(2020, 5, 4))
    assert read_day("3/4/2024", "auto", orders) == Reading(fault=Fault.AMBIGUOUS)


def test_ways_of_writing_dates_are_told_apart() -> None:
    assert written_ways(["2025-01-31", "1/31/2025", "x", ""]) == {"year first", "numbers with /"}


def test_dates_that_nobody_means() -> None:
    sentinels = frozenset({date(1900, 1, 1)})
    assert judge_day(Reading(date(1900, 1, 1)), sentinels) == Reading(fault=Fault.SENTINEL)
    assert judge_day(Reading(date(1066, 10, 14)), sentinels) == Reading(fault=Fault.FAR_AWAY)
    assert judge_day(Reading(date(2025, 1, 1)), sentinels) == Reading(date(2025, 1, 1))
    assert judge_day(Reading(fault=Fault.IMPOSSIBLE), sentinels) == Reading(fault=Fault.IMPOSSIBLE)


def test_codes_are_folded_and_nothing_is_guessed() -> None:
    codes = {"full_time": "full_time", "ft": "full_time", "gone": None}
    assert read_code("Full-Time", codes) == Reading("full_time")
    assert read_code("FT", codes) == Reading("full_time")
    assert read_code("", codes) == Reading()
    assert read_code("Unknown", codes) == Reading()
    assert read_code("gone", codes) == Reading()
    assert read_code("full", codes) == Reading(fault=Fault.UNKNOWN_CODE)
    assert read_code("full", codes, "other") == Reading("other")


def test_several_codes_in_one_cell() -> None:
    codes: dict[str, str | None] = {"ssn": "ssn", "medical": "medical"}
    assert read_codes("SSN; medical", codes) == Reading(("ssn", "medical"))
    assert read_codes("ssn, blood type", codes) == Reading(fault=Fault.UNKNOWN_CODE)
    assert read_codes("us.fmla | us.ca.cfra", {}) == Reading(("us.fmla", "us.ca.cfra"))
    assert read_codes(" ; ", codes) == Reading()


def test_yes_and_no_are_the_words_of_the_source() -> None:
    yes, no = frozenset({"yes", "1"}), frozenset({"no", "0"})
    assert read_yes_no("YES", yes, no) == Reading(True)
    assert read_yes_no("0", yes, no) == Reading(False)
    assert read_yes_no("", yes, no) == Reading()
    assert read_yes_no("unknown", yes, no) == Reading()
    assert read_yes_no("maybe", yes, no) == Reading(fault=Fault.UNREADABLE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("07:30", time(7, 30)),
        ("7:30 pm", time(19, 30)),
        ("12:00 AM", time(0, 0)),
        ("12:15PM", time(12, 15)),
        ("23:59:59.5", time(23, 59, 59)),
    ],
)
def test_times_of_day(text: str, expected: time) -> None:
    assert read_time(text) == Reading(expected)


@pytest.mark.parametrize("text", ["24:00", "13:00 pm", "0:30 am", "7.30", "7:60", "noon"])
def test_times_that_are_none(text: str) -> None:
    assert read_time(text) == Reading(fault=Fault.UNREADABLE)
    assert read_time("") == Reading()


@given(st.text(max_size=20))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["02/30/2025", "2/3/25", "2025-13-40", "45810"])
def test_what_looks_like_a_date_may_be_shown(text: str) -> None:
    assert harmless(text)


@given(
    st.integers(0, 999_999_999),
    st.sampled_from(["{0:09}", "{1:03}-{2:02}-{3:04}", "{1:03} {2:02} {3:04}", "{1}-{2}-{3}"]),
)
def test_no_social_security_number_is_ever_shown(number: int, form: str) -> None:
    assert not harmless(form.format(number, number // 1_000_000, number // 10_000 % 100, number % 10_000))


@pytest.mark.parametrize("text", ["Jane Roe", "2125550142", "jane@example.com", "12-34-5678", "1234567"])
def test_nothing_else_is_shown(text: str) -> None:
    assert not harmless(text)
