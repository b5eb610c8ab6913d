"""Meaning of a scalar, and the place in the file of each character of its value."""

import re
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from compliance_engine.language.nodes import Mapping, Node, Scalar, Sequence
from compliance_engine.problems import Position

Value = None | bool | int | Decimal | date | str
Data: TypeAlias = "Value | list[Data] | dict[str, Data]"

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,99})")
"""Without leading zeros, so that an identifier such as 0123 keeps them; without a length that costs time to read."""
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,99})\.[0-9]{1,100}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_BREAK = r"(?:\r\n|\r|\n)"
_FOLD = rf"[ \t]*{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*"
_ESCAPED_FOLD = rf"\\{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*"
_ESCAPE = r"\\(?:x.{2}|u.{4}|U.{8}|.)"
_PARTS = {
    "": re.compile(rf"(?P<fold>{_FOLD})|.", re.DOTALL),
    "'": re.compile(rf"(?P<fold>{_FOLD})|''|.", re.DOTALL),
    '"': re.compile(rf"(?P<fold>{_FOLD})|(?P<escaped_fold>{_ESCAPED_FOLD})|{_ESCAPE}|.", re.DOTALL),
}
"""By kind of quote: the pieces of source text that stand for one character of the value, or for a folded line break."""
_LINE_BREAK = re.compile(_BREAK)


def scalar_value(scalar: Scalar) -> Value:
    """Resolve a scalar by YAML 1.2 rules: null, true/false, whole and decimal numbers, dates; all else is text.

    `no`, `on`, `12:30`, `0123`, `1e5` and everything in quotes stay text. A date that is no day of the calendar is
    text too; reading the file reports it.
    """
    text = scalar.value
    if not scalar.plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if looks_like_date(scalar):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def looks_like_date(scalar: Scalar) -> bool:
    """Whether it is written as a date, such as 2025-01-31 or 2025-02-31."""
    return scalar.plain and _DATE.fullmatch(scalar.value) is not None


def data(node: Node) -> Data:
    """The plain values of a node and everything below it, as lists and dictionaries."""
    if isinstance(node, Mapping):
        return {entry.key.value: data(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [data(item) for item in node.items]
    return scalar_value(node)


def position_in(scalar: Scalar, offset: int, length: int = 1) -> Position:
    """Where the character of the value at this offset (from 0) stands in the file.

    Exact in plain, quoted and block scalars, also where lines are folded or characters escaped. An offset behind the
    value gives the place just behind it.
    """
    starts = _starts(scalar)
    begin = starts[min(max(offset, 0), len(starts) - 1)]
    breaks = list(_LINE_BREAK.finditer(scalar.source, 0, begin))
    column = begin - breaks[-1].end() + 1 if breaks else scalar.position.column + begin
    return Position(scalar.position.file, scalar.position.line + len(breaks), column, length)


def _starts(scalar: Scalar) -> list[int]:
    """For each character of the value, and for its end, the index in the source where it begins."""
    source, first = scalar.source, scalar.source[:1]
    if not scalar.plain and first in ("|", ">"):
        return _block_starts(source, scalar.value)
    quote = first if not scalar.plain and first in ("'", '"') else ""
    end = len(source) - len(quote)
    starts: list[int] = []
    for part in _PARTS[quote].finditer(source, len(quote), end):
        count = 1
        if part.lastgroup == "fold":
            count = max(1, len(_LINE_BREAK.findall(part.group())) - 1)
        elif part.lastgroup == "escaped_fold":
            count = len(_LINE_BREAK.findall(part.group())) - 1
        starts += [part.start()] * count
    return [*starts, end]


def _block_starts(source: str, value: str) -> list[int]:
    """The same for block scalars: between the texts of two lines, the value has nothing but white space."""
    starts: list[int] = []
    header = _LINE_BREAK.search(source)
    begin = header.end() if header else len(source)
    last = begin
    while begin < len(source):
        line_break = _LINE_BREAK.search(source, begin)
        end = line_break.start() if line_break else len(source)
        text = source[begin:end].lstrip(" ")
        found = value.find(text, len(starts)) if text else -1
        if found >= 0:
            text_begin = end - len(text)
            starts += [max(begin, text_begin - back) for back in range(found - len(starts), 0, -1)]
            starts += range(text_begin, end)
            last = end
        begin = line_break.end() if line_break else len(source)
    return [*starts, *[last] * (len(value) + 1 - len(starts))]
