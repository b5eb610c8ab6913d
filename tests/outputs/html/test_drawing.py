"""Drawings: days stand where they belong, labels do not lie on each other, and words say the same."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.outputs.html.drawing import WIDTH, lanes, timeline, weeks

AS_OF = date(2026, 11, 22)
days = st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1))


def test_a_duty_that_was_done_late_is_late_from_its_due_day_to_its_proof() -> None:
    drawn = timeline(AS_OF, date(2026, 11, 2), date(2026, 11, 12), date(2026, 11, 17))
    assert drawn is not None
    assert [(mark.kind, mark.x) for mark in drawn.marks] == [
        ("trigger", 12),
        ("due", 200),
        ("done", 294),
        ("asked", 388),
    ]
    assert [(bar.kind, bar.x, bar.width) for bar in drawn.bars] == [("time", 12, 188), ("late", 200, 94)]
    assert drawn.told == (
        "trigger 2026-11-02, due 2026-11-12, done 2026-11-17, as of 2026-11-22: 5 days after it was due"
    )


def test_of_what_is_long_done_the_line_is_broken_so_that_its_days_keep_apart() -> None:
    drawn = timeline(AS_OF, date(2025, 11, 10), date(2025, 11, 14), date(2025, 11, 17))
    assert drawn is not None
    assert [(mark.kind, mark.x) for mark in drawn.marks] == [
        ("trigger", 12),
        ("due", 165.1),
        ("done", 280),
        ("asked", 388),
    ]
    assert drawn.broken == 290
    assert drawn.late == (222.6, "3 days late")


def test_closed_days_are_ticks_on_the_line() -> None:
    drawn = timeline(AS_OF, date(2026, 11, 2), date(2026, 11, 12), None, [date(2026, 11, 7), date(2026, 11, 11)])
    assert drawn is not None
    assert drawn.closed == (106, 181.2)


def test_what_is_still_to_come_is_not_late() -> None:
    drawn = timeline(AS_OF, date(2026, 11, 2), date(2026, 12, 12), None)
    assert drawn is not None
    assert [bar.kind for bar in drawn.bars] == ["time"]
    assert "after it was due" not in drawn.told


def test_without_a_day_there_is_nothing_to_draw() -> None:
    assert timeline(AS_OF, None, None, None) is None
    assert lanes(AS_OF, [("violations", "violation", [])]) is None


@given(days, days, days)
def test_nothing_leaves_the_picture_and_labels_of_one_height_keep_apart(
    starts: date | None, due: date | None, done: date | None
) -> None:
    drawn = timeline(AS_OF, starts, due, done)
    if drawn is None:
        return
    taken: dict[float, float] = {}
    for mark in drawn.marks:
        wide = len(mark.label) * 7.2
        left = {"start": 0.0, "middle": mark.text_x - wide / 2, "end": WIDTH - wide}[mark.anchor]
        assert 0 <= mark.x <= WIDTH
        assert -0.1 <= left <= WIDTH - wide + 0.1
        assert mark.text_y > 0
        assert left >= taken.get(mark.text_y, -10)
        taken[mark.text_y] = left + wide
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in drawn.bars)


def test_weeks_are_bars_as_high_as_their_numbers() -> None:
    drawn = weeks(date(2026, 11, 22), [0, 4, 2, *[0] * 10])
    assert [bar.height for bar in drawn.bars[:4]] == [1.5, 78, 39, 1.5]
    assert drawn.bars[1].label == "2026-11-29 to 2026-12-05: 4"
    assert [name for _, name in drawn.months] == ["Nov", "Dec", "Jan", "Feb"]


def test_lanes_have_a_tick_for_each_year_but_no_more_than_eight() -> None:
    rows = [("done in time", "pass", [(AS_OF - timedelta(days=365 * 20), "a"), (AS_OF, "b")])]
    drawn = lanes(AS_OF, rows)
    assert drawn is not None
    assert [year for _, year in drawn.ticks] == ["2006", "2009", "2012", "2015", "2018", "2021", "2024"]
