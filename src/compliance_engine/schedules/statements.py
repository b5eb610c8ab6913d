"""What a schedule says of a series, out of the words it is printed in."""

from __future__ import annotations

import re

from compliance_engine.schedules.series import Period, Refused, Said, Whole

LONGEST: dict[Whole, int] = {"day": 73_000, "week": 10_400, "month": 2_400, "year": 200}
"""Two hundred years: what is longer is meant to be kept for good and should say so."""

_SIGNS = "*\u2126\u03a9∞©±†‡"  # the sign for ohm and the letter omega look alike
_BLANK = re.compile(r"(?:agency|facility|office) policy: ?_+", re.IGNORECASE)
"""A line left for the office to write on, after `reference value ends`."""
_FOREVER = re.compile(r"permanent(?: and permanent)?(?: ?\((?:archival|appraisal required)\))?", re.IGNORECASE)
_UNTIL = re.compile(
    r"retain (?:until|from): (?P<trigger>.+?)(?: plus: (?P<period>[^:]+?))? ?then: (?P<then>.+)", re.IGNORECASE
)
_PERIOD = re.compile(r"(\d{1,6}) ?(day|week|month|year)s?", re.IGNORECASE)
_NOTE = re.compile(r"\bnote\b", re.IGNORECASE)

_HAS_NOTE = "a note goes with it that somebody must read"


def read_statement(text: str) -> Said | Refused:
    """Read `RETAIN UNTIL: Complete PLUS: 5 years THEN: Destroy`, `PERMANENT`, or say why it is no period."""
    plain, marks = _plain(_BLANK.sub("", text))
    if refused := _other(plain):
        return refused
    if _FOREVER.fullmatch(plain):
        return Said("", None, permanent=True, marks=marks)
    found = _UNTIL.fullmatch(plain)
    if found is None:
        return Refused("it is not of the form RETAIN UNTIL … PLUS … THEN …")
    if found["then"].casefold() != "destroy":
        return Refused(f'what follows is not destruction: "{found["then"]}"')
    if found["period"] is None:
        return Said(found["trigger"], None, marks=marks)
    period = read_period(found["period"])
    return period if isinstance(period, Refused) else Said(found["trigger"], period, marks=marks)


def read_trigger(text: str, period: Period | None) -> Said | Refused:
    """What a trigger says that stands apart from its period: `Complete : : *`. Without a period it says too little."""
    plain, marks = _plain(text)
    if refused := _other(plain):
        return refused
    if _FOREVER.fullmatch(plain):
        return Said("", None, permanent=True, marks=marks)
    words = [part for part in (part.strip() for part in plain.split(":")) if part]
    if len(words) != 1:
        return Refused(f'more than a trigger stands there: "{plain}"')
    if period is None:
        return Refused("no period is given, and it is not said that there is none")
    return Said(words[0], period, marks=marks)


def read_period(text: str) -> Period | Refused:
    """`5 years`, `18 months`, `90 days`."""
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        return Refused(f'"{text.strip()}" is not a number of days, weeks, months or years')
    unit: Whole = next(unit for unit in LONGEST if unit == found[2].casefold())
    return period_of(int(found[1]), unit)


def period_of(count: int, unit: Whole) -> Period | Refused:
    """A period of a length that a rule can have."""
    if not 1 <= count <= LONGEST[unit]:
        return Refused(f"{count} {unit}s is no period from a day up to 200 years")
    return Period(count, unit)


def _plain(text: str) -> tuple[str, str]:
    """The words without printed signs, and the signs."""
    signs = "".join(sign for sign in _SIGNS if sign in text)
    return " ".join("".join(" " if char in _SIGNS else char for char in text).split()), signs


def _other(plain: str) -> Refused | None:
    """Statements that are no period whatever else they say."""
    start = plain.casefold()
    if not plain:
        return Refused("it says nothing")
    if start.startswith("see "):
        return Refused("it refers to another schedule")
    if start.startswith("transfer to") or start in ("personnel file", "official personnel record"):
        return Refused("the records go to another file, which has a period of its own")
    return Refused(_HAS_NOTE) if _NOTE.search(plain) else None
