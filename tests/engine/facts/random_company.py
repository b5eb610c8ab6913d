"""Random companies: few people, short dates, everything that can be wrong with a row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from .support import OPEN, UNKNOWN, Company

FIRST = date(2022, 11, 20)


def days(count: int = 700) -> st.SearchStrategy[date]:
    return st.integers(0, count).map(lambda n: FIRST + timedelta(days=n))


def _or_unknown(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(values, values, values, values, st.just(UNKNOWN))


@st.composite
def spells(draw: st.DrawFn, people: int = 4, span: int = 700) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, draw(st.integers(1, people)) + 1):
        rows += [
            {
                "employee_number": str(number),
                "spell_no": str(spell),
                "worker_type": draw(st.sampled_from(["employee"] * 5 + ["independent_contractor", UNKNOWN])),
                "employment_type": draw(st.sampled_from(["full_time", "full_time", "part_time", UNKNOWN])),
                "start_date": draw(_or_unknown(days(span))),
                "termination_date": draw(_or_unknown(st.one_of(st.just(OPEN), days(span)))),
                "original_hire_date": draw(st.one_of(st.just(UNKNOWN), days(span))),
            }
            for spell in range(1, draw(st.integers(1, 3)) + 1)
        ]
    return rows


SITES: list[dict[str, object]] = [
    {"worksite_id": "hq", "state": "us.ca", "country": "US"},
    {"worksite_id": "plant", "state": "us.nv", "country": "US"},
    {"worksite_id": "london", "state": UNKNOWN, "country": "GB"},
    {"worksite_id": "nowhere", "state": UNKNOWN, "country": UNKNOWN},
]


@st.composite
def assignments(draw: st.DrawFn, spells: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {
            "employee_number": spell["employee_number"],
            "spell_no": spell["spell_no"],
            "worksite_id": draw(st.sampled_from(["hq", "hq", "plant", "london", "nowhere", UNKNOWN])),
            "reporting_worksite_id": draw(st.sampled_from([UNKNOWN, UNKNOWN, "hq"])),
            "valid_from": draw(_or_unknown(days())),
            "valid_to": draw(_or_unknown(st.one_of(st.just(OPEN), days()))),
        }
        for spell in spells
        for _ in range(draw(st.integers(0, 2)))
    ]


@st.composite
def snapshots(draw: st.DrawFn) -> list[dict[str, object]]:
    where = st.sampled_from([(UNKNOWN, UNKNOWN), (UNKNOWN, "us.ca"), ("hq", UNKNOWN)])
    rows: list[dict[str, object]] = []
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        site, place = draw(where)
        rows.append(
            {
                "snapshot_no": str(number),
                "worksite_id": site,
                "counted_place": place,
                "counted_on": draw(_or_unknown(days())),
                "people": draw(_or_unknown(st.integers(0, 9))),
                "basis": draw(
                    st.sampled_from(["current", "payroll_period", "annual_peak", "workweeks_in_year", "annual_average"])
                ),
            }
        )
    return rows


COMPLETE = st.sampled_from([date.min, date.min, date(2023, 6, 15), None])


@st.composite
def companies(draw: st.DrawFn) -> Company:
    rows = draw(spells())
    return Company(
        {
            "employment_spell": rows,
            "worksite": SITES,
            "assignment": draw(assignments(rows)),
            "headcount_snapshot": draw(snapshots()),
        },
        complete_from={"employment_spell": draw(COMPLETE)},
    )


@st.composite
def careers(draw: st.DrawFn) -> Company:
    """One person over twenty years, with breaks of about seven."""
    return Company(
        {"employment_spell": draw(spells(people=1, span=7600))},
        complete_from={
            "employment_spell": draw(st.sampled_from([date.min, date(2015, 11, 20), date(2025, 1, 1), None]))
        },
    )


@st.composite
def timesheets(draw: st.DrawFn) -> Company:
    """Short periods of hours beside spells."""
    hours: list[dict[str, object]] = []
    day = draw(days(60))
    while day < FIRST + timedelta(days=700):
        end = day + timedelta(days=draw(st.sampled_from([6, 13, 30, 120])))
        if draw(st.integers(0, 19)):
            hours.append(
                {
                    "employee_number": "1",
                    "period_start": day if draw(st.integers(0, 19)) else UNKNOWN,
                    "period_end": end if draw(st.integers(0, 19)) else UNKNOWN,
                    "hours_worked": draw(st.sampled_from([Decimal(40), Decimal("31.25"), Decimal(-2)] * 6 + [UNKNOWN])),
                }
            )
        day = end + timedelta(days=1)
    return Company(
        {"employment_spell": draw(spells(people=1)), "hours_period": hours},
        complete_from={"employment_spell": draw(COMPLETE), "hours_period": draw(COMPLETE)},
    )
