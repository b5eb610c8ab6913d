"""Drawings as numbers: where lines, bars and labels of a picture stand. The template turns them into SVG.

A picture is 400 units wide and is scaled to the page, so that it fits a phone and a sheet of paper alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance_engine.outputs.html.words import count, short_month

WIDTH = 400
_EDGE = 12
_LETTER = 7.2
"""Width of a letter in the labels, rather more than less: fonts differ."""
_BREAK, _GAP = 290, 10
"""Where a line is broken, and half of what is left out of it."""
_LEVEL = 15
"""Height of a line of labels."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on a line: where, what it is, and its label at `text_x`, `text_y`, which starts, ends or centres there."""

    x: float
    kind: str
    label: str
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; kind says what colour and pattern it has."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line of days; `line` is its height in the picture.

    told: the same in words. late: where and how it says so. broken: where the line leaves time out.
    """

    height: float
    line: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    closed: tuple[float, ...]
    told: str
    late: tuple[float, str] | None = None
    broken: float | None = None


def timeline(
    as_of: date, starts: date | None, due: date | None, done: date | None, closed: Sequence[date] = ()
) -> Timeline | None:
    """The way of one duty from its trigger to its due day, its proof and the day of asking."""
    days = [(starts, "trigger", "trigger"), (due, "due", "due"), (done, "done", "done"), (as_of, "asked", "as of")]
    known = sorted(((day, kind, word) for day, kind, word in days if day is not None), key=lambda d: (d[0], d[1]))
    if due is None and starts is None and done is None:
        return None
    first, last = known[0][0], known[-1][0]
    done_by = max(day for day in (starts, due, done) if day is not None)
    # Of what is long done the days that matter would be one point beside a long way to the day of asking.
    is_broken = done is not None and (as_of - done_by).days > 2 * max((done_by - first).days, 1)
    end_of_scale, right = (done_by, _BREAK - _GAP) if is_broken else (last, WIDTH - _EDGE)
    span = max((end_of_scale - first).days, 1)

    def at(day: date) -> float:
        if is_broken and day > end_of_scale:
            return float(WIDTH - _EDGE)
        return round(_EDGE + (right - _EDGE) * (day - first).days / span, 1)

    ends: list[float] = []
    placed = []
    for day, kind, word in known:
        label = f"{word} {day}"
        wide = len(label) * _LETTER
        x = at(day)
        left = min(max(x - wide / 2, 0), WIDTH - wide)
        anchor, text_x = "middle", x
        if left == 0:
            anchor, text_x = "start", 0.0
        elif left == WIDTH - wide:
            anchor, text_x = "end", float(WIDTH)
        level = next((n for n, end in enumerate(ends) if left > end + 6), len(ends))
        ends[level : level + 1] = [left + wide]
        placed.append((x, kind, label, text_x, level, anchor))
    line = len(ends) * _LEVEL + 12
    marks = tuple(
        Mark(x, kind, label, text_x, line - 16 - level * _LEVEL, anchor)
        for x, kind, label, text_x, level, anchor in placed
    )
    bars = []
    if starts is not None and due is not None and starts < due:
        bars.append(Bar(at(starts), line - 3, round(at(due) - at(starts), 1), 6, "time"))
    end = done or as_of
    late = due is not None and end > due
    if due is not None and late:
        bars.append(Bar(at(due), line - 3, round(at(end) - at(due), 1), 6, "late"))
    told = ", ".join(label for _, _, label, *_ in placed)
    how_late = None
    if due is not None and late:
        days_late = count((end - due).days, "day")
        told += f": {days_late} after it was due"
        middle = (at(due) + at(end)) / 2
        how_late = (round(min(max(middle, 45), WIDTH - 45), 1), f"{days_late} late")
    shown = tuple(at(day) for day in closed if first <= day <= end_of_scale) if span <= 120 else ()
    return Timeline(
        line + (24 if how_late else 14), line, tuple(bars), marks, shown, told, how_late, _BREAK if is_broken else None
    )


@dataclass(frozen=True, slots=True)
class Weeks:
    """What falls due, week by week: a bar for each with its number, and the months below."""

    height: float
    base: float
    bars: tuple[Bar, ...]
    months: tuple[tuple[float, str], ...]


def weeks(begins: date, numbers: Sequence[int]) -> Weeks:
    """Bars for the weeks from a day on."""
    step = WIDTH / len(numbers)
    tall, base = 78, 96
    most = max(*numbers, 1)
    bars = []
    for n, number in enumerate(numbers):
        height = round(tall * number / most, 1) if number else 1.5
        if number:
            height = max(height, 5)
        first = begins + timedelta(days=7 * n)
        label = f"{first} to {first + timedelta(days=6)}: {number:,}"
        bars.append(
            Bar(round(n * step + 3, 1), base - height, round(step - 6, 1), height, "some" if number else "none", label)
        )
    months = []
    for n in range(len(numbers)):
        first = begins + timedelta(days=7 * n)
        if n == 0 or first.month != (first - timedelta(days=7)).month:
            months.append((round(n * step + 3, 1), short_month(first)))
    return Weeks(
        base + 20,
        base,
        tuple(bars),
        tuple(m for n, m in enumerate(months) if n == len(months) - 1 or months[n + 1][0] - m[0] > 26),
    )


@dataclass(frozen=True, slots=True)
class Lanes:
    """The days of one person, a lane for each kind of answer. ticks: years below."""

    height: float
    lanes: tuple[tuple[float, str, tuple[tuple[float, str, str], ...]], ...]
    asked: float
    ticks: tuple[tuple[float, str], ...]


_LANE = 26
_NAMES = 84


def lanes(as_of: date, rows: Sequence[tuple[str, str, Sequence[tuple[date, str]]]]) -> Lanes | None:
    """(name, kind, (day, label)) → dots on lanes; None where nothing has a day."""
    days = [day for _, _, points in rows for day, _ in points]
    if not days:
        return None
    first, last = min(*days, as_of), max(*days, as_of)
    first, last = first.replace(month=1, day=1), last.replace(month=12, day=31)
    span = (last - first).days

    def at(day: date) -> float:
        return round(_NAMES + (WIDTH - _NAMES - _EDGE) * (day - first).days / span, 1)

    drawn = tuple(
        (n * _LANE + 22.0, name, tuple((at(day), kind, label) for day, label in points))
        for n, (name, kind, points) in enumerate(rows)
    )
    years = range(first.year, last.year + 1)
    every = max(1, -(-len(years) // 8))
    ticks = tuple((at(date(year, 1, 1)), str(year)) for year in years if (year - first.year) % every == 0)
    return Lanes(len(rows) * _LANE + 34, drawn, at(as_of), ticks)
