"""What one cell of text means, read strictly: a value, nothing, or the reason why it cannot be read.

Every function works on a single text; the loader calls it once for each distinct text of a column, not for each row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Literal


class Fault(StrEnum):
    """Why a cell cannot be read, or cannot be relied on."""

    UNREADABLE = "unreadable-cell"
    IMPOSSIBLE = "impossible-date"
    AMBIGUOUS = "ambiguous-date-order"
    TWO_DIGIT_YEAR = "two-digit-year"
    EXCEL_SERIAL = "excel-serial-date"
    FAR_AWAY = "implausible-date"
    SENTINEL = "sentinel-date"
    ZONE = "instant-without-zone"
    DAY_ONLY = "only-the-day-is-known"
    UTC_DAY = "day-depends-on-zone"
    UNKNOWN_CODE = "unknown-code"
    SCIENTIFIC = "scientific-notation"
    MARK = "ambiguous-decimal-mark"


DateForm = Literal["iso", "iso-datetime", "us", "eu", "auto"]
"""How dates are written: 2025-01-31; the same with a time of day; 1/31/2025; 31/1/2025; whatever the column proves."""

_EARLIEST, _LATEST = 1850, 2200
"""Years between which a date in a personnel record can be meant."""
_TIME = r"(?P<time>[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[AaPp][Mm])?)?"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _TIME + r" ?(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})" + _TIME)
_DIGITS = re.compile(r"(18|19|20|21)(\d{2})(\d{2})(\d{2})")
"""A day as eight digits, the year in front: with the day in front its year would be one of long ago."""
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_SERIAL = re.compile(r"[1-7]\d{4}(\.0*)?")
_MIDNIGHT = re.compile(r"[ T]+0{1,2}:00(:00(\.0+)?)?")
ERROR = r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA)"
"""What a spreadsheet writes where a formula has no value; it is never what the cell was to say."""
_ERROR = re.compile(ERROR)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell holds: at most one of value and fault; neither means empty."""

    value: date | time | str | bool | tuple[str, ...] | None = None
    fault: Fault | None = None


NOTHING = Reading()
Order = Literal["us", "eu"]
Orders = Mapping[str, Order]
"""The order of month and day of dates with / . or -, for those that it is proven of.

Somebody who writes 13.3.2025 has not said what 3/4/2025 means to somebody else.
"""
NOT_PROVEN: Orders = {}


def read_day(text: str, form: DateForm, orders: Orders = NOT_PROVEN) -> Reading:
    """Read a civil day.

    Args:
        text: the cell without surrounding blanks.
        form: how dates are written in the column.
        orders: for `auto`, the order of month and day that the column has proven.
    """
    if not text:
        return NOTHING
    if iso := _ISO.fullmatch(text):
        return _read_iso(iso, form)
    if form == "auto" and (otherwise := _YEAR_FIRST.fullmatch(text)):
        return _day(int(otherwise[1]), int(otherwise[3]), int(otherwise[4]))
    if form == "auto" and (digits := _DIGITS.fullmatch(text)):
        reading = _day(int(digits[1] + digits[2]), int(digits[3]), int(digits[4]))
        return Reading(fault=Fault.UNREADABLE) if reading.fault else reading
    if numeric := _NUMERIC.fullmatch(text):
        return _read_numeric(numeric, form, orders.get(numeric[2]))
    return Reading(fault=Fault.EXCEL_SERIAL if _SERIAL.fullmatch(text) else Fault.UNREADABLE)


def is_error(text: str) -> bool:
    """Whether a text is an error of a spreadsheet, which no column can hold."""
    return _ERROR.fullmatch(text) is not None


def is_year_first(text: str) -> bool:
    """Whether a text is a day, or a moment, written with the year in front and hyphens."""
    return _ISO.fullmatch(text) is not None


def prove_order(texts: Iterable[str]) -> tuple[Orders, bool]:
    """Which order of month and day the dates of a column prove, and whether they contradict each other."""
    numeric = (match for text in texts if (match := _NUMERIC.fullmatch(text)))
    proven = {(match[2], order) for match in numeric if (order := _order_of(match))}
    contradicts = len({order for _, order in proven}) > 1
    return ({} if contradicts else dict(proven)), contradicts


def written_ways(texts: Iterable[str]) -> frozenset[str]:
    """The ways in which dates of a column are written: with the year in front, or with separators / . or -."""
    ways = set()
    for text in texts:
        if _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text) or _DIGITS.fullmatch(text):
            ways.add("year first")
        elif numeric := _NUMERIC.fullmatch(text):
            ways.add(f"numbers with {numeric[2]}")
    return frozenset(ways)


def judge_day(reading: Reading, sentinels: frozenset[date]) -> Reading:
    """Turn a date that stands for no date, or that nobody can mean, into a fault."""
    if isinstance(reading.value, date):
        if reading.value in sentinels:
            return Reading(fault=Fault.SENTINEL)
        if not _EARLIEST <= reading.value.year <= _LATEST:
            return Reading(fault=Fault.FAR_AWAY)
    return reading


def read_code(text: str, codes: Mapping[str, str | None], otherwise: str | None = None) -> Reading:
    """Read a code by its folded word; a word that says `unknown` is an empty cell, and so is a code mapped to None."""
    word = fold(text)
    if not word or word == "unknown":
        return NOTHING
    if word in codes:
        code = codes[word]
        return Reading(code) if code is not None else NOTHING
    return Reading(otherwise) if otherwise is not None else Reading(fault=Fault.UNKNOWN_CODE)


def read_codes(text: str, codes: Mapping[str, str | None]) -> Reading:
    """Read several words in one cell, separated by ; or , or |; with no code list every word is taken as it is."""
    words = [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]
    if not words:
        return NOTHING
    if not codes:
        return Reading(tuple(words))
    readings = [read_code(word, codes) for word in words]
    if any(reading.fault for reading in readings):
        return Reading(fault=Fault.UNKNOWN_CODE)
    return Reading(tuple(str(reading.value) for reading in readings if reading.value is not None))


def read_yes_no(text: str, yes: frozenset[str], no: frozenset[str]) -> Reading:
    """Read yes or no by the words of the source."""
    word = text.casefold()
    if not word or word == "unknown":
        return NOTHING
    if (word in yes) == (word in no):
        return Reading(fault=Fault.UNREADABLE)
    return Reading(word in yes)


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([AaPp])[Mm])?")


def read_time(text: str) -> Reading:
    """Read a time of day, with 24 hours or with AM and PM."""
    if not text:
        return NOTHING
    match = _CLOCK.fullmatch(text)
    if not match:
        return Reading(fault=Fault.UNREADABLE)
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return Reading(fault=Fault.UNREADABLE)
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return Reading(fault=Fault.UNREADABLE)
    return Reading(time(hour, minute, second))


def fold(text: str) -> str:
    """A word or heading without capitals, punctuation and doubled blanks: `Full-Time ` is `full_time`."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


_HARMLESS = re.compile(r"\d{1,2}/\d{1,2}/(\d{2}|\d{4})|\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,5}")


def harmless(text: str) -> bool:
    """Whether a cell may be shown in a message: written like a date, or a number too short to be anybody's."""
    return _HARMLESS.fullmatch(text) is not None


def _read_iso(match: re.Match[str], form: DateForm) -> Reading:
    """Read a date with the year in front; a day in UTC is the day at the worksite only at midnight."""
    if form in ("us", "eu") or (match["time"] and form == "iso"):
        return Reading(fault=Fault.UNREADABLE)
    zone = match["zone"]
    is_utc = zone is not None and not zone.strip("Zz+-:0")  # no worksite of a law that is judged keeps this time
    if zone and (not match["time"] or (is_utc and not _MIDNIGHT.fullmatch(match["time"]))):
        return Reading(fault=Fault.UTC_DAY)
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _read_numeric(match: re.Match[str], form: DateForm, order: Order | None) -> Reading:
    first, second, year = int(match[1]), int(match[3]), match[4]
    if form in ("iso", "iso-datetime"):
        return Reading(fault=Fault.UNREADABLE)
    if len(year) == 2:
        return Reading(fault=Fault.TWO_DIGIT_YEAR)
    order = form if form in ("us", "eu") else _order_of(match) or order
    if order is None and first != second:
        return Reading(fault=Fault.AMBIGUOUS if first <= 12 and second <= 12 else Fault.IMPOSSIBLE)
    month, day = (second, first) if order == "eu" else (first, second)
    return _day(int(year), month, day)


def _order_of(match: re.Match[str]) -> Order | None:
    """The order that one date proves by itself, having a part that can be no month."""
    first, second = int(match[1]), int(match[3])
    if 12 < first <= 31 and 1 <= second <= 12:
        return "eu"
    if 12 < second <= 31 and 1 <= first <= 12:
        return "us"
    return None


def _day(year: int, month: int, day: int) -> Reading:
    try:
        value = date(year, month, day)
    except ValueError:
        return Reading(fault=Fault.IMPOSSIBLE)
    return Reading(value)
